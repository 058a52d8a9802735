//! One event is one line, whatever a name has in it: in the log, on a terminal, in a spreadsheet.

use robin_testkit::{Engine, PASSWORD, Server};
use serde_json::{Value, json};

use crate::access::{
    samples::{self, Names, escaped},
    world::World,
};

/// A line break, and what looks like another event after it; then what acts on terminals.
const FORGED: &str = "x\r\nERROR forged: {\"level\":\"ERROR\",\"message\":\"forged\"}\u{1b}[2J\u{9b}31m\u{7f}\u{85}\u{2028}\u{202e}\u{2066}";

fn acts(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The value with every text, and every name of a field, in turn replaced.
fn forgeries(value: &Value) -> Vec<Value> {
    match value {
        Value::String(_) => vec![FORGED.into()],
        Value::Array(items) => {
            let with = |nth: usize, inner: Value| {
                let mut changed = items.clone();
                changed[nth] = inner;
                Value::Array(changed)
            };
            let each = items.iter().enumerate();
            each.flat_map(|(nth, item)| {
                forgeries(item).into_iter().map(move |inner| with(nth, inner)).collect::<Vec<_>>()
            })
            .collect()
        }
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, inner) in fields {
                for inner in forgeries(inner) {
                    let mut changed = fields.clone();
                    changed.insert(name.clone(), inner);
                    all.push(Value::Object(changed));
                }
            }
            let mut changed = fields.clone();
            changed.insert(FORGED.to_owned(), 1.into());
            all.push(Value::Object(changed));
            all
        }
        _ => Vec::new(),
    }
}

/// Hands the forged text in wherever a text is taken: paths, query strings, bodies, headers.
async fn forge_everywhere(world: &World) {
    let name = || "some-thing".to_owned();
    let names =
        Names { tenant: name(), user: name(), home: name(), session: name(), fresh: name(), ..Names::default() };
    for route in samples::routes() {
        for sample in samples::of(&route).into_iter().take(1) {
            for fields in forgeries(&(sample.fields)(&names)) {
                // Paths and query strings take text alone.
                let mut fields = fields;
                for (name, value) in fields.as_object_mut().unwrap() {
                    let in_url = route.method == "GET" || route.path.contains(&format!("{{{name}}}"));
                    if let (true, Some(text)) = (in_url, value.as_str()) {
                        *value = escaped(text).into();
                    }
                }
                if route.method == "GET" {
                    fields.as_object_mut().unwrap().retain(|name, _| name != FORGED);
                }
                let (method, path, body) = samples::request(&route, fields);
                let answer = world.api.send(&method, &path, &world.admin, body).await;
                assert!(!answer.text.chars().any(acts), "{method} {path}: {:?}", answer.text);
            }
        }
    }
    let agent = "x\u{9b}31m\u{85}\u{202e}y\t\"";
    for path in ["login", "users/robin", "nothing"] {
        let headers = [("authorization", world.admin.as_str()), ("user-agent", agent), ("x-request-id", agent)];
        world.api.try_send("GET", path, &headers, None).await.unwrap();
    }
    let body = json!({ "username": FORGED, "password": FORGED, "tenant": FORGED });
    assert_eq!(world.api.send("POST", "login", "", body).await.status, 401);
    let headers = [("user-agent", agent)];
    let login = json!({ "username": "robin", "password": PASSWORD }).to_string();
    assert_eq!(world.api.try_send("POST", "login", &headers, Some(login)).await.unwrap().status, 200);
}

async fn log(format: &str) -> String {
    let builder = Server::builder(Engine::Sqlite).env("ROBIN_LOG", "debug").env("ROBIN_LOG_FORMAT", format);
    let mut world = World::of(builder.start().await, PASSWORD).await;
    forge_everywhere(&world).await;
    let table = world.server.admin().ok("session list");
    assert!(!table.chars().any(|c| acts(c) && c != '\n'), "{table:?}");
    let log = world.server.stop().stderr;
    assert!(log.contains("forged"), "nothing of what was refused is logged");
    log
}

#[tokio::test]
async fn sec_43_every_event_is_one_line_of_json() {
    for line in log("json").await.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert!(
            event["timestamp"].is_string() && event["target"].as_str().is_some_and(|target| !target.is_empty()),
            "{line}"
        );
        assert!(!line.chars().any(acts), "{line:?}");
    }
}

#[tokio::test]
async fn sec_43_every_event_is_one_line_of_text() {
    for line in log("text").await.lines() {
        let (at, _) = line.split_once(' ').unwrap_or_default();
        assert!(at.starts_with("20") && at.ends_with('Z'), "{line:?}");
        assert!(!line.chars().any(acts), "{line:?}");
    }
}

#[tokio::test]
async fn sec_43_a_spreadsheet_gets_no_formula_from_anybody() {
    let server = Server::start(Engine::Sqlite).await;
    let (admin, api) = (server.admin(), server.api());
    let token = api.login(robin_testkit::ADMIN, PASSWORD, "").await;
    for (nth, formula) in ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"].into_iter().enumerate() {
        let tenant = json!({ "name": format!("t{nth}"), "description": formula });
        api.ok("POST", "tenants", &token, tenant).await;
        let info = json!({ "action": "update", "user_info": { "first_name": formula, "last_name": formula } });
        api.ok("PUT", "users/robin", &token, info).await;
        for line in ["tenant list -o csv", "user list -o csv", "user-audit list -o csv"] {
            let csv = admin.ok(line);
            let cells = csv.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_matches('"'));
            let formulas: Vec<&str> = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).collect();
            assert!(formulas.is_empty(), "{line}: {formulas:?}");
        }
        assert!(admin.ok("tenant list -o csv").contains(&format!("'{formula}")));
    }
}
