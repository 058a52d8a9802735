//! Texts that would be statements, if anybody took them for some.

use robin_testkit::{PASSWORD, Server};
use serde_json::Value;

use super::refusal::check;
use crate::access::{
    samples::{self, escaped},
    world::World,
};

crate::on_both_engines!(sec_37_no_filter_takes_a_text_for_a_statement);

const TEXTS: [&str; 20] = [
    "'",
    "\"",
    "`",
    "';--",
    "x' OR '1'='1",
    "x' OR 1=1 --",
    "\" OR \"\"=\"",
    "') OR ('a'='a",
    "1; DROP TABLE users",
    "1 union select password FROM users",
    "x' union select password FROM users --",
    "robin'||'",
    "%",
    "_",
    "robin%",
    "$1",
    "?1",
    "\\",
    "\u{0}",
    "\u{2019} OR 1=1 /*",
];

/// Lists that show what a statement might have done.
const LISTS: [&str; 4] = ["users?disabled=true&deleted=true", "tenants", "namespaces", "user-capabilities"];

async fn sec_37_no_filter_takes_a_text_for_a_statement(server: Server) {
    let world = World::of(server, PASSWORD).await;
    let tenant = world.tenant().await;
    world.names(&tenant).await;
    let everything = async || {
        let mut all = Vec::new();
        for list in LISTS {
            all.push(world.by_admin("GET", list, Value::Null).await);
        }
        all
    };
    let before = everything().await;
    let description = world.api.ok("GET", "/openapi.json", "", Value::Null).await;
    let mut asked = 0;
    for route in samples::routes().iter().filter(|route| route.method == "GET") {
        let parameters = description["paths"][route.path]["get"]["parameters"].as_array().unwrap().clone();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            let action = route.action.map(|action| format!("action={action}&")).unwrap_or_default();
            for text in TEXTS {
                let value = escaped(text);
                let path = match parameter["in"].as_str() {
                    Some("path") => route.path.replace(&format!("{{{name}}}"), &value),
                    _ => format!("{}?{action}{name}={value}", without_holes(route.path)),
                };
                let answer = world.api.send("GET", &path, &world.admin, Value::Null).await;
                asked += 1;
                match answer.status {
                    // A filter that nothing passes.
                    200 => assert_eq!(answer.json()["items"], Value::Array(Vec::new()), "{path}: {}", answer.text),
                    400 | 404 => check(&answer),
                    other => panic!("{path}: {other} {}", answer.text),
                }
            }
        }
    }
    assert!(asked > 500, "the parameters are not found: {asked}");
    assert_eq!(everything().await, before);
}

fn without_holes(path: &str) -> String {
    path.replace("{username}", "robin").replace("{name}", "Administrators").replace("{id}", "x")
}
