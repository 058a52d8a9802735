//! Directories that are down, or answer nothing that makes sense.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use robin_testkit::{ADMIN, PASSWORD, Server, database};
use serde_json::{Value, json};

use crate::flows::directory_logins::Scene;

crate::on_both_engines!(rel_06_a_directory_that_is_down_holds_up_nobody_else);

/// A server that does this with every connection, until this process ends. Its port.
fn fake(how: impl Fn(TcpStream) + Send + Copy + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || how(stream));
        }
    });
    port
}

/// Reads what comes, and says nothing.
fn silent(mut stream: TcpStream) {
    let mut some = [0; 64];
    while stream.read(&mut some).is_ok_and(|count| count > 0) {}
}

/// Says half of an answer to the first message.
fn half(mut stream: TcpStream) {
    let mut some = [0; 64];
    drop(stream.read(&mut some));
    drop(stream.write_all(&[0x30, 0x0c, 0x02, 0x01, 0x01]));
    silent(stream);
}

/// Says what is no answer.
fn garbage(mut stream: TcpStream) {
    let mut some = [0; 64];
    drop(stream.read(&mut some));
    drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    silent(stream);
}

/// Hangs up at once.
fn closing(stream: TcpStream) {
    drop(stream);
}

/// A port where nobody listens.
fn dead() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Moves the directory there behind the server's back.
async fn moved(server: &Server, port: u16) {
    let statement = format!("UPDATE ldap_servers SET port = {port}; UPDATE revision SET revision = revision + 1000000");
    database::execute(&server.how().database_url(), &statement).await;
    // Nothing that is remembered is trusted for longer.
    tokio::time::sleep(Duration::from_millis(450)).await;
}

async fn rel_06_a_directory_that_is_down_holds_up_nobody_else(server: Server) {
    let scene = Scene::of(&server).await;
    let times = json!({ "action": "update", "connect_timeout": 1, "answer_timeout": 1 });
    scene.api.ok("PUT", "ldap-servers/ldap1", &scene.admin, times).await;
    let disabled = json!({ "action": "disable" });
    assert_eq!(scene.update("curie", disabled).await.status, 200);
    let token = scene.api.login("newton", "password", "").await;
    let users = scene.api.ok("GET", "users?disabled=true", &scene.admin, Value::Null).await;
    for (what, port) in [
        ("dead", dead()),
        ("silent", fake(silent)),
        ("half", fake(half)),
        ("garbage", fake(garbage)),
        ("closing", fake(closing)),
    ] {
        moved(&server, port).await;
        let waiting = tokio::spawn({
            let api = scene.api.clone();
            async move { api.send("POST", "login", "", json!({ "username": "newton", "password": "password" })).await }
        });
        let mut times = Vec::new();
        for _ in 0..3 {
            let began = Instant::now();
            scene.api.login(ADMIN, PASSWORD, "").await;
            times.push(began.elapsed());
        }
        // Not the slowest: others use this machine too.
        assert!(times.iter().min().is_some_and(|time| *time < Duration::from_secs(1)), "{what}: {times:?}");
        assert_eq!(scene.login(ADMIN, "wrong").await.status, 401, "{what}");
        assert_eq!(scene.api.call("GET", "login", &token, Value::Null).await.0, 200, "{what}: who is in stays in");
        let refused = waiting.await.unwrap();
        let answers = [
            refused,
            scene.login("newton", "wrong").await,
            scene.login("newton", "").await,
            scene.login("nobody", "password").await,
            scene.login("curie", "password").await,
        ];
        for answer in &answers {
            assert_eq!(answer.status, 503, "{what}: {}", answer.text);
            assert_eq!(answer.error().0, "the LDAP server is unavailable: try again later", "{what}");
            assert!(!answer.header("retry-after").is_empty(), "{what}");
        }
        // After some failures in a row nobody waits for it.
        let began = Instant::now();
        assert_eq!(scene.login("newton", "password").await.status, 503, "{what}");
        assert!(began.elapsed() < Duration::from_secs(1), "{what}: {:?}", began.elapsed());
        assert_eq!(scene.api.ok("GET", "users?disabled=true", &scene.admin, Value::Null).await, users, "{what}");
    }
    moved(&server, scene.slapd.port).await;
    assert_eq!(scene.login("newton", "password").await.status, 200);
    assert_eq!(scene.login("nobody", "password").await.status, 401);
}
