//! The keys that sign login tokens: one takes over from another, and all are withdrawn.

use robin_testkit::{ADMIN, PASSWORD, Server};
use serde_json::Value;

use crate::flows::several_servers::within_a_second;

use super::clock::{Clock, DAY, HOUR, keys, part, set, standing};

crate::on_both_engines!(
    crate::reliability::clock::Clock::start =>
    rel_14_an_old_key_verifies_until_its_last_token_is_over,
    rel_14_what_a_withdrawn_key_signed_is_over_at_once,
);

fn key_of(token: &str) -> String {
    part(token, 0)["kid"].as_str().expect("a key's name").to_owned()
}

async fn rel_14_an_old_key_verifies_until_its_last_token_is_over((mut server, clock): (Server, Clock)) {
    let api = server.api();
    let first = api.login(ADMIN, PASSWORD, "").await;
    let old = key_of(&first);
    assert_eq!(keys(&api).await, [old.as_str()]);
    set(&api, &first, "login.key_lifetime", HOUR).await;
    server.restart();
    let published = keys(&api).await;
    assert_eq!((published.len(), &published[0]), (2, &old), "the next one is there before it signs");
    let new = published[1].clone();
    set(&api, &first, "login.key_lifetime", 30 * DAY).await;
    assert_eq!(key_of(&api.login(ADMIN, PASSWORD, "").await), old);

    clock.set(HOUR + 60);
    let second = api.login(ADMIN, PASSWORD, "").await;
    assert_eq!(key_of(&second), new);
    server.restart();
    assert_eq!(keys(&api).await, published);
    for (at, of_first, of_second) in [(DAY - 60, 200, 200), (DAY + 60, 401, 200), (DAY + HOUR + 120, 401, 401)] {
        clock.set(at);
        assert_eq!((standing(&api, &first).await, standing(&api, &second).await), (of_first, of_second), "{at}");
    }
    server.restart();
    assert_eq!(keys(&api).await, published, "a token may have been given a life of 30 days");
    clock.set(31 * DAY + 2 * HOUR);
    server.restart();
    let published = keys(&api).await;
    assert!(!published.contains(&old), "{published:?}");
    assert_eq!((published.len(), &published[0]), (2, &new), "and the next one is due");
    assert_eq!(key_of(&api.login(ADMIN, PASSWORD, "").await), new);
}

async fn rel_14_what_a_withdrawn_key_signed_is_over_at_once((server, _clock): (Server, Clock)) {
    let second = server.how().env("ROBIN_PUBLIC_URL", server.url()).start().await;
    let (here, there) = (server.api(), second.api());
    let tokens = [here.login(ADMIN, PASSWORD, "").await, there.login(ADMIN, PASSWORD, "").await];
    let withdrawn = keys(&here).await;
    for token in &tokens {
        assert_eq!((standing(&here, token).await, standing(&there, token).await), (200, 200));
    }
    let said = server.how().run(&["revoke-signing-keys"], "").ok();
    assert_eq!(said, "1 signing key(s) are withdrawn and every session is over: everybody has to log in again.\n");
    for each in [&server, &second] {
        for token in &tokens {
            within_a_second(each, token, "login", 401).await;
        }
        let published = keys(&each.api()).await;
        assert!(published.len() == 1 && published != withdrawn, "{published:?}");
    }
    let token = here.login(ADMIN, PASSWORD, "").await;
    assert_eq!(standing(&there, &token).await, 200);
    let sessions = here.ok("GET", "sessions", &token, Value::Null).await;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "{sessions}");
    let record = here.ok("GET", "user-audit", &token, Value::Null).await.to_string();
    assert!(record.contains("offline.revoke_signing_keys"), "{record}");
}
