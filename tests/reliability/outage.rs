//! A database that is gone for a while: every request is answered in time, nothing is answered from memory, and everything
//! goes on by itself when it is back.

use std::time::{Duration, Instant};

use robin_testkit::{ADMIN, Api, Engine, PASSWORD, Server, Wire, database, server::Builder};
use serde_json::{Value, json};

use crate::bad_input::refusal;

/// The longest that anybody waits for the answer that the database is gone.
const PATIENCE: Duration = Duration::from_secs(8);
/// Time for a server to find out that the database is back.
const RECOVERY: Duration = Duration::from_secs(8);

/// For how long a server may answer without asking the database.
const MEMORY: Duration = Duration::from_millis(400);

/// How a server is started whose way to PostgreSQL leads over a wire that can be cut.
pub async fn wired() -> (Builder, Wire) {
    let how = Server::builder(Engine::Postgres).prepared().await;
    let url = how.database_url();
    let (head, place) = url.rsplit_once('@').expect("an address with a user");
    let (peer, name) = place.split_once('/').expect("a database");
    let wire = Wire::to(peer).await;
    (how.env("ROBIN_DATABASE_URL", &format!("{head}@{}/{name}", wire.address())), wire)
}

/// Asks for everything at once, many times, and expects of all of it that it is refused in time.
async fn all_is_unavailable(api: &Api, token: &str) {
    // What was just asked may be answered from memory once more.
    tokio::time::sleep(MEMORY).await;
    let asked = Instant::now();
    let ask = |n: usize| {
        let (api, token) = (api.clone(), token.to_owned());
        tokio::spawn(async move {
            let login = json!({ "username": ADMIN, "password": PASSWORD });
            match n % 5 {
                0 => api.send("GET", "login", &token, Value::Null).await,
                1 => api.send("GET", "users", &token, Value::Null).await,
                2 => api.send("POST", "tenants", &token, json!({ "name": format!("lost-{n}") })).await,
                3 => api.send("POST", "login", "", login).await,
                _ => api.send("GET", "/readyz", "", Value::Null).await,
            }
        })
    };
    let asking: Vec<_> = (0..50).map(ask).collect();
    for (n, answer) in asking.into_iter().enumerate() {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.text);
        if n % 5 != 4 {
            refusal::check(&answer);
            assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
        }
    }
    assert!(asked.elapsed() < PATIENCE, "somebody waited for {:?}", asked.elapsed());
    assert_eq!(api.send("GET", "/livez", "", Value::Null).await.status, 200, "the process is well");
}

/// Waits until the server serves again, and looks whether everything is as it was.
async fn all_goes_on(server: &Server, token: &str) {
    let api = server.api();
    let since = Instant::now();
    while api.send("GET", "login", token, Value::Null).await.status != 200 {
        assert!(since.elapsed() < RECOVERY, "it does not recover");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(api.send("GET", "/readyz", "", Value::Null).await.status, 200);
    let tenants = api.ok("GET", "tenants", token, Value::Null).await;
    let names: Vec<_> = tenants["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["Administrators", "before"], "what was refused was not done");
    api.login(ADMIN, PASSWORD, "").await;
    api.login(ADMIN, PASSWORD, "").await;
    api.ok("POST", "tenants", token, json!({ "name": "after" })).await;
    api.ok("DELETE", "tenants/after", token, Value::Null).await;
    assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
}

/// A server's administrator, with something in the database.
async fn settled(server: &Server) -> String {
    let token = server.api().login(ADMIN, PASSWORD, "").await;
    server.api().ok("POST", "tenants", &token, json!({ "name": "before" })).await;
    token
}

#[tokio::test]
async fn rel_02_a_database_that_refuses_connections_is_503_until_it_takes_them() {
    let server = Server::start(Engine::Postgres).await;
    let token = settled(&server).await;
    let url = server.how().database_url();
    database::alter(&url, "ALLOW_CONNECTIONS false").await;
    all_is_unavailable(&server.api(), &token).await;
    database::alter(&url, "ALLOW_CONNECTIONS true").await;
    all_goes_on(&server, &token).await;
}

#[tokio::test]
async fn rel_02_broken_connections_are_replaced_under_load() {
    let server = Server::start(Engine::Postgres).await;
    let token = settled(&server).await;
    let url = server.how().database_url();
    for _ in 0..5 {
        let asking: Vec<_> = (0..20)
            .map(|_| {
                let (api, token) = (server.api(), token.clone());
                tokio::spawn(async move { api.send("GET", "users", &token, Value::Null).await })
            })
            .collect();
        database::alter(&url, "ALLOW_CONNECTIONS true").await;
        for answer in asking {
            let answer = answer.await.unwrap();
            assert!([200, 503].contains(&answer.status), "{}", answer.text);
        }
    }
    all_goes_on(&server, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_database_host_that_is_down_is_503_until_it_is_up() {
    let (how, wire) = wired().await;
    let server = how.start().await;
    let token = settled(&server).await;
    wire.cut().await;
    all_is_unavailable(&server.api(), &token).await;
    wire.mend().await;
    all_goes_on(&server, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_database_that_says_nothing_is_503_until_it_speaks() {
    let (how, wire) = wired().await;
    let server = how.env("ROBIN_LIMITS__REQUEST_SECONDS", "3").start().await;
    let token = settled(&server).await;
    wire.silence();
    all_is_unavailable(&server.api(), &token).await;
    wire.mend().await;
    all_goes_on(&server, &token).await;
}
