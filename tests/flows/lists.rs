//! What holds for every list, path and parameter.

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{PASSWORD, admin, settled, tenants, user};

crate::on_both_engines!(
    pages_add_up_to_the_whole,
    a_long_list_is_whole,
    a_slash_at_the_end_changes_nothing,
    parameters_stand_in_the_body_or_the_query
);

const LISTS: [&str; 8] =
    ["users", "user-capabilities", "object-shares", "tenants", "namespaces", "sessions", "user-audit", "config"];

fn query(list: &str, more: &str) -> String {
    let action = if list == "object-shares" { "action=get_share_options&" } else { "" };
    format!("{list}?{action}{more}")
}

async fn pages_add_up_to_the_whole(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2", "t3"]).await;
    for name in ["user1", "user2", "user3"] {
        user(&api, &token, name, &[("t1", "user"), ("t2", "tenantadmin")]).await;
        api.login("robin", "Robin123", "").await;
    }
    let theirs = api.login("user1", PASSWORD, "t2").await;
    settled(&api, &token).await;
    for list in LISTS {
        let whole = api.ok("GET", &query(list, ""), &token, Value::Null).await;
        assert!(whole.get("next_cursor").is_none(), "{list} came whole");
        let whole = whole["items"].as_array().unwrap();
        assert!(whole.len() > 3, "{list} is too short to tell");
        for limit in [3, whole.len(), 1000] {
            let mut pages = Vec::new();
            let mut page = api.ok("GET", &query(list, &format!("limit={limit}")), &token, Value::Null).await;
            loop {
                let items = page["items"].as_array().unwrap();
                assert!(items.len() == limit || page.get("next_cursor").is_none(), "{list} has a short page");
                pages.extend(items.clone());
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                assert!(!items.is_empty(), "{list} has an empty page");
                page =
                    api.ok("GET", &query(list, &format!("limit={limit}&cursor={cursor}")), &token, Value::Null).await;
            }
            assert_eq!(&pages, whole, "{list} by {limit}");
        }

        for bad in ["limit=0", "limit=1001", "limit=-1", "limit=many", "limit=3&cursor=x", "cursor="] {
            assert_eq!(api.call("GET", &query(list, bad), &token, Value::Null).await.0, 400, "{list}?{bad}");
        }
        let page = api.ok("GET", &query(list, ""), &token, json!({ "limit": 3 })).await;
        let cursor = page["next_cursor"].as_str().unwrap();
        let tampered: String = cursor.chars().rev().collect();
        assert_eq!(
            api.call("GET", &query(list, &format!("cursor={tampered}")), &token, Value::Null).await.0,
            400,
            "{list}"
        );
        let foreign = query(if list == "users" { "tenants" } else { "users" }, &format!("limit=3&cursor={cursor}"));
        assert_eq!(api.call("GET", &foreign, &token, Value::Null).await.0, 400, "{list}'s cursor is for {list}");
        let status = api.call("GET", &query(list, &format!("limit=3&cursor={cursor}")), &theirs, Value::Null).await.0;
        assert!(status == 400 || status == 403, "{list}'s cursor is for whom it was given: {status}");
    }
}

async fn a_long_list_is_whole(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    // A list is read a thousand at a time; this one is longer.
    let count = 1003;
    let url = server.how().database_url();
    robin_testkit::database::execute(&url, &copies_of_the_tenant(count)).await;
    let whole = api.ok("GET", "tenants", &token, Value::Null).await;
    let ids: Vec<_> = whole["items"].as_array().unwrap().iter().map(|tenant| tenant["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), count + 1);
    assert!(ids.is_sorted_by(|one, other| one < other));
    assert_eq!(server.admin().ok("tenant list").lines().count(), count + 3);
}

/// Many tenants at a stroke: one call for each would take a minute.
fn copies_of_the_tenant(count: usize) -> String {
    format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) \
         INSERT INTO tenants (name, name_key, description, created_at) \
         SELECT 'copy' || n, 'copy' || n, '', created_at FROM tenants, numbers WHERE tenants.id = 1"
    )
}

async fn a_slash_at_the_end_changes_nothing(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    for path in [
        "users",
        "users/robin",
        "/api/v5/robin_server/users",
        "user-capabilities/ManageApplications",
        "tenants",
        "config",
        "login",
    ] {
        let (bare, slash) = (
            api.send("GET", path, &token, Value::Null).await,
            api.send("GET", &format!("{path}/"), &token, Value::Null).await,
        );
        assert_eq!((bare.status, &bare.text), (200, &slash.text), "{path}");
    }
    api.ok("POST", "tenants/", &token, json!({ "name": "t1" })).await;
    api.ok("PUT", "tenants/t1/", &token, json!({ "action": "update_description", "description": "d" })).await;
    api.ok("DELETE", "tenants/t1/", &token, Value::Null).await;
    for page in ["/livez/", "/.well-known/jwks.json/"] {
        assert_eq!(api.send("GET", page, "", Value::Null).await.status, 200, "{page}");
    }
    let bearer = format!("Bearer {token}");
    let (bare, bearer) =
        (api.send("GET", "login", &token, Value::Null).await, api.send("GET", "login", &bearer, Value::Null).await);
    assert_eq!(bare.text, bearer.text, "the token is bare or after its scheme");
}

async fn parameters_stand_in_the_body_or_the_query(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    for (path, query, body) in [
        ("users", "disabled=true&hidden=true", json!({ "disabled": true, "hidden": true })),
        ("users", "hidden=true", json!({ "hidden": "true" })),
        ("users/robin", "permissions=true", json!({ "permissions": true })),
        ("user-capabilities", "all_capabilities=true", json!({ "all_capabilities": true })),
        ("user-capabilities", "capability_group=User", json!({ "capability_group": "User" })),
        ("user-capabilities", "names=ViewUsers,ManageUsers", json!({ "names": ["ViewUsers", "ManageUsers"] })),
        ("namespaces", "tenant=Administrators&limit=1", json!({ "tenant": "Administrators", "limit": 1 })),
        (
            "object-shares",
            "action=get_share_options&share_type=USER",
            json!({ "action": "get_share_options", "share_type": "USER" }),
        ),
    ] {
        let in_query = api.send("GET", &format!("{path}?{query}"), &token, Value::Null).await;
        let in_body = api.send("GET", path, &token, body.clone()).await;
        assert_eq!((in_query.status, &in_query.text), (200, &in_body.text), "{path}?{query}");
        assert_ne!(
            in_query.text,
            api.send("GET", path, &token, Value::Null).await.text,
            "{path}?{query} says something"
        );
    }
    let both = api
        .send("GET", "user-capabilities?capability_group=User", &token, json!({ "capability_group": "Custom" }))
        .await;
    assert_eq!(both.status, 400, "{}", both.text);
    let unknown = api.send("GET", "users?colour=red", &token, Value::Null).await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.error().0.contains("`colour`"), "{}", unknown.text);
}
