//! Random requests: whatever they come to, it is never an error of the server, and what is refused changes nothing.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use robin_testkit::{
    Api,
    fuzz::{Dice, cases},
};
use serde_json::{Value, json};

use super::refusal::check_beside;
use crate::access::{
    samples::{self, Names, Route, escaped},
    world::{ADMINISTRATORS, NONE, World},
};

/// How many ask at a time.
const CALLERS: u64 = 8;
/// The longest that an answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request.
#[derive(Debug)]
struct Odd {
    method: String,
    path: String,
    token: String,
    kind: &'static str,
    body: Option<String>,
}

impl Odd {
    /// Path and body, as far as a refusal may repeat them.
    fn said(&self) -> String {
        let path = percent_encoding::percent_decode_str(&self.path).decode_utf8_lossy();
        [&path, "\n", self.body.as_deref().unwrap_or_default()].concat()
    }
}

/// A sample request with something in it changed; `None` for one that would leave nobody to ask on.
fn odd(dice: &mut Dice, routes: &[Route], names: &Names, token: &str) -> Option<Odd> {
    let route = dice.one(routes).clone();
    let mut fields = (dice.one(&samples::of(&route)).fields)(names);
    // A path needs its names; these are changed on their own.
    let mut path = route.path.to_owned();
    for field in ["name", "username", "id"] {
        let hole = format!("{{{field}}}");
        if path.contains(&hole) {
            let known = fields.as_object_mut().expect("fields").remove(field);
            let known = known.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
            let text = match dice.below(6) {
                0 | 1 => dice.text(),
                2 => dice.changed(&known),
                _ => known,
            };
            path = path.replace(&hole, &escaped(&text));
        }
    }
    if let Some(action) = route.action {
        fields["action"] = json!(action);
    }
    for _ in 0..dice.below(3) {
        dice.change(&mut fields);
    }
    if dice.below(3) == 0 || route.method == "GET" {
        path = format!("{path}?{}", query(dice));
    }
    let mut body = fields.to_string();
    if dice.below(10) == 0 {
        body = dice.changed(&body);
    }
    // What would leave nobody to ask on is left out.
    let hurts = body.contains("\"robin\"") || path.contains("robin?") || path.ends_with("robin");
    if hurts && route.method != "GET" {
        return None;
    }
    let kind = if dice.below(20) == 0 { "text/plain" } else { "application/json" };
    let body = (route.method != "GET" || dice.below(4) == 0).then_some(body);
    // One's own session ends otherwise.
    let ends_session = route.first == "login" && route.method != "GET" && route.method != "POST";
    let token = match dice.below(20) {
        _ if ends_session => "x".to_owned(),
        // Only what a header can hold.
        0 => dice.changed(token).chars().filter(|c| !c.is_control()).collect(),
        1 => dice.text().chars().filter(|c| !c.is_control()).collect(),
        _ => token.to_owned(),
    };
    Some(Odd { method: route.method, path, token, kind, body })
}

fn query(dice: &mut Dice) -> String {
    const KNOWN: [&str; 10] =
        ["limit", "cursor", "action", "name", "username", "tenant", "permissions", "all", "since", "names"];
    let pairs = (0..dice.below(4)).map(|_| {
        let name = if dice.below(4) == 0 { dice.text() } else { (*dice.one(&KNOWN)).to_owned() };
        format!("{}={}", escaped(&name), escaped(&dice.text()))
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    // Escaping is only one way to write a query.
    if dice.below(5) > 0 { query } else { dice.changed(&query).chars().filter(char::is_ascii_graphic).collect() }
}

/// What came of many requests.
#[derive(Default)]
struct Outcome {
    statuses: BTreeMap<u16, u32>,
    /// The ids of those that were done.
    done: HashSet<String>,
}

/// Sends so many requests as somebody, several at a time, over connections that stay.
async fn ask(world: &World, names: Names, token: &str, count: u64, seed: u64) -> Outcome {
    let (routes, names, next) = (Arc::new(samples::routes()), Arc::new(names), Arc::new(AtomicU64::new(seed)));
    let caller = || {
        let (routes, names, next) = (Arc::clone(&routes), Arc::clone(&names), Arc::clone(&next));
        let (api, token) = (Api::lasting(world.server.url()), token.to_owned());
        tokio::spawn(async move {
            let mut outcome = Outcome::default();
            loop {
                let case = next.fetch_add(1, Ordering::Relaxed);
                if case >= seed + count {
                    return outcome;
                }
                let Some(odd) = odd(&mut Dice::of(case), &routes, &names, &token) else { continue };
                let headers = [("authorization", odd.token.as_str()), ("content-type", odd.kind)];
                let sending = api.try_send(&odd.method, &odd.path, &headers, odd.body.clone());
                let answer = tokio::time::timeout(PATIENCE, sending).await;
                let answer = answer.unwrap_or_else(|_| panic!("case {case} hangs: {odd:?}"));
                let answer = answer.unwrap_or_else(|error| panic!("case {case}: {odd:?}: {error:?}"));
                assert!(answer.status < 500, "case {case}: {odd:?}: {}", answer.text);
                if answer.status >= 400 {
                    check_beside(&answer, &odd.said());
                } else {
                    outcome.done.insert(answer.header("x-request-id").to_owned());
                }
                *outcome.statuses.entry(answer.status).or_default() += 1;
            }
        })
    };
    let mut whole = Outcome::default();
    for caller in (0..CALLERS).map(|_| caller()).collect::<Vec<_>>() {
        let outcome = caller.await.unwrap();
        whole.done.extend(outcome.done);
        for (status, count) in outcome.statuses {
            *whole.statuses.entry(status).or_default() += count;
        }
    }
    whole
}

fn names(user: &str) -> Names {
    let (name, thing) = (|| user.to_owned(), || "some-thing".to_owned());
    Names {
        oneself: name(),
        user: name(),
        heir: name(),
        homeless: name(),
        tenant: thing(),
        home: ADMINISTRATORS.to_owned(),
        spare: thing(),
        namespace: thing(),
        own_namespace: thing(),
        object: thing(),
        own_object: thing(),
        capability: thing(),
        ldap_server: thing(),
        ldap_port: "1".to_owned(),
        schedule: thing(),
        session: thing(),
        own_session: thing(),
        token: "1".to_owned(),
        own_token: "1".to_owned(),
        account: thing(),
        fresh: thing(),
    }
}

async fn lives_on(world: &World) {
    world.api.login("robin", "Robin123", "").await;
    assert!(!world.server.stderr().contains("panicked"), "{}", world.server.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_however_odd_is_an_error_of_the_server_or_changes_something_when_refused() {
    let world = World::start().await;
    let user = world.user(ADMINISTRATORS, "user", &[NONE]).await;
    let records = world.by_admin("GET", "user-audit", Value::Null).await;
    let before: HashSet<String> = records["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["request_id"].to_string().replace('"', ""))
        .collect();
    let outcome = ask(&world, names(&user), &world.admin, cases() * 4 / 5, 0).await;
    assert!(outcome.statuses.len() >= 5, "the requests are too much alike: {:?}", outcome.statuses);
    // Whatever is on record as done was answered so.
    let records = world.by_admin("GET", "user-audit", Value::Null).await;
    let succeeded = records["items"].as_array().unwrap().iter().filter(|record| record["outcome"] == "success");
    let ids: Vec<&str> = succeeded.map(|record| record["request_id"].as_str().unwrap()).collect();
    let later = ids.iter().filter(|id| !id.is_empty() && !before.contains(**id));
    let undone: Vec<_> = later.clone().filter(|id| !outcome.done.contains(**id)).collect();
    assert!(later.count() > 10, "nothing was ever done");
    assert!(undone.is_empty(), "these were refused and done all the same: {undone:?}");
    lives_on(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_however_odd_changes_something_for_those_who_may_nothing() {
    let world = World::start().await;
    let person = world.person(ADMINISTRATORS, "user", &[NONE]).await;
    // One's own account one may change.
    let bystander = world.user(ADMINISTRATORS, "user", &[NONE]).await;
    let state = async || {
        let mut lists = Vec::new();
        for path in ["users", "users?disabled=true", "tenants", "namespaces", "user-capabilities", "config"] {
            lists.push(world.by_admin("GET", path, Value::Null).await);
        }
        lists
    };
    let before = state().await;
    let seed = cases();
    let outcome = ask(&world, names(&bystander), &person.token, cases() / 5, seed).await;
    assert!(outcome.statuses.contains_key(&403) && outcome.statuses.contains_key(&401), "{:?}", outcome.statuses);
    assert_eq!(state().await, before);
    lives_on(&world).await;
}
