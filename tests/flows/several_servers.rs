//! Several servers on one PostgreSQL: any of them answers any request, and what one changes is in force on all within a
//! second.

use std::time::{Duration, Instant};

use robin_testkit::{Engine, Server};
use serde_json::json;

/// Two servers that clients know by one URL.
pub async fn pair() -> (Server, Server) {
    let builder =
        Server::builder(Engine::Postgres).env("ROBIN_PUBLIC_URL", "https://robin.example.com").prepared().await;
    let first = builder.clone().start().await;
    let second = builder.start().await;
    (first, second)
}

/// Asks until the answer has this status, and fails when a second was not enough.
pub async fn within_a_second(server: &Server, token: &str, path: &str, status: u16) {
    let asked = Instant::now();
    loop {
        let (got, _) = server.api().call("GET", path, token, json!(null)).await;
        if got == status {
            return;
        }
        assert!(asked.elapsed() < Duration::from_secs(1), "{path} still answers {got}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_token_of_one_server_is_good_on_the_other() {
    let (first, second) = pair().await;
    let token = first.api().login("robin", "Robin123", "Administrators").await;
    let (status, body) = second.api().call("GET", "login", &token, json!(null)).await;
    assert_eq!((status, body["username"].as_str()), (200, Some("robin")));
}

#[tokio::test]
async fn sec_27_a_log_out_on_one_server_is_in_force_on_the_other_within_a_second() {
    let (first, second) = pair().await;
    let token = first.api().login("robin", "Robin123", "Administrators").await;
    let path = "login";
    within_a_second(&second, &token, path, 200).await;
    first.api().ok("DELETE", path, &token, json!(null)).await;
    within_a_second(&second, &token, path, 401).await;
}

#[tokio::test]
async fn sec_27_a_change_of_rights_on_one_server_is_in_force_on_the_other_within_a_second() {
    let (first, second) = pair().await;
    let admin = first.api().login("robin", "Robin123", "Administrators").await;
    first.api().ok("POST", "tenants", &admin, json!({ "name": "t1" })).await;
    let entries = json!([["USER", "view"]]);
    let capability = json!({ "name": "Looker", "tenant_roles": "tenantadmin", "capability_entries": entries });
    first.api().ok("POST", "user-capabilities", &admin, capability).await;
    let place = json!([{ "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": ["Looker"] }]);
    let user = json!({ "username": "ann", "authentication_type": 1, "password": "Ann-4-you", "tenant_list": place });
    first.api().ok("POST", "users", &admin, json!({ "user_info": user })).await;
    let ann = second.api().login("ann", "Ann-4-you", "t1").await;
    within_a_second(&second, &ann, "users", 200).await;

    let change = json!({ "action": "update", "name": "Looker", "capability_entries": [["TENANT", "view"]] });
    first.api().ok("PUT", "user-capabilities", &admin, change).await;
    within_a_second(&second, &ann, "users", 403).await;
    within_a_second(&second, &ann, "tenants", 200).await;

    first.api().ok("PUT", "users/ann", &admin, json!({ "action": "disable" })).await;
    within_a_second(&second, &ann, "tenants", 401).await;
}
