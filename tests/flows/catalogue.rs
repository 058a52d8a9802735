//! The catalogue with what other services add to it.

use std::fs;

use robin_testkit::{Engine, Server};
use serde_json::json;

use super::{PASSWORD, admin, tenants, user};

/// What a service of message queues adds.
pub const QUEUES: &str = r#"[
  {"id": 10001, "name": "ViewQueues", "capability_group": "Queues", "description": "View queues", "hidden": true,
   "tenant_roles": ["superadmin", "tenantadmin", "user"], "providers": [],
   "capability_entries": [{"object_type": "QUEUE", "operation": "view"}]},
  {"id": 10002, "name": "ManageQueues", "capability_group": "Queues", "description": "Manage queues",
   "tenant_roles": ["superadmin", "tenantadmin", "user"], "providers": ["ViewQueues"],
   "capability_entries": [{"object_type": "QUEUE", "operation": "create"}, {"object_type": "QUEUE", "operation": "purge"}]}
]"#;

#[tokio::test]
async fn a_catalogue_with_faults_is_refused_with_file_and_line_of_each() {
    let builder = Server::builder(Engine::Sqlite);
    let file = builder.dir().join("queues.json");
    let builder = builder.env("ROBIN_CATALOGUE_EXTRA", file.to_str().unwrap());
    let complaint = builder.run(&["check-config"], "").failed(1);
    assert!(complaint.contains("can't read the catalogue") && complaint.contains("queues.json"), "{complaint}");

    fs::write(&file, QUEUES.replace("10001", "101").replace("[\"ViewQueues\"]", "[\"ViewQueue\"]")).unwrap();
    let place = file.display();
    for command in [&["check-config"][..], &[]] {
        let complaint = builder.run(command, "").failed(1);
        let lines: Vec<&str> = complaint.lines().collect();
        assert_eq!(lines.len(), 3, "{complaint}");
        let low = format!("{place}:2: capability `ViewQueues` has the id 101: give it one from 10001 on");
        let unknown = format!("{place}:6: capability `ManageQueues` names the unknown provider `ViewQueue`");
        assert_eq!(lines[1], low);
        assert!(lines[2].starts_with(&unknown), "{complaint}");
    }
    assert!(!builder.data_dir().exists(), "a refused start makes nothing");

    fs::write(&file, QUEUES).unwrap();
    let said = builder.run(&["check-config"], "").ok();
    assert!(said.contains(&format!("catalogue   111 capabilities, with {place}\n")), "{said}");
}

crate::on_both_engines!(super::queues => words_of_other_services_are_as_good_as_robins_own);

/// A server that knows queues.
async fn queues(engine: Engine) -> Server {
    let builder = Server::builder(engine);
    let file = builder.dir().join("queues.json");
    fs::write(&file, QUEUES).unwrap();
    builder.env("ROBIN_CATALOGUE_EXTRA", file.to_str().unwrap()).start().await
}

async fn words_of_other_services_are_as_good_as_robins_own(mut server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "ada", &[("t1", "user")]).await;
    let permissions = async |tenant: &str, username: &str| {
        let path = format!("users/{username}?permissions=true");
        api.ok("GET", &path, &token, serde_json::Value::Null).await["permissions"][tenant]["QUEUE"].clone()
    };
    assert_eq!(
        permissions("Administrators", "robin").await,
        json!(["create", "purge", "view"]),
        "superadmins hold all"
    );
    assert_eq!(permissions("t1", "ada").await, json!(null), "nobody else does unasked");

    let give = json!({ "action": "update_user_capabilities", "users": "ada", "user_capabilities": "ManageQueues" });
    api.ok("PUT", "tenants/t1", &token, give).await;
    assert_eq!(permissions("t1", "ada").await, json!(["create", "purge", "view"]));
    let custom = json!({ "name": "Purgers", "tenant_roles": "user", "providers": "ViewQueues", "capability_entries": ["QUEUE:purge"] });
    api.ok("POST", "user-capabilities", &token, custom).await;
    let change = json!({ "action": "update", "description": "d" });
    let refused = api.send("PUT", "user-capabilities/ManageQueues", &token, change).await;
    assert_eq!(refused.status, 400, "what a file says only the file changes: {}", refused.text);
    assert!(!api.login("ada", PASSWORD, "").await.is_empty());

    // Without the file the database speaks of what is not there.
    drop(server.stop());
    let complaint = server.how().env("ROBIN_CATALOGUE_EXTRA", "").run(&[], "").failed(1);
    assert!(complaint.contains("`Purgers`") && complaint.contains("ROBIN_CATALOGUE_EXTRA"), "{complaint}");
    server.restart();
    assert_eq!(permissions("t1", "ada").await, json!(["create", "purge", "view"]));
}
