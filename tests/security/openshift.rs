//! Accounts whose passwords the OpenShift cluster checks: who is let in, and what the answers tell.

use robin_identity::openshift::{Cluster, Settings};
use robin_model::Secret;
use robin_service::{
    Error, Origin,
    session::{self, Credentials},
    startup::Parts,
};
use robin_testkit::{
    Engine,
    openshift::{Outage, PASSWORD, Sort},
    replay::Injected,
};
use serde_json::{Value, json};

use crate::{
    flows::openshift::Scene,
    inside::{opened, parts},
};

#[tokio::test]
async fn sec_05_other_spellings_of_a_name_are_the_same_account_or_nobody() {
    let scene = Scene::of(Engine::Sqlite).await;
    let mut ids = Vec::new();
    for same in ["user1", "User1", "USER1"] {
        let answer = scene.login(same, PASSWORD).await;
        assert_eq!(answer.status, 200, "{same}");
        ids.push(answer.json()["user_id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    scene.openshift.add_user("b64:dXNlcjE", "b", None, PASSWORD);
    scene.openshift.add_user("USER2", "another", None, PASSWORD);
    scene.openshift.forget();
    for other in [
        "user1 ",
        " user1",
        "us er1",
        "ｕser1",
        "user1\0",
        "~",
        "user1/..",
        "b64:dXNlcjE",
        "user1@example.com",
        "user3",
    ] {
        let answer = scene.login(other, PASSWORD).await;
        let refused = (401, "invalid username, password or tenant");
        assert_eq!((answer.status, answer.error().0.as_str()), refused, "{other:?}");
    }
    assert!(scene.openshift.asked().iter().all(|asked| asked.basic().is_none()), "no password went anywhere");
    // The cluster tells them apart; the account is that of `user2` alone.
    let answer = scene.login("USER2", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let name = scene.openshift.asked().iter().find_map(robin_testkit::replay::Asked::basic).unwrap().0;
    assert_eq!(name, "user2", "asked for by the account's own name");
    scene.openshift.set_sort(Sort::Another);
    assert_eq!(scene.login("user1", PASSWORD).await.status, 401, "whom the cluster knows by another name is another");
}

#[tokio::test]
async fn sec_10_refusals_of_the_cluster_s_users_tell_nothing() {
    let scene = Scene::of(Engine::Sqlite).await;
    for name in ["user3", "user4"] {
        assert_eq!(scene.add(name).await.status, 200);
    }
    scene.api.ok("PUT", "users/user3", &scene.admin, json!({ "action": "disable" })).await;
    scene.openshift.add_user("user4", "another", None, PASSWORD);
    let tries = [
        ("user1", "wrong"),
        ("user1", ""),
        ("nobody", PASSWORD),
        ("no body", PASSWORD),
        ("user3", PASSWORD),
        ("user4", PASSWORD),
        ("user5", PASSWORD),
        ("system", PASSWORD),
    ];
    let said = |answer: &robin_testkit::Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let expected = said(&scene.login("nobody", "x").await);
    assert_eq!(expected.0, 401);
    for (name, password) in tries {
        assert_eq!(said(&scene.login(name, password).await), expected, "{name} {password:?}");
    }

    let key = std::fs::read(scene.server.data_dir().join("secret.key")).unwrap();
    let key = robin_crypto::SecretKey::parse(&key).unwrap();
    let cluster = Cluster::new(&Settings {
        api_url: scene.openshift.url().parse().unwrap(),
        ca_cert: Some(scene.openshift.ca_cert().to_owned()),
        token_file: scene.openshift.token_file(),
    });
    let parts = parts(&scene.server.how().database_url(), key, robin_identity::local::Params::default()).await;
    let robin = opened(Parts { openshift: Some(cluster.unwrap()), ..parts }).await;
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
    let (outcome, hashes) = login("user1", PASSWORD).await;
    assert!(outcome.is_ok() && hashes == 1, "and so does one that is not refused");

    // While it is down, it may know anybody whom it is asked about.
    scene.openshift.set_outage(Outage::OauthApi);
    for (name, password) in tries {
        let (outcome, hashes) = login(name, password).await;
        assert!(matches!(outcome.err(), Some(Error::Unavailable { what: "the OpenShift cluster", .. })), "{name}");
        assert_eq!(hashes, 1, "{name} {password:?}");
    }
    assert!(login(robin_testkit::ADMIN, robin_testkit::PASSWORD).await.0.is_ok());
}

#[tokio::test]
async fn sec_28_no_way_in_is_left_to_a_user_of_the_cluster_who_is_out() {
    let scene = Scene::of(Engine::Sqlite).await;
    let names = ["user1", "user2", "user3", "user4", "user5"];
    let mut tokens = Vec::new();
    for name in names {
        scene.add(name).await;
        tokens.push(scene.api.login(name, PASSWORD, "").await);
    }
    scene.api.ok("PUT", "users/user1", &scene.admin, json!({ "action": "disable" })).await;
    scene.api.ok("DELETE", "users/user2", &scene.admin, Value::Null).await;
    scene.api.ok("PUT", "tenants/t1", &scene.admin, json!({ "action": "remove_users", "users": "user3" })).await;
    scene.openshift.remove_user("user4");
    scene.openshift.add_user("user5", "another", None, PASSWORD);
    let ended = [true, true, true, false, false];
    for ((name, token), ended) in names.iter().zip(&tokens).zip(ended) {
        for password in [PASSWORD, "", " "] {
            let answer = scene.login(name, password).await;
            assert_eq!(answer.status, 401, "{name} {password:?}: {}", answer.text);
        }
        let standing = scene.api.call("GET", "login", token, Value::Null).await.0;
        assert_eq!(standing == 401, ended, "{name}: {standing}");
    }
    assert_eq!(scene.openshift.tokens(), 0);
    assert!(scene.openshift.granted() >= names.len(), "each was let in before");
    scene.openshift.inject("/oauth/authorize", Injected::Reset);
    assert_eq!(scene.login(robin_testkit::ADMIN, robin_testkit::PASSWORD).await.status, 200);
}
