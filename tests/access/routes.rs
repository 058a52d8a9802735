//! Who is let in at all.

use robin_api::Needs;
use serde_json::{Value, json};

use super::{samples, world::World};

/// What answers anybody besides the endpoints, and all that it says.
const PAGES: [(&str, &[&str]); 6] = [
    ("/livez", &["status", "version"]),
    ("/readyz", &["status"]),
    ("/openapi.json", &["components", "info", "openapi", "paths"]),
    ("/.well-known/jwks.json", &["keys"]),
    (
        "/.well-known/authzen-configuration",
        &[
            "access_evaluation_endpoint",
            "access_evaluations_endpoint",
            "policy_decision_point",
            "search_action_endpoint",
            "search_resource_endpoint",
            "search_subject_endpoint",
        ],
    ),
    (
        "/.well-known/openid-configuration",
        &[
            "claims_supported",
            "id_token_signing_alg_values_supported",
            "issuer",
            "jwks_uri",
            "response_types_supported",
            "subject_types_supported",
        ],
    ),
];

/// What answers anybody and is no JSON, and how it begins.
const FILES: [(&str, &str); 2] = [("/pki/ca.crt", "-----BEGIN CERTIFICATE-----\n"), ("/pki/crl.der", "0")];

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// Every path of the table, with names in it.
fn paths() -> Vec<String> {
    let mut paths: Vec<String> = samples::routes().iter().map(|route| route.path.to_owned()).collect();
    paths.sort();
    paths.dedup();
    let filled = |path: String| {
        path.replace("{name}", "robin")
            .replace("{username}", "robin")
            .replace("{id}", "robin")
            .replace("{type}", "BUNDLE")
    };
    paths.into_iter().map(filled).collect()
}

#[tokio::test]
async fn sec_48_without_a_token_one_may_log_in_and_nothing_else() {
    let open: Vec<String> =
        samples::routes().iter().filter(|route| route.needs == Needs::Nothing).map(samples::Route::label).collect();
    assert_eq!(open, ["POST login"]);
    let world = World::start().await;
    for path in paths() {
        for method in METHODS {
            for path in [path.clone(), format!("{path}/"), format!("{path}?all=true")] {
                for token in ["", "nonsense"] {
                    let answer = world.api.send(method, &path, token, json!({ "username": "robin" })).await;
                    if method == "POST" && path.contains("/login") {
                        assert_eq!(answer.status, 400, "{method} {path}: {}", answer.text);
                        continue;
                    }
                    assert!(matches!(answer.status, 401 | 405), "{method} {path}: {} {}", answer.status, answer.text);
                    let has_endpoint =
                        samples::routes().iter().any(|route| route.method == method && matches(route, &path));
                    assert!(!has_endpoint || answer.status == 401, "{method} {path}: {}", answer.text);
                }
            }
        }
    }
}

fn matches(route: &samples::Route, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let (one, other): (Vec<_>, Vec<_>) = (route.path.split('/').collect(), path.split('/').collect());
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.starts_with('{') || *one == other)
}

#[tokio::test]
async fn sec_48_what_answers_anybody_says_only_this() {
    let world = World::start().await;
    for (page, fields) in PAGES {
        let answer = world.api.ok("GET", page, "", Value::Null).await;
        let mut names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, fields, "{page}");
        for method in METHODS.into_iter().filter(|method| !matches!(*method, "GET" | "HEAD")) {
            assert_eq!(world.api.send(method, page, "", Value::Null).await.status, 405, "{method} {page}");
        }
    }
    for (file, begins) in FILES {
        let answer = world.api.send("GET", file, "", Value::Null).await;
        assert!(answer.status == 200 && answer.text.starts_with(begins) && !answer.text.contains("PRIVATE"), "{file}");
        for method in METHODS.into_iter().filter(|method| !matches!(*method, "GET" | "HEAD")) {
            assert_eq!(world.api.send(method, file, "", Value::Null).await.status, 405, "{method} {file}");
        }
    }
    for path in [
        "/",
        "/pki",
        "/pki/ca.key",
        "/api",
        "/api/v3",
        "/api/v3/robin_server",
        "/metrics",
        "/debug",
        "/debug/pprof",
        "/admin",
        "/console",
        "/docs",
        "/.env",
        "/robin.db",
        "/robin-data/robin.db",
        "/secret.key",
        "/static/../secret.key",
        "/..%2f..%2fsecret.key",
        "/.well-known",
        "/.well-known/",
        "/openapi.json/..",
        "/livez/../api/v3/robin_server/users",
        "//api/v3/robin_server/users",
        "/api/v3/robin_server//users",
        "/api/v3/robin_server/login/../users",
        "/api/v3/robin_server/%75sers",
        "/API/V3/ROBIN_SERVER/USERS",
        "/api/v3/robin_server/users;x=1",
        "/api/v3/robin_server/users%00",
        "/api/v3/robin_server/users%2f",
        "/api/v4/robin_server/users",
    ] {
        for method in ["GET", "POST"] {
            let request =
                format!("{method} {path} HTTP/1.1\r\nHost: robin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let answer = world.api.raw(request.as_bytes());
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(["400", "401", "404", "405"].contains(&status), "{method} {path}: {answer}");
        }
    }
}
