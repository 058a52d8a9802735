//! A clock that jumps by an hour.

use std::{fs, path::PathBuf, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use robin_testkit::{ADMIN, Api, Engine, PASSWORD, Server};
use serde_json::{Value, json};

use crate::flows::several_servers::within_a_second;

pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;

/// The clock of one server, which a test sets. What measures spans of time goes on as it is.
pub struct Clock(PathBuf);

impl Clock {
    /// A server with a clock of its own.
    pub async fn start(engine: Engine) -> (Server, Self) {
        let told = Command::new("faketime").args(["-m", "-f", "+0", "sh", "-c", "echo $LD_PRELOAD"]).output();
        let told = told.expect("faketime is installed: `apt-get install faketime`");
        let library = String::from_utf8(told.stdout).expect("a path");
        let how = Server::builder(engine);
        let clock = Self(how.dir().join("clock"));
        clock.set(0);
        let how = how
            .env("LD_PRELOAD", library.trim())
            .env("FAKETIME_TIMESTAMP_FILE", clock.0.to_str().expect("a path"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        (how.start().await, clock)
    }

    /// Sets it so many seconds before or after the time that it is.
    pub fn set(&self, seconds: i64) {
        // In one step: the server may read it at any moment.
        let next = self.0.with_extension("next");
        fs::write(&next, format!("{seconds:+}")).unwrap();
        fs::rename(next, &self.0).unwrap();
    }
}

pub async fn standing(api: &Api, token: &str) -> u16 {
    api.send("GET", "login", token, Value::Null).await.status
}

/// A part of a token: the first is its header, the second what it says.
pub fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// For how many seconds a token was given.
fn life(token: &str) -> i64 {
    let said = part(token, 1);
    said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap()
}

/// The names of the keys that are published.
pub async fn keys(api: &Api) -> Vec<String> {
    let set = api.ok("GET", "/.well-known/jwks.json", "", Value::Null).await;
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

pub async fn set(api: &Api, token: &str, name: &str, seconds: i64) {
    let body = json!({ "action": "update", "name": name, "value": seconds.to_string() });
    api.ok("PUT", "config", token, body).await;
}

crate::on_both_engines!(
    crate::reliability::clock::Clock::start =>
    rel_08_a_step_of_the_clock_forward_ends_only_what_is_old,
    rel_08_a_step_of_the_clock_back_makes_nothing_live_longer,
    rel_08_a_clock_that_jumps_makes_no_keys_and_leaves_the_record_in_order,
);

async fn rel_08_a_step_of_the_clock_forward_ends_only_what_is_old((mut server, clock): (Server, Clock)) {
    let api = server.api();
    let long = api.login(ADMIN, PASSWORD, "").await;
    set(&api, &long, "login.token_lifetime", HOUR / 2).await;
    let short = api.login(ADMIN, PASSWORD, "").await;
    let published = keys(&api).await;
    assert_eq!((standing(&api, &long).await, standing(&api, &short).await), (200, 200));
    clock.set(HOUR);
    assert_eq!((standing(&api, &long).await, standing(&api, &short).await), (200, 401));
    let fresh = api.login(ADMIN, PASSWORD, "").await;
    // A start does all that is due.
    server.restart();
    for token in [&long, &fresh] {
        assert_eq!(standing(&api, token).await, 200);
    }
    assert_eq!(standing(&api, &short).await, 401);
    assert_eq!(keys(&api).await, published, "the key is far from old");
}

async fn rel_08_a_step_of_the_clock_back_makes_nothing_live_longer((mut server, clock): (Server, Clock)) {
    let api = server.api();
    let before = api.login(ADMIN, PASSWORD, "").await;
    set(&api, &before, "login.token_lifetime", HOUR / 2).await;
    clock.set(-HOUR);
    let fresh = api.login(ADMIN, PASSWORD, "").await;
    assert_eq!(life(&fresh), HOUR / 2);
    for _ in 0..2 {
        assert_eq!(standing(&api, &fresh).await, 200, "it is good from the first moment");
        // Also where it is not remembered.
        server.restart();
    }
    clock.set(-HOUR + HOUR / 2 - 30);
    assert_eq!(standing(&api, &fresh).await, 200);
    clock.set(-HOUR + HOUR / 2 + 30);
    assert_eq!(standing(&api, &fresh).await, 401, "by the clock its time is over");
    // What was issued before the step is good again when the clock has come there, if not before.
    clock.set(0);
    assert_eq!(standing(&api, &before).await, 200);
    clock.set(life(&before) + 30);
    assert_eq!(standing(&api, &before).await, 401);
}

async fn rel_08_a_clock_that_jumps_makes_no_keys_and_leaves_the_record_in_order((mut server, clock): (Server, Clock)) {
    let api = server.api();
    let mut token = api.login(ADMIN, PASSWORD, "").await;
    let published = keys(&api).await;
    let mut names = Vec::new();
    for (n, hours) in [1, -1, 0, 1, 0, -1, 1].into_iter().enumerate() {
        clock.set(hours * HOUR);
        if standing(&api, &token).await != 200 {
            token = api.login(ADMIN, PASSWORD, "").await;
        }
        let name = format!("tenant-{n}");
        api.ok("POST", "tenants", &token, json!({ "name": name })).await;
        names.push(name);
        server.restart();
        assert_eq!(keys(&api).await, published, "after the jump to {hours} h");
    }
    clock.set(0);
    token = api.login(ADMIN, PASSWORD, "").await;
    let list = api.ok("GET", "user-audit", &token, Value::Null).await;
    let made = list["items"].as_array().unwrap().iter().filter(|record| record["action"] == "tenant.create");
    let mut recorded: Vec<_> = made.map(|record| record["target"].as_str().unwrap()).collect();
    recorded.reverse();
    assert_eq!(recorded, names, "in the order in which it was done: {list}");
    assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
}

/// On one file without a sign from one to the other, it is the span of trust alone that counts.
#[tokio::test]
async fn rel_08_a_clock_that_jumps_lets_no_memory_grow_old() {
    let (first, clock) = Clock::start(Engine::Sqlite).await;
    let second = first.how().env("ROBIN_PUBLIC_URL", first.url()).start().await;
    for hours in [-1, 1, 0, -1] {
        clock.set(hours * HOUR);
        let token = first.api().login(ADMIN, PASSWORD, "").await;
        assert_eq!(standing(&second.api(), &token).await, 200);
        first.api().ok("DELETE", "login", &token, Value::Null).await;
        within_a_second(&second, &token, "login", 401).await;
    }
}
