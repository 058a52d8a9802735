//! A server is killed while it brings accounts in step with their directory.

use std::time::Duration;

use robin_testkit::{
    Server,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};

use crate::flows::{admin, sync::people, tenants};

crate::on_both_engines!(rel_07_a_run_that_is_killed_is_finished_by_the_next_and_removes_nothing);

/// More than two chunks of accounts.
const COUNT: usize = 600;

async fn rel_07_a_run_that_is_killed_is_finished_by_the_next_and_removes_nothing(mut server: Server) {
    let names: Vec<String> = (1..=COUNT).map(|nth| format!("p{nth}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let slapd = Slapd::start(&Setup { ldif: people(COUNT, &members), ..Setup::default() });
    let token = admin(&server.api()).await;
    tenants(&server.api(), &token, &["t1", "t2"]).await;
    let (root, password) = slapd.root();
    let body = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": "dc=example,dc=com", "user_base": "ou=people,dc=example,dc=com",
    });
    server.api().ok("POST", "ldap-servers", &token, body).await;
    let import = json!({
        "action": "import", "group_name": "devs", "ldap_server": "ldap1", "tenant": "t1", "tenant_role": "user",
    });
    server.api().ok("PUT", "ldap-groups", &token, import).await;
    let mapping = json!({ "ldap_server_name": "ldap1", "group_name": "devs", "tenant": "t2", "tenant_role": "user" });
    server.api().ok("POST", "directory-mappings", &token, mapping).await;

    let joined = async |server: &Server| {
        let list = server.api().ok("GET", "user-audit?action=tenant.add_users", &token, Value::Null).await;
        list["items"].as_array().unwrap().len()
    };
    let api = server.api();
    let asking = {
        let token = token.clone();
        tokio::spawn(async move {
            let body = json!({ "action": "sync", "apply": true }).to_string();
            let headers = [("authorization", token.as_str())];
            let path = "ldap-servers/ldap1";
            // It is not answered any more.
            drop(api.try_send("PUT", path, &headers, Some(body)).await);
        })
    };
    while joined(&server).await == 0 && !asking.is_finished() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.kill();
    asking.await.unwrap();
    server.restart();
    let before = joined(&server).await;
    assert!(before > 0 && before % 250 == 0 || before == COUNT, "each chunk all or none: {before}");
    let answer = server.api().ok("PUT", "ldap-servers/ldap1", &token, json!({ "action": "sync", "apply": true })).await;
    assert_eq!(answer["changes"].as_array().unwrap().len(), COUNT - before, "{}", answer["message"]);
    assert_eq!(joined(&server).await, COUNT);
    let again = server.api().ok("PUT", "ldap-servers/ldap1", &token, json!({ "action": "sync" })).await;
    assert_eq!(again["changes"], json!([]));
    for action in ["user.disable", "user.remove", "tenant.remove_users"] {
        let path = format!("user-audit?action={action}");
        assert_eq!(server.api().ok("GET", &path, &token, Value::Null).await["items"], json!([]), "{action}");
    }
}
