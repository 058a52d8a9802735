//! Whatever is not a valid token, and logins that must not tell why they are refused.

use robin_testkit::{ADMIN, Engine, PASSWORD as ADMIN_PASSWORD, Server};
use serde_json::{Value, json};

use super::refusal::{bare, expect};
use crate::access::world::{ADMINISTRATORS, NONE, PASSWORD, World};

#[tokio::test]
async fn sec_10_every_refused_login_reads_the_same() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, "user", &[NONE]).await;
    let disabled = world.user(&tenant, "user", &[NONE]).await;
    world.by_admin("PUT", &format!("users/{disabled}"), json!({ "action": "disable" })).await;
    let removed = world.user(&tenant, "user", &[NONE]).await;
    world.by_admin("DELETE", &format!("users/{removed}"), Value::Null).await;
    let homeless = world.user(&tenant, "user", &[NONE]).await;
    let body = json!({ "action": "remove_users", "users": [homeless] });
    world.by_admin("PUT", &format!("tenants/{tenant}"), body).await;
    let login = |username: &str, password: &str, tenant: &str| json!({ "username": username, "password": password, "tenant": tenant });
    let refused = [
        login("nobody", PASSWORD, &tenant),
        login("no body\n", PASSWORD, &tenant),
        login("", PASSWORD, &tenant),
        login(&user, "wrong", &tenant),
        login(&user, "", &tenant),
        login(&user, &PASSWORD.to_uppercase(), &tenant),
        login(&disabled, PASSWORD, &tenant),
        login(&removed, PASSWORD, &tenant),
        login(&user, PASSWORD, &other),
        login(&user, PASSWORD, ADMINISTRATORS),
        login(&user, PASSWORD, "nowhere"),
        login(&user, PASSWORD, "no where\n"),
        login(&user, PASSWORD, ""),
        json!({ "username": homeless, "password": PASSWORD }),
        json!({ "username": "system", "password": PASSWORD }),
    ];
    let first = world.api.send("POST", "login", "", refused[0].clone()).await;
    expect(&first, 401, "invalid username, password or tenant");
    for body in refused {
        let answer = world.api.send("POST", "login", "", body.clone()).await;
        assert_eq!((answer.status, bare(&answer)), (first.status, bare(&first)), "{body}");
        let names = |answer: &robin_testkit::Answer| {
            let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&answer), names(&first), "{body}");
    }
    world.api.login(&user, PASSWORD, &tenant).await;
}

#[tokio::test]
async fn sec_32_what_is_not_exactly_one_token_is_refused() {
    let world = World::start().await;
    let token = world.admin.as_str();
    let joined = format!("{token},{token}");
    let bad = [
        "Bearer",
        "Bearer ",
        "bearer",
        "Basic cm9iaW46Um9iaW4xMjM=",
        "Token abc",
        "null",
        "undefined",
        "a",
        "..",
        "a.b.c",
        "tökén",
        &joined,
        &format!("Bearer {token} x"),
        &format!("Bearer Bearer {token}"),
        &format!("Bearer {token},"),
        &format!("{token}é"),
        &"a".repeat(10_000),
    ];
    for value in bad {
        let headers = [("authorization", value)];
        let answer = world.api.try_send("GET", "login", &headers, None).await.expect("an answer");
        expect(&answer, 401, "");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    for headers in [
        vec![],
        vec![("authorization", token), ("authorization", token)],
        vec![("authorization", token), ("authorization", "x")],
        vec![("x-authorization", token)],
        vec![("cookie", token)],
    ] {
        let answer = world.api.try_send("GET", "login", &headers, None).await.expect("an answer");
        expect(&answer, 401, "");
    }
    for path in
        [format!("login?token={token}"), format!("login?authorization={token}"), format!("login?access_token={token}")]
    {
        expect(&world.api.send("GET", &path, "", Value::Null).await, 401, "");
    }
    for good in [token.to_owned(), format!("Bearer {token}"), format!("bearer {token}")] {
        assert_eq!(world.api.send("GET", "login", &good, Value::Null).await.status, 200);
    }
}

#[tokio::test]
async fn sec_19_a_token_that_is_cut_or_changed_anywhere_is_refused() {
    let world = World::start().await;
    let token = world.admin.as_str();
    for at in 0..token.len() {
        let old = token.as_bytes()[at];
        // In base64, letters that differ in their low bits alone may stand for the same bytes at the end of a part.
        let other = if old == b'A' { 'z' } else { 'A' };
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        for bad in [changed.as_str(), &token[..at], &token[at + 1..]] {
            if bad.is_empty() {
                continue;
            }
            let answer = world.api.send("GET", "login", bad, Value::Null).await;
            assert_eq!(answer.status, 401, "position {at}: {bad}");
        }
    }
    for bad in
        [format!("{token}A"), format!("{token}="), format!("{token}."), format!(".{token}"), format!("{token}.{token}")]
    {
        expect(&world.api.send("GET", "login", &bad, Value::Null).await, 401, "");
    }
    world.session(token).await;
}

#[tokio::test]
async fn sec_19_the_last_letters_of_a_signature_are_not_free() {
    let world = World::start().await;
    let (rest, _) = world.admin.split_at(world.admin.len() - 1);
    let alphabet = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'_']);
    let mut accepted = 0;
    for letter in alphabet {
        let token = format!("{rest}{}", char::from(letter));
        accepted += usize::from(world.api.send("GET", "login", &token, Value::Null).await.status == 200);
    }
    assert_eq!(accepted, 1, "one signature has one form");
}

#[tokio::test]
async fn sec_18_a_token_of_another_server_is_refused() {
    let world = World::start().await;
    let other = Server::start(Engine::Sqlite).await;
    let token = other.api().login(ADMIN, ADMIN_PASSWORD, "").await;
    expect(&world.api.send("GET", "login", &token, Value::Null).await, 401, "log in again");
    expect(&other.api().send("GET", "login", &world.admin, Value::Null).await, 401, "log in again");
    // Nor does it help to take the head of one and the rest of the other.
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (parts(&world.admin), parts(&token));
    for mixed in [
        [&theirs[0], &ours[1], &ours[2]],
        [&ours[0], &theirs[1], &ours[2]],
        [&ours[0], &ours[1], &theirs[2]],
        [&ours[0], &theirs[1], &theirs[2]],
    ] {
        let token = mixed.map(String::as_str).join(".");
        expect(&world.api.send("GET", "login", &token, Value::Null).await, 401, "log in again");
    }
}

#[tokio::test]
async fn sec_48_strangers_learn_nothing_of_what_an_endpoint_takes() {
    let world = World::start().await;
    for route in crate::access::samples::routes() {
        if (route.method.as_str(), route.first) == ("POST", "login") {
            continue;
        }
        let path = route.path.replace("{name}", "x").replace("{username}", "x").replace("{id}", "x");
        for (kind, body) in [
            ("application/json", None),
            ("application/json", Some("{".to_owned())),
            ("application/json", Some("{\"nonsense\": 1}".to_owned())),
            ("text/plain", Some("nonsense".to_owned())),
        ] {
            let headers = [("content-type", kind)];
            let answer = world.api.try_send(&route.method, &path, &headers, body).await.expect("an answer");
            expect(&answer, 401, "`Authorization`");
        }
    }
}
