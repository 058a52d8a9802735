//! The end of a server.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use robin_testkit::{Engine, Server, Signal};
use serde_json::Value;

#[tokio::test]
async fn a_request_that_runs_is_answered_before_the_end() {
    let mut server = Server::start(Engine::Sqlite).await;
    let body = r#"{"username": "robin", "password": "Robin123"}"#;
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "POST /api/v3/robin_server/login HTTP/1.1\r\nHost: robin\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body.as_bytes()[..10]).unwrap();
    // The server has the head when it answers another connection: that came later.
    let api = server.api();
    api.ok("GET", "/livez", "", Value::Null).await;
    server.signal(Signal::TERM);
    while !server.stderr().contains("stopping") {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stream.write_all(&body.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""token":"#), "{answer}");
    let output = server.wait();
    assert_eq!(output.code, 0, "{output:?}");
    assert!(api.try_send("GET", "/livez", &[], None).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for signal in [Signal::TERM, Signal::INT] {
            let mut server = Server::start(engine).await;
            server.api().ok("GET", "/livez", "", Value::Null).await;
            let start = std::time::Instant::now();
            server.signal(signal);
            let output = server.wait();
            assert_eq!(output.code, 0, "{output:?}");
            assert!(start.elapsed().as_secs() < 5, "it took {:?}", start.elapsed());
        }
    }
}
