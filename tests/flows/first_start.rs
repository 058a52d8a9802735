//! The first start, which makes the first administrator: once, whatever happens at the same time or later.

use robin_testkit::{ADMIN, Engine, PASSWORD, Server, database, server::Builder};
use serde_json::{Value, json};

/// The administrators that the servers of a race are told to make.
const RACERS: [&str; 4] = ["one", "two", "three", "four"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sec_26_servers_that_start_at_once_on_a_new_sqlite_file_make_one_administrator() {
    for _ in 0..2 {
        race(Server::builder(Engine::Sqlite)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sec_26_servers_that_start_at_once_on_a_new_postgres_database_make_one_administrator() {
    for _ in 0..2 {
        race(Server::builder(Engine::Postgres)).await;
    }
}

async fn race(builder: Builder) {
    let builder = builder.env("ROBIN_PUBLIC_URL", "https://robin.example.com").prepared().await;
    let starting = RACERS.map(|name| tokio::spawn(builder.clone().env("ROBIN_ADMIN_USERNAME", name).start()));
    let mut servers = Vec::new();
    for server in starting {
        servers.push(server.await.expect("all of them start"));
    }
    let mut winners = Vec::new();
    for name in RACERS {
        let login = json!({ "username": name, "password": PASSWORD });
        let answer = servers[0].api().send("POST", "login", "", login).await;
        if answer.status == 200 {
            winners.push(answer.json()["token"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(winners.len(), 1, "one of them made its administrator");
    for server in &servers {
        let list = server.api().ok("GET", "users", &winners[0], Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        let installs = server.api().ok("GET", "user-audit?action=install", &winners[0], Value::Null).await;
        assert_eq!(installs["items"].as_array().map(Vec::len), Some(1), "{installs}");
    }
}

crate::on_both_engines!(sec_26_no_later_start_makes_an_administrator);

/// Not even where nobody is left: whoever can wait for that must not become everything by it.
async fn sec_26_no_later_start_makes_an_administrator(mut server: Server) {
    let later =
        |server: &Server| server.how().env("ROBIN_ADMIN_USERNAME", "later").env("ROBIN_ADMIN_PASSWORD", PASSWORD);
    let log_in = async |server: &Server, name: &str| {
        let login = json!({ "username": name, "password": PASSWORD });
        server.api().call("POST", "login", "", login).await.0
    };
    drop(server.stop());
    let again = later(&server).start().await;
    assert_eq!((log_in(&again, ADMIN).await, log_in(&again, "later").await), (200, 401));
    drop(again);
    let url = server.how().database_url();
    for things in ["sessions", "memberships", "shares", "objects", "users WHERE id > 2"] {
        database::execute(&url, &format!("DELETE FROM {things}")).await;
    }
    let again = later(&server).start().await;
    assert_eq!((log_in(&again, ADMIN).await, log_in(&again, "later").await), (401, 401));
    assert!(!again.stdout().contains("administrator"), "{}", again.stdout());
}
