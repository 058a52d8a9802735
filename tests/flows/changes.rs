//! Waiting for changes: what a service asks that remembers decisions.

use std::time::{Duration, Instant};

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{admin, several_servers, tenants, user};

crate::on_both_engines!(who_waits_hears_of_a_change_at_once_and_what_it_was, waiting_is_bounded);

async fn since(api: &Api, token: &str, revision: &Value, wait: u32) -> Value {
    api.ok("GET", &format!("changes?since={revision}&wait={wait}"), token, Value::Null).await
}

/// Waits for what `act` changes, and gives the answer, which must not take as long as the wait would.
async fn heard(api: &Api, token: &str, revision: &Value, act: impl Future<Output = ()>) -> Value {
    let asked = Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        act.await;
    };
    let (news, ()) = tokio::join!(since(api, token, revision, 10_000), later);
    assert!(asked.elapsed() < Duration::from_secs(5), "the change woke nobody");
    news
}

async fn who_waits_hears_of_a_change_at_once_and_what_it_was(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "ann", &[("t1", "user")]).await;
    let session = api.login("ann", super::PASSWORD, "t1").await;
    let ann = api.ok("GET", "login", &session, Value::Null).await;

    let start = api.ok("GET", "changes", &token, Value::Null).await;
    assert_eq!(start["everything"], true, "who knows nothing has everything to learn");
    let revision = start["revision"].clone();
    let nothing = json!({ "revision": revision, "everything": false, "users": [], "sessions": [], "objects": [] });
    assert_eq!(since(&api, &token, &revision, 0).await, nothing);

    // A plain member learns that something changed, and nothing of what.
    let as_ann = since(&api, &session, &revision, 5_000);
    let disable = async {
        api.ok(
            "PUT",
            "users/ann",
            &token,
            json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": "tenantadmin" }),
        )
        .await;
    };
    let (news, seen_by_ann) = tokio::join!(heard(&api, &token, &revision, disable), as_ann);
    assert_eq!((&news["everything"], &news["users"]), (&json!(false), &json!(["ann"])));
    assert_eq!((&seen_by_ann["everything"], &seen_by_ann["users"]), (&json!(true), &json!([])));
    assert_ne!(news["revision"], revision);

    let log_out = async {
        api.ok("DELETE", "login", &session, Value::Null).await;
    };
    let news = heard(&api, &token, &news["revision"], log_out).await;
    assert_eq!((&news["everything"], &news["sessions"]), (&json!(false), &json!([ann["session"]])));

    let define = async {
        let capability = json!({ "name": "Looker", "tenant_roles": "user", "capability_entries": ["USER:view"] });
        api.ok("POST", "user-capabilities", &token, capability).await;
    };
    let news = heard(&api, &token, &news["revision"], define).await;
    assert_eq!(news["everything"], true, "a capability may be anybody's");

    // What is said about oneself changes what one is told.
    let other_admin = json!({ "username": "eve", "authentication_type": 1, "password": super::PASSWORD,
        "tenant_list": [{ "tenant": "Administrators", "tenant_role": "superadmin" }] });
    api.ok("POST", "users", &token, json!({ "user_info": other_admin })).await;
    let eve = api.login("eve", super::PASSWORD, "Administrators").await;
    let demote = json!({ "action": "update_user_capabilities", "users": "eve", "user_capabilities": "ViewUsers" });
    let now = since(&api, &eve, &news["revision"], 0).await["revision"].clone();
    api.ok("PUT", "tenants/Administrators", &token, demote).await;
    assert_eq!(since(&api, &eve, &now, 0).await["everything"], true);
}

async fn waiting_is_bounded(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    let revision = api.ok("GET", "changes", &token, Value::Null).await["revision"].clone();
    let asked = Instant::now();
    let news = since(&api, &token, &revision, 300).await;
    assert!(asked.elapsed() >= Duration::from_millis(300), "it came early: {news}");
    assert_eq!(news["revision"], revision);

    for query in ["wait=10001", "wait=-1", "wait=soon", "since=-1", "since=9223372036854775808", "since=", "until=1"] {
        assert_eq!(api.call("GET", &format!("changes?{query}"), &token, Value::Null).await.0, 400, "{query}");
    }
    // A revision that never was: the database was put back since.
    let ahead = since(&api, &token, &json!(i64::MAX), 10_000).await;
    assert_eq!((&ahead["everything"], &ahead["revision"]), (&json!(true), &revision));

    // However many want to wait, no more than 256 do at a time, so that there is room for others.
    let lasting = Api::lasting(server.url());
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..600 {
        let (api, token, revision) = (lasting.clone(), token.clone(), revision.clone());
        asking.spawn(async move {
            let asked = Instant::now();
            let news = since(&api, &token, &revision, 3_000).await;
            assert_eq!(news["revision"], revision);
            asked.elapsed() >= Duration::from_secs(3)
        });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(super::standing(&api, &token).await, 200);
    let waited = asking.join_all().await.into_iter().filter(|waited| *waited).count();
    assert!((1..=256).contains(&waited), "{waited} waited");
}

#[tokio::test]
async fn who_waits_on_one_server_hears_of_a_change_on_another() {
    let (first, second) = several_servers::pair().await;
    let token = admin(&first.api()).await;
    tenants(&first.api(), &token, &["t1"]).await;
    user(&first.api(), &token, "ann", &[("t1", "user")]).await;
    let api = second.api();
    let revision = api.ok("GET", "changes", &token, Value::Null).await["revision"].clone();
    let revision = since(&api, &token, &revision, 0).await["revision"].clone();
    let asked = Instant::now();
    let disable = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        first.api().ok("PUT", "users/ann", &token, json!({ "action": "disable" })).await;
        Instant::now()
    };
    let (news, done) = tokio::join!(since(&api, &token, &revision, 10_000), disable);
    assert_eq!(news["users"].as_array().map(Vec::len), Some(1), "{news}");
    assert!(done.elapsed() < Duration::from_secs(1), "{:?} since it was asked", asked.elapsed());
}
