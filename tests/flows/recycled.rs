//! A name that is used again is all that is used again.

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, standing, tenants, user};

crate::on_both_engines!(
    sec_29_a_new_user_of_an_old_name_has_nothing_of_the_old_one,
    sec_29_a_new_tenant_of_an_old_name_has_nothing_of_the_old_one,
    sec_29_a_new_capability_of_an_old_name_is_nobodys,
    sec_29_a_new_namespace_of_an_old_name_is_its_makers
);

async fn remove(api: &Api, token: &str, path: &str) {
    api.ok("DELETE", path, token, Value::Null).await;
}

async fn get(api: &Api, token: &str, path: &str) -> Value {
    api.ok("GET", path, token, Value::Null).await
}

async fn capability(api: &Api, token: &str, entries: Value) -> Value {
    let body = json!({ "name": "C", "tenant_roles": ["user"], "capability_entries": entries });
    api.ok("POST", "user-capabilities", token, body).await;
    get(api, token, "user-capabilities/C").await
}

/// Who did what, by number, of those records that name the user.
async fn recorded(api: &Api, token: &str, username: &str) -> Vec<i64> {
    let list = get(api, token, &format!("user-audit?username={username}")).await;
    list["items"].as_array().unwrap().iter().map(|record| record["user_id"].as_i64().unwrap()).collect()
}

async fn sec_29_a_new_user_of_an_old_name_has_nothing_of_the_old_one(mut server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t1", "t2"]).await;
    user(&api, &admin, "eve", &[("t1", "tenantadmin"), ("t2", "user")]).await;
    let old = get(&api, &admin, "users/eve").await;
    let tokens = [api.login("eve", PASSWORD, "t1").await, api.login("eve", PASSWORD, "t2").await];
    api.ok("POST", "namespaces", &tokens[0], json!({ "name": "eves" })).await;
    remove(&api, &admin, "users/eve").await;

    let info = json!({ "username": "EVE", "authentication_type": 1, "password": "another-otter-43",
        "tenant_list": [{ "tenant": "t2", "tenant_role": "user", "user_capabilities": "NoCapabilities" }] });
    api.ok("POST", "users", &admin, json!({ "user_info": info })).await;
    for round in 0..2 {
        let new = get(&api, &admin, "users/eve?permissions=true").await;
        assert!(new["user_id"].as_i64() > old["user_id"].as_i64(), "{new}");
        assert_eq!(
            new["tenants"],
            json!([{ "name": "t2", "tenant_role": "user", "user_capabilities": ["NoCapabilities"] }])
        );
        let contexts = |user: &Value| user["user_contexts"].as_array().unwrap().clone();
        for context in contexts(&new) {
            let is_old = |known: &Value| known["id"] == context["id"] || known["namespace"] == context["namespace"];
            assert!(!contexts(&old).iter().any(is_old), "{context}");
        }
        for token in &tokens {
            assert_eq!(standing(&api, token).await, 401);
        }
        let wrong = json!({ "username": "eve", "password": PASSWORD });
        assert_eq!(api.call("POST", "login", "", wrong).await.0, 401, "the old password");
        let theirs = api.login("eve", "another-otter-43", "").await;
        let sessions = get(&api, &theirs, "sessions").await;
        assert_eq!(sessions["items"].as_array().unwrap().len(), round + 1, "{sessions}");
        assert_eq!(api.call("GET", "namespaces/eves", &theirs, Value::Null).await.0, 403);
        // What the old one did is the old one's.
        let by: Vec<i64> = recorded(&api, &admin, "eve").await;
        let old_id = old["user_id"].as_i64().unwrap();
        assert_eq!(by.iter().filter(|id| **id == old_id).count(), 3, "{by:?}");
        assert_eq!(by.iter().filter(|id| Some(**id) == new["user_id"].as_i64()).count(), round + 1, "{by:?}");
        server.restart();
    }
}

async fn sec_29_a_new_tenant_of_an_old_name_has_nothing_of_the_old_one(server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t1", "t2"]).await;
    user(&api, &admin, "eve", &[("t1", "tenantadmin"), ("t2", "user")]).await;
    let old = get(&api, &admin, "tenants/t1").await;
    let token = api.login("eve", PASSWORD, "t1").await;
    api.ok("PUT", "tenants/t1", &admin, json!({ "action": "remove_users", "users": "eve" })).await;
    remove(&api, &admin, "tenants/t1").await;
    tenants(&api, &admin, &["T1"]).await;
    let new = get(&api, &admin, "tenants/t1").await;
    assert!(new["id"].as_i64() > old["id"].as_i64(), "{new}");
    assert_eq!(standing(&api, &token).await, 401);
    let login = json!({ "username": "eve", "password": PASSWORD, "tenant": "t1" });
    assert_eq!(api.call("POST", "login", "", login).await.0, 401);
    let eve = api.login("eve", PASSWORD, "").await;
    assert_eq!(get(&api, &eve, "login").await["tenants"], json!(["t2"]));
    // Where a tenant was renamed, its old name leads to another one.
    user(&api, &admin, "ann", &[("t1", "user")]).await;
    let ann = api.login("ann", PASSWORD, "t1").await;
    api.ok("PUT", "tenants/t1", &admin, json!({ "action": "rename", "new_name": "t3" })).await;
    tenants(&api, &admin, &["t1"]).await;
    assert_eq!(get(&api, &ann, "login").await["tenant"], "t3");
    let login = json!({ "username": "ann", "password": PASSWORD, "tenant": "t1" });
    assert_eq!(api.call("POST", "login", "", login).await.0, 401);
}

async fn sec_29_a_new_capability_of_an_old_name_is_nobodys(server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t1"]).await;
    user(&api, &admin, "eve", &[("t1", "user")]).await;
    let old = capability(&api, &admin, json!(["BUNDLE:view"])).await;
    let members = |action: &str| json!({ "action": action, "users": "eve", "user_capabilities": "C" });
    api.ok("PUT", "tenants/t1", &admin, members("update_user_capabilities")).await;
    api.ok("PUT", "tenants/t1", &admin, members("remove_user_capabilities")).await;
    remove(&api, &admin, "user-capabilities/C").await;
    let new = capability(&api, &admin, json!(["USER:view", "USER:update"])).await;
    assert!(new["id"].as_i64() > old["id"].as_i64(), "{new}");
    let eve = get(&api, &admin, "users/eve?permissions=true").await;
    assert_eq!(eve["tenants"][0]["user_capabilities"], json!(["NoCapabilities"]));
    assert_eq!(eve["permissions"]["t1"], json!({}));
    let token = api.login("eve", PASSWORD, "").await;
    assert_eq!(api.call("GET", "users", &token, Value::Null).await.0, 403);
}

async fn sec_29_a_new_namespace_of_an_old_name_is_its_makers(server: Server) {
    let api = server.api();
    let admin = admin(&api).await;
    tenants(&api, &admin, &["t1", "t2"]).await;
    user(&api, &admin, "eve", &[("t1", "tenantadmin")]).await;
    user(&api, &admin, "ann", &[("t2", "tenantadmin")]).await;
    let (eve, ann) = (api.login("eve", PASSWORD, "").await, api.login("ann", PASSWORD, "").await);
    let make = json!({ "name": "shared" });
    api.ok("POST", "namespaces", &eve, make.clone()).await;
    let old = get(&api, &admin, "namespaces/shared").await;
    remove(&api, &eve, "namespaces/shared").await;
    api.ok("POST", "namespaces", &ann, make).await;
    let new = get(&api, &admin, "namespaces/shared").await;
    assert!(new["id"].as_i64() > old["id"].as_i64(), "{new}");
    assert_ne!((&new["owner_id"], &new["tenant"]), (&old["owner_id"], &old["tenant"]));
    assert_eq!(api.call("GET", "namespaces/shared", &eve, Value::Null).await.0, 404);
    assert_eq!(api.call("DELETE", "namespaces/shared", &eve, Value::Null).await.0, 404);
    get(&api, &ann, "namespaces/shared").await;
}
