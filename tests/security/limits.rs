//! Too much of anything is refused at once, costs little, and keeps nobody else waiting.

use std::{
    fmt::Write as _,
    io::{Read, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use robin_testkit::{ADMIN, Engine, PASSWORD, Server, database};
use serde_json::{Value, json};

use crate::{
    access::world::{EVERYTHING, World},
    bad_input::refusal::expect,
};

/// What a server may need more, at its worst moment, than one that did nothing but start and log somebody in, in KiB.
const WORST: u64 = 200 << 10;

/// So long a request may wait while others ask too much.
const PATIENCE: Duration = Duration::from_secs(1);

const BODY: usize = 4 << 20;

/// Bodies of nearly the size that is allowed, made to cost as much as they can.
fn bombs() -> Vec<(&'static str, String)> {
    let filled = |open: &str, each: &str, close: &str| {
        let count = (BODY - 100) / each.len();
        format!("{open}{}{close}", each.repeat(count))
    };
    vec![
        ("numbers", filled("{\"users\": [", "0,", "0]}")),
        ("names", filled("{\"users\": [", "\"a\",", "\"a\"]}")),
        ("lists", filled("{\"users\": [", "[],", "[]]}")),
        ("objects", filled("{\"users\": [", "{\"\":0},", "{}]}")),
        ("fields", {
            let mut text = "{".to_owned();
            for nth in 0_u32.. {
                if text.len() + 30 > BODY {
                    break;
                }
                write!(text, "\"{nth}\":{nth},").unwrap();
            }
            text + "\"\":0}"
        }),
        ("depth", filled("{\"users\": ", "[", "")),
        ("one text", filled("{\"username\": \"", "a", "\"}")),
        ("commas", filled("{\"users\": \"", "a,", "\"}")),
        ("escapes", filled("{\"username\": \"", "\\u0000", "\"}")),
        ("blanks", filled("{", " ", "}")),
    ]
}

#[tokio::test]
async fn sec_47_what_costs_much_is_refused_and_memory_stays_bounded() {
    let world = World::start().await;
    let before = world.server.peak_memory();
    for (name, body) in bombs() {
        for (method, path, token) in [
            ("POST", "login", ""),
            ("POST", "login?namespace=x", ""),
            ("POST", "users", &*world.admin),
            ("PUT", "tenants/Administrators", &*world.admin),
        ] {
            // Several at a time.
            let asked = Instant::now();
            let headers = [("authorization", token)];
            let send = || world.api.try_send(method, path, &headers, Some(body.clone()));
            let (one, two, three, four) = tokio::join!(send(), send(), send(), send());
            for answer in [one, two, three, four] {
                // A server may close before all was sent: then there is no answer to look at.
                let Ok(answer) = answer else { continue };
                assert!((400..500).contains(&answer.status), "{name} to {method} {path}: {}", answer.text);
                assert!(answer.text.len() < 5000, "{name} to {method} {path} is answered at length");
            }
            assert!(asked.elapsed() < 8 * PATIENCE, "{name} to {method} {path} takes {:?}", asked.elapsed());
        }
        let more = world.server.peak_memory() - before;
        assert!(more < WORST, "{name}: {more} KiB");
    }
    world.session(&world.admin).await;
}

#[tokio::test]
async fn sec_47_a_head_has_bounds() {
    let world = World::start().await;
    let request = |path: &str, headers: &str| {
        let token = &world.admin;
        let head = format!("GET {path} HTTP/1.1\r\nHost: robin\r\nAuthorization: {token}\r\n");
        format!("{head}{headers}Connection: close\r\n\r\n").into_bytes()
    };
    let many = |count: u32| (0..count).fold(String::new(), |text, nth| text + &format!("x-{nth}: y\r\n"));
    let path = "/api/v3/robin_server/login";
    let query = |count: u32| (0..count).fold(format!("{path}?"), |text, nth| text + &format!("a{nth}=1&"));
    for (bytes, statuses) in [
        (request(path, &many(50)), &["200"][..]),
        (request(path, &many(5000)), &["431"]),
        (request(path, &format!("x: {}\r\n", "y".repeat(1 << 20))), &["431"]),
        (request(&format!("{path}?{}", "a".repeat(1 << 20)), ""), &["414", "431"]),
        (request(&query(5), ""), &["400"]),
        (request(&query(4000), ""), &["400"]),
        (request(&query(100_000), ""), &["414", "431"]),
    ] {
        let asked = Instant::now();
        let answer = world.api.raw(&bytes);
        let status = answer.split(' ').nth(1).unwrap_or_default();
        // A server may close before all was sent: then the answer may get lost.
        assert!(
            statuses.contains(&status) || (answer.is_empty() && bytes.len() > 100_000),
            "{statuses:?}: {answer:.300}"
        );
        assert!(asked.elapsed() < PATIENCE, "{status} took {:?}", asked.elapsed());
    }
    world.session(&world.admin).await;
}

#[tokio::test]
async fn sec_47_a_storm_of_logins_is_turned_away_and_others_go_on() {
    let server = Server::builder(Engine::Sqlite).env("ROBIN_LIMITS__HASHING_THREADS", "1").start().await;
    let world = World::of(server, PASSWORD).await;
    let before = world.server.peak_memory();
    // Neither an account nor the address is to be closed by that.
    let many = json!({ "action": "update", "name": "login.address_failures_per_minute", "value": 1000 });
    world.by_admin("PUT", "config", many).await;
    let storm: Vec<_> = (0..150)
        .map(|nth| {
            let (api, login) = (world.api.clone(), json!({ "username": format!("nobody-{nth}"), "password": "wrong" }));
            tokio::spawn(async move { api.send("POST", "login", "", login).await })
        })
        .collect();
    let mut asked_meanwhile = 0;
    while storm.iter().any(|login| !login.is_finished()) {
        let asked = Instant::now();
        world.session(&world.admin).await;
        assert!(asked.elapsed() < PATIENCE, "a request waited for the logins: {:?}", asked.elapsed());
        asked_meanwhile += 1;
    }
    assert!(asked_meanwhile > 10, "the storm was over too soon to tell");
    let mut turned_away = 0;
    for answer in storm {
        let answer = answer.await.unwrap();
        if answer.status == 429 {
            expect(&answer, 429, "too many logins are waiting: try again");
            assert!(!answer.header("retry-after").is_empty());
            turned_away += 1;
        } else {
            expect(&answer, 401, "invalid username");
        }
    }
    assert!((20..150).contains(&turned_away), "{turned_away} of 150 were turned away");
    let more = world.server.peak_memory() - before;
    assert!(more < 64 << 10, "{more} KiB for one hash at a time");
    world.api.login(ADMIN, PASSWORD, "").await;
}

/// A connection that has begun a login and does not go on.
fn half_a_login(server: &Server) -> TcpStream {
    half_a_request(server, "login", "")
}

/// A connection of somebody known that has begun a change and does not go on.
fn half_a_change(server: &Server, token: &str) -> TcpStream {
    half_a_request(server, "tenants", &format!("Authorization: {token}\r\n"))
}

fn half_a_request(server: &Server, path: &str, header: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let rest = "Content-Length: 100\r\nConnection: close\r\n\r\n{";
    write!(stream, "POST /api/v3/robin_server/{path} HTTP/1.1\r\nHost: robin\r\n{header}{rest}").unwrap();
    stream
}

#[tokio::test]
async fn sec_47_a_request_that_takes_too_long_is_ended() {
    let server = Server::builder(Engine::Sqlite).env("ROBIN_LIMITS__REQUEST_SECONDS", "1").start().await;
    let begun = Instant::now();
    let mut answer = String::new();
    half_a_login(&server).read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("took too long"), "{answer}");
    let taken = begun.elapsed();
    assert!(taken > Duration::from_millis(900) && taken < Duration::from_secs(4), "{taken:?}");
}

#[tokio::test]
async fn sec_47_more_requests_than_there_is_room_for_are_refused_at_once() {
    let server = Server::builder(Engine::Sqlite).env("ROBIN_LIMITS__REQUESTS", "2").start().await;
    let api = server.api();
    let token = api.login(ADMIN, PASSWORD, "").await;
    let slow = [half_a_change(&server, &token), half_a_change(&server, &token)];
    let login = json!({ "username": ADMIN, "password": PASSWORD });
    // The two have to arrive first.
    let deadline = Instant::now() + Duration::from_secs(5);
    let refused = loop {
        let asked = Instant::now();
        let answer = api.send("GET", "login", "", Value::Null).await;
        if answer.status == 503 {
            assert!(asked.elapsed() < PATIENCE);
            break answer;
        }
        assert!(Instant::now() < deadline, "both are let in: {}", answer.text);
    };
    expect(&refused, 503, "at its limit");
    assert!(!refused.header("retry-after").is_empty());
    api.ok("GET", "/livez", "", Value::Null).await;
    drop(slow);
    let deadline = Instant::now() + Duration::from_secs(5);
    while api.call("POST", "login", "", login.clone()).await.0 != 200 {
        assert!(Instant::now() < deadline, "there is room again");
    }
}

/// What is packed is not unpacked: a small body stays small.
#[tokio::test]
async fn sec_47_nothing_is_decompressed() {
    let world = World::start().await;
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        // The beginning of a gzip stream, and of none.
        let headers = [("authorization", &*world.admin), ("content-encoding", coding)];
        let packed = "\u{1f}\u{8b}\u{8}\0\0\0\0\0\0\u{3}".to_owned();
        let answer = world.api.try_send("POST", "tenants", &headers, Some(packed)).await.unwrap();
        expect(&answer, 400, "");
        let headers = [("authorization", &*world.admin), ("accept-encoding", coding)];
        let answer = world.api.try_send("GET", "users", &headers, None).await.unwrap();
        assert_eq!((answer.status, answer.header("content-encoding")), (200, ""));
    }
}

#[tokio::test]
async fn sec_47_a_dry_run_that_would_tell_too_much_is_refused() {
    let world = World::start().await;
    let (tenant, capability) = (world.tenant().await, world.capability(&["USER:view"]).await);
    let many = format!(
        "INSERT INTO users (username, username_key, auth, hidden, disabled, created_at) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4000) \
         SELECT 'many-' || n, 'many-' || n, 'local', 0, 0, 0 FROM numbers; \
         INSERT INTO memberships (user_id, tenant_id, role) \
         SELECT users.id, tenants.id, 'user' FROM users, tenants WHERE username LIKE 'many-%' AND name = '{tenant}'; \
         INSERT INTO membership_capabilities (membership_id, position, capability_id) \
         SELECT memberships.id, 0, capabilities.id FROM memberships, capabilities \
         WHERE memberships.role = 'user' AND capabilities.name = '{capability}'"
    );
    database::execute(&world.server.how().database_url(), &many).await;
    let path = format!("user-capabilities/{capability}");
    let widen = |provider: &str| json!({ "action": "add_providers", "providers": provider, "dry_run": true });
    let much = world.api.send("PUT", &path, &world.admin, widen(EVERYTHING)).await;
    expect(&much, 413, "rehearse a smaller change");
    let little = world.by_admin("PUT", &path, widen("ViewBundles")).await;
    assert_eq!(little["members"].as_array().unwrap().len(), 4000);
}
