//! Dry runs: what one says would be different is what then is, and nothing is before.

use std::collections::{BTreeMap, BTreeSet};

use robin_api::{Endpoint, table};
use robin_testkit::{Api, Openshift, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, settled, tenants, user};

crate::on_both_engines!(
    a_dry_run_says_what_the_change_then_does_and_changes_nothing,
    a_dry_run_is_refused_as_the_change_is,
    nobody_hears_of_those_out_of_reach,
    nobody_hears_of_what_they_may_not_see,
    what_cannot_be_rehearsed_does_not_take_the_field,
    on_the_command_line,
);

/// A call: method, path and body.
type Call = (&'static str, &'static str, Value);

/// Who, where and about what, and what they may do.
type Rights = BTreeMap<(String, String, String), BTreeSet<String>>;

struct Scene {
    api: Api,
    admin: String,
}

impl Scene {
    /// Tenants `t1` and `t2`, each with an administrator `boss1`, `boss2` and users `ann1`, `bob1`, `ann2`; capabilities `Own` and its
    /// heir `Heir`, which `ann1` has; a backup and a bundle of `t1`.
    async fn of(server: &Server) -> Self {
        let api = server.api();
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1", "t2"]).await;
        for (name, tenant, role) in [
            ("boss1", "t1", "tenantadmin"),
            ("boss2", "t2", "tenantadmin"),
            ("ann1", "t1", "user"),
            ("bob1", "t1", "user"),
            ("ann2", "t2", "user"),
        ] {
            user(&api, &admin, name, &[(tenant, role)]).await;
        }
        let scene = Self { api, admin };
        let roles = "user,tenantadmin,superadmin";
        let own = json!({ "name": "Own", "tenant_roles": roles, "capability_entries": ["USER:view"] });
        let heir = json!({ "name": "Heir", "tenant_roles": roles, "providers": "Own" });
        scene.make(("POST", "user-capabilities", own)).await;
        scene.make(("POST", "user-capabilities", heir)).await;
        for (object_type, id, owner) in [("BACKUP", "nightly", "bob1"), ("BUNDLE", "shop", "bob1")] {
            let body = json!({ "type": object_type, "id": id, "tenant": "t1", "owner": owner });
            scene.make(("POST", "objects", body)).await;
        }
        scene.make(("POST", "namespaces", json!({ "name": "shop", "tenant": "t1", "username": "bob1" }))).await;
        settled(&scene.api, &scene.admin).await;
        scene
    }

    async fn get(&self, path: &str) -> Value {
        self.api.ok("GET", path, &self.admin, Value::Null).await
    }

    async fn make(&self, (method, path, body): Call) -> Value {
        self.api.ok(method, path, &self.admin, body).await
    }

    async fn login(&self, name: &str) -> String {
        self.api.login(name, PASSWORD, "").await
    }

    /// All that is there, and the revision.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "changes",
            "users?permissions=true&hidden=true&disabled=true&deleted=true",
            "user-capabilities?all_capabilities=true",
            "tenants",
            "namespaces",
            "objects",
            "object-shares",
            "sessions?username=ann1",
            "user-audit",
        ] {
            all.push(self.get(path).await);
        }
        all
    }

    /// What every member may do by their permissions, and in which role.
    async fn permissions(&self) -> (Rights, BTreeMap<(String, String), String>) {
        let (mut rights, mut roles) = (Rights::new(), BTreeMap::new());
        for user in self.get("users?permissions=true").await["items"].as_array().unwrap() {
            let name = text(&user["username"]);
            for place in user["tenants"].as_array().unwrap() {
                let tenant = text(&place["name"]);
                let permissions = user["permissions"][tenant.as_str()].as_object().unwrap();
                let words = permissions.iter().flat_map(|(kind, operations)| {
                    words(operations).into_iter().map(move |operation| format!("{kind}:{operation}"))
                });
                rights.insert((name.clone(), tenant.clone(), String::new()), words.collect());
                roles.insert((name.clone(), tenant), text(&place["tenant_role"]));
            }
        }
        (rights, roles)
    }

    /// What every member may do to every object.
    async fn decisions(&self) -> Rights {
        let mut rights = Rights::new();
        let (members, _) = self.permissions().await;
        for object in self.get("objects").await["items"].as_array().unwrap() {
            let (kind, id) = (text(&object["type"]), text(&object["id"]));
            for (name, tenant, _) in members.keys() {
                let question = json!({
                    "subject": { "type": "user", "id": name, "properties": { "tenant": tenant } },
                    "resource": { "type": kind, "id": id },
                });
                let found = self.api.ok("POST", "/access/v1/search/action", &self.admin, question).await;
                let operations = found["results"].as_array().unwrap().iter().map(|action| text(&action["name"]));
                rights.insert((name.clone(), tenant.clone(), format!("{kind}/{id}")), operations.collect());
            }
        }
        rights
    }

    /// Rehearses a change, makes it, and compares. Answers how many members and objects it was about.
    async fn compare(&self, call: Call) -> (usize, usize) {
        let (method, path, body) = call;
        let before = self.everything().await;
        let (could, were) = self.permissions().await;
        let decided = self.decisions().await;
        let diff = self.make((method, path, dry(&body))).await;
        assert_eq!(diff["dry_run"], true, "{path} {body}: {diff}");
        assert_eq!(self.everything().await, before, "{method} {path} {body} left something behind");
        let done = self.make((method, path, body.clone())).await;
        assert!(done["message"].is_string(), "{done}");

        let (can, are) = self.permissions().await;
        let mut said = Vec::new();
        for member in diff["members"].as_array().unwrap() {
            let key = (text(&member["username"]), text(&member["tenant"]));
            let roles = [were.get(&key), are.get(&key)];
            let expected = if roles[0] == roles[1] { Value::Null } else { json!({ "from": roles[0], "to": roles[1] }) };
            assert_eq!(member["role"], expected, "{path} {body}: {member}");
            if !(words(&member["gains"]).is_empty() && words(&member["loses"]).is_empty()) {
                said.push(((key.0, key.1, String::new()), (words(&member["gains"]), words(&member["loses"]))));
            }
        }
        assert_eq!(said.into_iter().collect::<BTreeMap<_, _>>(), differences(&could, &can), "{method} {path} {body}");

        let mut now = differences(&decided, &self.decisions().await);
        let mut for_all = BTreeMap::new();
        for row in diff["objects"].as_array().unwrap() {
            let object = format!("{}/{}", text(&row["type"]), text(&row["id"]));
            let (gains, loses) = (words(&row["gains"]), words(&row["loses"]));
            match row["who"]["username"].as_str() {
                None => drop(for_all.insert((text(&row["who"]["tenant"]), object), (gains, loses))),
                Some(name) => {
                    let key = (name.to_owned(), text(&row["who"]["tenant"]), object);
                    assert_eq!(now.remove(&key), Some((gains, loses)), "{method} {path} {body}: {row}");
                }
            }
        }
        let kept = diff["objects"].as_array().unwrap().len();
        for ((name, tenant, object), (gains, loses)) in now {
            // Administrators gain and lose what comes to be and ceases to be, and members what is shared with all of them. By
            // permissions, members have it of all objects.
            let is_admin = name == "robin" || name.starts_with("boss");
            let is_moved = diff["members"].as_array().unwrap().iter().any(|member| member["username"] == name.as_str());
            let shared = for_all.get(&(tenant, object.clone()));
            let is_shared = shared.is_some_and(|all: &(_, _)| gains.is_subset(&all.0) && loses.is_subset(&all.1));
            assert!(is_admin || is_moved || is_shared, "{method} {path} {body}: {name} {object} +{gains:?} -{loses:?}");
        }
        (diff["members"].as_array().unwrap().len(), kept)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn words(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(text).collect()
}

fn dry(body: &Value) -> Value {
    let mut body = body.clone();
    body["dry_run"] = json!(true);
    body
}

type Difference = (BTreeSet<String>, BTreeSet<String>);

fn differences(before: &Rights, after: &Rights) -> BTreeMap<(String, String, String), Difference> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).cloned().collect();
    let none = BTreeSet::new();
    let differ = |key: (String, String, String)| {
        let (was, is) = (before.get(&key).unwrap_or(&none), after.get(&key).unwrap_or(&none));
        (was != is).then(|| (key, (is - was, was - is)))
    };
    keys.into_iter().filter_map(differ).collect()
}

fn new_user(name: &str) -> Value {
    let place = json!({ "tenant": "t1", "tenant_role": "user", "namespace_name": format!("of-{name}") });
    json!({ "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": [place] })
}

/// Each change that can be rehearsed, in an order in which each can be made, with how many members and objects it is about.
fn changes() -> Vec<(Call, (usize, usize))> {
    let capability = |body: Value| ("PUT", "user-capabilities/Own", body);
    let tenant = |body: Value| ("PUT", "tenants/t1", body);
    let share = |method: &'static str, body: Value| {
        let mut body = body;
        body["object_type"] = json!("BACKUP");
        body["object_id"] = json!("nightly");
        (method, "object-shares", body)
    };
    let namespace = |body: Value| ("PUT", "namespaces/shop", body);
    let role = |user, role: &str| {
        ("PUT", user, json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": role }))
    };
    let mut of_cluster = new_user("user1");
    (of_cluster["authentication_type"], of_cluster["password"]) = (json!(3), Value::Null);
    let import = json!({ "action": "import", "users": "user1", "tenant": "t2", "tenant_role": "user" });
    vec![
        (tenant(json!({ "action": "add_user_capabilities", "users": "ann1", "user_capabilities": "Heir" })), (1, 0)),
        (capability(json!({ "action": "add_capability_entries", "capability_entries": ["USER:create"] })), (1, 0)),
        (capability(json!({ "action": "remove_capability_entries", "capability_entries": ["USER:create"] })), (1, 0)),
        (
            tenant(json!({ "action": "update_user_capabilities", "users": "ann1,bob1", "user_capabilities": "Own" })),
            (2, 0),
        ),
        (capability(json!({ "action": "add_providers", "providers": "ViewApplications" })), (2, 0)),
        (capability(json!({ "action": "update", "description": "Another" })), (0, 0)),
        (capability(json!({ "action": "remove_providers", "providers": "ViewApplications" })), (2, 0)),
        (tenant(json!({ "action": "remove_user_capabilities", "users": "ann1", "user_capabilities": "Own" })), (1, 0)),
        (role("users/ann1", "tenantadmin"), (1, 0)),
        (role("users/ann1", "user"), (1, 0)),
        (
            tenant(
                json!({ "action": "add_user_capabilities", "users": "ann1,bob1", "user_capabilities": "AllUserCapabilities" }),
            ),
            (2, 0),
        ),
        // With `ann2` comes their namespace.
        (tenant(json!({ "action": "add_users", "users": "ann2", "tenant_role": "user" })), (1, 1)),
        (share("POST", json!({ "username": "ann1", "operations": "view" })), (0, 1)),
        // Who has it already gains nothing.
        (share("POST", json!({ "username": "ann1", "operations": "view" })), (0, 0)),
        (share("POST", json!({ "tenant": "t2", "operations": "view,manage" })), (0, 1)),
        (share("DELETE", json!({ "tenant": "t2", "operations": "manage" })), (0, 1)),
        // It is shared with `ann2` in both tenants, as far as `t2` has it.
        (share("POST", json!({ "username": "ann2", "operations": "view" })), (0, 2)),
        (share("DELETE", json!({ "tenant": "t2" })), (0, 2)),
        (share("DELETE", json!({ "username": "ann1" })), (0, 1)),
        (namespace(json!({ "action": "share", "username": "ann1" })), (0, 1)),
        (namespace(json!({ "action": "unshare", "username": "ann1", "operations": "deploy_app" })), (0, 1)),
        (namespace(json!({ "action": "unshare", "username": "ann1" })), (0, 1)),
        (namespace(json!({ "action": "change_owner", "username": "ann1" })), (0, 2)),
        (("DELETE", "namespaces/shop", json!({ "delete_namespace": false })), (0, 1)),
        (("PUT", "objects/BUNDLE/shop", json!({ "action": "change_owner", "owner": "ann1" })), (0, 2)),
        (
            (
                "POST",
                "object-shares",
                json!({ "object_type": "BUNDLE", "object_id": "shop", "tenant": "t2",
            "operations": "view" }),
            ),
            (0, 1),
        ),
        // To all of the tenant that it is bound to.
        (
            (
                "POST",
                "object-shares",
                json!({ "object_type": "BUNDLE", "object_id": "shop", "tenant": "t1",
            "operations": "view" }),
            ),
            (0, 1),
        ),
        (("DELETE", "objects/BUNDLE/shop", json!({})), (0, 3)),
        // What they own goes with them, but what is handed over.
        (tenant(json!({ "action": "remove_users", "users": "bob1", "replacement_user": "ann1" })), (1, 4)),
        // `ann2` has a share of what goes.
        (tenant(json!({ "action": "remove_users", "users": "ann1" })), (1, 4)),
        (("DELETE", "user-capabilities/Heir", json!({})), (0, 0)),
        // The number that a new account gets, and what is called after it, is known when it has it.
        (("POST", "users", json!({ "user_info": new_user("cat1") })), (1, 1)),
        (("POST", "users", json!({ "user_info": of_cluster })), (1, 1)),
        (("PUT", "openshift-users", import), (1, 1)),
    ]
}

async fn a_dry_run_says_what_the_change_then_does_and_changes_nothing(mut server: Server) {
    server.stop();
    let openshift = Openshift::start();
    let server = server.how().on(&openshift).start().await;
    let scene = Scene::of(&server).await;
    let mut seen = BTreeSet::new();
    for (call, expected) in changes() {
        let action = call.2["action"].as_str().unwrap_or_default().to_owned();
        let resource = call.1.split('/').next().unwrap().to_owned();
        seen.insert((call.0.to_owned(), resource, action));
        let shown = format!("{call:?}");
        assert_eq!(scene.compare(call).await, expected, "{shown}");
    }
    assert_eq!(seen, rehearsable(), "each that can be rehearsed is, here");
}

fn rehearsable() -> BTreeSet<(String, String, String)> {
    struct Names(BTreeSet<(String, String, String)>);
    impl table::Visitor for Names {
        fn visit<E: Endpoint>(&mut self) {
            let resource = E::PATHS[0].split('/').nth(4).unwrap_or_default().to_owned();
            let name = (E::METHOD.to_string(), resource, E::ACTION.unwrap_or_default().to_owned());
            self.0.extend(Some(name).filter(|_| E::CAN_REHEARSE));
        }
    }
    let mut names = Names(BTreeSet::new());
    table::each(&mut names);
    names.0
}

async fn a_dry_run_is_refused_as_the_change_is(server: Server) {
    let scene = Scene::of(&server).await;
    let (boss, ann) = (scene.login("boss1").await, scene.login("ann1").await);
    let add = |user: &str| json!({ "action": "add_users", "users": user, "tenant_role": "user" });
    let role = |tenant: &str| json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": "user" });
    let providers = |name: &str| json!({ "action": "add_providers", "providers": name });
    let share = json!({ "object_type": "BACKUP", "object_id": "nightly", "username": "ann2", "operations": "view" });
    for (token, (method, path, body), status) in [
        (&boss, ("POST", "object-shares", share), 404),
        (&scene.admin, ("PUT", "tenants/t1", add("ann1")), 409),
        (&scene.admin, ("PUT", "tenants/t1", json!({ "action": "add_users", "users": "ann2" })), 400),
        (&ann, ("PUT", "users/bob1", role("t1")), 403),
        (&boss, ("PUT", "user-capabilities/Own", providers("ViewUsers")), 403),
        (&scene.admin, ("PUT", "user-capabilities/Own", providers("Nothing")), 400),
        (&boss, ("DELETE", "user-capabilities/Own", json!({})), 403),
        (&scene.admin, ("DELETE", "user-capabilities/Own", json!({})), 409),
        (&scene.admin, ("PUT", "users/robin", role("Administrators")), 409),
        (&ann, ("DELETE", "objects/BACKUP/nightly", json!({})), 404),
        (&boss, ("POST", "users", json!({ "user_info": new_user("cat1") })), 403),
        (&scene.admin, ("POST", "users", json!({ "user_info": new_user("ann1") })), 409),
    ] {
        let tried = scene.api.send(method, path, token, dry(&body)).await;
        let records = scene.get("user-audit").await["items"].as_array().unwrap().len();
        let refused = scene.api.send(method, path, token, body.clone()).await;
        assert_eq!((tried.status, tried.error()), (refused.status, refused.error()), "{method} {path} {body}");
        assert_eq!(tried.status, status, "{method} {path} {body}: {}", tried.text);
        let again = scene.get("user-audit").await;
        let again = again["items"].as_array().unwrap();
        assert_eq!(again.len() - records, usize::from(status == 403), "{method} {path} {body}");
        if status == 403 {
            let told = |record: &Value| ["action", "target", "outcome", "username"].map(|field| record[field].clone());
            assert_eq!(told(&again[0]), told(&again[1]), "both are on record");
        }
    }
}

async fn nobody_hears_of_those_out_of_reach(server: Server) {
    let scene = Scene::of(&server).await;
    let (boss, bob) = (scene.login("boss1").await, scene.login("bob1").await);
    let share = |with: &str, name: &str| {
        let mut body = json!({ "object_type": "BACKUP", "object_id": "nightly", "operations": "view" });
        body[with] = json!(name);
        ("POST", "object-shares", body)
    };
    for (with, name) in [("tenant", "t2"), ("username", "ann2"), ("username", "ann1")] {
        scene.make(share(with, name)).await;
    }
    let who = |diff: &Value| -> Vec<Value> {
        diff["objects"].as_array().unwrap().iter().map(|row| row["who"].clone()).collect()
    };
    let removal = dry(&json!({}));
    let all = scene.make(("DELETE", "objects/BACKUP/nightly", removal.clone())).await;
    let (ann1, bob1) = (json!({"username": "ann1", "tenant": "t1"}), json!({"username": "bob1", "tenant": "t1"}));
    let (t2, ann2) = (json!({"tenant": "t2"}), json!({"username": "ann2", "tenant": "t2"}));
    assert_eq!(who(&all), [t2.clone(), ann1.clone(), bob1.clone(), ann2]);
    for token in [&boss, &bob] {
        let part = scene.api.ok("DELETE", "objects/BACKUP/nightly", token, removal.clone()).await;
        assert_eq!(who(&part), [t2.clone(), ann1.clone(), bob1.clone()], "{part}");
    }
    // What a fellow member's permissions are is not told to whoever shares with them: it is as if they had all.
    let body = json!({ "object_type": "BACKUP", "object_id": "nightly", "username": "ann1" });
    scene.make(("DELETE", "object-shares", body)).await;
    let sharing = json!({ "name": "Sharing", "tenant_roles": "user", "capability_entries": ["BACKUP:user_share"] });
    scene.make(("POST", "user-capabilities", sharing)).await;
    let given = json!({ "action": "add_user_capabilities", "users": "bob1", "user_capabilities": "Sharing" });
    scene.make(("PUT", "tenants/t1", given)).await;
    let none = json!({ "action": "update_user_capabilities", "users": "ann1", "user_capabilities": "NoCapabilities" });
    scene.make(("PUT", "tenants/t1", none)).await;
    let (_, path, body) = share("username", "ann1");
    let body = dry(&body);
    let told = scene.api.ok("POST", path, &bob, body.clone()).await;
    assert_eq!(told["objects"][0]["gains"], json!(["view"]), "{told}");
    assert_eq!(scene.api.ok("POST", path, &boss, body).await["objects"], json!([]));
}

async fn nobody_hears_of_what_they_may_not_see(server: Server) {
    let scene = Scene::of(&server).await;
    // With whom else something is shared is its own tenant's business, whatever another one may do to it.
    tenants(&scene.api, &scene.admin, &["t3"]).await;
    for tenant in ["t2", "t3"] {
        let body = json!({ "object_type": "BACKUP", "object_id": "nightly", "tenant": tenant, "operations": "manage" });
        scene.make(("POST", "object-shares", body)).await;
    }
    let told = async |name: &str, method: &str, path: &str, body: Value| {
        scene.api.ok(method, path, &scene.login(name).await, dry(&body)).await
    };
    let who = |diff: &Value| -> Vec<Value> {
        diff["objects"].as_array().unwrap().iter().map(|row| row["who"].clone()).collect()
    };
    let path = "objects/BACKUP/nightly";
    assert_eq!(who(&told("boss2", "DELETE", path, json!({})).await), [json!({ "tenant": "t2" })]);
    let all = scene.make(("DELETE", path, dry(&json!({})))).await;
    assert_eq!(who(&all).len(), 3, "{all}");

    // What goes with a member is told to those who may see such things.
    scene.make(("POST", "objects", json!({ "type": "BUNDLE", "id": "hers", "tenant": "t1", "owner": "ann1" }))).await;
    let leave = json!({ "action": "remove_users", "users": "ann1" });
    let none = json!({ "action": "update_user_capabilities", "users": "ann1", "user_capabilities": "NoCapabilities" });
    scene.make(("PUT", "tenants/t1", none)).await;
    let entries = ["TENANT:view", "TENANT:update", "USER:view"];
    let clerk = json!({ "name": "Clerk", "tenant_roles": "tenantadmin", "capability_entries": entries });
    scene.make(("POST", "user-capabilities", clerk)).await;
    let seen = told("boss1", "PUT", "tenants/t1", leave.clone()).await;
    assert_eq!(
        (seen["members"].as_array().unwrap().len(), seen["objects"].as_array().unwrap().len()),
        (1, 0),
        "{seen}"
    );
    let less = json!({ "action": "update_user_capabilities", "users": "boss1", "user_capabilities": "Clerk" });
    scene.make(("PUT", "tenants/t1", less)).await;
    let unseen = told("boss1", "PUT", "tenants/t1", leave).await;
    assert_eq!((&unseen["members"], &unseen["objects"]), (&seen["members"], &json!([])));
}

async fn what_cannot_be_rehearsed_does_not_take_the_field(server: Server) {
    let scene = Scene::of(&server).await;
    for (method, path, body) in [
        ("POST", "tenants", json!({ "name": "t3" })),
        ("PUT", "tenants/t1", json!({ "action": "rename", "new_name": "t3" })),
        ("POST", "objects", json!({ "type": "BUNDLE", "id": "b" })),
        ("DELETE", "users/ann1", json!({})),
    ] {
        let (message, code) = scene.api.send(method, path, &scene.admin, dry(&body)).await.error();
        assert!(code == "invalid" && message.contains("unknown field `dry_run`"), "{method} {path}: {message}");
    }
    let path = "objects/BUNDLE/shop";
    let (message, _) =
        scene.api.send("DELETE", &format!("{path}?dry_run=perhaps"), &scene.admin, Value::Null).await.error();
    assert!(message.starts_with("`dry_run`: "), "{message}");
    let diff = scene.api.ok("DELETE", &format!("{path}?dry_run=true"), &scene.admin, Value::Null).await;
    assert_eq!(diff["objects"].as_array().unwrap().len(), 1);
    scene.get(path).await;
    let done = scene.api.ok("DELETE", &format!("{path}?dry_run=false"), &scene.admin, Value::Null).await;
    assert!(done["message"].is_string(), "{done}");
}

async fn on_the_command_line(server: Server) {
    Scene::of(&server).await;
    let admin = server.admin();
    let table = "\
Who  | Tenant | Object         | Role | Gains | Loses
-----+--------+----------------+------+-------+-------
ann1 | t1     | BACKUP/nightly |      | view  |
";
    let line = "object-share add BACKUP nightly view --username ann1";
    assert_eq!(admin.ok(&format!("{line} --dry-run")), table);
    assert_eq!(admin.ok(&format!("access diff {line}")), table);
    assert_eq!(admin.ok("object-share list").lines().count(), 2, "nothing was shared");
    let json: Value = serde_json::from_str(&admin.ok(&format!("-o json access diff {line}"))).unwrap();
    assert_eq!(json["objects"][0]["gains"], json!(["view"]));
    assert_eq!(admin.ok(&format!("access diff {line} -o csv")).lines().count(), 2);
    assert_eq!(
        admin.ok("access diff capabilities update Own --description Another"),
        "Nothing would change for anybody you reach.\n"
    );
    let moved = admin.ok("user change-tenant-role ann1 t1 tenantadmin --dry-run");
    assert!(moved.contains("| user -> tenantadmin |"), "{moved}");
    // Nothing is asked where nothing is removed.
    let gone = admin.ok("namespace remove shop --dry-run");
    assert!(gone.contains("bob1 | t1     | NAMESPACE/shop |"), "{gone}");
    assert_eq!(admin.line("access diff tenant list").code, 2);
    assert_eq!(admin.line("access diff tenant add t3").code, 2);
}
