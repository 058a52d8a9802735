//! What a narrowed access token is good for, and that nothing more comes of it.

use robin_testkit::Answer;
use serde_json::{Value, json};

use super::{
    samples::TYPE,
    world::{ADMINISTRATORS, EVERYTHING, NONE, PASSWORD, Person, World},
};

/// A tenant, its administrator with every permission there is, and a member.
struct Scene {
    world: World,
    tenant: String,
    boss: Person,
    member: String,
}

async fn scene() -> Scene {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let boss = world.person(&tenant, "tenantadmin", &[EVERYTHING]).await;
    let member = world.user(&tenant, "user", &[NONE]).await;
    Scene { world, tenant, boss, member }
}

impl Scene {
    /// The administrator with a token of these grants.
    async fn with(&self, grants: Value) -> Person {
        let made = self.world.by(&self.boss, "POST", "access-tokens", json!({ "grants": grants })).await;
        assert_eq!(made.status, 200, "{}", made.text);
        Person { token: made.json()["token"].as_str().unwrap().to_owned(), ..self.boss.clone() }
    }

    async fn by(&self, who: &Person, method: &str, path: &str, body: Value) -> Answer {
        self.world.by(who, method, path, body).await
    }

    async fn status(&self, who: &Person, method: &str, path: &str, body: Value) -> u16 {
        self.by(who, method, path, body).await.status
    }
}

fn names(answer: &Answer, field: &str) -> Vec<String> {
    let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_token_for_one_object_shows_that_one_alone() {
    let scene = scene().await;
    let (one, other) = (
        scene.world.object(&scene.tenant, &scene.member).await,
        scene.world.object(&scene.tenant, &scene.member).await,
    );
    let who = scene.with(json!([{ "resources": TYPE, "functions": "view,update", "entities": one }])).await;
    assert_eq!(names(&scene.by(&who, "GET", &format!("objects?type={TYPE}"), Value::Null).await, "id"), [one.as_str()]);
    assert_eq!(names(&scene.by(&who, "GET", "objects", Value::Null).await, "id"), [one.as_str()]);
    let missing = scene.by(&who, "GET", &format!("objects/{TYPE}/nothing"), Value::Null).await;
    let hidden = scene.by(&who, "GET", &format!("objects/{TYPE}/{other}"), Value::Null).await;
    assert_eq!((hidden.status, missing.status), (404, 404), "what it is not for looks missing");
    assert_eq!(hidden.error().0.replace(&other, "nothing"), missing.error().0);
    let update = json!({ "action": "update", "attributes": { "a": 1 } });
    assert_eq!(scene.status(&who, "PUT", &format!("objects/{TYPE}/{one}"), update.clone()).await, 200);
    assert_eq!(scene.status(&who, "PUT", &format!("objects/{TYPE}/{other}"), update).await, 404);
    assert_eq!(scene.status(&who, "DELETE", &format!("objects/{TYPE}/{one}"), Value::Null).await, 403);
    let new = json!({ "type": TYPE, "id": "new" });
    assert_eq!(scene.status(&who, "POST", "objects", new).await, 403);
    assert_eq!(scene.status(&who, "GET", "users", Value::Null).await, 403);
    let question = |id: &str| {
        json!({
            "subject": { "type": "user", "id": scene.boss.name }, "action": { "name": "update" },
            "resource": { "type": TYPE, "id": id },
        })
    };
    let answer = scene.by(&who, "POST", "/access/v1/evaluation", question(&one)).await.json();
    assert_eq!(answer["decision"], true);
    let answer = scene.by(&who, "POST", "/access/v1/evaluation", question(&other)).await.json();
    assert_eq!((&answer["decision"], &answer["context"]["reason"]), (&json!(false), &json!("not_granted")));
}

#[tokio::test]
async fn a_visible_object_with_an_operation_that_is_not_granted_is_forbidden_and_not_missing() {
    let scene = scene().await;
    let (one, other) = (
        scene.world.object(&scene.tenant, &scene.member).await,
        scene.world.object(&scene.tenant, &scene.member).await,
    );
    let grants = json!([
        { "resources": TYPE, "functions": "view" }, { "resources": TYPE, "functions": "update", "entities": one },
    ]);
    let who = scene.with(grants).await;
    let update = json!({ "action": "update", "attributes": { "a": 1 } });
    assert_eq!(scene.status(&who, "PUT", &format!("objects/{TYPE}/{one}"), update.clone()).await, 200);
    let refused = scene.by(&who, "PUT", &format!("objects/{TYPE}/{other}"), update).await;
    assert_eq!(refused.error().0, format!("you don't have the permission {TYPE}:update with this token"));
}

#[tokio::test]
async fn lists_of_users_and_tenants_hold_what_the_token_covers() {
    let scene = scene().await;
    let Scene { world, tenant, member, .. } = &scene;
    let grants = json!([{ "resources": "USER", "functions": "view,update", "entities": member }]);
    let who = scene.with(grants).await;
    assert_eq!(names(&scene.by(&who, "GET", "users", Value::Null).await, "username"), [member.as_str()]);
    scene.with(json!([{ "resources": "TENANT", "functions": "view", "entities": tenant }])).await;
    let shown = scene.by(&scene.boss, "GET", "access-tokens", Value::Null).await.json();
    let entities = |nth: usize| shown["items"][nth]["grants"][0]["entities"].clone();
    assert_eq!((entities(0), entities(1)), (json!([member]), json!([tenant])), "shown by name");
    assert_eq!(scene.status(&who, "GET", &format!("users/{member}"), Value::Null).await, 200);
    assert_eq!(
        scene.status(&who, "GET", &format!("users/{}", scene.boss.name), Value::Null).await,
        403,
        "one's own too"
    );
    assert_eq!(scene.status(&who, "GET", "sessions", Value::Null).await, 403);
    assert_eq!(scene.status(&who, "GET", "access-tokens", Value::Null).await, 403);
    assert_eq!(scene.status(&who, "GET", "login", Value::Null).await, 200, "whose it is anybody may ask");
    assert_eq!(scene.by(&who, "GET", "login", Value::Null).await.json()["narrowed"], true);
    world.access_token(member, tenant).await;
    let seen = scene.by(&who, "GET", "access-tokens?all=true", Value::Null).await;
    assert_eq!(names(&seen, "username"), [member.as_str()]);

    let other = world.tenant().await;
    let root = json!({ "grants": [{ "resources": "TENANT,USER", "functions": "*", "tenants": tenant }] });
    let token = world.api.ok("POST", "access-tokens", &world.admin, root).await["token"].as_str().unwrap().to_owned();
    let root = Person { name: "robin".to_owned(), token, tenant: ADMINISTRATORS.to_owned() };
    assert_eq!(names(&scene.by(&root, "GET", "tenants", Value::Null).await, "name"), [tenant.as_str()]);
    let describe = json!({ "action": "update_description", "description": "d" });
    assert_eq!(scene.status(&root, "PUT", &format!("tenants/{tenant}"), describe.clone()).await, 200);
    assert_eq!(scene.status(&root, "PUT", &format!("tenants/{other}"), describe).await, 404);
    assert_eq!(scene.status(&root, "POST", "tenants", json!({ "name": "t9" })).await, 403);
    let shown = scene.world.api.ok("GET", "access-tokens", &world.admin, Value::Null).await;
    let grant = json!({ "resources": ["TENANT", "USER"], "functions": ["*"], "tenants": [tenant], "entities": ["*"] });
    assert_eq!(shown["items"][0]["grants"], json!([grant]), "shown by name");
}

#[tokio::test]
async fn a_token_of_a_superadmin_for_one_tenant_makes_nothing_in_another() {
    let scene = scene().await;
    let Scene { world, tenant, .. } = &scene;
    let other = world.tenant().await;
    let body = json!({ "grants": [{ "resources": "*", "functions": "*", "tenants": tenant }] });
    let token = world.api.ok("POST", "access-tokens", &world.admin, body).await["token"].as_str().unwrap().to_owned();
    let root = Person { name: "robin".to_owned(), token, tenant: ADMINISTRATORS.to_owned() };
    let user = |name: &str, tenant: &str| {
        let place = json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": NONE }]);
        json!({ "user_info": { "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": place } })
    };
    let account = |name: &str, tenant: &str| json!({ "name": name, "tenant": tenant, "user_capabilities": NONE });
    assert_eq!(scene.status(&root, "POST", "users", user("x1", tenant)).await, 200);
    assert_eq!(scene.status(&root, "POST", "users", user("x2", &other)).await, 403);
    assert_eq!(scene.status(&root, "POST", "service-accounts", account("x3", tenant)).await, 200);
    assert_eq!(scene.status(&root, "POST", "service-accounts", account("x4", &other)).await, 403);
    let namespace =
        |name: &str, tenant: &str, owner: &str| json!({ "name": name, "tenant": tenant, "username": owner });
    let stranger = world.user(&other, "user", &[NONE]).await;
    assert_eq!(scene.status(&root, "POST", "namespaces", namespace("n1", tenant, &scene.member)).await, 200);
    assert_eq!(scene.status(&root, "POST", "namespaces", namespace("n2", &other, &stranger)).await, 403);
    let object =
        |id: &str, tenant: Value, owner: Value| json!({ "type": TYPE, "id": id, "tenant": tenant, "owner": owner });
    assert_eq!(scene.status(&root, "POST", "objects", object("o1", json!(tenant), json!(scene.member))).await, 200);
    assert_eq!(scene.status(&root, "POST", "objects", object("o2", json!(other), json!(stranger))).await, 403);
    assert_eq!(
        scene.status(&root, "POST", "objects", object("o3", Value::Null, Value::Null)).await,
        403,
        "of no tenant"
    );
    world.join(&scene.member, &other, "user").await;
    let role = json!({
        "action": "change_tenant_role", "tenant": other, "tenant_role": "tenantadmin", "user_capabilities": NONE,
    });
    assert_eq!(
        scene.status(&root, "PUT", &format!("users/{}", scene.member), role).await,
        404,
        "in no tenant it is for"
    );
    let capability = json!({ "name": "Mine", "tenant_roles": ["user"], "capability_entries": ["APPLICATION:view"] });
    assert_eq!(scene.status(&root, "POST", "user-capabilities", capability).await, 403, "the cluster is no tenant");
    assert_eq!(scene.status(&root, "PUT", "access-tokens", json!({ "action": "regenerate", "all": true })).await, 403);
    let told = scene.by(&root, "GET", "changes?since=1&wait=0", Value::Null).await.json();
    assert_eq!((&told["everything"], &told["users"]), (&json!(true), &json!([])), "it is not told what changed");
}

/// A token narrowed to everything about users must not come to more by way of them.
#[tokio::test]
async fn sec_21_a_narrowed_token_gives_and_takes_no_more_than_it_covers() {
    let scene = scene().await;
    let Scene { world, tenant, boss, member, .. } = &scene;
    let who = scene.with(json!([{ "resources": "USER,TENANT", "functions": "*", "tenants": tenant }])).await;
    let user = |capabilities: &str| {
        let place = json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": capabilities }]);
        json!({ "user_info": { "username": world.fresh("x"), "authentication_type": 1, "password": PASSWORD, "tenant_list": place } })
    };
    assert_eq!(scene.status(&who, "POST", "users", user(NONE)).await, 200);
    assert_eq!(scene.status(&who, "POST", "users", user("ViewApplications")).await, 403);
    let strong = world.user(tenant, "user", &["ViewApplications"]).await;
    let password = json!({ "action": "update", "user_info": { "password": "stolen-quartz-43" } });
    assert_eq!(scene.status(&who, "PUT", &format!("users/{member}"), password.clone()).await, 200);
    for stronger in [&strong, &boss.name] {
        for (method, path, body) in [
            ("PUT", format!("users/{stronger}"), password.clone()),
            ("PUT", format!("users/{stronger}"), json!({ "action": "disable" })),
            ("DELETE", format!("users/{stronger}"), Value::Null),
            ("GET", format!("sessions?username={stronger}"), Value::Null),
            ("PUT", format!("tenants/{tenant}"), json!({ "action": "remove_users", "users": [stronger] })),
        ] {
            // One's own sessions it may see: they give nothing away.
            if path.starts_with("sessions") && *stronger == boss.name {
                continue;
            }
            let answer = scene.by(&who, method, &path, body).await;
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
        }
    }
    for (body, expected) in [
        (json!({}), 403),
        (json!({ "role": "Admin" }), 403),
        (json!({ "role": "AuditDeveloper" }), 403),
        (json!({ "username": strong }), 403),
        (json!({ "username": member }), 403),
        (json!({ "grants": [{ "resources": "USER", "functions": "*" }] }), 403),
        (json!({ "grants": [{ "resources": "APPLICATION", "functions": "view", "tenants": tenant }] }), 403),
        (json!({ "grants": [{ "resources": "USER", "functions": "view", "tenants": tenant }] }), 200),
        (
            json!({ "username": member, "grants": [{ "resources": "TENANT", "functions": "*", "tenants": tenant }] }),
            200,
        ),
    ] {
        let answer = scene.by(&who, "POST", "access-tokens", body.clone()).await;
        assert_eq!(answer.status, expected, "{body}: {}", answer.text);
    }
    let grant = json!({ "action": "grant", "username": member, "force": true });
    assert_eq!(scene.status(&who, "PUT", "access-tokens", grant).await, 403);
    let whole = world.by(boss, "POST", "access-tokens", json!({})).await.json();
    let regenerate = json!({ "action": "regenerate", "id": whole["id"] });
    assert_eq!(scene.status(&who, "PUT", "access-tokens", regenerate).await, 403, "a wider one is none of its own");
}

#[tokio::test]
async fn what_is_wished_for_is_known_and_held() {
    let scene = scene().await;
    let Scene { world, tenant, .. } = &scene;
    let user = world.person(tenant, "user", &["ViewApplications"]).await;
    let grant = |resources: &str, functions: &str| json!([{ "resources": resources, "functions": functions }]);
    let many = |count: usize| (0..count).map(|n| format!("a{n}")).collect::<Vec<_>>();
    let mut scoped = grant("APPLICATION", "view");
    scoped[0]["entities"] = json!(many(1001));
    for (grants, status, said) in [
        (grant("APPLICATIONS", "view"), 400, "unknown resource `APPLICATIONS`: did you mean `APPLICATION`?"),
        (grant("APPLICATION", "wiew"), 400, "unknown function `wiew`: did you mean `view`?"),
        (grant("APP*", "view"), 400, "unknown resource `APP*`"),
        (grant("*,APPLICATION", "view"), 400, "invalid `resources`"),
        (grant("APPLICATION", ""), 400, "a grant needs `resources` and `functions`"),
        (grant("APPLICATION", "delete"), 403, "does not have the permission APPLICATION:delete"),
        (json!([]), 400, "name 1 to 100 grants"),
        (json!(vec![grant("APPLICATION", "view")[0].clone(); 101]), 400, "name 1 to 100 grants"),
        (scoped, 400, "invalid `entities`"),
        (json!([{ "resources": "*", "functions": "view", "entities": "a" }]), 400, "in grants of their own"),
        (json!([{ "resources": "USER,TENANT", "functions": "view", "entities": "a" }]), 400, "in grants of their own"),
        (json!([{ "resources": "APPLICATION", "functions": "view", "entities": ["ä"] }]), 400, "invalid object id"),
        (
            json!([{ "resources": "APPLICATION", "functions": "view", "tenants": "nowhere" }]),
            404,
            "tenant `nowhere` not found",
        ),
        (json!([{ "resources": "APPLICATION", "functions": "view", "tenants": ADMINISTRATORS }]), 404, "not found"),
        (
            json!([{ "resources": "APPLICATION", "functions": "view", "tenants": "no where" }]),
            400,
            "invalid tenant name",
        ),
        (json!([{ "resources": "APPLICATION", "functions": "view", "users": "a" }]), 400, "unknown field `users`"),
    ] {
        let answer = scene.by(&user, "POST", "access-tokens", json!({ "grants": grants })).await;
        assert_eq!(answer.status, status, "{grants}: {}", answer.text);
        assert!(answer.error().0.contains(said), "{grants}: {}", answer.text);
    }
    for (body, said) in [
        (json!({ "role": "Adnim" }), "unknown role `Adnim`: did you mean `Admin`?"),
        (json!({ "role": "Admin", "grants": grant("APPLICATION", "view") }), "name either `role` or `grants`"),
    ] {
        assert_eq!(scene.by(&user, "POST", "access-tokens", body).await.error().0, said);
    }
    for fine in [
        grant("application", "View"),
        grant("*", "*"),
        json!([{ "resources": "*", "functions": "view", "tenants": "*", "entities": "*" }]),
    ] {
        assert_eq!(scene.status(&user, "POST", "access-tokens", json!({ "grants": fine })).await, 200, "{fine}");
    }
}

#[tokio::test]
async fn an_audit_developer_does_all_at_home_and_looks_everywhere() {
    let scene = scene().await;
    let Scene { world, tenant, .. } = &scene;
    let made = world.api.ok("POST", "access-tokens", &world.admin, json!({ "role": "AuditDeveloper" })).await;
    let token = made["token"].as_str().unwrap().to_owned();
    let root = Person { name: "robin".to_owned(), token, tenant: ADMINISTRATORS.to_owned() };
    assert!(names(&scene.by(&root, "GET", "tenants", Value::Null).await, "name").contains(tenant));
    assert_eq!(scene.status(&root, "GET", &format!("tenants/{tenant}"), Value::Null).await, 200);
    let describe = json!({ "action": "update_description", "description": "d" });
    assert_eq!(scene.status(&root, "PUT", &format!("tenants/{ADMINISTRATORS}"), describe.clone()).await, 200);
    assert_eq!(scene.status(&root, "PUT", &format!("tenants/{tenant}"), describe).await, 403);
    assert_eq!(scene.status(&root, "GET", "config", Value::Null).await, 200);
    let config = json!({ "action": "update", "name": "password.min_length", "value": 8 });
    assert_eq!(scene.status(&root, "PUT", "config", config).await, 403);
}
