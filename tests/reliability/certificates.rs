//! Certificates over time: missed runs, restarts, clocks that jump, settings that leave no time; and databases that are moved.

use std::time::Duration;

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::clock::{Clock, DAY, HOUR};
use crate::flows::{PASSWORD, admin, tenants, user};

crate::on_both_engines!(
    crate::reliability::clock::Clock::start =>
    rel_11_what_came_due_while_nobody_ran_is_renewed_once_after_the_start,
    rel_11_a_stopped_schedule_renews_nothing_until_it_is_started,
    rel_11_a_life_shorter_than_the_offset_makes_no_work_without_end,
    rel_08_a_clock_that_jumps_makes_no_certificates,
    rel_10_certificates_move_with_a_backup_and_survive_another_secret_key,
);

async fn cert(api: &Api, token: &str, name: &str) -> Value {
    api.ok("GET", &format!("user-certs/{name}"), token, Value::Null).await
}

async fn with_ada(server: &Server) -> (Api, Value) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["dev"]).await;
    user(&api, &token, "ada", &[("dev", "user")]).await;
    let first = cert(&api, &token, "ada").await;
    (api, first)
}

/// How many certificates of the user were issued in all.
async fn issued(server: &Server) -> usize {
    let api = server.api();
    let token = admin(&api).await;
    let records = api.ok("GET", "user-audit?limit=1000", &token, Value::Null).await;
    let of_ada = |record: &&Value| {
        record["target"] == "user-credentials-ada"
            && record["action"].as_str().unwrap().starts_with("user_certificate.")
    };
    records["items"].as_array().unwrap().iter().filter(of_ada).count()
}

/// Waits until a certificate is another one than this.
async fn another(api: &Api, than: &Value) -> Value {
    for _ in 0..300 {
        let token = admin(api).await;
        let now = cert(api, &token, "ada").await;
        if now["serial"] != than["serial"] {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it was not renewed");
}

async fn rel_11_what_came_due_while_nobody_ran_is_renewed_once_after_the_start((mut server, clock): (Server, Clock)) {
    let (_, first) = with_ada(&server).await;
    server.stop();
    // Two weeks before its end is long past; many runs were missed.
    clock.set(360 * DAY);
    server.restart();
    let api = server.api();
    let second = another(&api, &first).await;
    assert_eq!(second["valid"], true);
    // A run was made up for, not each of those that were missed.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(issued(&server).await, 2);
    assert_eq!(another(&api, &first).await["serial"], second["serial"]);
    // Two days later nothing is due.
    clock.set(362 * DAY);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(issued(&server).await, 2);
}

async fn rel_11_a_stopped_schedule_renews_nothing_until_it_is_started((mut server, clock): (Server, Clock)) {
    let (api, first) = with_ada(&server).await;
    let token = admin(&api).await;
    api.ok("PUT", "user-certs", &token, json!({ "action": "stop_schedule" })).await;
    server.stop();
    clock.set(370 * DAY);
    server.restart();
    let api = server.api();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let token = admin(&api).await;
    let over = cert(&api, &token, "ada").await;
    assert_eq!((&over["serial"], &over["valid"]), (&first["serial"], &json!(false)), "stopped survives a restart");
    api.ok("PUT", "user-certs", &token, json!({ "action": "start_schedule" })).await;
    assert_eq!(another(&api, &first).await["valid"], true, "what is over is renewed too");
}

async fn rel_11_a_life_shorter_than_the_offset_makes_no_work_without_end((server, clock): (Server, Clock)) {
    let api = server.api();
    let token = admin(&api).await;
    let body =
        json!({ "action": "update_config", "cert_lifespan": "2d", "renewal_offset": "80d", "check_interval": "60s" });
    let updated = api.ok("PUT", "user-certs", &token, body).await;
    assert!(updated["warning"].as_str().unwrap().contains("not longer than the renewal offset"), "{updated}");
    let (api, first) = with_ada(&server).await;
    // Every minute is looked, and each time it is within the offset; it is renewed after half its life.
    for minutes in [2, 4, 6] {
        clock.set(minutes * 60);
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    assert_eq!(issued(&server).await, 1);
    clock.set(25 * HOUR);
    let second = another(&api, &first).await;
    for minutes in [2, 4] {
        clock.set(25 * HOUR + minutes * 60);
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    assert_eq!(issued(&server).await, 2);
    assert_eq!(another(&api, &first).await["serial"], second["serial"]);
}

async fn rel_08_a_clock_that_jumps_makes_no_certificates((server, clock): (Server, Clock)) {
    let (api, first) = with_ada(&server).await;
    for hours in [1, -1, 0] {
        clock.set(hours * HOUR);
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let token = admin(&api).await;
        assert_eq!(cert(&api, &token, "ada").await["serial"], first["serial"]);
        assert_eq!(api.send("GET", "/pki/crl.der", "", Value::Null).await.status, 200);
    }
    assert_eq!(issued(&server).await, 1);
}

async fn rel_10_certificates_move_with_a_backup_and_survive_another_secret_key((mut server, _): (Server, Clock)) {
    let (api, first) = with_ada(&server).await;
    let authority = api.send("GET", "/pki/ca.crt", "", Value::Null).await.text;
    let ada = api.login("ada", PASSWORD, "").await;
    let key = cert(&api, &ada, "ada").await["private_key"].clone();
    assert!(key.is_string());
    server.stop();
    let how = server.how();
    let _ = how.run(&["rotate-secret-key"], "").ok();
    server.restart();
    let api = server.api();
    let ada = api.login("ada", PASSWORD, "").await;
    let again = cert(&api, &ada, "ada").await;
    assert_eq!((&again["serial"], &again["private_key"]), (&first["serial"], &key));
    assert_eq!(api.send("GET", "/pki/ca.crt", "", Value::Null).await.text, authority);
    // What the authority signs now is still its own.
    let issued = api.ok("PUT", "user-certs", &ada, json!({ "action": "issue" })).await;
    assert_eq!(issued["ca_certificate"], authority);

    server.stop();
    let file = how.dir().join("robin.backup").display().to_string();
    let _ = how.run(&["backup", &file], "").ok();
    assert!(!std::fs::read(&file).unwrap().windows(11).any(|part| part == b"PRIVATE KEY"), "keys are sealed");
    let moved = Server::builder(robin_testkit::Engine::Sqlite);
    std::fs::create_dir_all(moved.data_dir()).unwrap();
    std::fs::copy(how.data_dir().join("secret.key"), moved.data_dir().join("secret.key")).unwrap();
    let _ = moved.run(&["restore", &file], "").ok();
    let moved = moved.start().await;
    assert_eq!(moved.api().send("GET", "/pki/ca.crt", "", Value::Null).await.text, authority);
    let ada = moved.api().login("ada", PASSWORD, "").await;
    assert!(cert(&moved.api(), &ada, "ada").await["private_key"].is_string());
}
