//! The client against a socket that says what the test wants it to say.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use robin_api::{
    config::ListConfig,
    login::{Logout, Whoami},
};
use robin_model::Secret;

use super::*;

/// A server for as many calls as there are answers; its thread gives back what it was asked.
fn playing(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        answers
            .iter()
            .map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut buffer = [0; 4096];
                let length = stream.read(&mut buffer).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&buffer[..length]).into_owned()
            })
            .collect()
    });
    (url, asked)
}

fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nretry-after: 7\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn client(url: &str) -> Client {
    Client::new(url, Options { token: Some(Secret::new("t0ken".into())), ..Options::default() }).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_call_carries_the_token_and_its_input() {
    let (url, asked) = playing(vec![answer("200 OK", r#"{"message": "Bye\n"}"#)]);
    let reply = run(client(&url).send(&Logout { all: true })).unwrap();
    assert_eq!(reply.message, "Bye\n");
    let request = asked.join().unwrap().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("delete /api/v3/robin_server/login?all=true http/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: bearer t0ken\r\n"), "{request}");
}

#[test]
fn a_refusal_keeps_status_reason_and_patience() {
    let body = r#"{"message": "slow down", "code": "too_many", "request_id": "r"}"#;
    let (url, asked) = playing(vec![answer("429 Too Many Requests", body)]);
    let error = run(client(&url).send(&Whoami {})).unwrap_err();
    assert_eq!(error.to_string(), "slow down");
    assert!(matches!(error, Error::Refused { status, retry_after: Some(7), .. } if status.as_u16() == 429));
    drop(asked.join());
}

#[test]
fn a_page_says_where_the_next_begins() {
    let page = |name: &str, rest: &str| {
        let item = format!(r#"{{"name": "{name}", "value": "1", "default": "1", "description": ""}}"#);
        answer("200 OK", &format!(r#"{{"items": [{item}]{rest}}}"#))
    };
    let (url, asked) = playing(vec![page("a", r#", "next_cursor": "c/1""#), page("b", "")]);
    let client = client(&url);
    let first = run(client.page(&ListConfig {}, 1, None)).unwrap();
    let second = run(client.page(&ListConfig {}, 1, first.next_cursor)).unwrap();
    assert_eq!((first.items[0].name.as_str(), second.items[0].name.as_str()), ("a", "b"));
    assert_eq!(second.next_cursor, None);
    assert!(asked.join().unwrap()[1].starts_with("GET /api/v3/robin_server/config?cursor=c%2F1&limit=1 "));
}

#[test]
fn an_answer_that_is_not_robins_is_told_as_such() {
    for stranger in [answer("502 Bad Gateway", "<html>"), answer("200 OK", "<html>"), answer("302 Found", "")] {
        let (url, asked) = playing(vec![stranger]);
        let error = run(client(&url).send(&Whoami {})).unwrap_err();
        assert!(matches!(error, Error::Unexpected { .. }), "{error:?}");
        assert!(error.to_string().contains(&url), "{error}");
        drop(asked.join());
    }
}

#[test]
fn nobody_there_is_one_sentence_with_the_address() {
    let (url, gone) = playing(Vec::new());
    gone.join().unwrap();
    let error = run(client(&url).send(&Whoami {})).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    let expected =
        format!("cannot reach Robin at `{url}`: nothing listens there; check the address, and that the server runs");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn no_secret_leaves_the_machine_without_tls() {
    let error = run(client("http://192.0.2.1:1").send(&Whoami {})).unwrap_err();
    assert!(matches!(error, Error::Insecure { .. }), "{error:?}");
    for safe in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://192.0.2.1"] {
        assert!(client(safe).may_carry_secrets, "{safe}");
    }
    let options = Options { insecure_http: true, ..Options::default() };
    assert!(Client::new("http://192.0.2.1:1", options).unwrap().may_carry_secrets);
}

#[test]
fn the_version_is_asked_without_a_token() {
    let (url, asked) = playing(vec![answer("200 OK", r#"{"info": {"version": "1.2.3"}}"#)]);
    assert_eq!(run(client(&url).version()).unwrap(), "1.2.3");
    assert!(!asked.join().unwrap()[0].to_ascii_lowercase().contains("authorization"));
}

#[test]
fn an_address_is_a_scheme_and_a_host() {
    let refused = ["robin", "ftp://x", "http://", "http://user:pw@host", "http://host/?q", "127.0.0.1:29442"];
    for bad in refused {
        let error = Client::new(bad, Options::default()).unwrap_err().to_string();
        assert!(!error.contains("pw"), "{error}");
    }
    let prefixed = Client::new("http://localhost:1/robin/", Options::default()).unwrap();
    assert_eq!(prefixed.at("/livez").as_str(), "http://localhost:1/robin/livez");
}

#[test]
fn a_file_without_certificates_is_refused() {
    let options = Options { ca_cert: Some(b"nothing".to_vec()), ..Options::default() };
    let error = Client::new("https://localhost", options).unwrap_err();
    assert_eq!(error.to_string(), "the file of trusted authorities holds no PEM certificate");
}

#[test]
fn debug_output_never_shows_the_token() {
    assert!(!format!("{:?}", client("http://localhost:1")).contains("t0ken"));
}

#[test]
fn steps_are_told_before_the_reply() {
    let lines = |last: &str| format!("{{\"done\":0,\"total\":3}}\n{{\"done\":2,\"total\":3}}\n{last}");
    let refused = r#"{"message": "it has changed", "code": "conflict", "request_id": "r"}"#;
    let calls = [
        answer("200 OK", &lines("{\"message\": \"Bye\"}\n")),
        answer("200 OK", &lines(&format!("{refused}\n"))),
        answer("200 OK", &lines("{\"mess")),
        answer("200 OK", &lines("\"what\"\n")),
        answer("404 Not Found", refused),
    ];
    let (url, asked) = playing(calls.to_vec());
    let client = client(&url);
    let mut told = Vec::new();
    let follow = |told: &mut Vec<(usize, usize)>| {
        run(client.follow::<Logout>(&Logout { all: true }, |step| told.push((step.done, step.total))))
    };
    assert_eq!(follow(&mut told).unwrap().message, "Bye");
    assert_eq!(told, [(0, 3), (2, 3)]);
    assert!(matches!(follow(&mut told), Err(Error::Refused { status, .. }) if status.as_u16() == 409));
    for _ in 0..2 {
        assert!(matches!(follow(&mut told), Err(Error::Unexpected { .. })));
    }
    assert!(matches!(follow(&mut told), Err(Error::Refused { status, .. }) if status.as_u16() == 404));
    drop(asked.join());
}
