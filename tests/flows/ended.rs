//! Whoever is kept out is kept out by every way in, on every server, at once and for good.

use std::time::{Duration, Instant};

use robin_testkit::{Api, Engine, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, standing, tenants, user};

crate::on_both_engines!(
    sec_27_what_is_taken_away_is_gone_at_once_and_after_a_restart,
    sec_28_whoever_is_kept_out_finds_no_other_way_in
);

/// What takes something away from `ann`: request, and what of hers is over then.
fn takings() -> Vec<(&'static str, &'static str, Value, Over)> {
    let role = |role: &str, capabilities: &str| json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": role, "user_capabilities": capabilities });
    let members = |action: &str| json!({ "action": action, "users": "ann", "user_capabilities": "NoCapabilities" });
    let entries =
        json!({ "action": "remove_capability_entries", "name": "Looker", "capability_entries": ["USER:view"] });
    let password = json!({ "action": "update", "user_info": { "password": "another-otter-43" } });
    vec![
        ("PUT", "users/ann", role("user", "NoCapabilities"), Over::Right),
        ("PUT", "users/ann", role("tenantadmin", "NoCapabilities"), Over::Right),
        ("PUT", "tenants/t1", members("update_user_capabilities"), Over::Right),
        ("PUT", "user-capabilities", entries, Over::Right),
        ("PUT", "tenants/t1", json!({ "action": "remove_users", "users": "ann" }), Over::Session),
        ("PUT", "users/ann", json!({ "action": "disable" }), Over::Session),
        ("PUT", "users/ann", password, Over::Session),
        ("DELETE", "users/ann", Value::Null, Over::Session),
        ("DELETE", "sessions/{session}", Value::Null, Over::Session),
        ("DELETE", "login", Value::Null, Over::Session),
        ("DELETE", "login?all=true", Value::Null, Over::Session),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    /// She is logged in, and may no longer look at users.
    Right,
    /// The token is good for nothing.
    Session,
}

impl Over {
    /// What `GET users` answers, by which both show.
    fn status(self) -> u16 {
        if self == Self::Right { 403 } else { 401 }
    }
}

/// Makes `ann`, who may look at users by the capability `Looker`, and gives her token.
async fn ann(api: &Api, token: &str) -> String {
    let looker = json!({ "name": "Looker", "tenant_roles": ["tenantadmin", "user"],
        "capability_entries": ["USER:view", "BUNDLE:view"] });
    let place = json!([{ "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": "Looker" }]);
    let info = json!({ "username": "ann", "authentication_type": 1, "password": PASSWORD, "tenant_list": place });
    let known = api.call("GET", "user-capabilities/Looker", token, Value::Null).await.0 == 200;
    if known {
        let update =
            json!({ "action": "update", "name": "Looker", "capability_entries": looker["capability_entries"] });
        api.ok("PUT", "user-capabilities", token, update).await;
    } else {
        api.ok("POST", "user-capabilities", token, looker).await;
    }
    // The one of the last round may be there, or not.
    api.call("DELETE", "users/ann", token, Value::Null).await;
    api.ok("POST", "users", token, json!({ "user_info": info })).await;
    let ann = api.login("ann", PASSWORD, "t1").await;
    assert_eq!(sees(api, &ann).await, 200);
    ann
}

/// The answer to what only a right allows.
async fn sees(api: &Api, token: &str) -> u16 {
    api.call("GET", "users", token, Value::Null).await.0
}

/// Takes something away from `ann`, by the administrator or, where it is about her own session, by herself.
async fn take(api: &Api, admin: &str, ann: &str, (method, path, body, _): &(&str, &str, Value, Over)) {
    let session = api.ok("GET", "login", ann, Value::Null).await["session"].as_str().unwrap().to_owned();
    let by = if path.starts_with("login") { ann } else { admin };
    api.ok(method, &path.replace("{session}", &session), by, body.clone()).await;
}

async fn sec_27_what_is_taken_away_is_gone_at_once_and_after_a_restart(mut server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t1"]).await;
    for taking in takings() {
        let ann = ann(&api, &admin).await;
        take(&api, &admin, &ann, &taking).await;
        assert_eq!(sees(&api, &ann).await, taking.3.status(), "at once: {taking:?}");
        server.restart();
        assert_eq!(sees(&api, &ann).await, taking.3.status(), "after a restart: {taking:?}");
    }
}

#[tokio::test]
async fn sec_27_what_is_taken_away_on_one_server_is_gone_on_the_other_within_a_second() {
    let builder =
        Server::builder(Engine::Postgres).env("ROBIN_PUBLIC_URL", "https://robin.example.com").prepared().await;
    let (first, second) = (builder.clone().start().await, builder.start().await);
    let (one, other) = (first.api(), second.api());
    let admin = admin(&one).await;
    tenants(&one, &admin, &["t1"]).await;
    for taking in takings() {
        let ann = ann(&one, &admin).await;
        let deadline = Instant::now() + Duration::from_secs(1);
        while sees(&other, &ann).await != 200 {
            assert!(Instant::now() < deadline, "what is given is there, too: {taking:?}");
        }
        take(&one, &admin, &ann, &taking).await;
        let taken = Instant::now();
        while sees(&other, &ann).await != taking.3.status() {
            assert!(taken.elapsed() < Duration::from_secs(1), "the other server goes on: {taking:?}");
        }
        assert_eq!(sees(&one, &ann).await, taking.3.status());
    }
}

/// What keeps `bob` out of the tenant `t1`.
const KEPT_OUT: [&str; 6] = ["disabled", "no member", "tenant gone", "removed", "session ended", "password changed"];

async fn sec_28_whoever_is_kept_out_finds_no_other_way_in(server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t2"]).await;
    for why in KEPT_OUT {
        tenants(&api, &admin, &["t1"]).await;
        user(&api, &admin, "bob", &[("t1", "user"), ("t2", "user")]).await;
        let (here, there) = (api.login("bob", PASSWORD, "t1").await, api.login("bob", PASSWORD, "t2").await);
        let leave = json!({ "action": "remove_users", "users": "bob" });
        let changes = match why {
            "disabled" => vec![("PUT", "users/bob", json!({ "action": "disable" }))],
            "no member" => vec![("PUT", "tenants/t1", leave)],
            "tenant gone" => vec![("PUT", "tenants/t1", leave), ("DELETE", "tenants/t1", Value::Null)],
            "removed" => vec![("DELETE", "users/bob", Value::Null)],
            "password changed" => {
                vec![(
                    "PUT",
                    "users/bob",
                    json!({ "action": "update", "user_info": { "password": "another-otter-43" } }),
                )]
            }
            _ => Vec::new(),
        };
        for (method, path, body) in changes {
            api.ok(method, path, &admin, body).await;
        }
        if why == "session ended" {
            api.ok("DELETE", "login?all=true", &here, Value::Null).await;
        }
        // By the token.
        assert_eq!(standing(&api, &here).await, 401, "{why}");
        for (method, path) in [("GET", "namespaces"), ("GET", "sessions"), ("GET", "users/bob"), ("DELETE", "login")] {
            assert_eq!(api.call(method, path, &here, Value::Null).await.0, 401, "{why}: {method} {path}");
        }
        let new = json!({ "action": "change_password", "password": "third-otter-44" });
        assert_eq!(api.call("PUT", "login", &here, new).await.0, 401, "{why}: change_password");
        // By going to another tenant with it, and by coming from one.
        let change = |tenant: &str| json!({ "action": "change_tenant", "tenant": tenant });
        for tenant in ["t1", "t2"] {
            assert_eq!(
                api.call("PUT", "login", &here, change(tenant)).await.0,
                401,
                "{why}: change_tenant to {tenant}"
            );
        }
        assert_eq!(api.call("PUT", "login", &there, change("t1")).await.0, 401, "{why}: change_tenant from t2");
        // By the password: those whose session alone is over may log in again, and members of another tenant there.
        let log_in = async |tenant: &str| {
            let body = json!({ "username": "bob", "password": PASSWORD, "tenant": tenant });
            api.call("POST", "login", "", body).await.0
        };
        let (in_t1, in_t2) = match why {
            "session ended" => (200, 200),
            "no member" | "tenant gone" => (401, 200),
            _ => (401, 401),
        };
        assert_eq!((log_in("t1").await, log_in("t2").await), (in_t1, in_t2), "{why}: password");
        // And again, when there is something of that name again.
        if why == "tenant gone" {
            tenants(&api, &admin, &["t1"]).await;
            assert_eq!(
                (standing(&api, &here).await, log_in("t1").await),
                (401, 401),
                "{why}: a new tenant of that name"
            );
        }
        api.call("DELETE", "users/bob", &admin, Value::Null).await;
        api.ok("DELETE", "tenants/t1", &admin, Value::Null).await;
    }
}
