//! Random requests by somebody who may do everything: whatever they come to, it is never an error of the server.

use serde_json::{Value, json};

use super::refusal::check;
use crate::{
    access::{
        samples::{self, Names, escaped},
        world::{ADMINISTRATORS, NONE, World},
    },
    dice::Dice,
};

const ROUNDS: u64 = 2000;

impl Dice {
    fn text(&mut self) -> String {
        const TEXTS: [&str; 26] = [
            "",
            "a",
            "robin",
            "Administrators",
            "user",
            "superadmin",
            "NoCapabilities",
            "ViewBundles",
            "Everything",
            "some-thing",
            "x' OR '1'='1",
            "'; DROP TABLE users; --",
            "\u{0}",
            "\u{202e}",
            "🦀",
            "a,b",
            ",",
            "../..",
            "%s%n",
            "-1",
            "0",
            "99999999999999999999",
            "true",
            "null",
            "BUNDLE:view",
            "2026-01-01T00:00:00Z",
        ];
        if self.below(8) == 0 {
            let length = self.below(300);
            return (0..length).filter_map(|_| char::from_u32(u32::try_from(self.below(0x3000)).unwrap())).collect();
        }
        (*self.one(&TEXTS)).to_owned()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(i64::from_ne_bytes(self.next().to_ne_bytes())),
            3 => json!(1.5e300),
            4 | 5 => json!(self.text()),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                let count = self.below(4);
                Value::Object((0..count).map(|_| (self.text(), self.value(depth + 1))).collect())
            }
        }
    }

    /// The value with a part of it replaced, removed or added.
    fn change(&mut self, value: &mut Value) {
        if self.below(4) == 0 {
            *value = self.value(0);
            return;
        }
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = self.one(&names).clone();
                match self.below(5) {
                    0 => drop(fields.remove(&name)),
                    1 => drop(fields.insert(self.text(), self.value(1))),
                    _ => self.change(fields.get_mut(&name).expect("it is there")),
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let at = self.below(items.len());
                self.change(&mut items[at]);
            }
            _ => *value = self.value(1),
        }
    }
}

#[tokio::test]
async fn no_request_however_odd_is_an_error_of_the_server() {
    let world = World::start().await;
    let user = world.user(ADMINISTRATORS, "user", &[NONE]).await;
    let name = || user.clone();
    let thing = || "some-thing".to_owned();
    let names = Names {
        oneself: name(),
        user: name(),
        heir: name(),
        homeless: name(),
        tenant: thing(),
        home: ADMINISTRATORS.to_owned(),
        spare: thing(),
        namespace: thing(),
        own_namespace: thing(),
        capability: thing(),
        session: thing(),
        own_session: thing(),
        fresh: thing(),
    };
    let routes = samples::routes();
    let mut seen = std::collections::BTreeMap::new();
    for round in 0..ROUNDS {
        let mut dice = Dice::new(round);
        let route = dice.one(&routes).clone();
        let mut fields = (dice.one(&samples::of(&route)).fields)(&names);
        // A path needs its names; these are changed on their own.
        let mut path = route.path.to_owned();
        for field in ["name", "username", "id"] {
            let hole = format!("{{{field}}}");
            if path.contains(&hole) {
                let known = fields.as_object_mut().expect("fields").remove(field);
                let known = known.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
                let text = if dice.below(3) == 0 { dice.text() } else { known };
                path = path.replace(&hole, &escaped(&text));
            }
        }
        // One's own session ends otherwise.
        let ends_session = route.first == "login" && route.method != "GET";
        let token = if ends_session && route.method != "POST" { "x" } else { world.admin.as_str() };
        if let Some(action) = route.action {
            fields["action"] = json!(action);
        }
        for _ in 0..dice.below(3) {
            dice.change(&mut fields);
        }
        if dice.below(3) == 0 || route.method == "GET" {
            let pairs = (0..dice.below(4)).map(|_| {
                let known =
                    ["limit", "cursor", "action", "name", "username", "tenant", "permissions", "all", "since", "names"];
                let name = if dice.below(4) == 0 { dice.text() } else { (*dice.one(&known)).to_owned() };
                format!("{}={}", escaped(&name), escaped(&dice.text()))
            });
            path = format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"));
        }
        let mut body = fields.to_string();
        if dice.below(10) == 0 {
            let mut at = dice.below(body.len() + 1);
            while !body.is_char_boundary(at) {
                at -= 1;
            }
            body.truncate(at);
            body.push_str(&dice.text());
        }
        // What would leave nobody to ask on, or hash for long, is left out.
        let hurts = body.contains("\"robin\"") || path.contains("robin?") || path.ends_with("robin");
        if hurts && route.method != "GET" {
            continue;
        }
        let kind = if dice.below(20) == 0 { "text/plain" } else { "application/json" };
        let headers = [("authorization", token), ("content-type", kind)];
        let body = (route.method != "GET" || dice.below(4) == 0).then_some(body);
        let place = || format!("round {round}: {} {path} {body:?}", route.method);
        let answer = world.api.try_send(&route.method, &path, &headers, body.clone()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", place()));
        assert!(answer.status < 500, "{}: {}", place(), answer.text);
        if answer.status >= 400 {
            check(&answer);
        }
        *seen.entry(answer.status).or_insert(0) += 1;
    }
    assert!(seen.len() >= 5, "the requests are too much alike: {seen:?}");
    world.api.login("robin", "Robin123", "").await;
    assert!(!world.server.stderr().contains("panicked"), "{}", world.server.stderr());
}
