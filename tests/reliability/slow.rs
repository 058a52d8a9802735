//! Clients that are slow, or say nothing: they hold up nobody, and are cut off.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use robin_testkit::{ADMIN, Engine, PASSWORD, Server};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time,
};

/// How many of a kind hang at a time: more than there are requests worked on.
const CLIENTS: usize = 200;
/// Requests worked on at a time.
const SLOTS: &str = "100";
/// What is longer than any client may take for anything.
const CUT_OFF: Duration = Duration::from_secs(20);
/// What everybody else is answered within, also on a busy machine.
const FAST: Duration = Duration::from_secs(2);
/// Between two bytes of those who dribble.
const DRIBBLE: Duration = Duration::from_millis(100);

/// What a client sends at once, and how it goes on.
#[derive(Clone)]
struct Client {
    begins: String,
    then: Then,
}

impl Client {
    fn new(begins: &str, then: Then) -> Self {
        Self { begins: begins.to_owned(), then }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// Reads until it is cut off.
    Silence,
    /// Sends a byte now and then.
    Dribble,
    /// Asks for more and more, and reads nothing.
    Deafness,
}

async fn hang(address: SocketAddr, client: Client) -> Duration {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let since = Instant::now();
    match client.then {
        Then::Silence => {
            stream.write_all(client.begins.as_bytes()).await.expect("it is taken");
            rest(&mut stream).await;
        }
        Then::Dribble => {
            let (mut reading, mut writing) = stream.into_split();
            writing.write_all(client.begins.as_bytes()).await.expect("it is taken");
            let dribbling = async {
                while writing.write_all(b"x").await.is_ok() {
                    time::sleep(DRIBBLE).await;
                }
            };
            // Whether it is told, or only finds out.
            let told = async { while let Ok(1..) = reading.read(&mut [0; 4096]).await {} };
            tokio::select! { () = dribbling => {}, () = told => {} }
        }
        Then::Deafness => {
            let again = client.begins.repeat(1000);
            while stream.write_all(again.as_bytes()).await.is_ok() {}
        }
    }
    since.elapsed()
}

async fn rest(stream: &mut TcpStream) {
    let mut bytes = [0; 4096];
    while let Ok(1..) = stream.read(&mut bytes).await {}
}

/// So many clients of each kind, all at a time.
async fn hold_up_nobody(server: &Server, kinds: &[(usize, Client)]) {
    let address: SocketAddr = server.url().split("://").nth(1).unwrap().parse().unwrap();
    let token = server.api().login(ADMIN, PASSWORD, "").await;
    let of_kind = |(count, client): &(usize, Client)| {
        let client = client.clone();
        (0..*count).map(move |_| tokio::spawn(hang(address, client.clone()))).collect::<Vec<JoinHandle<Duration>>>()
    };
    let hanging: Vec<_> = kinds.iter().flat_map(of_kind).collect();
    // Until they all hang.
    time::sleep(Duration::from_millis(500)).await;
    for n in 0..20 {
        let asked = Instant::now();
        let answer = server.api().send("GET", "login", &token, Value::Null).await;
        assert_eq!(answer.status, 200, "request {n} is held up: {}", answer.text);
        assert!(asked.elapsed() < FAST, "request {n} took {:?}", asked.elapsed());
    }
    server.api().login(ADMIN, PASSWORD, "").await;
    for hanging in hanging {
        let held = time::timeout(CUT_OFF, hanging).await.expect("it is cut off in time").unwrap();
        assert!(held < CUT_OFF, "it held on for {held:?}");
    }
}

async fn server() -> Server {
    let how = Server::builder(Engine::Sqlite).env("ROBIN_LIMITS__REQUEST_SECONDS", "2");
    how.env("ROBIN_LIMITS__REQUESTS", SLOTS).start().await
}

const LOGIN: &str = "POST /api/v3/robin_server/login HTTP/1.1\r\nhost: robin\r\ncontent-length: 4000\r\n\r\n{";

#[tokio::test]
async fn rel_15_whoever_says_nothing_is_cut_off() {
    let kinds = ["", "P", "PRI * HTTP/2.0\r\n\r\nS", "GET /livez HTTP/1.1\r\nhost: robin\r\n\r\n"];
    let kinds = kinds.map(|begins| (CLIENTS / 4, Client::new(begins, Then::Silence)));
    hold_up_nobody(&server().await, &kinds).await;
}

#[tokio::test]
async fn rel_15_a_head_that_dribbles_is_cut_off() {
    let begins = "GET /livez HTTP/1.1\r\nhost: robin\r\nx-slow: ";
    hold_up_nobody(&server().await, &[(CLIENTS, Client::new(begins, Then::Dribble))]).await;
}

#[tokio::test]
async fn rel_15_a_body_that_stops_or_dribbles_is_cut_off() {
    let server = server().await;
    let token = server.api().login(ADMIN, PASSWORD, "").await;
    let known = LOGIN.replace("/login", "/tenants").replace("host:", &format!("authorization: {token}\r\nhost:"));
    let kinds = [
        (CLIENTS / 2, Client::new(LOGIN, Then::Silence)),
        (CLIENTS / 2, Client::new(LOGIN, Then::Dribble)),
        // Those who are known have a place each, so they are fewer than there are places.
        (CLIENTS / 8, Client::new(&known, Then::Silence)),
        (CLIENTS / 8, Client::new(&known, Then::Dribble)),
    ];
    hold_up_nobody(&server, &kinds).await;
}

#[tokio::test]
async fn rel_15_whoever_reads_no_answer_is_cut_off() {
    let server = server().await;
    let token = server.api().login(ADMIN, PASSWORD, "").await;
    let list =
        format!("GET /api/v3/robin_server/user-capabilities HTTP/1.1\r\nhost: robin\r\nauthorization: {token}\r\n\r\n");
    let document = "GET /openapi.json HTTP/1.1\r\nhost: robin\r\n\r\n";
    // It is put together when it is first asked for.
    assert_eq!(server.api().send("GET", "/openapi.json", "", Value::Null).await.status, 200);
    // Until nothing more fits between here and there, answers are made for all of them: these are few.
    let kinds = [(CLIENTS / 4, Client::new(document, Then::Deafness)), (10, Client::new(&list, Then::Deafness))];
    hold_up_nobody(&server, &kinds).await;
}
