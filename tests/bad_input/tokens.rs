//! Whatever is not a valid token, and logins that must not tell why they are refused.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use robin_testkit::{ADMIN, Engine, PASSWORD as ADMIN_PASSWORD, Server};
use serde_json::{Value, json};

use super::refusal::{bare, expect};
use crate::access::world::{ADMINISTRATORS, NONE, PASSWORD, World};

#[tokio::test]
async fn sec_10_every_refused_login_reads_the_same() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, "user", &[NONE]).await;
    let another = world.user(&tenant, "user", &[NONE]).await;
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
        login(&another, PASSWORD, &other),
        login(&another, PASSWORD, ADMINISTRATORS),
        login(&another, PASSWORD, "nowhere"),
        login(&another, PASSWORD, "no where\n"),
        login(&another, PASSWORD, ""),
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

/// Headers that a client library would not send.
#[tokio::test]
async fn sec_32_no_form_of_nothing_is_a_token() {
    let world = World::start().await;
    let token = world.admin.as_str();
    let huge = "a".repeat(30_000);
    let line = |value: &str| format!("Authorization: {value}\r\n");
    let mut lines: Vec<String> = [
        "",
        " ",
        "\t",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer\t",
        "bearer",
        "BEARER ",
        "Bearer \"\"",
        ",",
        "=",
        "Bearer =",
        "Bearer \u{e9}",
        "\u{202e}",
        "Basic",
        "Basic Og==",
        "Negotiate",
        "Digest username=robin",
        "null",
        "undefined",
    ]
    .map(line)
    .into();
    lines.extend([
        format!("Authorization: Bearer {token} {token}\r\n"),
        format!("Authorization: {token},{token}\r\n"),
        format!("Authorization: Bearer {token}, Bearer {token}\r\n"),
        format!("Authorization: Basic {token}\r\n"),
        format!("Authorization: Bearer{token}\r\n"),
        format!("Authorization: Bearer\t{token}\r\n"),
        format!("Authorization: Bearer  {token}\r\n"),
        format!("{}{}", line(token), line(token)),
        format!("{}{}", line(token), line("")),
        format!("{}{}", line(""), line(token)),
        line(&huge),
        line(&format!("Bearer {huge}")),
    ]);
    for line in lines {
        let request =
            format!("GET /api/v3/robin_server/login HTTP/1.1\r\nHost: robin\r\n{line}Connection: close\r\n\r\n");
        let answer = world.api.raw(request.as_bytes());
        let shown: String = line.chars().take(80).collect();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{shown:?}: {answer}");
        assert!(!answer.contains("robin\""), "{shown:?}: {answer}");
    }
    let good =
        format!("GET /api/v3/robin_server/login HTTP/1.1\r\nHost: robin\r\n{}Connection: close\r\n\r\n", line(token));
    assert!(world.api.raw(good.as_bytes()).starts_with("HTTP/1.1 200 "), "the form is right");
}

/// Whatever a token says about how it is to be checked, the server knows that by itself.
#[tokio::test]
async fn sec_17_a_token_does_not_say_how_it_is_checked() {
    let world = World::start().await;
    let parts: Vec<&str> = world.admin.split('.').collect();
    let keys = world.api.ok("GET", "/.well-known/jwks.json", "", Value::Null).await;
    let public = &keys["keys"][0];
    let kid = public["kid"].as_str().unwrap();
    let point = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(public[name].as_str().unwrap()).unwrap();
    let uncompressed = [vec![4], point("x"), point("y")].concat();

    // Somebody's own key, which the token brings along.
    let own = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let own_point = own.public_key().as_ref();
    let encoded = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let own_jwk = json!({ "kty": "EC", "crv": "P-256", "x": encoded(&own_point[1..33]), "y": encoded(&own_point[33..]), "kid": kid });
    let signed = |header: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let message = format!("{}.{}", encoded(header.as_bytes()), parts[1]);
        format!("{message}.{}", encoded(&sign(message.as_bytes())))
    };
    let by_own_key = |message: &[u8]| own.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
    let head = |more: Value| {
        let mut header = json!({ "typ": "JWT", "alg": "ES256", "kid": kid });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        header.to_string()
    };
    let mut forged = Vec::new();
    for more in [
        json!({}),
        json!({ "jwk": own_jwk }),
        json!({ "jku": "http://127.0.0.1:1/jwks.json" }),
        json!({ "x5u": "http://127.0.0.1:1/cert.pem" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "crit": ["exp"], "exp": 1 }),
        json!({ "kid": "none" }),
        json!({ "kid": "../../../../dev/null" }),
        json!({ "kid": "' UNION SELECT 'x' --" }),
        json!({ "kid": null }),
        json!({ "alg": "ES384" }),
        json!({ "alg": "none" }),
    ] {
        forged.push(signed(&head(more), &by_own_key));
    }
    forged.push(signed(&format!(r#"{{"typ":"JWT","alg":"ES256","kid":"{kid}","kid":"x"}}"#), &by_own_key));
    forged.push(signed(&format!(r#"{{"typ":"JWT","alg":"none","alg":"ES256","kid":"{kid}"}}"#), &by_own_key));
    for none in ["none", "None", "NONE", "nOnE", ""] {
        forged.push(signed(&head(json!({ "alg": none })), &|_| Vec::new()));
    }
    for secret in [uncompressed.clone(), uncompressed[1..].to_vec(), public.to_string().into_bytes(), Vec::new()] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let by_public_key = |message: &[u8]| hmac::sign(&key, message).as_ref().to_vec();
        forged.push(signed(&head(json!({ "alg": "HS256" })), &by_public_key));
        forged.push(signed(&head(json!({})), &by_public_key));
    }
    for token in forged {
        expect(&world.api.send("GET", "login", &token, Value::Null).await, 401, "log in again");
        expect(&world.api.send("GET", "users", &format!("Bearer {token}"), Value::Null).await, 401, "log in again");
    }
    world.session(&world.admin).await;
}

#[tokio::test]
async fn sec_18_a_token_for_another_name_of_the_same_installation_is_refused() {
    let first = Server::start(Engine::Sqlite).await;
    let token = first.api().login(ADMIN, ADMIN_PASSWORD, "").await;
    // The same keys, the same session, another issuer and audience.
    let second = first.how().env("ROBIN_PUBLIC_URL", "https://robin.example.com").start().await;
    expect(&second.api().send("GET", "login", &token, Value::Null).await, 401, "log in again");
    assert_eq!(first.api().send("GET", "login", &token, Value::Null).await.status, 200);
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
