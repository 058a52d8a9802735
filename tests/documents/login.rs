//! Sections "User login" and "Change current user's password".

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use robin_testkit::Server;
use serde_json::{Value, json};

crate::on_both_engines!(logging_in, logging_in_over_http, changing_ones_password, changing_ones_password_over_http);

async fn logging_in(server: Server) {
    let robinctl = server.robinctl();
    let output = robinctl.ok("robin login robin --password Robin123 --tenant Administrators");
    assert_eq!(output, "User robin is logged into Administrators tenant\n");

    let output = server.robinctl().line_with_input("robin login robin --namespace t001-u000003", "Robin123\n");
    assert_eq!((output.stderr.as_str(), output.code), ("Password:\n", 0));
    assert_eq!(output.stdout, "User robin is logged into Administrators tenant\n");

    for wrong in [
        "login robin --password wrong",
        "login nobody --password Robin123",
        "login robin --password Robin123 --tenant x",
    ] {
        let complaint = server.robinctl().line(wrong).failed(1);
        assert_eq!(
            complaint.lines().next(),
            Some("Error: invalid username, password or tenant"),
            "{wrong}: {complaint}"
        );
    }
}

async fn logging_in_over_http(server: Server) {
    let api = server.api();
    let before = now();
    let body = json!({ "username": "robin", "password": "Robin123", "tenant": "Administrators" });
    let answer = api.send("POST", "login", "", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let (token, zone) = (json["token"].as_str().unwrap(), json["zoneid"].as_i64().unwrap());
    let expiry = json["token_timestamp"].as_i64().unwrap();
    let documented = format!(
        r#"{{"token_timestamp":{expiry},"tenant":"Administrators","staas":false,"token":"{token}","zoneid":{zone},"role":"superadmin","tenants":["Administrators"],"namespace":"t001-u000003"}}"#
    );
    assert_eq!(answer.text, documented);
    assert!((before + 86_400..=now() + 86_400).contains(&expiry), "a day is the life of a token");

    let claims = claims(token);
    assert_eq!((&claims["exp"], &claims["user_id"], &claims["tenant_id"]), (&json!(expiry), &json!(3), &json!(1)));
    assert_eq!(
        (&claims["sub"], &claims["tenant"], &claims["role"]),
        (&json!("robin"), &json!("Administrators"), &json!("superadmin"))
    );
    for name in ["iss", "aud", "iat", "jti"] {
        assert!(!claims[name].is_null(), "{name} is missing: {claims}");
    }

    let again = api.ok("POST", "login", "", json!({ "username": "robin", "password": "Robin123" })).await;
    assert_eq!((&again["tenant"], &again["zoneid"]), (&json["tenant"], &json["zoneid"]));
    let namespace = json!({ "username": "robin", "password": "Robin123", "namespace": "t001-u000003" });
    assert_eq!(api.ok("POST", "login", "", namespace).await["namespace"], "t001-u000003");

    let mut texts = Vec::new();
    for (username, password, tenant) in [
        ("robin", "wrong", "Administrators"),
        ("nobody", "Robin123", "Administrators"),
        ("no such name!", "Robin123", "Administrators"),
        ("robin", "Robin123", "nowhere"),
        ("system", "Robin123", "Administrators"),
    ] {
        let body = json!({ "username": username, "password": password, "tenant": tenant });
        let answer = api.send("POST", "login", "", body).await;
        assert_eq!(answer.status, 401, "{username}/{tenant}");
        texts.push(answer.error());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "a refusal tells nothing: {texts:?}");
    assert_eq!(api.call("POST", "login", "", json!({ "username": "robin" })).await.0, 400);
}

async fn changing_ones_password(server: Server) {
    let admin = server.admin();
    let new = "a much longer password 7\n";
    let output = admin.line_with_input("robin password change", &new.repeat(2));
    assert_eq!(output.stderr, "Password:\nRetype password:\n");
    assert_eq!(output.ok(), "Password for current user has been updated\n");
    assert!(admin.ok("robin user list").contains("| robin "), "the new token was kept");

    assert_eq!(server.robinctl().line("robin login robin --password Robin123").code, 1);
    assert_eq!(server.robinctl().line_with_input("robin login robin", new).code, 0);
    let output = admin.line_with_input("robin password change", "one password 1\nanother password 2\n");
    assert_eq!(output.code, 2, "{output:?}");
}

async fn changing_ones_password_over_http(server: Server) {
    let api = server.api();
    let (old, other) = (api.login("robin", "Robin123", "").await, api.login("robin", "Robin123", "").await);
    let body = json!({ "action": "change_password", "password": "a much longer password 7" });
    assert_eq!(api.call("PUT", "login", "", body.clone()).await.0, 401);
    for bad in ["short", "robin", "password1", ""] {
        let body = json!({ "action": "change_password", "password": bad });
        assert_eq!(api.call("PUT", "login", &old, body).await.0, 400, "{bad:?}");
    }
    assert_eq!(api.call("PUT", "login", &old, json!({ "action": "change_password" })).await.0, 400);

    let answer = api.send("PUT", "login", &old, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let new = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(answer.text, format!(r#"{{"token":"{new}"}}"#));
    for (token, status) in [(&new, 200), (&old, 401), (&other, 401)] {
        assert_eq!(api.call("GET", "users", token, Value::Null).await.0, status);
    }
    let wrong = json!({ "username": "robin", "password": "Robin123" });
    assert_eq!(api.call("POST", "login", "", wrong).await.0, 401);
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a real server goes by the real time")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
