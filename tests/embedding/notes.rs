//! The example service, with people who use it.

use std::time::{Duration, Instant};

use robin_testkit::{ADMIN, Answer, Api, Engine, PASSWORD, Server, Service};
use serde_json::{Value, json};

use crate::flows::{self, PASSWORD as THEIRS};

crate::on_both_engines!(
    super::knowing_notes =>
    what_is_written_is_its_writers,
    what_is_taken_away_is_gone_within_a_second,
    an_access_token_is_as_good_as_a_login_unless_it_is_narrowed,
);

/// A server that knows the service's words.
async fn knowing_notes(engine: Engine) -> Server {
    let builder = Server::builder(engine);
    let file = builder.dir().join("catalogue.json");
    std::fs::write(&file, include_str!("../../examples/notes/catalogue.json")).unwrap();
    builder.env("ROBIN_CATALOGUE_EXTRA", file.to_str().unwrap()).start().await
}

/// The service, and the administrator's token. In the tenant `t1`, `ann` and `bob` may write notes and `eve` may read them.
async fn notes(server: &Server) -> (Service, String) {
    let api = server.api();
    let token = flows::admin(&api).await;
    flows::tenants(&api, &token, &["t1"]).await;
    for (username, capability) in [("ann", "WriteNotes"), ("bob", "WriteNotes"), ("eve", "ReadNotes")] {
        flows::user(&api, &token, username, &[("t1", "user")]).await;
        give(&api, &token, username, capability).await;
    }
    let variables = [
        ("ROBIN_URL", server.url()),
        ("NOTES_USERNAME", ADMIN),
        ("NOTES_PASSWORD", PASSWORD),
        ("NOTES_LISTEN", "127.0.0.1:0"),
    ];
    (Service::start("notes", &variables), token)
}

async fn give(api: &Api, token: &str, username: &str, capability: &str) {
    let body = json!({ "action": "update_user_capabilities", "users": username, "user_capabilities": capability });
    api.ok("PUT", "tenants/t1", token, body).await;
}

async fn ask(service: &Api, method: &str, path: &str, token: &str, body: Value) -> Answer {
    let bearer = if token.is_empty() { String::new() } else { format!("Bearer {token}") };
    service.send(method, path, &bearer, body).await
}

async fn status(service: &Api, method: &str, path: &str, token: &str) -> u16 {
    ask(service, method, path, token, Value::Null).await.status
}

async fn what_is_written_is_its_writers(server: Server) {
    let (running, _) = notes(&server).await;
    let service = running.api();
    let mut tokens = Vec::new();
    for username in ["ann", "bob", "eve"] {
        tokens.push(server.api().login(username, THEIRS, "t1").await);
    }
    let [ann, bob, eve] = tokens.try_into().unwrap();
    let milk = json!({ "id": "shopping list/2", "text": "milk" });

    for nobody in ["", "x", "a b"] {
        assert_eq!(ask(&service, "POST", "/notes", nobody, milk.clone()).await.status, 401, "{nobody:?}");
    }
    assert_eq!(ask(&service, "POST", "/notes", &eve, milk.clone()).await.status, 403);
    assert_eq!(ask(&service, "POST", "/notes", &ann, milk.clone()).await.status, 201);
    assert_eq!(ask(&service, "POST", "/notes", &bob, milk).await.status, 409, "it is somebody else's");

    let path = "/notes/shopping%20list%2F2";
    let read = ask(&service, "GET", path, &ann, Value::Null).await;
    assert_eq!((read.status, read.text.as_str()), (200, "milk"));
    let [foreign, missing] = [
        ask(&service, "GET", path, &bob, Value::Null).await,
        ask(&service, "GET", "/notes/none", &bob, Value::Null).await,
    ];
    assert_eq!((foreign.status, &foreign.text), (404, &missing.text), "nobody learns of what is not theirs");
    assert_eq!(status(&service, "GET", path, &eve).await, 404);
    let list = |token| ask(&service, "GET", "/notes", token, Value::Null);
    assert_eq!((list(&ann).await.json(), list(&bob).await.json()), (json!(["shopping list/2"]), json!([])));

    assert_eq!(status(&service, "DELETE", path, &bob).await, 404);
    assert_eq!(status(&service, "DELETE", path, &ann).await, 204);
    assert_eq!(status(&service, "GET", path, &ann).await, 404);
}

async fn what_is_taken_away_is_gone_within_a_second(mut server: Server) {
    let (running, admin) = notes(&server).await;
    let (service, api) = (running.api(), server.api());
    let [mut ann, bob] = [api.login("ann", THEIRS, "t1").await, api.login("bob", THEIRS, "t1").await];
    for (token, id) in [(&ann, "a"), (&bob, "b")] {
        let note = json!({ "id": id, "text": "t" });
        assert_eq!(ask(&service, "POST", "/notes", token, note).await.status, 201);
    }
    for _ in 0..3 {
        until(&service, "/notes/a", &ann, 200).await;
        give(&api, &admin, "ann", "NoCapabilities").await;
        until(&service, "/notes/a", &ann, 403).await;
        give(&api, &admin, "ann", "WriteNotes").await;
        until(&service, "/notes/a", &ann, 200).await;
        api.ok("DELETE", "login", &ann, Value::Null).await;
        until(&service, "/notes/a", &ann, 401).await;
        ann = api.login("ann", THEIRS, "t1").await;
    }
    let owner = json!({ "action": "change_owner", "owner": "bob" });
    until(&service, "/notes/a", &ann, 200).await;
    api.ok("PUT", "objects/NOTE/a", &admin, owner).await;
    until(&service, "/notes/a", &ann, 404).await;
    until(&service, "/notes/a", &bob, 200).await;

    // While nobody can confirm what is remembered, nobody gets in.
    server.kill();
    until(&service, "/notes/b", &bob, 503).await;
    server.restart();
    until(&service, "/notes/b", &bob, 200).await;
}

async fn an_access_token_is_as_good_as_a_login_unless_it_is_narrowed(server: Server) {
    let (running, _) = notes(&server).await;
    let (service, api) = (running.api(), server.api());
    let ann = api.login("ann", THEIRS, "t1").await;
    let note = json!({ "id": "a", "text": "t" });
    assert_eq!(ask(&service, "POST", "/notes", &ann, note).await.status, 201);
    let mut tokens = Vec::new();
    for body in [json!({}), json!({ "grants": [{ "resources": "NOTE", "functions": "view" }] })] {
        tokens.push(api.ok("POST", "access-tokens", &ann, body).await);
    }
    let [whole, narrowed] = [0, 1].map(|nth: usize| tokens[nth]["token"].as_str().unwrap().to_owned());
    until(&service, "/notes/a", &whole, 200).await;
    let refused = ask(&service, "GET", "/notes/a", &narrowed, Value::Null).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (403, json!("denied")), "{}", refused.text);
    api.ok("DELETE", &format!("access-tokens/{}", tokens[0]["id"]), &ann, Value::Null).await;
    until(&service, "/notes/a", &whole, 401).await;
}

/// Asks until the answer has this status, and fails when a second was not enough.
async fn until(service: &Api, path: &str, token: &str, expected: u16) {
    let asked = Instant::now();
    loop {
        let got = status(service, "GET", path, token).await;
        if got == expected {
            return;
        }
        assert!(asked.elapsed() < Duration::from_secs(1), "{path} still answers {got} where it should {expected}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
