//! From making an access token to its end.

use std::time::Duration;

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, several_servers, standing, tenants, user};

crate::on_both_engines!(
    a_token_is_made_used_shown_and_revoked,
    sec_53_a_token_ends_when_its_time_is_over,
    a_token_lasts_no_longer_than_it_may,
    users_ask_and_administrators_grant,
    who_had_their_token_taken_away_makes_no_other,
    another_text_takes_the_place_of_the_old_one,
    all_tokens_in_reach_become_worthless_at_once,
    what_belongs_to_a_login_is_not_for_tokens,
    sec_20_a_token_is_for_one_tenant_and_never_for_more,
    sec_24_nobody_says_whose_a_token_is_but_by_name,
    a_service_account_comes_with_tokens_alone,
    tokens_outlive_a_restart,
);

/// A token's text, as made with this body.
async fn made(api: &Api, by: &str, body: Value) -> String {
    api.ok("POST", "access-tokens", by, body).await["token"].as_str().unwrap().to_owned()
}

/// A tenant `t1` with an administrator `boss`, who may change users, and users `ada` and `bob`, and the first administrator's token.
async fn scene(api: &Api) -> String {
    let root = admin(api).await;
    tenants(api, &root, &["t1", "t2"]).await;
    let entries = json!(["USER:view", "USER:update"]);
    let manager = json!({ "name": "Manager", "tenant_roles": "tenantadmin", "capability_entries": entries });
    api.ok("POST", "user-capabilities", &root, manager).await;
    user(api, &root, "boss", &[("t1", "tenantadmin")]).await;
    let more = json!({ "action": "add_user_capabilities", "users": ["boss"], "user_capabilities": ["Manager"] });
    api.ok("PUT", "tenants/t1", &root, more).await;
    user(api, &root, "ada", &[("t1", "user"), ("t2", "user")]).await;
    user(api, &root, "bob", &[("t1", "user")]).await;
    root
}

async fn refused(api: &Api, method: &str, path: &str, token: &str, body: Value) -> (u16, String) {
    let answer = api.send(method, path, token, body).await;
    assert!(answer.status >= 400, "{method} {path}: {}", answer.text);
    (answer.status, answer.error().0)
}

async fn a_token_is_made_used_shown_and_revoked(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let ada = api.login("ada", PASSWORD, "t1").await;
    let reply = api.ok("POST", "access-tokens", &ada, json!({ "name": "laptop" })).await;
    let token = reply["token"].as_str().unwrap();
    assert!(token.starts_with("robin_pat_") && token.len() == 59, "{reply}");
    assert_eq!(
        (&reply["username"], &reply["tenant"], &reply["status"]),
        (&json!("ada"), &json!("t1"), &json!("active"))
    );
    let identity = api.ok("GET", "login", token, Value::Null).await;
    assert_eq!(
        (&identity["username"], &identity["tenant"], &identity["role"]),
        (&json!("ada"), &json!("t1"), &json!("user"))
    );
    assert_eq!(identity["session"], format!("token:{}", reply["id"]));
    assert_eq!(api.send("GET", "sessions", &format!("Bearer {token}"), Value::Null).await.status, 200);

    let list = api.ok("GET", "access-tokens", &ada, Value::Null).await;
    assert_eq!((each(&list, "name"), each(&list, "status")), (vec!["laptop"], vec!["active"]));
    assert_eq!(each(&list, "prefix"), [format!("{}…", &token[..16])]);
    assert!(!list.to_string().contains(&token[16..]), "{list}");
    let boss = api.login("boss", PASSWORD, "t1").await;
    assert_eq!(each(&api.ok("GET", "access-tokens?username=ada", &boss, Value::Null).await, "name"), ["laptop"]);
    assert_eq!(each(&api.ok("GET", "access-tokens?all=true", &root, Value::Null).await, "username"), ["ada"]);
    let bob = api.login("bob", PASSWORD, "t1").await;
    assert_eq!(refused(&api, "GET", "access-tokens?all=true", &bob, Value::Null).await.0, 403);
    assert_eq!(refused(&api, "GET", "access-tokens?username=ada", &bob, Value::Null).await.0, 403);
    let path = format!("access-tokens/{}", reply["id"]);
    assert_eq!(refused(&api, "DELETE", &path, &bob, Value::Null).await.0, 404, "bob must not learn of it");
    assert_eq!(refused(&api, "GET", "access-tokens?all=true&username=ada", &root, Value::Null).await.0, 400);

    let said = api.ok("DELETE", &path, &ada, Value::Null).await;
    assert_eq!(said["message"], format!("User token {}… (ada) was successfully revoked.", &token[..16]));
    assert_eq!(refused(&api, "GET", "login", token, Value::Null).await, (401, "Invalid token".to_owned()));
    assert_eq!(refused(&api, "DELETE", &path, &ada, Value::Null).await.0, 409);
    assert_eq!(refused(&api, "DELETE", "access-tokens/99", &ada, Value::Null).await.0, 404);
    for odd in
        [&token[..58], &format!("{token}0"), "robin_pat_", &token.to_uppercase().replace("ROBIN_PAT_", "robin_pat_")]
    {
        assert_eq!(refused(&api, "GET", "login", odd, Value::Null).await, (401, "Invalid token".to_owned()), "{odd}");
    }
    let trail = api.ok("GET", "user-audit", &root, Value::Null).await.to_string();
    assert!(trail.contains("token.create") && trail.contains("token.revoke") && !trail.contains(&token[16..]));
    assert!(!server.stderr().contains(&token[16..]), "no log has it");
}

async fn sec_53_a_token_ends_when_its_time_is_over(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let token = made(&api, &root, json!({ "expires_in": 2 })).await;
    assert_eq!(standing(&api, &token).await, 200);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(refused(&api, "GET", "login", &token, Value::Null).await, (401, "Invalid token".to_owned()));
    let list = api.ok("GET", "access-tokens", &root, Value::Null).await;
    assert_eq!(each(&list, "status"), ["expired"]);
    let id = list["items"][0]["id"].clone();
    let again = json!({ "action": "regenerate", "id": id });
    assert_eq!(refused(&api, "PUT", "access-tokens", &root, again).await.0, 409, "what is over stays over");
}

async fn a_token_lasts_no_longer_than_it_may(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let days = |reply: &Value| {
        let until = reply["expires_at"].as_str().unwrap();
        until.parse::<robin_model::Timestamp>().unwrap().seconds()
    };
    let whole = days(&api.ok("POST", "access-tokens", &root, json!({})).await);
    let short = days(&api.ok("POST", "access-tokens", &root, json!({ "expires_in": "60" })).await);
    assert!((whole - short - 90 * 86_400 + 60).abs() < 60, "90 days without a wish: {whole} {short}");
    for bad in [json!(0), json!(-1), json!("soon"), json!(31_536_001), json!(1.5)] {
        assert_eq!(refused(&api, "POST", "access-tokens", &root, json!({ "expires_in": bad })).await.0, 400, "{bad}");
    }
    let config = json!({ "action": "update", "name": "token.max_lifetime", "value": 3600 });
    api.ok("PUT", "config", &root, config).await;
    assert_eq!(refused(&api, "POST", "access-tokens", &root, json!({ "expires_in": 3601 })).await.0, 400);
    let token = made(&api, &root, json!({})).await;
    // What a token makes ends when it does.
    let child = api.ok("POST", "access-tokens", &token, json!({})).await;
    let own = api.ok("GET", "login", &token, Value::Null).await["token_timestamp"].as_i64().unwrap();
    assert_eq!(days(&child), own);
    let longer = refused(&api, "POST", "access-tokens", &token, json!({ "expires_in": 3600 })).await;
    assert_eq!(longer.0, 403, "{longer:?}");
}

async fn users_ask_and_administrators_grant(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let (ada, boss) = (api.login("ada", PASSWORD, "t1").await, api.login("boss", PASSWORD, "t1").await);
    let grant = |force: bool| json!({ "action": "grant", "username": "ada", "force": force });
    let none = refused(&api, "PUT", "access-tokens", &boss, grant(false)).await;
    assert_eq!(none.0, 409);
    assert!(none.1.starts_with("user `ada` access token status is none: "), "{none:?}");

    let asked = api.ok("POST", "access-tokens", &ada, json!({ "request": true, "name": "mine" })).await;
    assert_eq!((&asked["status"], &asked["token"]), (&json!("requested"), &Value::Null));
    assert_eq!(refused(&api, "POST", "access-tokens", &ada, json!({ "request": true })).await.0, 409);
    let mixed = json!({ "request": true, "role": "Admin" });
    assert_eq!(refused(&api, "POST", "access-tokens", &ada, mixed).await.0, 400);
    assert_eq!(refused(&api, "PUT", "access-tokens", &ada, grant(true)).await.0, 403, "nobody grants their own so");
    assert_eq!(refused(&api, "PUT", "access-tokens", &boss, json!({ "action": "grant" })).await.0, 400);

    // A superadmin finds the request though the account is in another tenant by now.
    api.login("ada", PASSWORD, "t2").await;
    let granted = api.ok("PUT", "access-tokens", &root, grant(false)).await;
    assert_eq!(granted["message"], format!("Token for user {} (ada) granted.", 5));
    assert_eq!((&granted["id"], &granted["tenant"]), (&asked["id"], &json!("t1")));
    let token = granted["token"].as_str().unwrap();
    assert_eq!(standing(&api, token).await, 200);
    for force in [false, true] {
        let again = refused(&api, "PUT", "access-tokens", &boss, grant(force)).await;
        assert_eq!(again, (409, "user `ada` has already an active access token".to_owned()));
    }
    assert_eq!(refused(&api, "POST", "access-tokens", &ada, json!({ "request": true })).await.0, 409);
}

async fn who_had_their_token_taken_away_makes_no_other(server: Server) {
    let api = server.api();
    scene(&api).await;
    let (ada, boss) = (api.login("ada", PASSWORD, "t1").await, api.login("boss", PASSWORD, "t1").await);
    // Their own doing keeps them from nothing.
    let mine = api.ok("POST", "access-tokens", &ada, json!({})).await;
    api.ok("DELETE", &format!("access-tokens/{}", mine["id"]), &ada, Value::Null).await;
    let token = made(&api, &ada, json!({})).await;

    let body = json!({ "username": "ada" });
    let said = api.ok("DELETE", "access-tokens", &boss, body.clone()).await;
    assert_eq!(said["message"], format!("User token {}… (ada) was successfully revoked.", &token[..16]));
    let none = refused(&api, "DELETE", "access-tokens", &boss, body).await;
    assert_eq!(none, (409, "user `ada` does not have an active access token".to_owned()));
    assert_eq!(refused(&api, "POST", "access-tokens", &ada, json!({})).await.0, 403);
    let by_admin = |force: bool| json!({ "username": "ada", "force": force });
    let open = refused(&api, "POST", "access-tokens", &boss, by_admin(false)).await;
    assert_eq!(open.0, 409);
    assert!(open.1.contains("status is revoked"), "{open:?}");
    let grant = json!({ "action": "grant", "username": "ada" });
    assert_eq!(refused(&api, "PUT", "access-tokens", &boss, grant.clone()).await.0, 409);

    // They ask, and are refused, and ask again.
    for _ in 0..2 {
        api.ok("POST", "access-tokens", &ada, json!({ "request": true })).await;
        let said = api.ok("DELETE", "access-tokens", &boss, json!({ "username": "ada" })).await;
        assert_eq!(said["message"], "User token (ada) was successfully revoked.");
    }
    api.ok("POST", "access-tokens", &ada, json!({ "request": true })).await;
    let granted = api.ok("PUT", "access-tokens", &boss, grant).await;
    assert_eq!(standing(&api, granted["token"].as_str().unwrap()).await, 200);
    made(&api, &ada, json!({})).await;
    api.ok("DELETE", "access-tokens", &boss, json!({ "username": "ada" })).await;
    let forced = made(&api, &boss, by_admin(true)).await;
    assert_eq!(standing(&api, &forced).await, 200);
}

async fn another_text_takes_the_place_of_the_old_one(server: Server) {
    let api = server.api();
    scene(&api).await;
    let (ada, boss) = (api.login("ada", PASSWORD, "t1").await, api.login("boss", PASSWORD, "t1").await);
    let regenerate = |fields: Value| {
        let mut body = json!({ "action": "regenerate" });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let nothing = refused(&api, "PUT", "access-tokens", &ada, regenerate(json!({}))).await;
    assert_eq!(nothing, (409, "user `ada` does not have an active access token".to_owned()));
    let old = api.ok("POST", "access-tokens", &ada, json!({ "expires_in": 600 })).await;
    let new = api.ok("PUT", "access-tokens", &ada, regenerate(json!({}))).await;
    assert_eq!((&new["message"], &new["id"]), (&json!("Token Regenerated"), &old["id"]));
    let (old, new) = (old["token"].as_str().unwrap(), new["token"].as_str().unwrap());
    assert_eq!((standing(&api, old).await, standing(&api, new).await), (401, 200));

    // By itself, with the end that it has.
    let end = |identity: &Value| identity["token_timestamp"].as_i64().unwrap();
    let before = end(&api.ok("GET", "login", new, Value::Null).await);
    let itself = api.ok("PUT", "access-tokens", new, regenerate(json!({}))).await;
    assert_eq!(itself["current"], true);
    let current = itself["token"].as_str().unwrap();
    assert_eq!(end(&api.ok("GET", "login", current, Value::Null).await), before);
    assert_eq!(standing(&api, new).await, 401);

    let theirs = api.ok("PUT", "access-tokens", &boss, regenerate(json!({ "username": "ada" }))).await;
    assert_eq!((standing(&api, current).await, theirs["current"].clone()), (401, Value::Null));
    made(&api, &ada, json!({})).await;
    let several = refused(&api, "PUT", "access-tokens", &ada, regenerate(json!({}))).await;
    assert_eq!(several.1, "user `ada` has 2 active access tokens: name one of them by its number");
    let by_number = regenerate(json!({ "id": theirs["id"] }));
    api.ok("PUT", "access-tokens", &ada, by_number.clone()).await;
    let bob = api.login("bob", PASSWORD, "t1").await;
    assert_eq!(refused(&api, "PUT", "access-tokens", &bob, by_number).await.0, 404);
    assert_eq!(refused(&api, "PUT", "access-tokens", &bob, regenerate(json!({ "id": 99 }))).await.0, 404);
    for mixed in [json!({ "all": true, "id": 1 }), json!({ "username": "ada", "account": "ada" })] {
        assert_eq!(refused(&api, "PUT", "access-tokens", &boss, regenerate(mixed)).await.0, 400);
    }
}

async fn all_tokens_in_reach_become_worthless_at_once(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let (ada, boss) = (api.login("ada", PASSWORD, "t1").await, api.login("boss", PASSWORD, "t1").await);
    let elsewhere = api.login("ada", PASSWORD, "t2").await;
    let tokens = [
        made(&api, &ada, json!({})).await,
        made(&api, &boss, json!({})).await,
        made(&api, &elsewhere, json!({})).await,
        made(&api, &root, json!({})).await,
    ];
    let all = json!({ "action": "regenerate", "all": true });
    assert_eq!(refused(&api, "PUT", "access-tokens", &ada, all.clone()).await.0, 403);
    let said = api.ok("PUT", "access-tokens", &boss, all.clone()).await;
    assert_eq!(said, json!({ "message": "Token Regenerated" }));
    for (token, expected) in tokens.iter().zip([401, 401, 200, 200]) {
        assert_eq!(standing(&api, token).await, expected);
    }
    api.ok("PUT", "access-tokens", &root, all).await;
    for token in &tokens {
        assert_eq!(standing(&api, token).await, 401);
    }
    // Nobody did anything wrong.
    made(&api, &ada, json!({})).await;
}

async fn what_belongs_to_a_login_is_not_for_tokens(server: Server) {
    let api = server.api();
    scene(&api).await;
    let ada = api.login("ada", PASSWORD, "t1").await;
    let token = made(&api, &ada, json!({})).await;
    for (method, path, body) in [
        ("DELETE", "login", json!({})),
        ("DELETE", "login", json!({ "all": true })),
        ("PUT", "login", json!({ "action": "change_password", "password": "another-otter-43" })),
        ("PUT", "login", json!({ "action": "change_tenant", "tenant": "t2" })),
        ("PUT", "users/ada", json!({ "action": "update", "user_info": { "password": "another-otter-43" } })),
        ("POST", "access-tokens", json!({ "request": true })),
    ] {
        let answer = refused(&api, method, path, &token, body).await;
        assert_eq!(
            (answer.0, answer.1.as_str()),
            (403, "this is not for access tokens: log in with your password for it")
        );
    }
    let update = json!({ "action": "update", "user_info": { "first_name": "Ada" } });
    api.ok("PUT", "users/ada", &token, update).await;
    assert_eq!(api.ok("GET", "sessions", &token, Value::Null).await["items"][0]["current"], false);
    assert_eq!((standing(&api, &ada).await, standing(&api, &token).await), (200, 200));
}

async fn sec_20_a_token_is_for_one_tenant_and_never_for_more(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let ada = api.login("ada", PASSWORD, "t1").await;
    // With a password one may log into the other tenant, and so one may make a token for it.
    let there = made(&api, &ada, json!({ "tenant": "t2" })).await;
    assert_eq!(api.ok("GET", "login", &there, Value::Null).await["tenant"], "t2");
    let here = made(&api, &ada, json!({})).await;
    assert_eq!(refused(&api, "POST", "access-tokens", &here, json!({ "tenant": "t2" })).await.0, 404);
    assert_eq!(refused(&api, "POST", "access-tokens", &ada, json!({ "tenant": "Administrators" })).await.0, 404);
    let boss = api.login("boss", PASSWORD, "t1").await;
    let theirs = json!({ "username": "ada", "tenant": "t2" });
    assert_eq!(refused(&api, "POST", "access-tokens", &boss, theirs.clone()).await.0, 404);
    assert_eq!(refused(&api, "POST", "access-tokens", &boss, json!({ "username": "robin" })).await.0, 404);
    made(&api, &root, theirs).await;
    // Nothing comes of a token that is no longer good.
    api.ok("DELETE", "access-tokens", &boss, json!({ "username": "ada" })).await;
    for body in [json!({}), json!({ "role": "Admin" })] {
        assert_eq!(refused(&api, "POST", "access-tokens", &here, body).await.0, 401);
    }
    let homeless = json!({ "action": "remove_users", "users": ["bob"] });
    api.ok("PUT", "tenants/t1", &root, homeless).await;
    let nowhere = refused(&api, "POST", "access-tokens", &root, json!({ "username": "bob" })).await;
    assert_eq!(nowhere, (400, "`bob` is in no tenant: an access token is for one".to_owned()));
}

async fn sec_24_nobody_says_whose_a_token_is_but_by_name(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let ada = api.login("ada", PASSWORD, "t1").await;
    for field in ["user", "user_id", "owner", "tenant_id", "created_by", "hash", "status", "token", "id", "is_admin"] {
        let answer = refused(&api, "POST", "access-tokens", &ada, json!({ field: 3 })).await;
        assert_eq!(answer.0, 400, "{field}");
        assert!(answer.1.contains(field), "{answer:?}");
        let mut body = json!({ "action": "grant", "username": "ada", "force": true });
        body[field] = json!(3);
        assert_eq!(refused(&api, "PUT", "access-tokens", &root, body).await.0, 400, "{field}");
    }
    for (by, body) in [
        (&ada, json!({ "username": "robin" })),
        (&ada, json!({ "username": "bob" })),
        (&ada, json!({ "account": "3" })),
    ] {
        assert_eq!(refused(&api, "POST", "access-tokens", by, body).await.0, 403);
    }
    assert_eq!(api.ok("GET", "access-tokens?all=true", &root, Value::Null).await["items"], json!([]));
}

async fn a_service_account_comes_with_tokens_alone(server: Server) {
    let api = server.api();
    let root = scene(&api).await;
    let boss = api.login("boss", PASSWORD, "t1").await;
    let reply = api.ok("POST", "service-accounts", &boss, json!({ "name": "ci" })).await;
    assert_eq!(reply["message"], format!("created account: 'ci' ({})", reply["id"]));
    assert_eq!(refused(&api, "POST", "service-accounts", &boss, json!({ "name": "ADA" })).await.0, 409);
    let wide = json!({ "name": "ci2", "tenant_role": "superadmin" });
    assert_eq!(refused(&api, "POST", "service-accounts", &boss, wide).await.0, 400);
    let foreign = json!({ "name": "ci2", "tenant": "t2" });
    assert_eq!(refused(&api, "POST", "service-accounts", &boss, foreign).await.0, 404);

    assert!(
        !each(&api.ok("GET", "users?hidden=true&disabled=true", &root, Value::Null).await, "username").contains(&"ci")
    );
    assert_eq!(each(&api.ok("GET", "service-accounts", &root, Value::Null).await, "name"), ["ci"]);
    let shown = api.ok("GET", "service-accounts/ci", &boss, Value::Null).await;
    assert_eq!(
        (&shown["tenant"], &shown["tenant_role"], &shown["status"]),
        (&json!("t1"), &json!("user"), &json!("active"))
    );
    assert_eq!(refused(&api, "GET", "service-accounts/ada", &root, Value::Null).await.0, 404, "she is a person");
    let login = json!({ "username": "ci", "password": PASSWORD });
    assert_eq!(refused(&api, "POST", "login", "", login).await.0, 401);
    let password = json!({ "action": "update", "user_info": { "password": "another-otter-43" } });
    assert_eq!(refused(&api, "PUT", "users/ci", &root, password).await.0, 400);
    let join = json!({ "action": "add_users", "users": ["ci"], "tenant_role": "user" });
    assert_eq!(refused(&api, "PUT", "tenants/t2", &root, join).await.0, 400, "it belongs to one tenant");

    // By number, by name, and like a user.
    let mut tokens = Vec::new();
    for body in [json!({ "account": reply["id"].to_string() }), json!({ "account": "ci" }), json!({ "username": "ci" })]
    {
        tokens.push(made(&api, &boss, body).await);
    }
    for nobody in ["ada", "5", "nobody", "no body"] {
        assert_eq!(
            refused(&api, "POST", "access-tokens", &boss, json!({ "account": nobody })).await.0,
            404,
            "{nobody}"
        );
    }
    let identity = api.ok("GET", "login", &tokens[0], Value::Null).await;
    assert_eq!((&identity["username"], &identity["authentication"]), (&json!("ci"), &json!("service")));
    let question = json!({
        "subject": { "type": "user", "id": "ci", "properties": { "tenant": "t1" } }, "action": { "name": "view" },
        "resource": { "type": "APPLICATION", "id": "*" },
    });
    assert_eq!(api.ok("POST", "/access/v1/evaluation", &root, question).await["decision"], true);
    assert_eq!(api.ok("GET", "user-audit?target=ci", &root, Value::Null).await["items"][0]["target"], "ci");

    assert_eq!(
        api.ok("PUT", "service-accounts/ci", &boss, json!({ "action": "suspend" })).await["message"],
        "Account 'ci' has been suspended"
    );
    assert_eq!(standing(&api, &tokens[0]).await, 401);
    assert_eq!(api.ok("GET", "service-accounts/ci", &boss, Value::Null).await["status"], "suspended");
    api.ok("PUT", "service-accounts/ci", &boss, json!({ "action": "resume" })).await;
    assert_eq!(standing(&api, &tokens[0]).await, 200);
    assert_eq!(api.ok("DELETE", "service-accounts/ci", &boss, Value::Null).await["message"], "deleted account: 'ci'");
    for token in &tokens {
        assert_eq!(standing(&api, token).await, 401);
    }
    assert_eq!(refused(&api, "GET", "service-accounts/ci", &boss, Value::Null).await.0, 404);
    user(&api, &root, "ci", &[("t1", "user")]).await;
    assert_eq!(
        api.ok("GET", "access-tokens?username=ci", &root, Value::Null).await["items"],
        json!([]),
        "nothing is inherited"
    );
}

async fn tokens_outlive_a_restart(mut server: Server) {
    let root = scene(&server.api()).await;
    let (good, bad) = (made(&server.api(), &root, json!({})).await, made(&server.api(), &root, json!({})).await);
    let id = server.api().ok("GET", "login", &bad, Value::Null).await["session"].as_str().unwrap()[6..].to_owned();
    server.api().ok("DELETE", &format!("access-tokens/{id}"), &root, Value::Null).await;
    server.restart();
    assert_eq!((standing(&server.api(), &good).await, standing(&server.api(), &bad).await), (200, 401));
}

#[tokio::test]
async fn sec_27_a_token_revoked_on_one_server_is_refused_by_the_other_within_a_second() {
    let (first, second) = several_servers::pair().await;
    let root = admin(&first.api()).await;
    for end in ["revoke", "regenerate"] {
        let reply = first.api().ok("POST", "access-tokens", &root, json!({})).await;
        let token = reply["token"].as_str().unwrap();
        several_servers::within_a_second(&second, token, "login", 200).await;
        if end == "revoke" {
            first.api().ok("DELETE", &format!("access-tokens/{}", reply["id"]), &root, Value::Null).await;
        } else {
            let body = json!({ "action": "regenerate", "id": reply["id"] });
            first.api().ok("PUT", "access-tokens", &root, body).await;
        }
        several_servers::within_a_second(&second, token, "login", 401).await;
    }
}
