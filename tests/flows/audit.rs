//! Every change leaves a record, and so does every refusal.

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, settled, standing, tenants, user};

crate::on_both_engines!(every_change_has_a_record, refusals_are_recorded, records_are_filtered, strangers_are_counted);

/// What is recorded, about what, and the call that makes it so.
const CHANGES: &str = r#"
tenant.create t1 POST tenants {"name": "t1"}
tenant.create t2 POST tenants {"name": "t2"}
user.create user1 POST users {"user_info": {"username": "user1", "authentication_type": 1, "password": "quiet-otter-42", "tenant_list": [{"tenant": "t1", "tenant_role": "user"}]}}
user.update user1 PUT users/user1 {"action": "update", "user_info": {"first_name": "Ada", "password": "another-otter-43"}}
user.disable user1 PUT users/user1 {"action": "disable"}
user.enable user1 PUT users/user1 {"action": "enable"}
user.change_tenant_role user1 PUT users/user1 {"action": "change_tenant_role", "tenant": "t1", "tenant_role": "tenantadmin"}
tenant.add_users t2 PUT tenants/t2 {"action": "add_users", "users": "user1", "tenant_role": "user"}
tenant.update_user_capabilities t2 PUT tenants/t2 {"action": "update_user_capabilities", "users": "user1", "user_capabilities": "ManageApplications"}
tenant.add_user_capabilities t2 PUT tenants/t2 {"action": "add_user_capabilities", "users": "user1", "user_capabilities": "ViewApplications"}
tenant.remove_user_capabilities t2 PUT tenants/t2 {"action": "remove_user_capabilities", "users": "user1", "user_capabilities": "ManageApplications"}
namespace.create ns POST namespaces {"name": "ns", "tenant": "t1", "username": "user1"}
namespace.change_owner ns PUT namespaces/ns {"action": "change_owner", "username": "user2"}
namespace.remove ns DELETE namespaces/ns null
tenant.remove_users t2 PUT tenants/t2 {"action": "remove_users", "users": "user1"}
tenant.update_description t2 PUT tenants/t2 {"action": "update_description", "description": "two"}
tenant.rename t2 PUT tenants/t2 {"action": "rename", "new_name": "t3"}
tenant.remove t3 DELETE tenants/t3 null
capability.create C POST user-capabilities {"name": "C", "tenant_roles": "user", "providers": "ViewApplications"}
capability.update C PUT user-capabilities {"action": "update", "name": "C", "description": "d"}
capability.add_providers C PUT user-capabilities {"action": "add_providers", "name": "C", "providers": "ViewBackups"}
capability.remove_providers C PUT user-capabilities {"action": "remove_providers", "name": "C", "providers": "ViewBackups"}
capability.add_capability_entries C PUT user-capabilities {"action": "add_capability_entries", "name": "C", "capability_entries": ["BUNDLE:view"]}
capability.remove_capability_entries C PUT user-capabilities {"action": "remove_capability_entries", "name": "C", "capability_entries": ["BUNDLE:view"]}
capability.remove C DELETE user-capabilities/C null
config.update password.min_length PUT config {"action": "update", "name": "password.min_length", "value": 9}
user.remove user1 DELETE users/user1 null
"#;

async fn every_change_has_a_record(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    for change in CHANGES.trim().lines() {
        let [action, target, method, path, body] = change.splitn(5, ' ').collect::<Vec<_>>()[..] else {
            panic!("{change}")
        };
        if action == "namespace.create" {
            user(&api, &token, "user2", &[("t1", "user")]).await;
        }
        let body = serde_json::from_str(body).unwrap();
        let answer = api.send(method, path, &token, body).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.text);
        let record = newest(&api, &token).await;
        let told = (record["action"].as_str(), record["target"].as_str(), record["request_id"].as_str());
        assert_eq!(told, (Some(action), Some(target), Some(answer.header("x-request-id"))));
        let by = (&record["username"], &record["user_id"], &record["tenant"], &record["address"], &record["outcome"]);
        assert_eq!(by, (&json!("robin"), &json!(3), &json!("Administrators"), &json!("127.0.0.1"), &json!("success")));
        let begins = method == "POST" || action == "tenant.add_users";
        let ends = method == "DELETE" || action == "tenant.remove_users";
        assert_eq!((record["before"].is_null(), record["after"].is_null()), (begins, ends), "{record}");
        if !begins && !ends {
            assert_ne!(record["before"], record["after"], "{record}");
        }
    }
    let whole = api.send("GET", "user-audit", &token, Value::Null).await.text;
    for secret in [PASSWORD, "another-otter-43", robin_testkit::PASSWORD, token.as_str(), "$argon2"] {
        assert!(!whole.contains(secret), "a record holds a secret: {secret}");
    }
    let id = |record: &Value| record["id"].as_i64().unwrap();
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert!(whole["items"].as_array().unwrap().is_sorted_by(|one, other| id(one) > id(other)), "newest first");
    let logins = api.ok("GET", "user-audit?action=login", &token, Value::Null).await;
    assert_eq!(each(&logins, "target"), ["robin"]);
}

async fn refusals_are_recorded(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "user1", &[("t1", "user")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    for (method, path, body, action, target) in [
        ("POST", "tenants", json!({ "name": "t2" }), "tenant.create", "t2"),
        ("PUT", "users/robin", json!({ "action": "disable" }), "user.disable", "robin"),
        ("DELETE", "users/robin", Value::Null, "user.remove", "robin"),
        (
            "PUT",
            "config",
            json!({ "action": "update", "name": "password.min_length", "value": 9 }),
            "config.update",
            "password.min_length",
        ),
    ] {
        let answer = api.send(method, path, &theirs, body).await;
        assert_eq!(answer.status, 403, "{action}: {}", answer.text);
        assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
        let record = newest(&api, &token).await;
        let told = (&record["action"], &record["target"], &record["outcome"], &record["username"], &record["tenant"]);
        assert_eq!(told, (&json!(action), &json!(target), &json!("denied"), &json!("user1"), &json!("t1")));
        assert_eq!(record["request_id"], answer.header("x-request-id"));
        assert!(record["before"].is_null());
    }
    settled(&api, &token).await;
    let all = api.ok("GET", "user-audit", &token, Value::Null).await["items"].as_array().unwrap().len();
    assert_eq!(api.call("GET", "users", &theirs, Value::Null).await.0, 403);
    assert_eq!(
        api.ok("GET", "user-audit", &token, Value::Null).await["items"].as_array().unwrap().len(),
        all,
        "reads are only counted"
    );
}

async fn records_are_filtered(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "user1", &[("t1", "tenantadmin")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    api.ok("POST", "namespaces", &theirs, json!({ "name": "ns" })).await;
    let found = async |query: &str| {
        let mut list = api.ok("GET", &format!("user-audit{query}"), &token, Value::Null).await;
        without_certificates(&mut list);
        each(&list, "action").join(" ")
    };
    assert_eq!(found("").await, "namespace.create login user.create tenant.create login install");
    assert_eq!(found("?username=user1").await, "namespace.create login");
    assert_eq!(found("?action=login").await, "login login");
    assert_eq!(found("?target=t1").await, "tenant.create");
    let at = newest(&api, &token).await["at"].as_str().unwrap().to_owned();
    assert_eq!(found(&format!("?since={at}")).await, "namespace.create");
    assert_eq!(found(&format!("?until={at}&username=user1")).await, "login");
    assert_eq!(api.call("GET", "user-audit?since=yesterday", &token, Value::Null).await.0, 400);

    let table = server.admin().ok("user-audit list --action namespace.create");
    let row = table.lines().nth(2).unwrap();
    for cell in ["user1", "t1", "namespace.create", "NAMESPACE", "ns", "success", "127.0.0.1"] {
        assert!(row.split(" | ").any(|found| found.trim() == cell), "{cell} is missing: {row}");
    }
    // The trail is the cluster's: the permission decides alone, wherever its holder is logged in.
    assert_eq!(api.call("GET", "user-audit", &theirs, Value::Null).await.0, 403);
    let auditor =
        json!({ "name": "Auditor", "tenant_roles": "tenantadmin", "capability_entries": ["USER_AUDIT:view"] });
    api.ok("POST", "user-capabilities", &token, auditor).await;
    let add = json!({ "action": "add_user_capabilities", "users": "user1", "user_capabilities": "Auditor" });
    api.ok("PUT", "tenants/t1", &token, add).await;
    let mut seen = api.ok("GET", "user-audit", &theirs, Value::Null).await;
    without_certificates(&mut seen);
    let seen = each(&seen, "target").join(" ");
    assert!(seen.ends_with("user1 t1 robin robin"), "{seen}");
}

async fn strangers_are_counted(mut server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "user1", &[("t1", "user")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    for _ in 0..3 {
        assert_eq!(standing(&api, "rubbish").await, 401);
    }
    let wrong = json!({ "username": "robin", "password": "wrong" });
    assert_eq!(api.call("POST", "login", "", wrong).await.0, 401);
    assert_eq!(api.call("GET", "users", &theirs, Value::Null).await.0, 403);
    server.restart();
    let list = api.ok("GET", "user-audit?action=refusals", &token, Value::Null).await;
    assert_eq!((each(&list, "username"), each(&list, "outcome")), (vec!["anonymous"], vec!["failure"]));
    assert_eq!(list["items"][0]["after"], json!({ "unauthenticated": 4, "denied_reads": 1 }));
}

async fn newest(api: &Api, token: &str) -> Value {
    let mut list = api.ok("GET", "user-audit?limit=10", token, Value::Null).await;
    without_certificates(&mut list);
    list["items"][0].clone()
}

/// Leaves out what is on record of certificates: they come when they come.
fn without_certificates(list: &mut Value) {
    let is_of_them = |record: &Value| record["action"].as_str().unwrap().contains("certificate");
    list["items"].as_array_mut().unwrap().retain(|record| !is_of_them(record));
}
