//! Requests that don't fit the present state.

use serde_json::{Value, json};

use super::refusal::expect;
use crate::access::world::{ADMINISTRATORS, NONE, PASSWORD, World};

#[tokio::test]
async fn a_name_that_is_taken_stays_with_who_has_it_in_every_case() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[NONE]).await;
    let capability = world.capability(&["BUNDLE:view"]).await;
    let namespace = world.namespace(&tenant, &user).await;
    let place = json!([{ "tenant": tenant, "tenant_role": "user" }]);
    let new_user = |name: &str| json!({ "user_info": { "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": place } });
    let define = |name: &str| json!({ "name": name, "tenant_roles": ["user"], "capability_entries": ["BUNDLE:view"] });
    let before = world.state(&user).await;
    for (path, body) in [
        ("users", new_user(&user)),
        ("users", new_user(&user.to_uppercase())),
        ("users", new_user("ROBIN")),
        ("users", new_user("System")),
        ("users", new_user("anonymous")),
        ("tenants", json!({ "name": tenant })),
        ("tenants", json!({ "name": tenant.to_uppercase() })),
        ("tenants", json!({ "name": "administrators" })),
        ("user-capabilities", define(&capability)),
        ("user-capabilities", define(&capability.to_uppercase())),
        ("user-capabilities", define("viewbundles")),
        ("namespaces", json!({ "name": namespace, "tenant": tenant, "username": user })),
    ] {
        expect(&world.api.send("POST", path, &world.admin, body).await, 409, "already exists");
    }
    let none = world.api.send("POST", "user-capabilities", &world.admin, define("nocapabilities")).await;
    expect(&none, 400, "reserved");
    let body = json!({ "action": "rename", "new_name": "ADMINISTRATORS" });
    expect(&world.api.send("PUT", &format!("tenants/{tenant}"), &world.admin, body).await, 409, "already exists");
    let body = json!({ "action": "add_users", "users": [user], "tenant_role": "user" });
    expect(&world.api.send("PUT", &format!("tenants/{tenant}"), &world.admin, body).await, 409, "already");
    assert_eq!(world.state(&user).await, before);
}

#[tokio::test]
async fn sec_29_a_removed_user_leaves_nothing_to_the_next_of_that_name() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let first = world.person(&tenant, "tenantadmin", &[]).await;
    let namespace = world.namespace(&tenant, &first.name).await;
    let old = world.state(&first.name).await;
    let path = format!("users/{}", first.name);
    world.by_admin("DELETE", &path, Value::Null).await;
    let place = json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": NONE }]);
    let info = json!({ "username": first.name, "authentication_type": 1, "password": PASSWORD, "tenant_list": place });
    world.by_admin("POST", "users", json!({ "user_info": info })).await;
    let new = world.state(&first.name).await;
    assert_ne!(new["user_id"], old["user_id"]);
    assert_ne!(new["user_contexts"][0]["id"], old["user_contexts"][0]["id"]);
    expect(&world.api.send("GET", "login", &first.token, Value::Null).await, 401, "log in again");
    let answer = world.api.send("GET", &format!("namespaces/{namespace}"), &world.admin, Value::Null).await;
    assert!(answer.status == 404 || answer.json()["owner_id"] != new["user_id"], "{}", answer.text);
    let sessions = world.by_admin("GET", &format!("sessions?username={}", first.name), Value::Null).await;
    assert_eq!(sessions["items"], json!([]));
}

#[tokio::test]
async fn definitions_that_do_not_hold_together_change_nothing() {
    let world = World::start().await;
    let define = |name: &str, roles: Value, providers: Value| json!({ "name": name, "tenant_roles": roles, "providers": providers });
    world
        .by_admin("POST", "user-capabilities", define("Base", json!(["user", "tenantadmin"]), json!(["ViewBundles"])))
        .await;
    world
        .by_admin("POST", "user-capabilities", define("Middle", json!(["user", "tenantadmin"]), json!(["Base"])))
        .await;
    world.by_admin("POST", "user-capabilities", define("Top", json!(["user"]), json!(["Middle"]))).await;
    let all = "user-capabilities?all_capabilities=true";
    let before = world.by_admin("GET", all, Value::Null).await;
    for (path, body, status, says) in [
        ("Base", json!({ "action": "add_providers", "providers": ["Base"] }), 400, "Base"),
        ("Base", json!({ "action": "add_providers", "providers": ["Middle"] }), 400, "Base"),
        ("Base", json!({ "action": "add_providers", "providers": ["TOP"] }), 400, "Base"),
        ("Base", json!({ "action": "update", "providers": ["Top"] }), 400, "Base"),
        ("Base", json!({ "action": "add_providers", "providers": ["Nonsense"] }), 400, "Nonsense"),
        ("Base", json!({ "action": "add_providers", "providers": [] }), 400, "providers"),
        ("Base", json!({ "action": "add_providers", "providers": ["NoCapabilities"] }), 400, "NoCapabilities"),
        ("Base", json!({ "action": "remove_providers", "providers": ["ViewImages"] }), 400, "ViewImages"),
        (
            "Base",
            json!({ "action": "remove_capability_entries", "capability_entries": ["BUNDLE:view"] }),
            400,
            "BUNDLE:view",
        ),
        // ViewUsers is not for users, but Base is.
        ("Base", json!({ "action": "add_providers", "providers": ["ViewUsers"] }), 400, "ViewUsers"),
        ("Base", json!({ "action": "update", "tenant_roles": ["tenantadmin"] }), 409, "Middle"),
        ("Base", json!({ "action": "update", "tenant_roles": ["user", "tenantadmin", "root"] }), 400, "root"),
        ("ViewBundles", json!({ "action": "update", "description": "mine" }), 400, "built in"),
        ("NoSuch", json!({ "action": "update", "description": "mine" }), 404, "not found"),
    ] {
        let answer = world.api.send("PUT", &format!("user-capabilities/{path}"), &world.admin, body).await;
        expect(&answer, status, says);
    }
    expect(
        &world.api.send("DELETE", "user-capabilities/ViewBundles", &world.admin, Value::Null).await,
        400,
        "built in",
    );
    for (body, says) in [
        (define("Sneaky", json!(["user"]), json!(["Sneaky"])), "Sneaky"),
        (define("Sneaky", json!(["user"]), json!(["Nonsense"])), "Nonsense"),
        (define("Sneaky", json!(["user", "superadmin"]), json!(["Top"])), "Top"),
        (
            define("Sneaky", json!(["user"]), json!(["AllUserCapabilities", "AllTenantAdminCapabilities"])),
            "AllTenantAdminCapabilities",
        ),
    ] {
        expect(&world.api.send("POST", "user-capabilities", &world.admin, body).await, 400, says);
    }
    assert_eq!(world.by_admin("GET", all, Value::Null).await, before);
}

#[tokio::test]
async fn a_capability_in_use_is_neither_narrowed_nor_removed() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let capability = world.capability(&["BUNDLE:view"]).await;
    let holder = world.user(&tenant, "user", &[&capability]).await;
    let body = json!({ "name": "Heir", "tenant_roles": ["tenantadmin"], "providers": [capability] });
    world.by_admin("POST", "user-capabilities", body).await;
    let path = format!("user-capabilities/{capability}");
    let before = (world.by_admin("GET", &path, Value::Null).await, world.state(&holder).await);
    let narrow = |roles: Value| json!({ "action": "update", "tenant_roles": roles });
    expect(&world.api.send("PUT", &path, &world.admin, narrow(json!(["tenantadmin"]))).await, 409, "`user`");
    expect(&world.api.send("PUT", &path, &world.admin, narrow(json!(["user"]))).await, 409, "`Heir`");
    for (method, path, body) in
        [("DELETE", path.as_str(), Value::Null), ("DELETE", "user-capabilities", json!({ "name": capability }))]
    {
        let message = expect(&world.api.send(method, path, &world.admin, body).await, 409, "1 user(s)");
        assert!(message.contains("1 capability"), "{message}");
    }
    assert_eq!((world.by_admin("GET", &path, Value::Null).await, world.state(&holder).await), before);
    world.by_admin("DELETE", "user-capabilities/Heir", Value::Null).await;
    expect(&world.api.send("DELETE", &path, &world.admin, Value::Null).await, 409, "1 user(s)");
    let body = json!({ "action": "update_user_capabilities", "users": [holder], "user_capabilities": NONE });
    world.by_admin("PUT", &format!("tenants/{tenant}"), body).await;
    world.by_admin("DELETE", &path, Value::Null).await;
}

#[tokio::test]
async fn a_tenant_that_holds_something_is_not_removed_and_administrators_never() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[NONE]).await;
    world.namespace(&tenant, &user).await;
    let path = format!("tenants/{tenant}");
    let message = expect(&world.api.send("DELETE", &path, &world.admin, Value::Null).await, 409, "1 member(s)");
    assert!(message.contains("2 namespace(s)"), "{message}");
    for (method, body) in [("DELETE", Value::Null), ("PUT", json!({ "action": "rename", "new_name": "mine" }))] {
        for name in [ADMINISTRATORS, "ADMINISTRATORS"] {
            expect(
                &world.api.send(method, &format!("tenants/{name}"), &world.admin, body.clone()).await,
                409,
                "Administrators",
            );
        }
    }
    world.by_admin("DELETE", &format!("users/{user}"), Value::Null).await;
    world.by_admin("DELETE", &path, Value::Null).await;
}

#[tokio::test]
async fn a_replacement_must_be_another_member() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, "user", &[NONE]).await;
    let stranger = world.user(&other, "user", &[NONE]).await;
    let before = world.state(&user).await;
    let path = format!("users/{user}");
    let replace =
        |tenant: &str, by: &str| json!({ "replacement_users": [{ "tenant": tenant, "replacement_user": by }] });
    for (body, status, says) in [
        (replace(&tenant, &stranger), 404, "not found"),
        (replace(&tenant, "nobody"), 404, "not found"),
        (replace(&tenant, &user), 400, "their own replacement"),
        (replace(&other, &stranger), 400, "not a member"),
    ] {
        expect(&world.api.send("DELETE", &path, &world.admin, body).await, status, says);
    }
    let body = json!({ "action": "remove_users", "users": [user], "replacement_user": stranger });
    expect(&world.api.send("PUT", &format!("tenants/{tenant}"), &world.admin, body).await, 404, "not found");
    assert_eq!(world.state(&user).await, before);
}

#[tokio::test]
async fn the_built_in_users_are_nobodys_to_change() {
    let world = World::start().await;
    for name in ["system", "anonymous"] {
        let path = format!("users/{name}");
        for (method, path, body) in [
            ("PUT", path.as_str(), json!({ "action": "update", "user_info": { "password": PASSWORD } })),
            ("PUT", &path, json!({ "action": "disable" })),
            ("PUT", &path, json!({ "action": "enable" })),
            ("DELETE", &path, Value::Null),
        ] {
            expect(&world.api.send(method, path, &world.admin, body).await, 403, "built in");
        }
        let body = json!({ "action": "add_users", "users": [name], "tenant_role": "user" });
        expect(&world.api.send("PUT", "tenants/Administrators", &world.admin, body).await, 404, "not found");
        let body = json!({ "username": name, "password": "" });
        expect(&world.api.send("POST", "login", "", body).await, 401, "invalid username");
    }
}

#[tokio::test]
async fn a_list_of_nobody_and_nothing_is_refused() {
    let world = World::start().await;
    let (tenant, capability) = (world.tenant().await, world.capability(&["BUNDLE:view"]).await);
    let user = world.user(&tenant, "user", &[NONE]).await;
    let before = world.state(&user).await;
    let (tenants, capabilities) = (format!("tenants/{tenant}"), format!("user-capabilities/{capability}"));
    for (path, body, says) in [
        (&tenants, json!({ "action": "add_users", "users": [], "tenant_role": "user" }), "users"),
        (&tenants, json!({ "action": "remove_users", "users": [] }), "users"),
        (
            &tenants,
            json!({ "action": "add_user_capabilities", "users": [], "user_capabilities": "ViewBundles" }),
            "users",
        ),
        (
            &tenants,
            json!({ "action": "add_user_capabilities", "users": [user], "user_capabilities": [] }),
            "user_capabilities",
        ),
        (&capabilities, json!({ "action": "add_capability_entries", "capability_entries": [] }), "capability_entries"),
        (
            &capabilities,
            json!({ "action": "remove_capability_entries", "capability_entries": [] }),
            "capability_entries",
        ),
        (&capabilities, json!({ "action": "remove_providers", "providers": [] }), "providers"),
    ] {
        expect(&world.api.send("PUT", path, &world.admin, body).await, 400, says);
    }
    assert_eq!(world.state(&user).await, before);
}

#[tokio::test]
async fn a_role_change_carries_over_what_the_new_role_can_have_or_is_refused() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let for_users = json!({ "name": "ForUsers", "tenant_roles": ["user"], "capability_entries": ["BUNDLE:view"] });
    world.by_admin("POST", "user-capabilities", for_users).await;
    let custom = world.capability(&["BUNDLE:view"]).await;
    let user = world.user(&tenant, "user", &["ForUsers", "AllUserCapabilities", &custom, &custom]).await;
    let path = format!("users/{user}");
    let to =
        |tenant: &str, role: &str| json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": role });
    let before = world.state(&user).await;
    expect(&world.api.send("PUT", &path, &world.admin, to(&tenant, "tenantadmin")).await, 400, "ForUsers");
    expect(&world.api.send("PUT", &path, &world.admin, to(&other, "user")).await, 404, &other);
    let namespace = json!({ "username": user, "password": PASSWORD, "tenant": tenant, "namespace": "another" });
    expect(&world.api.send("POST", "login", "", namespace).await, 400, "not yours");
    assert_eq!(world.state(&user).await, before);
    let take = json!({ "action": "remove_user_capabilities", "users": user, "user_capabilities": "ForUsers" });
    world.by_admin("PUT", &format!("tenants/{tenant}"), take).await;
    world.by_admin("PUT", &path, to(&tenant, "tenantadmin")).await;
    let held = world.permissions_of(&user, &tenant).await;
    assert!(held.contains(&"TENANT:view".to_owned()) && held.contains(&"BUNDLE:view".to_owned()), "{held:?}");
}

#[tokio::test]
async fn a_namespace_is_taken_over_by_those_alone_who_may_give_it_away() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, "user", &[NONE]).await;
    let namespace = world.namespace(&tenant, &owner).await;
    let hiring = world.capability(&["USER:view", "USER:create", "NAMESPACE:view"]).await;
    let hirer = world.person(&tenant, "tenantadmin", &[&hiring]).await;
    let place =
        json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": NONE, "namespace_name": namespace }]);
    let info = json!({ "username": "heir", "authentication_type": 1, "password": PASSWORD, "tenant_list": place });
    let answer = world.api.send("POST", "users", &hirer.token, json!({ "user_info": info })).await;
    expect(&answer, 403, "NAMESPACE:change_owner");
    expect(&world.api.send("GET", "users/heir", &world.admin, Value::Null).await, 404, "not found");
}

#[tokio::test]
async fn whoever_may_not_look_at_settings_changes_none() {
    let world = World::start().await;
    let blind = world.capability(&["CONFIG:update"]).await;
    let person = world.person(ADMINISTRATORS, "superadmin", &[&blind]).await;
    let body = json!({ "action": "update", "name": "password.min_length", "value": 9 });
    expect(&world.api.send("PUT", "config", &person.token, body).await, 403, "CONFIG:");
}

/// A base that two others build on, which a fourth joins again: each is looked at once.
#[tokio::test]
async fn a_capability_that_is_inherited_twice_is_changed_once() {
    let world = World::start().await;
    let base = world.capability(&["BUNDLE:view"]).await;
    for (name, providers) in [("Left", json!([base])), ("Right", json!([base])), ("Both", json!(["Left", "Right"]))] {
        let body = json!({ "name": name, "tenant_roles": ["user"], "providers": providers });
        world.by_admin("POST", "user-capabilities", body).await;
    }
    // The role that goes is one that no heir needs.
    for body in [
        json!({ "action": "add_capability_entries", "capability_entries": ["IMAGE:view"] }),
        json!({ "action": "update", "tenant_roles": ["user", "tenantadmin"] }),
    ] {
        world.by_admin("PUT", &format!("user-capabilities/{base}"), body).await;
    }
    let tenant = world.tenant().await;
    let holder = world.user(&tenant, "user", &["Both"]).await;
    assert!(world.permissions_of(&holder, &tenant).await.contains(&"IMAGE:view".to_owned()));
}

#[tokio::test]
async fn a_person_who_can_not_be_is_no_user() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let place = json!([{ "tenant": tenant, "tenant_role": "user" }]);
    let info = json!({ "username": "odd", "authentication_type": 1, "password": PASSWORD, "tenant_list": place,
        "first_name": "a\u{7}b" });
    let answer = world.api.send("POST", "users", &world.admin, json!({ "user_info": info })).await;
    expect(&answer, 400, "odd");
    expect(&world.api.send("GET", "users/odd", &world.admin, Value::Null).await, 404, "not found");
}
