//! Nobody gets, gives or takes more than they have.

use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, EVERYTHING, NONE, PASSWORD, Person, World};
use crate::bad_input::refusal;

/// A tenantadmin who was given what tenantadmins don't have by default: everything about users, and a bit more.
const MANAGER: [&str; 12] = [
    "USER:view",
    "USER:create",
    "USER:update",
    "USER:delete",
    "USER:update_role",
    "TENANT:view",
    "TENANT:update",
    "TENANT:add_users",
    "USER_CAPABILITY:view",
    "USER_CAPABILITY:create",
    "USER_CAPABILITY:update",
    "USER_CAPABILITY:delete",
];

struct Scene {
    world: World,
    tenant: String,
    other: String,
    manager: Person,
    /// The manager's capability.
    held: String,
}

async fn scene() -> Scene {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let other = world.tenant().await;
    let held = world.capability(&MANAGER).await;
    let manager = world.person(&tenant, "tenantadmin", &[&held]).await;
    Scene { world, tenant, other, manager, held }
}

impl Scene {
    /// Asserts that the manager is refused with this status, and that nothing of these users changes.
    async fn refused(&self, method: &str, path: &str, body: Value, status: u16, watched: &[&str]) {
        refused(&self.world, &self.manager, method, path, body, status, watched).await;
    }
}

async fn refused(world: &World, by: &Person, method: &str, path: &str, body: Value, status: u16, watched: &[&str]) {
    let mut before = Vec::new();
    for user in watched {
        before.push(world.state(user).await);
    }
    let place = format!("{method} {path} {body}");
    let answer = world.by(by, method, path, body).await;
    assert_eq!(answer.status, status, "{place}: {}", answer.text);
    refusal::check(&answer);
    for (user, before) in watched.iter().zip(before) {
        assert_eq!(world.state(user).await, before, "{place} changed {user}");
    }
}

fn new_user(name: &str, places: &Value) -> Value {
    json!({ "user_info": { "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": places } })
}

#[tokio::test]
async fn sec_21_a_tenantadmin_makes_no_superadmin_and_nobody_elsewhere() {
    let scene = scene().await;
    let Scene { world, tenant, other, .. } = &scene;
    let place = |tenant: &str, role: &str| json!({ "tenant": tenant, "tenant_role": role, "user_capabilities": NONE });
    let inside = place(tenant, "user");
    let cases = [
        (json!([place(ADMINISTRATORS, "superadmin")]), 404),
        (json!([place(ADMINISTRATORS, "user")]), 404),
        (json!([place(tenant, "superadmin")]), 400),
        (json!([place(other, "user")]), 404),
        (json!([inside, place(other, "user")]), 404),
        (json!([inside, place(ADMINISTRATORS, "superadmin")]), 404),
        (json!([{ "tenant": tenant, "tenant_role": "user" }]), 403),
        (json!([{ "tenant": tenant, "tenant_role": "tenantadmin" }]), 403),
        (json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": [EVERYTHING] }]), 403),
    ];
    for (places, status) in cases {
        let name = world.fresh("sneaky");
        scene.refused("POST", "users", new_user(&name, &places), status, &[]).await;
        assert_eq!(world.api.call("GET", &format!("users/{name}"), &world.admin, Value::Null).await.0, 404, "{places}");
    }
    let fine = world.by(&scene.manager, "POST", "users", new_user("honest", &json!([inside]))).await;
    assert_eq!(fine.status, 200, "{}", fine.text);
}

#[tokio::test]
async fn sec_21_a_tenantadmin_adds_nobody_of_another_tenant_and_nobody_to_another() {
    let scene = scene().await;
    let Scene { world, tenant, other, .. } = &scene;
    let own = world.user(tenant, "user", &[NONE]).await;
    let foreign = world.user(other, "user", &[NONE]).await;
    let add = |user: &str, role: &str| json!({ "action": "add_users", "users": [user], "tenant_role": role, "user_capabilities": NONE });
    scene.refused("PUT", &format!("tenants/{other}"), add(&own, "user"), 404, &[&own]).await;
    scene.refused("PUT", &format!("tenants/{ADMINISTRATORS}"), add(&own, "superadmin"), 404, &[&own]).await;
    let manager = scene.manager.name.as_str();
    scene.refused("PUT", &format!("tenants/{ADMINISTRATORS}"), add(manager, "superadmin"), 404, &[manager]).await;
    scene.refused("PUT", &format!("tenants/{tenant}"), add(&foreign, "user"), 404, &[&foreign]).await;
    scene.refused("PUT", &format!("tenants/{tenant}"), add("robin", "user"), 404, &["robin"]).await;
}

#[tokio::test]
async fn sec_21_a_member_of_two_tenants_takes_no_right_from_one_to_the_other() {
    let scene = scene().await;
    let Scene { world, other, .. } = &scene;
    let manager = scene.manager.name.as_str();
    world.join(manager, other, "user").await;
    let victim = world.user(other, "user", &[NONE]).await;
    let path = format!("tenants/{other}");
    let body = json!({ "action": "remove_users", "users": [victim] });
    scene.refused("PUT", &path, body, 403, &[&victim]).await;
    scene.refused("PUT", &path, json!({ "action": "update_description", "description": "mine" }), 403, &[]).await;
    let body = json!({ "action": "change_tenant_role", "tenant": other, "tenant_role": "tenantadmin" });
    scene.refused("PUT", &format!("users/{manager}"), body, 404, &[manager]).await;
    scene.refused("DELETE", &format!("users/{victim}"), Value::Null, 404, &[&victim]).await;
}

#[tokio::test]
async fn sec_21_nobody_gives_a_capability_that_holds_more_than_they_have() {
    let scene = scene().await;
    let Scene { world, tenant, manager, held, .. } = &scene;
    let member = world.user(tenant, "user", &[NONE]).await;
    for user in [member.as_str(), manager.name.as_str()] {
        for capability in [EVERYTHING, "ViewBundles", "ManageNamespaces"] {
            let known =
                world.api.call("GET", &format!("user-capabilities/{capability}"), &world.admin, Value::Null).await;
            if known.0 == 404 {
                continue;
            }
            for action in ["add_user_capabilities", "update_user_capabilities"] {
                let body = json!({ "action": action, "users": [user], "user_capabilities": [capability] });
                scene.refused("PUT", &format!("tenants/{tenant}"), body, 403, &[user]).await;
            }
            let body = json!({
                "action": "change_tenant_role", "tenant": tenant, "tenant_role": "user", "user_capabilities": [capability],
            });
            scene.refused("PUT", &format!("users/{user}"), body, 403, &[user]).await;
        }
        // The role's default is everything that the role offers: more than this administrator has.
        let body = json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": "superadmin" });
        scene.refused("PUT", &format!("users/{user}"), body, 400, &[user]).await;
    }
    let body = json!({ "action": "add_user_capabilities", "users": [member], "user_capabilities": [held] });
    assert_eq!(
        world.by(manager, "PUT", &format!("tenants/{tenant}"), body).await.status,
        200,
        "what they have, they give"
    );
}

#[tokio::test]
async fn sec_21_a_role_change_leaves_no_capability_in_place_that_the_actor_lacks() {
    let scene = scene().await;
    let Scene { world, tenant, .. } = &scene;
    for capability in ["ViewBundles", EVERYTHING] {
        let strong = world.user(tenant, "user", &[capability]).await;
        let body = json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": "tenantadmin" });
        scene.refused("PUT", &format!("users/{strong}"), body, 403, &[&strong]).await;
    }
}

#[tokio::test]
async fn sec_21_nobody_defines_or_widens_a_capability_beyond_what_they_have() {
    let scene = scene().await;
    let Scene { world, manager, held, .. } = &scene;
    let define = |name: &str, entries: &[&str], providers: &[&str]| json!({ "name": name, "tenant_roles": ["user"], "capability_entries": entries, "providers": providers });
    for (entries, providers) in
        [(vec!["APPLICATION:create"], vec![]), (vec![], vec!["ViewBundles"]), (vec![], vec![EVERYTHING])]
    {
        let name = world.fresh("Sneaky");
        scene.refused("POST", "user-capabilities", define(&name, &entries, &providers), 403, &[]).await;
        let (status, _) = world.api.call("GET", &format!("user-capabilities/{name}"), &world.admin, Value::Null).await;
        assert_eq!(status, 404);
    }
    let body = define("Honest", &["USER:view"], &[]);
    assert_eq!(world.by(manager, "POST", "user-capabilities", body).await.status, 200);
    for name in ["Honest", held] {
        let path = format!("user-capabilities/{name}");
        let before = world.by_admin("GET", &path, Value::Null).await;
        for change in [
            json!({ "action": "add_capability_entries", "capability_entries": ["CONFIG:update"] }),
            json!({ "action": "update", "capability_entries": ["CONFIG:update"] }),
            json!({ "action": "add_providers", "providers": ["ViewBundles"] }),
            json!({ "action": "update", "providers": [EVERYTHING] }),
        ] {
            scene.refused("PUT", &path, change, 403, &[&manager.name]).await;
        }
        assert_eq!(world.by_admin("GET", &path, Value::Null).await, before);
    }
    // Nor do they take from those who have more.
    let path = format!("user-capabilities/{EVERYTHING}");
    for (method, body) in [
        ("PUT", json!({ "action": "remove_capability_entries", "capability_entries": ["USER:view"] })),
        ("PUT", json!({ "action": "update", "description": "narrowed", "capability_entries": ["USER:view"] })),
        ("DELETE", Value::Null),
    ] {
        scene.refused(method, &path, body, 403, &[]).await;
    }
}

#[tokio::test]
async fn sec_21_nobody_edits_a_capability_that_a_stronger_user_has() {
    let scene = scene().await;
    let Scene { world, tenant, other, manager, .. } = &scene;
    let strong = world.user(tenant, "tenantadmin", &[]).await;
    let foreign = world.user(other, "user", &[NONE]).await;
    let root = world.user(ADMINISTRATORS, "superadmin", &[]).await;
    for (holder, place) in [(&strong, tenant.as_str()), (&foreign, other), (&root, ADMINISTRATORS)] {
        for is_inherited in [false, true] {
            let small = world.fresh("Small");
            let define = |name: &str, more: Value| {
                let mut body = json!({ "name": name, "tenant_roles": ["superadmin", "tenantadmin", "user"] });
                body.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
                body
            };
            let entries = json!({ "capability_entries": ["USER:view", "TENANT:view"] });
            assert_eq!(world.by(manager, "POST", "user-capabilities", define(&small, entries)).await.status, 200);
            let path = format!("user-capabilities/{small}");
            let harmless = json!({ "action": "update", "description": "while nobody has it" });
            assert_eq!(world.by(manager, "PUT", &path, harmless).await.status, 200);
            let heir = world.fresh("Heir");
            world.by_admin("POST", "user-capabilities", define(&heir, json!({ "providers": [small] }))).await;
            let held = if is_inherited { heir } else { small };
            let give = json!({ "action": "add_user_capabilities", "users": [holder], "user_capabilities": [held] });
            world.by_admin("PUT", &format!("tenants/{place}"), give).await;
            let before = world.by_admin("GET", &path, Value::Null).await;
            for change in [
                json!({ "action": "remove_capability_entries", "capability_entries": ["USER:view"] }),
                json!({ "action": "add_capability_entries", "capability_entries": ["USER:update"] }),
                json!({ "action": "update", "capability_entries": ["TENANT:view"] }),
            ] {
                scene.refused("PUT", &path, change, 403, &[holder]).await;
            }
            assert_eq!(world.by_admin("GET", &path, Value::Null).await, before);
        }
    }
}

#[tokio::test]
async fn sec_23_a_tenantadmin_touches_no_member_who_is_more_elsewhere() {
    let scene = scene().await;
    let Scene { world, tenant, other, manager, .. } = &scene;
    let mut stronger = Vec::new();
    for (place, role) in [(ADMINISTRATORS, "superadmin"), (other.as_str(), "tenantadmin"), (other.as_str(), "user")] {
        let user = world.user(tenant, "user", &[NONE]).await;
        world.join(&user, place, role).await;
        stronger.push(user);
    }
    for user in &stronger {
        let path = format!("users/{user}");
        for (method, body) in [
            ("PUT", json!({ "action": "update", "user_info": { "password": "stolen-quartz-43" } })),
            ("PUT", json!({ "action": "update", "user_info": { "email": "thief@example.com" } })),
            ("PUT", json!({ "action": "disable" })),
            ("PUT", json!({ "action": "enable" })),
            ("DELETE", Value::Null),
            ("DELETE", json!({ "replacement_users": [{ "tenant": tenant, "replacement_user": manager.name }] })),
        ] {
            scene.refused(method, &path, body, 403, &[user]).await;
        }
        let token = world.api.login(user, PASSWORD, tenant).await;
        let session = world.session(&token).await;
        scene.refused("DELETE", &format!("sessions/{session}"), Value::Null, 403, &[user]).await;
        scene.refused("GET", &format!("sessions?username={user}"), Value::Null, 403, &[user]).await;
        assert_eq!(world.session(&token).await, session, "the session goes on");
    }
}

#[tokio::test]
async fn sec_23_nobody_touches_a_fellow_member_with_more_rights() {
    let scene = scene().await;
    let Scene { world, tenant, .. } = &scene;
    let strong = world.user(tenant, "tenantadmin", &[]).await;
    let user = format!("users/{strong}");
    for (path, method, body) in [
        (&user, "PUT", json!({ "action": "update", "user_info": { "password": "stolen-quartz-43" } })),
        (&user, "PUT", json!({ "action": "disable" })),
        (&user, "DELETE", Value::Null),
        (
            &user,
            "PUT",
            json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": "user", "user_capabilities": NONE }),
        ),
        (&format!("tenants/{tenant}"), "PUT", json!({ "action": "remove_users", "users": [strong] })),
        (
            &format!("tenants/{tenant}"),
            "PUT",
            json!({ "action": "update_user_capabilities", "users": [strong], "user_capabilities": NONE }),
        ),
    ] {
        scene.refused(method, path, body, 403, &[&strong]).await;
    }
}

#[tokio::test]
async fn sec_21_a_member_with_the_role_user_raises_nobody_whatever_they_hold() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let person = world.person(&tenant, "user", &[EVERYTHING]).await;
    let name = person.name.as_str();
    let raise = |role: &str| json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": role });
    refused(&world, &person, "PUT", &format!("users/{name}"), raise("tenantadmin"), 403, &[name]).await;
    refused(&world, &person, "PUT", &format!("users/{name}"), raise("superadmin"), 400, &[name]).await;
    let places = json!([{ "tenant": tenant, "tenant_role": "tenantadmin", "user_capabilities": NONE }]);
    refused(&world, &person, "POST", "users", new_user("sneaky", &places), 403, &[]).await;
    // Fellow members are out of reach, by whichever way they are named.
    let fellow = world.user(&tenant, "user", &[NONE]).await;
    let path = format!("tenants/{tenant}");
    for body in [
        json!({ "action": "remove_users", "users": [fellow] }),
        json!({ "action": "add_user_capabilities", "users": [fellow], "user_capabilities": "ViewBundles" }),
        json!({ "action": "update_user_capabilities", "users": [fellow], "user_capabilities": "ViewBundles" }),
    ] {
        refused(&world, &person, "PUT", &path, body, 404, &[&fellow]).await;
    }
}

#[tokio::test]
async fn sec_23_a_superadmin_with_few_capabilities_gets_no_further() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let held = world.capability(&MANAGER).await;
    let small = world.person(ADMINISTRATORS, "superadmin", &[&held]).await;
    let full = world.user(ADMINISTRATORS, "superadmin", &[]).await;
    let path = format!("users/{full}");
    for (method, body) in [
        ("PUT", json!({ "action": "update", "user_info": { "password": "stolen-quartz-43" } })),
        ("PUT", json!({ "action": "disable" })),
        (
            "PUT",
            json!({ "action": "change_tenant_role", "tenant": ADMINISTRATORS, "tenant_role": "user", "user_capabilities": NONE }),
        ),
        ("DELETE", Value::Null),
    ] {
        refused(&world, &small, method, &path, body, 403, &[&full]).await;
    }
    let name = small.name.as_str();
    let administrators = format!("tenants/{ADMINISTRATORS}");
    let default = json!(["AllSuperAdminCapabilities"]);
    for (path, body) in [
        (&administrators, json!({ "action": "add_user_capabilities", "users": [name], "user_capabilities": default })),
        (&administrators, json!({ "action": "remove_users", "users": [full] })),
        (
            &format!("users/{name}"),
            json!({ "action": "change_tenant_role", "tenant": ADMINISTRATORS, "tenant_role": "superadmin", "user_capabilities": default }),
        ),
        (&format!("tenants/{tenant}"), json!({ "action": "add_users", "users": [name], "tenant_role": "tenantadmin" })),
    ] {
        refused(&world, &small, "PUT", path, body, 403, &[name, &full]).await;
    }
    let places = json!([{ "tenant": ADMINISTRATORS, "tenant_role": "superadmin" }]);
    refused(&world, &small, "POST", "users", new_user("sneaky", &places), 403, &[]).await;
}

#[tokio::test]
async fn sec_21_a_list_is_all_or_none() {
    let scene = scene().await;
    let Scene { world, tenant, other, .. } = &scene;
    let own = world.user(tenant, "user", &[NONE]).await;
    let foreign = world.user(other, "user", &[NONE]).await;
    let strong = world.user(tenant, "tenantadmin", &[]).await;
    let path = format!("tenants/{tenant}");
    let watched = [own.as_str(), &foreign, &strong];
    let both =
        |action: &str, second: &str| json!({ "action": action, "users": [own, second], "user_capabilities": NONE });
    scene.refused("PUT", &path, json!({ "action": "remove_users", "users": [own, foreign] }), 404, &watched).await;
    scene.refused("PUT", &path, json!({ "action": "remove_users", "users": [own, strong] }), 403, &watched).await;
    scene.refused("PUT", &path, both("update_user_capabilities", &foreign), 404, &watched).await;
    scene.refused("PUT", &path, both("update_user_capabilities", &strong), 403, &watched).await;
}
