//! What is no request at all.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::refusal::{check, expect};
use crate::access::{
    samples,
    world::{ADMINISTRATORS, PASSWORD, World},
};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Sends a body as it is, as the administrator.
async fn send(world: &World, method: &str, path: &str, kind: (&str, &str), body: &str) -> robin_testkit::Answer {
    let headers = [("authorization", world.admin.as_str()), kind];
    world.api.try_send(method, path, &headers, Some(body.to_owned())).await.expect("an answer")
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let world = World::start().await;
    let bad = [
        "{",
        "{\"name\":",
        "nonsense",
        "{\"name\": \"a\"} more",
        "[]",
        "[\"a\"]",
        "\"text\"",
        "1",
        "null",
        "true",
        "{'name': 'a'}",
        "{\"name\": \"a\",}",
        "\u{feff}{}",
        "{\"name\": \"\\ud800\"}",
        "[\"t-bad\", \"d\"]",
    ];
    for body in bad {
        for (method, path) in [
            ("POST", "tenants"),
            ("POST", "login"),
            ("POST", "users"),
            ("POST", "user-capabilities"),
            ("PUT", "tenants/Administrators"),
            ("PUT", "login"),
            ("PUT", "config"),
            ("DELETE", "users/nobody"),
        ] {
            let answer = send(&world, method, path, JSON, body).await;
            assert_eq!(answer.status, 400, "{method} {path} {body}: {}", answer.text);
            check(&answer);
        }
    }
    let answer = world.api.send("POST", "login", "", json!(["robin", "Robin123"])).await;
    expect(&answer, 400, "object");
    assert_eq!(world.by_admin("GET", "tenants", Value::Null).await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let world = World::start().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
        "json",
        "application/jsonx",
    ] {
        let answer = send(&world, "POST", "tenants", ("content-type", kind), "{\"name\": \"a\"}").await;
        expect(&answer, 415, "application/json");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        let name = world.fresh("t");
        let answer =
            send(&world, "POST", "tenants", ("content-type", kind), &format!("{{\"name\": \"{name}\"}}")).await;
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text);
    }
}

#[tokio::test]
async fn sec_47_too_large_a_body_is_refused_and_the_server_goes_on() {
    let world = World::start().await;
    let body = format!("{{\"name\": \"{}\"}}", "a".repeat(5 << 20));
    for (path, limit) in [("tenants", "4194304 bytes"), ("login", "65536 bytes")] {
        let headers = [("authorization", world.admin.as_str()), JSON];
        // A server may close before all was sent: then there is no answer to look at.
        if let Ok(answer) = world.api.try_send("POST", path, &headers, Some(body.clone())).await {
            expect(&answer, 413, limit);
        }
    }
    world.by_admin("GET", "login", Value::Null).await;
}

#[tokio::test]
async fn sec_47_deep_nesting_is_refused() {
    let world = World::start().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let body = format!("{{\"name\": {}1{}}}", open.repeat(100_000), close.repeat(100_000));
        for path in ["tenants", "login", "users"] {
            check(&send(&world, "POST", path, JSON, &body).await);
        }
        check(&send(&world, "PUT", "tenants/Administrators", JSON, &body).await);
    }
    world.by_admin("GET", "login", Value::Null).await;
}

/// Every request, with something slipped in at every place where it has fields.
#[tokio::test]
async fn sec_24_an_unknown_field_is_named_wherever_it_stands() {
    let world = World::start().await;
    let before = world.by_admin("GET", "users?disabled=true&deleted=true", Value::Null).await;
    // Requests for decisions follow another specification, which wants unknown fields passed over.
    let is_ours = |route: &samples::Route| !route.path.starts_with("/access/");
    for route in samples::routes().into_iter().filter(is_ours) {
        for sample in samples::of(&route).into_iter().take(1) {
            let fields = (sample.fields)(&names());
            for slip in
                ["is_admin", "user_id", "tenant_id", "owner_id", "role", "password_hash", "created_at", "session"]
            {
                for fields in with_slip(&fields, slip) {
                    let (method, path, body) = samples::request(&route, fields);
                    let answer = world.api.send(&method, &path, &world.admin, body).await;
                    let message = expect(&answer, 400, slip);
                    let is_named = message.contains(&format!("unknown field `{slip}`"));
                    // Permissions may be written in several forms, and none of them has it. Tokens have roles of their own.
                    let is_other = message.contains("capability_entries") || message.starts_with("unknown role `true`");
                    assert!(is_named || is_other, "{method} {path}: {message}");
                }
            }
        }
    }
    assert_eq!(world.by_admin("GET", "users?disabled=true&deleted=true", Value::Null).await, before);
}

/// The value once for each object in it, with a further field there.
fn with_slip(value: &Value, slip: &str) -> Vec<Value> {
    let mut changed = Vec::new();
    if let Some(fields) = value.as_object() {
        let mut more = value.clone();
        more[slip] = "true".into();
        changed.push(more);
        // What a service says of its own object may be anything.
        for (name, inner) in fields.iter().filter(|(name, _)| *name != "attributes") {
            changed.extend(with_slip(inner, slip).into_iter().map(|inner| {
                let mut outer = value.clone();
                outer[name] = inner;
                outer
            }));
        }
    }
    for (nth, inner) in value.as_array().into_iter().flatten().enumerate() {
        changed.extend(with_slip(inner, slip).into_iter().map(|inner| {
            let mut outer = value.clone();
            outer[nth] = inner;
            outer
        }));
    }
    changed
}

/// Fields inside a user's description, by which somebody might hope to become more.
#[tokio::test]
async fn sec_24_nothing_that_is_not_meant_to_be_set_can_be_slipped_in() {
    let world = World::start().await;
    let user = world.user(ADMINISTRATORS, "user", &[]).await;
    let before = world.state(&user).await;
    for name in [
        "user_id",
        "id",
        "hidden",
        "deleted",
        "disabled",
        "authentication",
        "authentication_type",
        "tenant_role",
        "role",
        "is_admin",
        "username",
        "tenants",
        "tenant_list",
        "password_hash",
        "user_capabilities",
        "permissions",
    ] {
        let body = json!({ "action": "update", "user_info": { "first_name": "x", name: 1 } });
        let answer = world.api.send("PUT", &format!("users/{user}"), &world.admin, body).await;
        expect(&answer, 400, &format!("`{name}`"));
        let mut info = json!({
            "username": "sneaky", "authentication_type": 1, "password": PASSWORD,
            "tenant_list": [{ "tenant": ADMINISTRATORS, "tenant_role": "user" }],
        });
        // Capabilities may stand beside the tenants, and are given like those inside them.
        if info.get(name).is_none() && name != "user_capabilities" {
            info[name] = json!(1);
            let answer = world.api.send("POST", "users", &world.admin, json!({ "user_info": info })).await;
            expect(&answer, 400, &format!("`{name}`"));
        }
    }
    assert_eq!(world.state(&user).await, before);
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let world = World::start().await;
    let cases = [
        ("POST", "login", json!({}), "username"),
        ("POST", "login", json!({ "username": "robin" }), "password"),
        ("PUT", "login", json!({ "action": "change_password" }), "password"),
        ("PUT", "login", json!({ "action": "change_tenant" }), "tenant"),
        ("POST", "tenants", json!({}), "name"),
        ("POST", "users", json!({}), "user_info"),
        ("POST", "users", json!({ "user_info": {} }), "username"),
        (
            "POST",
            "users",
            json!({ "user_info": { "username": "u", "authentication_type": 1, "password": PASSWORD } }),
            "tenant_list",
        ),
        ("POST", "users", json!({ "user_list": [{}] }), "username"),
        ("PUT", "users/robin", json!({ "action": "update" }), "user_info"),
        ("PUT", "users/robin", json!({ "action": "change_tenant_role", "tenant": ADMINISTRATORS }), "tenant_role"),
        ("DELETE", "users", json!({}), "username"),
        ("POST", "user-capabilities", json!({ "name": "C" }), "tenant_roles"),
        ("POST", "user-capabilities", json!({ "tenant_roles": [] }), "name"),
        ("PUT", "user-capabilities", json!({ "action": "update" }), "name"),
        ("PUT", "user-capabilities/x", json!({ "action": "add_providers" }), "providers"),
        ("PUT", "user-capabilities/x", json!({ "action": "add_capability_entries" }), "capability_entries"),
        ("PUT", "tenants/Administrators", json!({ "action": "add_users", "users": [] }), "tenant_role"),
        ("PUT", "tenants/Administrators", json!({ "action": "rename" }), "new_name"),
        ("PUT", "namespaces/x", json!({ "action": "change_owner" }), "username"),
        ("PUT", "config", json!({ "action": "update", "name": "x" }), "value"),
    ];
    for (method, path, body, field) in cases {
        expect(&world.api.send(method, path, &world.admin, body).await, 400, &format!("`{field}`"));
    }
    for (path, actions) in
        [("login", "change_password, change_tenant"), ("users/robin", "enable"), ("tenants/x", "rename")]
    {
        for body in
            [json!({}), Value::Null, json!({ "action": null }), json!({ "action": 1 }), json!({ "action": "x\ny" })]
        {
            expect(&world.api.send("PUT", path, &world.admin, body).await, 400, actions);
        }
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_at_its_place_without_being_repeated_when_secret() {
    let world = World::start().await;
    let wrong = [json!(null), json!(1), json!(1.5), json!(true), json!([]), json!({}), json!([[1]]), json!({ "a": 1 })];
    for value in wrong {
        for (method, path, body, place) in [
            ("POST", "tenants", json!({ "name": value }), "name"),
            ("POST", "login", json!({ "username": value, "password": "x" }), "username"),
            ("POST", "users", json!({ "user_info": { "username": value } }), "user_info.username"),
            (
                "PUT",
                "users/robin",
                json!({ "action": "change_tenant_role", "tenant": value, "tenant_role": "user" }),
                "tenant",
            ),
            (
                "PUT",
                "users/robin",
                json!({ "action": "change_tenant_role", "tenant": "t", "tenant_role": value }),
                "tenant_role",
            ),
            ("PUT", "tenants/x", json!({ "action": "rename", "new_name": value }), "new_name"),
        ] {
            let answer = world.api.send(method, path, &world.admin, body).await;
            expect(&answer, 400, &format!("`{place}`"));
        }
    }
    for body in [
        json!({ "user_info": 5 }),
        json!({ "user_info": "x" }),
        json!({ "user_info": [1] }),
        json!({ "user_list": {} }),
        json!({ "user_list": [1] }),
        json!({ "user_list": "a,b" }),
    ] {
        expect(&world.api.send("POST", "users", &world.admin, body).await, 400, "user_");
    }
    let number = 987_654_321;
    for (method, path, body) in [
        ("POST", "login", json!({ "username": "robin", "password": number })),
        ("PUT", "login", json!({ "action": "change_password", "password": number })),
        ("PUT", "users/robin", json!({ "action": "update", "user_info": { "password": number } })),
        ("PUT", "users/robin", json!({ "action": "update", "user_info": { "password": [number.to_string()] } })),
    ] {
        let answer = world.api.send(method, path, &world.admin, body).await;
        let message = expect(&answer, 400, "password");
        assert!(!message.contains(&number.to_string()), "it repeats the password: {message}");
    }
}

#[tokio::test]
async fn sec_24_a_list_is_no_object_however_well_it_fits() {
    let world = World::start().await;
    let user = world.user(ADMINISTRATORS, "user", &[]).await;
    let before = world.state(&user).await;
    let place = json!([{ "tenant": ADMINISTRATORS, "tenant_role": "user" }]);
    let by_position = json!(["sneaky", 1, PASSWORD, null, null, null, false, null, null, place]);
    let inside = json!({ "username": "sneaky", "authentication_type": 1, "password": PASSWORD,
        "tenant_list": [[ADMINISTRATORS, "user", null, null, false]] });
    for (method, path, body, place) in [
        ("POST", "users".to_owned(), json!({ "user_info": by_position }), "user_info"),
        ("POST", "users".to_owned(), json!({ "user_list": [by_position] }), "user_list[0]"),
        ("POST", "users".to_owned(), json!({ "user_info": inside }), "user_info.tenant_list[0]"),
        (
            "PUT",
            format!("users/{user}"),
            json!({ "action": "update", "user_info": [PASSWORD, "a", "b", "c@d"] }),
            "user_info",
        ),
        (
            "DELETE",
            format!("users/{user}"),
            json!({ "replacement_users": [[ADMINISTRATORS, "robin"]] }),
            "replacement_users[0]",
        ),
    ] {
        let answer = world.api.send(method, &path, &world.admin, body).await;
        let message = expect(&answer, 400, &format!("`{place}`"));
        assert!(message.contains("expected an object"), "{message}");
    }
    assert_eq!(world.state(&user).await, before);
}

#[tokio::test]
async fn a_field_that_is_given_twice_with_different_values_is_refused() {
    let world = World::start().await;
    let path = format!("tenants/{ADMINISTRATORS}");
    let body = json!({ "action": "update_description", "name": "other", "description": "d" });
    expect(&world.api.send("PUT", &path, &world.admin, body).await, 400, "`name`");
    expect(&world.api.send("GET", "users?limit=1&limit=2", &world.admin, Value::Null).await, 400, "`limit`");
    expect(&send(&world, "POST", "tenants", JSON, "{\"name\": \"a\", \"name\": \"b\"}").await, 400, "`name`");
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_as_such() {
    let world = World::start().await;
    for path in [
        "nothing",
        "/",
        "/api",
        "/api/v4/robin_server/users",
        "users/a/b",
        "/openapi.yaml",
        "/api/v3/robin_server/%2e%2e/login",
    ] {
        expect(&world.api.send("GET", path, &world.admin, Value::Null).await, 404, "nothing at this path");
    }
    for (method, path) in [
        ("PATCH", "users"),
        ("PUT", "users"),
        ("POST", "config"),
        ("DELETE", "tenants/x/"),
        ("POST", "/livez"),
        ("TRACE", "login"),
        ("POST", "user-audit"),
    ] {
        let answer = world.api.send(method, path, &world.admin, Value::Null).await;
        if answer.status != 405 {
            assert_eq!((method, path, answer.status), ("DELETE", "tenants/x/", 404), "{}", answer.text);
            continue;
        }
        expect(&answer, 405, "other methods");
        assert!(!answer.header("allow").is_empty(), "{method} {path} does not say which methods there are");
    }
}

#[tokio::test]
async fn a_path_with_odd_bytes_is_refused() {
    let world = World::start().await;
    for name in ["%00", "%ff", "%0a", "a%2fb", "%E2%80%AE", "%1b%5b2J", "..%2f", "%20", "a%20b"] {
        for resource in ["users", "tenants", "user-capabilities", "namespaces"] {
            let answer = world.api.send("GET", &format!("{resource}/{name}"), &world.admin, Value::Null).await;
            assert_eq!(answer.status, 400, "{resource}/{name}: {}", answer.text);
            check(&answer);
            assert!(!answer.text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{}", answer.text);
        }
    }
    let mut long = String::new();
    while long.len() < 8000 {
        write!(long, "a").unwrap();
    }
    let answer = world.api.send("GET", &format!("users/{long}"), &world.admin, Value::Null).await;
    assert!(expect(&answer, 400, "username").len() < 400);
}

/// Names for requests about nothing in particular.
fn names() -> samples::Names {
    let name = || "some-thing".to_owned();
    samples::Names {
        oneself: name(),
        user: name(),
        heir: name(),
        homeless: name(),
        tenant: name(),
        home: name(),
        spare: name(),
        namespace: name(),
        own_namespace: name(),
        object: name(),
        own_object: name(),
        capability: name(),
        ldap_server: name(),
        ldap_port: "1".to_owned(),
        schedule: name(),
        session: name(),
        own_session: name(),
        token: "1".to_owned(),
        own_token: "1".to_owned(),
        account: name(),
        fresh: name(),
    }
}
