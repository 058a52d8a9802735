//! Accounts whose passwords a directory checks: who is let in, and what the answers tell.

use std::{fs, sync::Arc};

use robin_crypto::SecretKey;
use robin_model::Secret;
use robin_service::{
    Error, Origin,
    session::{self, Credentials},
};
use robin_testkit::{Engine, Server};
use serde_json::{Value, json};

use super::logins::inside;
use crate::flows::directory_logins::Scene;

#[tokio::test]
async fn sec_05_other_spellings_of_a_name_are_the_same_account_or_nobody() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = Scene::of(&server).await;
    let mut ids = Vec::new();
    for same in ["newton", "Newton", "NEWTON"] {
        let answer = scene.login(same, "password").await;
        assert_eq!(answer.status, 200, "{same}");
        ids.push(answer.json()["user_id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    for other in [
        "newton ",
        " newton",
        "new ton",
        "ｎewton",
        "newtoń",
        "newton\0",
        "*",
        "newt*",
        "newton)(uid=*",
        "*)(uid=newton",
        "uid=newton,dc=example,dc=com",
        "UID=Newton, dc=example, dc=com",
        "newton@ldap.forumsys.com",
        "newton@example.com",
        r"EXAMPLE\newton",
        "Isaac Newton",
        "einstein",
    ] {
        let answer = scene.login(other, "password").await;
        assert_eq!(
            (answer.status, answer.error().0.as_str()),
            (401, "invalid username, password or tenant"),
            "{other:?}"
        );
    }
    let users = scene.api.ok("GET", "users", &scene.admin, Value::Null).await;
    assert_eq!(users["items"].as_array().unwrap().len(), 3, "nobody came in by trying");
}

/// What a refusal says, but for the request's number.
pub fn said(answer: &robin_testkit::Answer) -> (u16, Value) {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    (answer.status, body)
}

#[tokio::test]
async fn sec_10_refusals_of_a_directory_s_users_tell_nothing() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = Scene::of(&server).await;
    scene.add("off", &json!({})).await;
    scene.add("euler", &json!({})).await;
    assert_eq!(scene.update("euler", json!({ "action": "disable" })).await.status, 200);
    scene.add("tesla", &json!({})).await;
    scene.replace("tesla");
    let tries = [
        ("newton", "wrong"),
        ("newton", ""),
        ("nobody", "password"),
        ("no body", "password"),
        ("off", "password"),
        ("euler", "password"),
        ("tesla", "password"),
        ("system", "password"),
    ];
    let expected = said(&scene.login("nobody", "x").await);
    assert_eq!(expected.0, 401);
    for (name, password) in tries {
        assert_eq!(said(&scene.login(name, password).await), expected, "{name} {password:?}");
    }

    let key = fs::read(server.data_dir().join("secret.key")).unwrap();
    let robin = Arc::new(inside(&server, SecretKey::parse(&key).unwrap()).await.unwrap());
    let origin = Origin { request_id: "x".to_owned(), address: None, user_agent: String::new() };
    let login = async |username: &str, password: &str| {
        let password = Secret::new(password.to_owned());
        let credentials = Credentials { username: username.to_owned(), password, tenant: None, namespace: None };
        let before = robin.passwords.computed();
        let outcome = session::login(&robin, &origin, &credentials).await;
        (outcome, robin.passwords.computed() - before)
    };
    for (name, password) in tries {
        let (outcome, hashes) = login(name, password).await;
        let refused = outcome.err().expect("a refusal");
        assert!(matches!(refused, Error::Unauthenticated("invalid username, password or tenant")), "{name}: {refused}");
        assert_eq!(hashes, 1, "{name} {password:?}");
    }
    let (outcome, hashes) = login("newton", "password").await;
    assert!(outcome.is_ok() && hashes == 1, "and so does one that is not refused");

    // A directory that is down may know anybody.
    drop(scene.slapd);
    for (name, password) in tries {
        let (outcome, hashes) = login(name, password).await;
        assert!(matches!(outcome.err(), Some(Error::Unavailable { what: "the LDAP server", .. })), "{name}");
        assert_eq!(hashes, 1, "{name} {password:?}");
    }
}

#[tokio::test]
async fn sec_28_no_way_in_is_left_to_a_directory_s_user_who_is_out() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = Scene::of(&server).await;
    let names = ["euler", "gauss", "riemann", "euclid", "einstein", "tesla", "boyle"];
    let mut tokens = Vec::new();
    for name in names {
        scene.add(name, &json!({})).await;
        tokens.push(scene.api.login(name, "password", "").await);
    }
    let admin = scene.admin.clone();
    assert_eq!(scene.update("euler", json!({ "action": "disable" })).await.status, 200);
    scene.api.ok("DELETE", "users/gauss", &admin, Value::Null).await;
    let leave = json!({ "action": "remove_users", "users": "riemann" });
    scene.api.ok("PUT", "tenants/t1", &admin, leave).await;
    scene.slapd.modify("dn: uid=euclid,dc=example,dc=com\nchangetype: delete\n");
    scene.replace("einstein");
    assert_eq!(
        scene
            .update(
                "tesla",
                json!({ "action": "update", "user_info": { "ldap_user_dn": "uid=nobody,dc=example,dc=com" } })
            )
            .await
            .status,
        200
    );
    scene
        .slapd
        .modify("dn: uid=boyle,dc=example,dc=com\nchangetype: modify\nreplace: userPassword\nuserPassword: another\n");
    // What Robin itself knows of ends sessions; what only the directory knows of, lets nobody in any more.
    let ended = [true, true, true, false, false, true, false];
    for ((name, token), ended) in names.iter().zip(&tokens).zip(ended) {
        for password in ["password", "", " "] {
            let answer = scene.login(name, password).await;
            assert_eq!(answer.status, 401, "{name} {password:?}: {}", answer.text);
        }
        let standing = scene.api.call("GET", "login", token, Value::Null).await.0;
        assert_eq!(standing == 401, ended, "{name}: {standing}");
    }
    scene.api.ok("DELETE", "ldap-servers/ldap1?force=true", &admin, Value::Null).await;
    for name in names.iter().chain(&["newton", "curie"]) {
        assert_eq!(scene.login(name, "password").await.status, 401, "{name}");
    }
}
