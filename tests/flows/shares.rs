//! Shares: who reaches what, until when.

use std::time::Duration;

use robin_model::Timestamp;
use robin_testkit::{Api, Engine, Server};
use serde_json::{Value, json};

use super::{
    PASSWORD, admin, each,
    several_servers::{pair, within_a_second},
    tenants, user,
};
use crate::{bad_input::refusal, reliability::clock::Clock};

crate::on_both_engines!(
    on_the_command_line,
    a_tenant_share_reaches_members_or_administrators_by_type,
    an_administrator_shares_on_what_is_shared_for_that_alone,
    shares_grow_and_shrink_and_stay_the_same,
    who_owns_an_object_knows_and_ends_its_shares,
    rel_05_a_share_ends_with_what_it_rests_on,
    a_namespace_is_shared_with_a_member,
);

struct Scene {
    api: Api,
    admin: String,
}

impl Scene {
    /// Tenants `t1` and `t2`, each with an administrator `boss1`, `boss2` and a user `ann1`, `ann2`.
    async fn of(server: &Server) -> Self {
        let api = server.api();
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1", "t2"]).await;
        for tenant in ["1", "2"] {
            for (name, role) in [("boss", "tenantadmin"), ("ann", "user")] {
                user(&api, &admin, &format!("{name}{tenant}"), &[(&format!("t{tenant}"), role)]).await;
            }
        }
        Self { api, admin }
    }

    async fn login(&self, name: &str) -> String {
        self.api.login(name, PASSWORD, "").await
    }

    async fn register(&self, object_type: &str, id: &str, owner: &str) {
        let tenant = format!("t{}", &owner[owner.len() - 1..]);
        let body = json!({ "type": object_type, "id": id, "tenant": tenant, "owner": owner });
        self.api.ok("POST", "objects", &self.admin, body).await;
    }

    /// What asking to share answers.
    async fn share(&self, token: &str, object: (&str, &str), with: (&str, &str), operations: &str) -> u16 {
        let body = json!({ "object_type": object.0, "object_id": object.1, with.0: with.1, "operations": operations });
        self.api.call("POST", "object-shares", token, body).await.0
    }

    async fn unshare(&self, token: &str, object: (&str, &str), with: (&str, &str)) -> u16 {
        let body = json!({ "object_type": object.0, "object_id": object.1, with.0: with.1 });
        self.api.call("DELETE", "object-shares", token, body).await.0
    }

    async fn sees(&self, token: &str, object: (&str, &str)) -> u16 {
        let path = format!("objects/{}/{}", object.0, object.1);
        let status = self.api.call("GET", &path, token, Value::Null).await.0;
        // A list holds just what is to be seen.
        let list = self.api.ok("GET", &format!("objects?type={}", object.0), token, Value::Null).await;
        assert_eq!(each(&list, "id").contains(&object.1), status == 200, "{object:?}: {status}, {list}");
        status
    }

    async fn shares(&self, token: &str, query: &str) -> Vec<String> {
        let list = self.api.ok("GET", &format!("object-shares{query}"), token, Value::Null).await;
        let line = |share: &Value| {
            let with = share["tenant"].as_str().or(share["username"].as_str()).unwrap();
            let operations: Vec<_> =
                share["operations"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
            format!("{} {with} {}", share["object_id"].as_str().unwrap(), operations.join(","))
        };
        list["items"].as_array().unwrap().iter().map(line).collect()
    }
}

async fn on_the_command_line(server: Server) {
    Scene::of(&server).await;
    let admin = server.admin();
    admin.ok("object add BACKUP nightly --tenant t1 --owner boss1");
    assert_eq!(
        admin.ok("object-share add BACKUP nightly view,share --tenant t2"),
        "Successfully shared object 'nightly' of type BACKUP with tenant 't2'\n"
    );
    assert_eq!(
        admin.ok("object-share add BACKUP nightly view --username ann1 --expires-at 2999-01-31T12:00:00Z"),
        "Successfully shared object 'nightly' of type BACKUP with user 'ann1'\n"
    );
    let all = "\
Object Type | Object ID | Share Type | Shared With | Operations | Expires              | Shared By
------------+-----------+------------+-------------+------------+----------------------+-----------
BACKUP      | nightly   | TENANT     | t2          | view,share |                      | robin
BACKUP      | nightly   | USER       | ann1        | view       | 2999-01-31T12:00:00Z | robin
";
    assert_eq!(admin.ok("object-share list"), all);
    assert_eq!(admin.ok("object-shares list BACKUP nightly"), all);
    assert_eq!(admin.ok("object-share list --tenant t2 -o csv").lines().count(), 2);
    let json: Value = serde_json::from_str(&admin.ok("object-share list --username ann1 -o json")).unwrap();
    assert_eq!((json[0]["username"].as_str(), json[0]["share_type"].as_str()), (Some("ann1"), Some("USER")));
    assert_eq!(
        admin.ok("object-share remove BACKUP nightly --tenant t2"),
        "Successfully unshared object 'nightly' of type BACKUP with tenant 't2'\n"
    );
    let complaint = admin.line("object-share remove BACKUP nightly --tenant t2").failed(1);
    assert!(complaint.starts_with("Error: share `BACKUP/nightly with tenant t2` not found"), "{complaint}");
    assert_eq!(admin.line("object-share add BACKUP nightly push --username ann1").code, 1);
    assert_eq!(admin.line("object-share add BACKUP nightly view").code, 2);

    admin.ok("namespace add shop --tenant t1 --username boss1");
    let said = admin.ok("namespace share shop ann1");
    assert_eq!(said, "Successfully shared namespace 'shop' with user 'ann1'\n");
    let listed = admin.ok("namespace list-shares shop");
    assert!(listed.contains("NAMESPACE   | shop      | USER       | ann1        | view,deploy_app |"), "{listed}");
    let said = admin.ok("namespace unshare shop ann1");
    assert_eq!(said, "Successfully unshared namespace 'shop' with user 'ann1'\n");
    assert_eq!(admin.ok("namespace list-shares shop").lines().count(), 2);
}

async fn a_tenant_share_reaches_members_or_administrators_by_type(server: Server) {
    let scene = Scene::of(&server).await;
    let (boss, ann) = (scene.login("boss2").await, scene.login("ann2").await);
    for (object_type, member) in [
        ("BUNDLE", 200),
        ("IMAGE", 200),
        ("DOCKER_REGISTRY", 200),
        ("BACKUP", 404),
        ("K8S_BACKUP", 404),
        ("STORAGE_REPO", 404),
    ] {
        let object = (object_type, "x");
        scene.register(object_type, "x", "boss1").await;
        assert_eq!((scene.sees(&boss, object).await, scene.sees(&ann, object).await), (404, 404), "{object_type}");
        assert_eq!(scene.share(&scene.admin, object, ("tenant", "t2"), "view").await, 200, "{object_type}");
        assert_eq!((scene.sees(&boss, object).await, scene.sees(&ann, object).await), (200, member), "{object_type}");
        let update = json!({ "action": "update", "attributes": {} });
        let path = format!("objects/{object_type}/x");
        let (status, _) = scene.api.call("PUT", &path, &boss, update.clone()).await;
        assert_eq!(status, if member == 200 { 200 } else { 403 }, "{object_type}: what their own permissions allow");
        if member == 404 {
            assert_eq!(scene.share(&scene.admin, object, ("tenant", "t2"), "manage").await, 200, "{object_type}");
            assert_eq!(scene.api.call("PUT", &path, &boss, update).await.0, 200, "{object_type}");
            let give = json!({ "action": "change_owner", "owner": "ann1" });
            assert_eq!(scene.api.call("PUT", &path, &boss, give).await.0, 403, "{object_type} stays whose it is");
        }
        assert_eq!(scene.unshare(&scene.admin, object, ("tenant", "t2")).await, 200, "{object_type}");
        assert_eq!((scene.sees(&boss, object).await, scene.sees(&ann, object).await), (404, 404), "{object_type}");
    }
}

async fn an_administrator_shares_on_what_is_shared_for_that_alone(server: Server) {
    let scene = Scene::of(&server).await;
    let (boss1, boss2, ann2) = (scene.login("boss1").await, scene.login("boss2").await, scene.login("ann2").await);
    let repo = ("STORAGE_REPO", "r");
    scene.register(repo.0, repo.1, "boss1").await;
    let on = ("username", "ann2");
    assert_eq!(scene.share(&boss1, repo, on, "view").await, 404, "nobody of another tenant");
    assert_eq!(scene.share(&boss2, repo, on, "view").await, 404, "they don't see it");
    scene.share(&scene.admin, repo, ("tenant", "t2"), "view").await;
    assert_eq!(scene.share(&boss2, repo, on, "view").await, 403, "they see it");
    scene.share(&scene.admin, repo, ("tenant", "t2"), "share").await;
    assert_eq!(scene.share(&boss2, repo, on, "push").await, 403, "they may not push themselves");
    assert_eq!(scene.share(&boss2, repo, ("username", "ann1"), "view").await, 404, "not their member");
    assert_eq!(scene.share(&boss2, repo, ("tenant", "t2"), "manage").await, 403, "not with tenants");
    assert_eq!(scene.share(&boss2, repo, on, "view").await, 200);
    assert_eq!(scene.sees(&ann2, repo).await, 200);
    assert_eq!(scene.share(&ann2, repo, ("username", "boss2"), "view").await, 403);
    // Each side sees its own part.
    assert_eq!(scene.shares(&boss2, "?object_type=STORAGE_REPO&object_id=r").await, ["r t2 view,share", "r ann2 view"]);
    assert_eq!(scene.shares(&boss2, "").await, ["r t2 view,share"]);
    assert_eq!(scene.shares(&boss2, "?username=ann2").await, ["r ann2 view"]);
    assert_eq!(scene.shares(&boss1, "").await, ["r t2 view,share"], "who is in another tenant is not shown");
    assert_eq!(scene.unshare(&boss1, repo, on).await, 404);
    assert_eq!(scene.shares(&scene.admin, "?limit=1").await, ["r t2 view,share"]);
    // Who may share with tenants shares what is their own tenant's alone.
    let may =
        json!({ "name": "Offering", "tenant_roles": "tenantadmin", "capability_entries": ["BUNDLE:tenant_share"] });
    scene.api.ok("POST", "user-capabilities", &scene.admin, may).await;
    let offering = json!({ "action": "add_user_capabilities", "users": "boss2", "user_capabilities": "Offering" });
    scene.api.ok("PUT", "tenants/t2", &scene.admin, offering).await;
    scene.register("BUNDLE", "b", "boss1").await;
    scene.share(&scene.admin, ("BUNDLE", "b"), ("tenant", "t2"), "view").await;
    let body = json!({ "object_type": "BUNDLE", "object_id": "b", "tenant": "t2", "operations": "view" });
    let refused = scene.api.send("POST", "object-shares", &boss2, body).await;
    refusal::expect(&refused, 403, "only a superadmin logged into Administrators");
    scene.api.ok("DELETE", "objects/BUNDLE/b", &scene.admin, Value::Null).await;
    // Without the share of the tenant there is nothing to share on.
    assert_eq!(scene.unshare(&boss2, repo, ("tenant", "t2")).await, 403);
    assert_eq!(scene.unshare(&scene.admin, repo, ("tenant", "t2")).await, 200);
    assert_eq!(scene.sees(&ann2, repo).await, 404);
    assert_eq!(scene.shares(&scene.admin, "").await, [""; 0], "nothing is left hanging");
    scene.share(&scene.admin, repo, ("tenant", "t2"), "share").await;
    assert_eq!(scene.sees(&ann2, repo).await, 404, "and nothing comes back");
}

async fn shares_grow_and_shrink_and_stay_the_same(server: Server) {
    let scene = Scene::of(&server).await;
    let boss = scene.login("boss1").await;
    let app = ("APPLICATION", "a");
    scene.register(app.0, app.1, "boss1").await;
    let (with, query) = (("username", "ann1"), "?object_type=APPLICATION&object_id=a");
    for _ in 0..2 {
        assert_eq!(scene.share(&boss, app, with, "start").await, 200);
        assert_eq!(scene.shares(&boss, query).await, ["a ann1 view,start"]);
    }
    scene.share(&boss, app, with, "stop,scale").await;
    assert_eq!(scene.shares(&boss, query).await, ["a ann1 view,scale,start,stop"]);
    let less = |operations: Value| json!({ "object_type": "APPLICATION", "object_id": "a", "username": "ann1", "operations": operations });
    scene.api.ok("DELETE", "object-shares", &boss, less(json!("stop"))).await;
    scene.api.ok("DELETE", "object-shares", &boss, less(json!(["stop"]))).await;
    assert_eq!(scene.shares(&boss, query).await, ["a ann1 view,scale,start"]);
    let records = scene.api.ok("GET", "user-audit?target=a", &scene.admin, Value::Null).await;
    let actions = ["object_share.remove", "object_share.add", "object_share.add", "object.register"];
    assert_eq!(each(&records, "action"), actions, "what changes nothing is no change");
    assert_eq!(records["items"][0]["before"]["operations"], json!(["view", "scale", "start", "stop"]));
    scene.api.ok("DELETE", "object-shares", &boss, less(json!("view"))).await;
    assert_eq!(scene.shares(&boss, query).await, [""; 0], "without view there is no share");
    for (with, operations, expected) in [
        (with, "tenant_share", 400),
        (with, "manage", 400),
        (("tenant", "t1"), "view", 400),
        (("username", "boss1"), "view", 400),
        (("username", "nobody"), "view", 404),
        (("username", "system"), "view", 404),
        (("username", "ann2"), "view", 404),
    ] {
        assert_eq!(scene.share(&boss, app, with, operations).await, expected, "{with:?} {operations}");
    }
    assert_eq!(scene.share(&scene.admin, app, ("username", "boss1"), "view").await, 400, "the owner");
    assert_eq!(scene.shares(&boss, query).await, [""; 0]);
    for (with, operations, status) in [
        (with, Value::Null, 404),
        (("username", "nobody"), Value::Null, 404),
        (with, json!("manage"), 400),
        (("tenant", "nowhere"), Value::Null, 404),
    ] {
        let body = json!({ "object_type": "APPLICATION", "object_id": "a", with.0: with.1, "operations": operations });
        let answer = scene.api.call("DELETE", "object-shares", &scene.admin, body).await;
        assert_eq!(answer.0, status, "{with:?} {operations}");
    }
}

async fn who_owns_an_object_knows_and_ends_its_shares(server: Server) {
    let scene = Scene::of(&server).await;
    let (api, ann) = (&scene.api, scene.login("ann1").await);
    user(api, &scene.admin, "bob1", &[("t1", "user")]).await;
    let entries =
        ["APPLICATION:view", "APPLICATION:start", "APPLICATION:share", "APPLICATION:unshare", "OBJECT_SHARE:view"];
    let sharing = json!({ "name": "Sharing", "tenant_roles": "user", "capability_entries": entries });
    api.ok("POST", "user-capabilities", &scene.admin, sharing).await;
    let sharing = json!({ "action": "update_user_capabilities", "users": "ann1,bob1", "user_capabilities": "Sharing" });
    api.ok("PUT", "tenants/t1", &scene.admin, sharing).await;
    let (app, query) = (("APPLICATION", "a"), "?object_type=APPLICATION&object_id=a");
    scene.register(app.0, app.1, "ann1").await;
    assert_eq!(scene.share(&ann, app, ("username", "bob1"), "start").await, 200);
    assert_eq!(scene.shares(&ann, query).await, ["a bob1 view,start"]);
    assert_eq!(scene.shares(&scene.login("bob1").await, query).await, ["a bob1 view,start"]);
    assert_eq!(scene.unshare(&ann, app, ("username", "bob1")).await, 200);
    // Without the permission to see such objects nobody hears of their shares.
    let less = json!({ "name": "Blind", "tenant_roles": "user", "capability_entries": ["OBJECT_SHARE:view"] });
    api.ok("POST", "user-capabilities", &scene.admin, less).await;
    let blind = json!({ "action": "update_user_capabilities", "users": "ann1", "user_capabilities": "Blind" });
    api.ok("PUT", "tenants/t1", &scene.admin, blind).await;
    let refused = api.send("GET", &format!("object-shares{query}"), &ann, Value::Null).await;
    refusal::expect(&refused, 403, "APPLICATION:view");
}

async fn rel_05_a_share_ends_with_what_it_rests_on(server: Server) {
    let scene = Scene::of(&server).await;
    let (api, admin) = (&scene.api, &scene.admin);
    user(api, admin, "both", &[("t1", "user"), ("t2", "user")]).await;
    let backup = ("BACKUP", "b");
    scene.register(backup.0, backup.1, "boss1").await;
    let lay = async || {
        for (with, operations) in
            [(("tenant", "t2"), "share"), (("username", "ann2"), "view"), (("username", "both"), "view")]
        {
            assert_eq!(scene.share(admin, backup, with, operations).await, 200, "{with:?}");
        }
    };
    lay().await;
    // Whoever leaves one tenant and stays in another that has it keeps it; whoever leaves the last does not.
    let leave = |name: &str| json!({ "action": "remove_users", "users": name });
    api.ok("PUT", "tenants/t2", admin, leave("both")).await;
    assert_eq!(scene.shares(admin, "").await, ["b t2 view,share", "b ann2 view", "b both view"]);
    api.ok("PUT", "tenants/t1", admin, leave("both")).await;
    assert_eq!(scene.shares(admin, "").await, ["b t2 view,share", "b ann2 view"]);
    let join = json!({ "action": "add_users", "users": "both", "tenant_role": "user" });
    api.ok("PUT", "tenants/t1", admin, join).await;
    assert_eq!(scene.sees(&scene.login("both").await, backup).await, 404, "it does not come back");
    // An account of the same name inherits none.
    api.ok("DELETE", "users/ann2", admin, Value::Null).await;
    user(api, admin, "ann2", &[("t2", "user")]).await;
    assert_eq!(scene.sees(&scene.login("ann2").await, backup).await, 404);
    assert_eq!(scene.shares(admin, "").await, ["b t2 view,share"]);
    lay().await;
    // A removed tenant takes its shares along, and those of its members are gone with them.
    api.ok("PUT", "tenants/t2", admin, leave("boss2,ann2")).await;
    api.ok("DELETE", "tenants/t2", admin, Value::Null).await;
    assert_eq!(scene.shares(admin, "").await, ["b both view"]);
    tenants(api, admin, &["t2"]).await;
    user(api, admin, "new", &[("t2", "tenantadmin")]).await;
    assert_eq!(scene.sees(&scene.login("new").await, backup).await, 404);
    // A new owner needs no share, and a removed object has none.
    let both = scene.login("both").await;
    assert_eq!(scene.sees(&both, backup).await, 200);
    api.ok("PUT", "objects/BACKUP/b", admin, json!({ "action": "change_owner", "owner": "both" })).await;
    assert_eq!(scene.shares(admin, "").await, [""; 0]);
    scene.share(admin, backup, ("username", "ann1"), "view").await;
    api.ok("DELETE", "objects/BACKUP/b", admin, Value::Null).await;
    scene.register(backup.0, backup.1, "boss1").await;
    assert_eq!(scene.shares(admin, "").await, [""; 0]);
    assert_eq!(scene.sees(&scene.login("ann1").await, backup).await, 404);
}

async fn a_namespace_is_shared_with_a_member(server: Server) {
    let scene = Scene::of(&server).await;
    let (boss, ann) = (scene.login("boss1").await, scene.login("ann1").await);
    scene.api.ok("POST", "namespaces", &boss, json!({ "name": "shop" })).await;
    let ask = async |token: &str, action: &str, name: &str| {
        scene.api.call("PUT", "namespaces/shop", token, json!({ "action": action, "username": name })).await.0
    };
    let seen = async |token: &str| {
        let list = scene.api.ok("GET", "namespaces", token, Value::Null).await;
        let status = scene.api.call("GET", "namespaces/shop", token, Value::Null).await.0;
        assert_eq!(each(&list, "name").contains(&"shop"), status == 200);
        status
    };
    assert_eq!(seen(&ann).await, 404);
    assert_eq!(ask(&ann, "share", "ann1").await, 403);
    assert_eq!(ask(&boss, "share", "ann2").await, 404);
    assert_eq!(ask(&boss, "share", "ann1").await, 200);
    assert_eq!(seen(&ann).await, 200);
    assert_eq!(scene.api.call("DELETE", "namespaces/shop", &ann, Value::Null).await.0, 403);
    assert_eq!(scene.sees(&ann, ("NAMESPACE", "shop")).await, 200, "it is an object as others are");
    assert_eq!(scene.shares(&boss, "?object_type=NAMESPACE&object_id=shop").await, ["shop ann1 view,deploy_app"]);
    assert_eq!(ask(&boss, "unshare", "ann1").await, 200);
    assert_eq!(ask(&boss, "unshare", "ann1").await, 404);
    assert_eq!(seen(&ann).await, 404);
    for call in ["objects/NAMESPACE/shop"] {
        assert_eq!(
            scene.api.call("DELETE", call, &boss, Value::Null).await.0,
            400,
            "namespaces have calls of their own"
        );
    }
}

#[tokio::test]
async fn sec_53_a_share_is_over_when_its_time_is_and_nothing_that_rested_on_it_comes_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (server, clock) = Clock::start(engine).await;
        let scene = Scene::of(&server).await;
        let (boss2, ann2) = (scene.login("boss2").await, scene.login("ann2").await);
        let backup = ("BACKUP", "b");
        scene.register(backup.0, backup.1, "boss1").await;
        let now = scene.api.ok("GET", "objects/BACKUP/b", &scene.admin, Value::Null).await["created_at"].clone();
        let end = now.as_str().unwrap().parse::<Timestamp>().unwrap().plus(Duration::from_hours(2));
        let until = |with: (&str, &str), operations: &str, end: Value| {
            json!({ "object_type": "BACKUP", "object_id": "b",
            with.0: with.1, "operations": operations, "expires_at": end })
        };
        for past in [now.clone(), json!("1999-01-01T00:00:00Z"), json!("soon"), json!(0)] {
            let body = until(("tenant", "t2"), "share", past.clone());
            assert_eq!(scene.api.call("POST", "object-shares", &scene.admin, body).await.0, 400, "{past}");
        }
        let body = until(("tenant", "t2"), "share", json!(end));
        scene.api.ok("POST", "object-shares", &scene.admin, body).await;
        assert_eq!(scene.share(&boss2, backup, ("username", "ann2"), "view").await, 200);
        assert_eq!((scene.sees(&boss2, backup).await, scene.sees(&ann2, backup).await), (200, 200));
        clock.set(3 * 3600);
        assert_eq!((scene.sees(&boss2, backup).await, scene.sees(&ann2, backup).await), (404, 404), "{engine:?}");
        assert_eq!(scene.share(&scene.admin, backup, ("tenant", "t2"), "view").await, 200);
        assert_eq!((scene.sees(&boss2, backup).await, scene.sees(&ann2, backup).await), (200, 404), "{engine:?}");
        assert_eq!(scene.shares(&scene.admin, "").await, ["b t2 view"], "what was over adds nothing");
    }
}

#[tokio::test]
async fn shares_whose_time_is_over_are_cleared_away_and_that_is_on_record() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut server, clock) = Clock::start(engine).await;
        let scene = Scene::of(&server).await;
        scene.register("BACKUP", "b", "boss1").await;
        let end = scene.api.ok("GET", "objects/BACKUP/b", &scene.admin, Value::Null).await["created_at"].clone();
        let end = end.as_str().unwrap().parse::<Timestamp>().unwrap().plus(Duration::from_hours(2));
        let body = json!({ "object_type": "BACKUP", "object_id": "b", "tenant": "t2", "operations": "share", "expires_at": end });
        scene.api.ok("POST", "object-shares", &scene.admin, body).await;
        let boss2 = scene.login("boss2").await;
        assert_eq!(scene.share(&boss2, ("BACKUP", "b"), ("username", "ann2"), "view").await, 200);
        clock.set(3 * 3600);
        // Housekeeping is done at the start, too.
        server.restart();
        let (api, path) = (server.api(), "user-audit?action=object_share.expire");
        let records = api.ok("GET", path, &scene.admin, Value::Null).await;
        assert_eq!((each(&records, "target"), each(&records, "username")), (vec!["b"], vec!["system"]), "{engine:?}");
        clock.set(0);
        let left = api.ok("GET", "object-shares", &scene.admin, Value::Null).await;
        assert_eq!(left["items"], json!([]), "{engine:?}: nothing is there, whatever the time");
    }
}

#[tokio::test]
async fn rel_05_what_one_server_shares_or_ends_the_other_knows_within_a_second() {
    let (first, second) = pair().await;
    let scene = Scene::of(&first).await;
    let ann = second.api().login("ann2", PASSWORD, "").await;
    let path = "objects/BUNDLE/b";
    within_a_second(&second, &ann, path, 404).await;
    scene.register("BUNDLE", "b", "boss1").await;
    scene.share(&scene.admin, ("BUNDLE", "b"), ("tenant", "t2"), "view").await;
    within_a_second(&second, &ann, path, 200).await;
    let listed = second.api().ok("GET", "objects?type=BUNDLE", &ann, Value::Null).await;
    assert_eq!(each(&listed, "id"), ["b"]);
    scene.unshare(&scene.admin, ("BUNDLE", "b"), ("tenant", "t2")).await;
    within_a_second(&second, &ann, path, 404).await;
}
