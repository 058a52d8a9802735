//! Decisions that a service remembers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use robin_client::{Client, Decisions, Error, Options, Question};
use robin_model::{Clock, Secret, SystemClock, Timestamp};
use robin_testkit::{Api, Server, Signal};
use serde_json::{Value, json};

use crate::flows::{self, PASSWORD, several_servers};

crate::on_both_engines!(
    answers_come_from_memory_and_are_not_used_unconfirmed,
    a_share_that_ends_by_itself_ends_here_too,
    who_may_not_ask_gets_an_error
);

fn client(server: &Server, token: &str) -> Client {
    let options = Options { token: Some(Secret::new(token.to_owned())), ..Options::default() };
    Client::new(server.url(), options).unwrap()
}

/// Makes the tenant `t1` with its members `ann` and `bob` and ann's application `web`. Gives the administrator's token.
async fn prepared(api: &Api) -> String {
    let token = flows::admin(api).await;
    flows::tenants(api, &token, &["t1"]).await;
    for username in ["ann", "bob"] {
        flows::user(api, &token, username, &[("t1", "user")]).await;
    }
    let web = json!({ "type": "APPLICATION", "id": "web", "tenant": "t1", "owner": "ann" });
    api.ok("POST", "objects", &token, web).await;
    token
}

fn start(username: &str) -> Question {
    Question::about(username, "t1", "APPLICATION", "start").of("web")
}

async fn decided(decisions: &Decisions, question: &Question) -> (bool, String) {
    let answer = decisions.decide(question).await.unwrap();
    (answer.allowed, answer.reason)
}

/// Asks until the answer is this, and fails when a second was not enough.
async fn until(decisions: &Decisions, question: &Question, expected: &str) {
    let asked = Instant::now();
    loop {
        let (_, reason) = decided(decisions, question).await;
        if reason == expected {
            return;
        }
        assert!(asked.elapsed() < Duration::from_secs(1), "still {reason} where it should be {expected}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn answers_come_from_memory_and_are_not_used_unconfirmed(server: Server) {
    let api = server.api();
    let token = prepared(&api).await;
    let decisions = Decisions::follow(client(&server, &token));
    let ann = api.login("ann", PASSWORD, "t1").await;
    let session = Secret::new(ann.clone());
    // Until the first answer about changes is there, nothing is kept.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(decided(&decisions, &start("ann")).await, (true, "owner".to_owned()));
    assert_eq!(decided(&decisions, &start("bob")).await, (false, "out_of_reach".to_owned()));
    assert_eq!(decisions.identify(&session).await.unwrap().username.as_str(), "ann");

    // A server that does not answer shows what comes from memory, and for how long.
    server.signal(Signal::STOP);
    let stopped = Instant::now();
    let (mut answered, mut last) = (0, stopped);
    loop {
        let (question, token) = (start("ann"), session.clone());
        let both = async {
            decisions.decide(&question).await?;
            decisions.identify(&token).await.map(drop)
        };
        // What is not remembered hangs.
        let Ok(outcome) = tokio::time::timeout(Duration::from_millis(100), both).await else { break };
        outcome.unwrap();
        (answered, last) = (answered + 1, Instant::now());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    server.signal(Signal::CONT);
    assert!(answered > 10, "only {answered} answers came from memory");
    assert!(last - stopped < Duration::from_secs(1), "unconfirmed answers were used for {:?}", last - stopped);
    until(&decisions, &start("ann"), "owner").await;
}

async fn a_share_that_ends_by_itself_ends_here_too(server: Server) {
    let api = server.api();
    let token = prepared(&api).await;
    let decisions = Decisions::follow(client(&server, &token));
    until(&decisions, &start("bob"), "out_of_reach").await;
    let end = Timestamp::from_seconds(SystemClock.now().seconds() + 4);
    let share = json!({ "object_type": "APPLICATION", "object_id": "web", "share_type": "USER", "username": "bob",
        "operations": ["start"], "expires_at": end });
    api.ok("POST", "object-shares", &token, share).await;
    until(&decisions, &start("bob"), "user_share").await;
    while SystemClock.now() < end {
        tokio::time::sleep(Duration::from_millis(20)).await;
        decided(&decisions, &start("bob")).await;
    }
    assert_eq!(decided(&decisions, &start("bob")).await, (false, "out_of_reach".to_owned()));
}

async fn who_may_not_ask_gets_an_error(server: Server) {
    let api = server.api();
    let token = prepared(&api).await;
    let bob = api.login("bob", PASSWORD, "t1").await;
    let decisions = Decisions::follow(client(&server, &bob));
    assert!(matches!(decisions.decide(&start("ann")).await, Err(Error::Refused { status, .. }) if status == 403));
    assert_eq!(decided(&decisions, &start("bob")).await, (false, "not_found".to_owned()));
    let stranger = Secret::new("x".to_owned());
    assert!(matches!(decisions.identify(&stranger).await, Err(Error::Refused { status, .. }) if status == 401));
    api.ok("PUT", "users/bob", &token, json!({ "action": "disable" })).await;
    let asked = Instant::now();
    while decisions.decide(&start("bob")).await.is_ok() {
        assert!(asked.elapsed() < Duration::from_secs(1), "its own account is disabled");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whoever has taken something away, and then adds what the other must not see, can be sure that the other does not.
#[tokio::test]
async fn rel_05_what_one_server_took_away_a_service_of_another_server_does_not_allow_a_second_later() {
    let (first, second) = several_servers::pair().await;
    let api = first.api();
    let token = prepared(&api).await;
    let decisions = Arc::new(Decisions::follow(client(&second, &token)));
    let share = json!({ "object_type": "APPLICATION", "object_id": "web", "username": "bob", "operations": ["start"] });
    let capability =
        |name: &str| json!({ "action": "update_user_capabilities", "users": "bob", "user_capabilities": name });
    for _ in 0..5 {
        api.ok("POST", "object-shares", &token, share.clone()).await;
        until(&decisions, &start("bob"), "user_share").await;
        api.ok("DELETE", "object-shares", &token, share_without_operations(&share)).await;
        until(&decisions, &start("bob"), "out_of_reach").await;

        api.ok("POST", "object-shares", &token, share.clone()).await;
        until(&decisions, &start("bob"), "user_share").await;
        api.ok("PUT", "tenants/t1", &token, capability("NoCapabilities")).await;
        until(&decisions, &start("bob"), "permission_missing").await;
        api.ok("PUT", "tenants/t1", &token, capability("AllUserCapabilities")).await;
        until(&decisions, &start("bob"), "user_share").await;
        api.ok("PUT", "users/bob", &token, json!({ "action": "disable" })).await;
        until(&decisions, &start("bob"), "not_found").await;
        api.ok("PUT", "users/bob", &token, json!({ "action": "enable" })).await;
        api.ok("DELETE", "object-shares", &token, share_without_operations(&share)).await;
        until(&decisions, &start("bob"), "out_of_reach").await;
    }
    api.ok("DELETE", "objects/APPLICATION/web", &token, Value::Null).await;
    until(&decisions, &start("ann"), "not_found").await;
}

fn share_without_operations(share: &Value) -> Value {
    let mut share = share.clone();
    share.as_object_mut().unwrap().remove("operations");
    share
}
