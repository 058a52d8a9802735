//! Requests with values that can't be.

use serde_json::{Value, json};

use super::refusal::{bare, check, expect};
use crate::access::world::{ADMINISTRATORS, EVERYTHING, NONE, PASSWORD, World};

fn new_user(name: &str, password: &str, tenant: &str) -> Value {
    let places = json!([{ "tenant": tenant, "tenant_role": "user", "user_capabilities": NONE }]);
    json!({ "user_info": { "username": name, "authentication_type": 1, "password": password, "tenant_list": places } })
}

/// Everything there is, to be compared before and after.
async fn everything(world: &World) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "users?disabled=true&deleted=true",
        "tenants",
        "namespaces",
        "objects",
        "object-shares",
        "user-capabilities?all_capabilities=true",
        "config",
        "ldap-servers",
        "ldap-attributes",
    ] {
        all.push(world.by_admin("GET", path, Value::Null).await);
    }
    all
}

#[tokio::test]
async fn sec_43_a_name_that_can_not_be_is_shown_harmlessly() {
    let world = World::start().await;
    let before = everything(&world).await;
    let long = "a".repeat(65);
    let bad = [
        "",
        " ",
        "a b",
        " a",
        "a ",
        "a\nb",
        "a\tb",
        "a\u{0}b",
        "a\u{1b}[2J",
        "ä",
        "a/b",
        "a@b",
        "a'b",
        "a\"b",
        "a;b",
        "\u{202e}a",
        "🦀",
        &long,
    ];
    for name in bad {
        for (path, body) in [
            ("users", new_user(name, PASSWORD, ADMINISTRATORS)),
            ("users", new_user("fine", PASSWORD, name)),
            ("tenants", json!({ "name": name })),
            (
                "user-capabilities",
                json!({ "name": name, "tenant_roles": ["user"], "capability_entries": ["BUNDLE:view"] }),
            ),
            ("namespaces", json!({ "name": name })),
        ] {
            let answer = world.api.send("POST", path, &world.admin, body).await;
            let message = expect(&answer, 400, "invalid ");
            assert!(!message.chars().any(char::is_control) && !message.contains('\u{202e}'), "{message:?}");
        }
    }
    for name in ["A", "-a", "a-", "a.b", "a_b", "kube-system", "default", &"a".repeat(64)] {
        check(&world.api.send("POST", "namespaces", &world.admin, json!({ "name": name })).await);
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn sec_43_texts_for_people_have_bounds() {
    let world = World::start().await;
    let before = everything(&world).await;
    for text in ["a\u{0}", "a\u{1b}[31m", &"a".repeat(256)] {
        for (method, path, body) in [
            ("POST", "tenants", json!({ "name": "t", "description": text })),
            ("PUT", "tenants/Administrators", json!({ "action": "update_description", "description": text })),
            (
                "POST",
                "user-capabilities",
                json!({ "name": "C", "description": text, "tenant_roles": ["user"], "capability_entries": ["BUNDLE:view"] }),
            ),
            ("PUT", "user-capabilities/Everything", json!({ "action": "update", "description": text })),
            ("PUT", "users/robin", json!({ "action": "update", "user_info": { "first_name": text } })),
            ("PUT", "users/robin", json!({ "action": "update", "user_info": { "email": text } })),
        ] {
            let answer = world.api.send(method, path, &world.admin, body).await;
            assert_eq!(answer.status, 400, "{method} {path}: {}", answer.text);
            check(&answer);
        }
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn roles_capabilities_and_entries_that_are_unknown_or_do_not_fit_are_refused() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[NONE]).await;
    let before = everything(&world).await;
    let role = |role: &str| json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": role });
    let path = format!("users/{user}");
    for unknown in ["", "root", "User", "TENANTADMIN", "user ", "superadmin\n"] {
        check(&world.api.send("PUT", &path, &world.admin, role(unknown)).await);
    }
    expect(&world.api.send("PUT", &path, &world.admin, role("superadmin")).await, 400, "Administrators");
    for (names, says) in [
        (json!(["Nonsense"]), "unknown capability `Nonsense`"),
        (json!(["NoCapabilities", "ViewBundles"]), "alone"),
        (json!(["AllSuperAdminCapabilities"]), "can't be assigned to the role `user`"),
        (json!(["AllCapabilities"]), "can't be assigned"),
        (json!(["ViewUsers"]), "can't be assigned to the role `user`"),
    ] {
        let body = json!({ "action": "update_user_capabilities", "users": [user], "user_capabilities": names });
        expect(&world.api.send("PUT", &format!("tenants/{tenant}"), &world.admin, body).await, 400, says);
    }
    let body = json!({ "action": "remove_user_capabilities", "users": [user], "user_capabilities": ["ViewBundles"] });
    expect(&world.api.send("PUT", &format!("tenants/{tenant}"), &world.admin, body).await, 400, "not assigned");
    for (entry, says) in [
        (json!("NONSENSE:view"), "NONSENSE"),
        (json!("BUNDLE:nonsense"), "nonsense"),
        (json!("bundle:view"), "bundle"),
        (json!("BUNDLE"), "TYPE:operation"),
        (json!(":"), ""),
        (json!("*:*"), "*"),
        (json!(["BUNDLE"]), ""),
        (json!({ "object_type": "BUNDLE" }), ""),
        (json!({ "object_type": "BUNDLE", "operation": "view", "more": 1 }), ""),
    ] {
        let body = json!({ "name": "Sneaky", "tenant_roles": ["user"], "capability_entries": [entry] });
        expect(&world.api.send("POST", "user-capabilities", &world.admin, body).await, 400, says);
        let body = json!({ "action": "add_capability_entries", "capability_entries": [entry] });
        expect(&world.api.send("PUT", "user-capabilities/Everything", &world.admin, body).await, 400, says);
    }
    for (roles, says) in [(json!([]), ""), (json!(["root"]), "root"), (json!("user,root"), "root")] {
        let body = json!({ "name": "Sneaky", "tenant_roles": roles, "capability_entries": ["BUNDLE:view"] });
        expect(&world.api.send("POST", "user-capabilities", &world.admin, body).await, 400, says);
    }
    let body = json!({ "name": "Sneaky", "tenant_roles": ["user"] });
    let answer = world.api.send("POST", "user-capabilities", &world.admin, body).await;
    assert_eq!(answer.status, 400, "a capability of nothing: {}", answer.text);
    for query in ["object_type=NONSENSE", "share_type=NONSENSE"] {
        let path = format!("object-shares?action=get_share_options&{query}");
        check(&world.api.send("GET", &path, &world.admin, Value::Null).await);
    }
    for query in ["capability_group=Nonsense", "names=Nonsense"] {
        expect(
            &world.api.send("GET", &format!("user-capabilities?{query}"), &world.admin, Value::Null).await,
            400,
            "Nonsense",
        );
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn an_unknown_tenant_is_not_found_wherever_it_is_named() {
    let world = World::start().await;
    let before = everything(&world).await;
    for (method, path, body) in [
        ("POST", "users", new_user("u", PASSWORD, "nowhere")),
        ("GET", "tenants/nowhere", Value::Null),
        ("GET", "namespaces?tenant=nowhere", Value::Null),
        ("DELETE", "tenants/nowhere", Value::Null),
        ("DELETE", "tenants", json!({ "name": "nowhere" })),
        ("PUT", "users/robin", json!({ "action": "change_tenant_role", "tenant": "nowhere", "tenant_role": "user" })),
        ("PUT", "tenants/nowhere", json!({ "action": "rename", "new_name": "somewhere" })),
        ("PUT", "tenants/nowhere", json!({ "action": "add_users", "users": ["robin"], "tenant_role": "user" })),
        ("POST", "namespaces", json!({ "name": "n", "tenant": "nowhere" })),
    ] {
        expect(&world.api.send(method, path, &world.admin, body).await, 404, "tenant `nowhere` not found");
    }
    for (method, path, body) in [
        ("GET", "users/nobody", Value::Null),
        ("PUT", "users/nobody", json!({ "action": "disable" })),
        ("PUT", "tenants/Administrators", json!({ "action": "add_users", "users": "nobody", "tenant_role": "user" })),
        ("PUT", "tenants/Administrators", json!({ "action": "remove_users", "users": "nobody" })),
        ("POST", "namespaces", json!({ "name": "n", "username": "nobody" })),
        ("GET", "namespaces?username=nobody", Value::Null),
        ("GET", "sessions?username=nobody", Value::Null),
        (
            "POST",
            "users",
            json!({ "user_info": {
                "username": "u", "authentication_type": 2, "ldap_server": "nobody",
                "tenant_list": [{ "tenant": ADMINISTRATORS, "tenant_role": "user" }],
            }}),
        ),
    ] {
        expect(&world.api.send(method, path, &world.admin, body).await, 404, "`nobody` not found");
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn a_password_that_will_not_do_is_refused_wherever_one_is_set() {
    let world = World::start().await;
    let user = world.user(ADMINISTRATORS, "user", &[]).await;
    let person = world.person(ADMINISTRATORS, "user", &[]).await;
    let before = everything(&world).await;
    let control = "quartz\u{7}plover";
    let long = "plover-quartz".repeat(100);
    for (password, says) in [
        ("", "too short"),
        ("plover7", "too short"),
        ("password", "first to be guessed"),
        ("12345678", "first to be guessed"),
        ("aaaaaaaaaaaa", "first to be guessed"),
        (control, "control"),
        (long.as_str(), "too long"),
    ] {
        for (method, path, token, body) in [
            ("POST", "users".to_owned(), &world.admin, new_user("u", password, ADMINISTRATORS)),
            (
                "PUT",
                format!("users/{user}"),
                &world.admin,
                json!({ "action": "update", "user_info": { "password": password } }),
            ),
            ("PUT", "login".to_owned(), &person.token, json!({ "action": "change_password", "password": password })),
        ] {
            let message = expect(&world.api.send(method, &path, token, body).await, 400, says);
            assert!(
                ["", "password"].contains(&password) || !message.contains(password),
                "it repeats the password: {message}"
            );
        }
    }
    for name in ["plover.quartz", "PLOVER.quartz"] {
        let answer =
            world.api.send("POST", "users", &world.admin, new_user(name, "Plover.Quartz", ADMINISTRATORS)).await;
        expect(&answer, 400, "the username");
    }
    assert_eq!(everything(&world).await, before);
    world.api.login(&user, PASSWORD, "").await;
    world.session(&person.token).await;
}

#[tokio::test]
async fn an_account_that_makes_no_sense_is_refused() {
    let world = World::start().await;
    let before = everything(&world).await;
    let place = json!({ "tenant": ADMINISTRATORS, "tenant_role": "user" });
    let user = |change: Value| {
        let mut info =
            json!({ "username": "u", "authentication_type": 1, "password": PASSWORD, "tenant_list": [place] });
        for (name, value) in change.as_object().expect("fields") {
            info[name] = value.clone();
        }
        info
    };
    for (change, says) in [
        (json!({ "authentication_type": 0 }), "authentication_type"),
        (json!({ "authentication_type": 4 }), "authentication_type"),
        (json!({ "authentication_type": 256 }), "authentication_type"),
        (json!({ "authentication_type": -1 }), "authentication_type"),
        (json!({ "authentication_type": "1x" }), "authentication_type"),
        (json!({ "authentication_type": 2 }), "ldap_server"),
        (json!({ "ldap_server": "x" }), "ldap_server"),
        (json!({ "password": null }), "password"),
        (json!({ "tenant_list": [] }), "tenant_list"),
        (json!({ "tenant_list": [place, place] }), "twice"),
        (
            json!({ "tenant_list": [{ "tenant": ADMINISTRATORS, "tenant_role": "user", "namespace_name": "No_Good" }] }),
            "namespace",
        ),
    ] {
        expect(&world.api.send("POST", "users", &world.admin, json!({ "user_info": user(change) })).await, 400, says);
    }
    let one = user(json!({}));
    let body = json!({ "user_info": one, "user_list": [one] });
    expect(&world.api.send("POST", "users", &world.admin, body).await, 400, "either");
    expect(&world.api.send("POST", "users", &world.admin, json!({ "user_list": [] })).await, 400, "1 to 1000");
    let many: Vec<Value> = (0..1001).map(|n| user(json!({ "username": format!("u{n}") }))).collect();
    expect(&world.api.send("POST", "users", &world.admin, json!({ "user_list": many })).await, 400, "1 to 1000");
    let body = json!({ "user_list": [one, user(json!({ "username": "v", "password": "short" }))] });
    expect(&world.api.send("POST", "users", &world.admin, body).await, 400, "`v`");
    // The same name twice, in another case: the first is not left behind.
    let body = json!({ "user_list": [one, user(json!({ "username": "U" }))] });
    expect(&world.api.send("POST", "users", &world.admin, body).await, 409, "already exists");
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn pages_have_bounds_and_cursors_belong_to_their_list() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let person = world.person(&tenant, "tenantadmin", &[EVERYTHING]).await;
    for _ in 0..2 {
        world.tenant().await;
        world.user(&tenant, "user", &[NONE]).await;
    }
    for list in [
        "users",
        "tenants",
        "namespaces",
        "objects",
        "object-shares",
        "user-capabilities",
        "sessions",
        "user-audit",
        "config",
    ] {
        for limit in ["0", "1001", "-1", "x", "", "1.5", "99999999999999999999", "+", "1e2"] {
            let answer = world.api.send("GET", &format!("{list}?limit={limit}"), &world.admin, Value::Null).await;
            expect(&answer, 400, "1 to 1000");
        }
        for cursor in ["x", "%20", "AAAA", "1", "%00", "%F0%9F%A6%80"] {
            let answer =
                world.api.send("GET", &format!("{list}?limit=1&cursor={cursor}"), &world.admin, Value::Null).await;
            expect(&answer, 400, "`cursor`");
        }
    }
    let next = |page: &Value| page["next_cursor"].as_str().expect("another page").to_owned();
    let users = next(&world.by_admin("GET", "users?limit=1", Value::Null).await);
    for at in 0..users.len() {
        let other = if users.as_bytes()[at] == b'A' { "B" } else { "A" };
        let tampered = format!("{}{other}{}", &users[..at], &users[at + 1..]);
        for cursor in [tampered.as_str(), &users[..at]] {
            if cursor.is_empty() {
                continue;
            }
            let answer =
                world.api.send("GET", &format!("users?limit=1&cursor={cursor}"), &world.admin, Value::Null).await;
            assert_eq!(answer.status, 400, "position {at}: {}", answer.text);
        }
    }
    for list in ["tenants", "namespaces", "objects", "object-shares", "user-audit"] {
        let answer = world.api.send("GET", &format!("{list}?limit=1&cursor={users}"), &world.admin, Value::Null).await;
        expect(&answer, 400, "`cursor`");
    }
    let answer = world.by(&person, "GET", &format!("users?limit=1&cursor={users}"), Value::Null).await;
    assert_eq!(bare(&answer).contains("cursor"), answer.status == 400, "another user's cursor: {}", answer.text);
    expect(&answer, 400, "`cursor`");
    assert_eq!(
        world.by_admin("GET", &format!("users?limit=1&cursor={users}"), Value::Null).await["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_setting_takes_only_what_it_can() {
    let world = World::start().await;
    let before = everything(&world).await;
    for (name, value) in [
        ("login.token_lifetime", json!(59)),
        ("login.token_lifetime", json!(2_592_001)),
        ("login.token_lifetime", json!("1h")),
        ("login.token_lifetime", json!(-60)),
        ("login.token_lifetime", json!("99999999999999999999")),
        ("password.min_length", json!(7)),
        ("password.min_strength", json!(5)),
        ("nonsense", json!(1)),
        ("", json!(1)),
    ] {
        let body = json!({ "action": "update", "name": name, "value": value });
        expect(&world.api.send("PUT", "config", &world.admin, body).await, 400, name);
    }
    assert_eq!(everything(&world).await, before);
}

#[tokio::test]
async fn a_directory_server_that_can_not_be_is_refused_before_it_is_asked() {
    let world = World::start().await;
    let before = everything(&world).await;
    let fine = json!({
        "name": "s", "hostname": "127.0.0.1", "port": 1, "server_type": "OPEN_LDAP", "username": "cn=reader,dc=x",
        "password": "pw", "search_base": "dc=x",
    });
    // Nobody listens there: asking it would say so.
    expect(&world.api.send("POST", "ldap-servers", &world.admin, fine.clone()).await, 400, "refused");
    let long = "a".repeat(5000);
    for (field, value, word) in [
        ("name", json!("a b"), "`a b`"),
        ("name", json!("ä"), "name"),
        ("hostname", json!(""), "invalid host"),
        ("hostname", json!("ldap://127.0.0.1"), "without port"),
        ("hostname", json!(["127.0.0.1"]), "hostname"),
        ("hostname", json!(["a"; 9].join(",")), "8 at most"),
        ("port", json!(0), "1 to 65535"),
        ("port", json!(65_536), "1 to 65535"),
        ("port", json!("ldap"), "1 to 65535"),
        ("port", json!(-1), "1 to 65535"),
        ("server_type", json!("LDAP"), "`OPEN_LDAP` or `ACTIVE_DIRECTORY`"),
        ("server_type", json!("ACTIVE_DIRECTORY"), "`netbios` is missing"),
        ("username", json!(""), "username"),
        ("username", json!("reader"), "distinguished name"),
        ("username", json!("cn=a\u{0},dc=x"), "control characters"),
        ("username", json!(long), "username"),
        ("password", json!(""), "password"),
        ("password", json!("a\u{0}"), "password"),
        ("password", json!(long), "password"),
        ("password", json!(12_345), "password"),
        ("search_base", json!(""), "distinguished name"),
        ("search_base", json!("dc=x,,dc=y"), "at character"),
        ("group_base", json!("cn=a\\"), "group_base"),
        ("netbios", json!("sixteen-letters-"), "netbios"),
        ("netbios", json!("a b"), "netbios"),
        ("netbios", json!("a\\b"), "netbios"),
        ("tls", json!("tls"), "`none`, `starttls` or `ldaps`"),
        ("tls", json!(true), "tls"),
        ("ca_cert", json!("PEM"), "without TLS"),
        ("connect_timeout", json!(0), "1 to 15"),
        ("connect_timeout", json!(16), "1 to 15"),
        ("answer_timeout", json!("601"), "1 to 600"),
        ("surprise", json!(1), "surprise"),
    ] {
        let mut body = fine.clone();
        body[field] = value;
        let answer = world.api.send("POST", "ldap-servers", &world.admin, body).await;
        expect(&answer, 400, word);
    }
    let mut heavy = fine.clone();
    (heavy["tls"], heavy["ca_cert"]) = (json!("ldaps"), json!("a".repeat(300_000)));
    expect(&world.api.send("POST", "ldap-servers", &world.admin, heavy).await, 400, "too long");
    for field in ["name", "hostname", "port", "server_type", "username", "password", "search_base"] {
        let mut body = fine.clone();
        body.as_object_mut().unwrap().remove(field);
        expect(&world.api.send("POST", "ldap-servers", &world.admin, body).await, 400, field);
    }
    assert_eq!(everything(&world).await, before);
}
