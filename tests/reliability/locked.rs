//! A SQLite file that another program keeps locked.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use robin_testkit::{ADMIN, Engine, PASSWORD, Server};
use serde_json::{Value, json};

use crate::{access::world::World, bad_input::refusal::expect};

/// Another program that holds the write lock of a SQLite file until it is dropped.
struct Lock(Child);

impl Lock {
    fn on(database: &Path) -> Self {
        let mut child = Command::new("sqlite3")
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sqlite3 is installed: `apt-get install sqlite3`");
        let order = b"BEGIN EXCLUSIVE;\nSELECT 'locked';\n";
        child.stdin.as_mut().expect("its input").write_all(order).expect("it listens");
        let mut answer = String::new();
        BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut answer).expect("it answers");
        assert_eq!(answer.trim(), "locked");
        Self(child)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn rel_02_a_locked_database_is_503_and_nothing_is_lost() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let database = world.server.data_dir().join("robin.db");
    let lock = Lock::on(&database);
    let body = json!({ "name": "while-locked" });
    let answer = world.api.send("POST", "tenants", &world.admin, body.clone()).await;
    let message = expect(&answer, 503, "the database is unavailable");
    assert!(!message.contains("lock"), "{message}");
    assert!(!answer.header("retry-after").is_empty());
    for path in ["login", "users", "/readyz"] {
        assert_eq!(
            world.api.send("GET", path, &world.admin, Value::Null).await.status,
            200,
            "who reads is not held up"
        );
    }
    drop(lock);
    // Everything goes on, without a restart, and what was refused was not done.
    expect(&world.api.send("GET", "tenants/while-locked", &world.admin, Value::Null).await, 404, "not found");
    world.by_admin("GET", &format!("tenants/{tenant}"), Value::Null).await;
    world.by_admin("POST", "tenants", body).await;
}

#[tokio::test]
async fn rel_02_a_server_starts_on_a_locked_database_and_changes_nothing_until_it_is_free() {
    let mut server = Server::start(Engine::Sqlite).await;
    server.stop();
    let lock = Lock::on(&server.data_dir().join("robin.db"));
    server.restart();
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let api = server.api();
    expect(&api.send("POST", "login", "", body).await, 503, "the database is unavailable");
    drop(lock);
    api.login(ADMIN, PASSWORD, "").await;
}
