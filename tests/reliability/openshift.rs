//! A cluster that is down, slow, answers nothing that makes sense, or has very many users.

use std::time::{Duration, Instant};

use robin_testkit::{
    ADMIN, Engine,
    openshift::{Outage, PASSWORD},
    replay::{Injected, Reply},
};
use serde_json::{Value, json};

use crate::flows::openshift::Scene;

#[tokio::test]
async fn rel_06_a_cluster_that_is_down_holds_up_nobody_else() {
    let scene = Scene::of(Engine::Sqlite).await;
    let token = scene.api.login("user1", PASSWORD, "").await;
    let users = scene.api.ok("GET", "users", &scene.admin, Value::Null).await;
    let everywhere = |what: Injected| scene.openshift.inject("/", what);
    let faults: [(&str, &dyn Fn()); 5] = [
        ("behind the API", &|| scene.openshift.set_outage(Outage::OauthApi)),
        ("overloaded", &|| everywhere(Injected::Answer(Reply::text(500, "Error: x")))),
        ("closing", &|| everywhere(Injected::Reset)),
        ("garbage", &|| everywhere(Injected::Garbage)),
        ("silent", &|| scene.openshift.inject_delay(Duration::from_secs(40))),
    ];
    for (what, fault) in faults {
        fault();
        let waiting = tokio::spawn({
            let api = scene.api.clone();
            async move { api.send("POST", "login", "", json!({ "username": "user1", "password": PASSWORD })).await }
        });
        let mut times = Vec::new();
        for _ in 0..3 {
            let began = Instant::now();
            scene.api.login(ADMIN, robin_testkit::PASSWORD, "").await;
            times.push(began.elapsed());
        }
        // Not the slowest: others use this machine too.
        assert!(times.iter().min().is_some_and(|time| *time < Duration::from_secs(2)), "{what}: {times:?}");
        assert_eq!(scene.login(ADMIN, "wrong").await.status, 401, "{what}");
        assert_eq!(scene.api.call("GET", "login", &token, Value::Null).await.0, 200, "{what}: who is in stays in");
        let (login, nobody) = tokio::join!(scene.login("user1", "wrong"), scene.login("nobody", PASSWORD));
        for answer in [waiting.await.unwrap(), login, nobody] {
            assert_eq!(answer.status, 503, "{what}: {}", answer.text);
            assert_eq!(answer.error().0, "the OpenShift cluster is unavailable: try again later", "{what}");
            assert!(!answer.header("retry-after").is_empty(), "{what}");
        }
        for body in [json!({ "users": "user3" }), json!({ "group": "robin-users" })] {
            let resource = if body["group"].is_null() { "openshift-users" } else { "openshift-groups" };
            let mut all = json!({ "action": "import", "tenant": "t2", "tenant_role": "user" });
            all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            let answer = scene.api.send("PUT", resource, &scene.admin, all).await;
            assert_eq!(answer.status, 503, "{what}: {}", answer.text);
        }
        assert_eq!(
            scene.api.ok("GET", "users", &scene.admin, Value::Null).await,
            users,
            "{what}: nobody is half imported"
        );
        scene.openshift.heal();
        // Left alone for a while after it failed again and again.
        let deadline = Instant::now() + Duration::from_mins(1);
        while scene.login("user1", PASSWORD).await.status != 200 {
            assert!(Instant::now() < deadline, "{what}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        assert_eq!(scene.login("nobody", PASSWORD).await.status, 401, "{what}");
    }
}

#[tokio::test]
async fn twenty_thousand_users_are_read_in_one_pass_and_little_memory() {
    const COUNT: usize = 20_000;
    let scene = Scene::of(Engine::Sqlite).await;
    scene.openshift.add_crowd(COUNT);
    let before = scene.server.peak_memory();
    scene.openshift.forget();
    let list = scene.api.ok("GET", "openshift-users", &scene.admin, Value::Null).await;
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[COUNT + 7]["groups"]), (COUNT + 8, &json!(["robin-users"])));
    assert_eq!(items[100]["groups"], json!(["everybody"]));
    let asked = scene.openshift.asked();
    let pages = asked.iter().filter(|asked| asked.path.ends_with("/users")).count();
    assert_eq!((pages, asked.len()), (41, 42), "each page once, and the groups");
    let body = json!({
        "action": "import", "group": "everybody", "tenant": "t2", "tenant_role": "user", "dry_run": true,
    });
    let would = scene.api.ok("PUT", "openshift-groups", &scene.admin, body).await;
    assert_eq!(would["report"]["added"].as_array().unwrap().len(), COUNT);
    let grown = scene.server.peak_memory() - before;
    assert!(grown < 64 << 10, "{grown} KiB more than before");
}
