//! Directory servers: tried before they are stored, changed, listed and removed; and what directories call their attributes.

use std::time::{Duration, Instant};

use robin_testkit::{
    Answer, Api, Engine, Server,
    certificates::Authority,
    database,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use super::{admin, each, several_servers};

crate::on_both_engines!(
    a_server_is_added_and_listed_and_removed,
    sec_04_a_server_that_can_not_be_read_is_not_stored_and_says_why,
    sec_04_certificates_are_checked_and_nothing_falls_back_to_plain,
    sec_07_the_password_is_given_again_where_it_would_go_elsewhere,
    a_server_is_changed_where_it_is_named_and_nowhere_else,
    a_server_is_tested,
    a_server_that_users_depend_on_is_removed_by_force_alone,
    attributes_are_changed_and_reset,
    changes_are_on_record_without_secrets,
);

const SERVERS: &str = "ldap-servers";
const ONE: &str = "ldap-servers/ldap1";

/// A server named `ldap1`, as far as its fields are not given here.
fn ldap1(slapd: &Slapd, other: &Value) -> Value {
    let (root, password) = slapd.root();
    let mut body = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": "dc=example,dc=com",
    });
    body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    body
}

/// Adds that server.
async fn add(api: &Api, token: &str, slapd: &Slapd, other: &Value) {
    api.ok("POST", SERVERS, token, ldap1(slapd, other)).await;
}

async fn update(api: &Api, token: &str, changes: &Value) -> Answer {
    let mut body = changes.clone();
    body["action"] = json!("update");
    api.send("PUT", ONE, token, body).await
}

#[track_caller]
fn refused(answer: &Answer, words: &[&str]) {
    assert_eq!(answer.status, 400, "{words:?}: {}", answer.text);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
}

async fn a_server_is_added_and_listed_and_removed(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    add(&api, &token, &slapd, &json!({})).await;
    let domain = json!({
        "name": "AD.2", "search_base": "example.com", "netbios": "EXAMPLE", "server_type": "ACTIVE_DIRECTORY",
        "user_base": "ou=scientists,dc=example,dc=com", "group_base": "example.com", "hostname": "127.0.0.1, localhost",
        "connect_timeout": 2, "answer_timeout": "60", "port": slapd.port.to_string(),
    });
    add(&api, &token, &slapd, &domain).await;
    let listed = api.ok("GET", SERVERS, &token, Value::Null).await;
    let expected = json!([
        {
            "id": 1, "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP",
            "username": slapd.root().0, "password": "", "search_base": "dc=example,dc=com", "user_base": null,
            "group_base": null, "netbios": null, "tls": "none", "ca_cert": null, "connect_timeout": 5, "answer_timeout": 30,
            "create_on_login": false, "sync_interval": null, "max_disable": "10%", "allow_superadmin": false,
        },
        {
            "id": 2, "name": "AD.2", "hostname": "127.0.0.1,localhost", "port": slapd.port,
            "server_type": "ACTIVE_DIRECTORY", "username": slapd.root().0, "password": "",
            "search_base": "dc=example,dc=com", "user_base": "ou=scientists,dc=example,dc=com",
            "group_base": "dc=example,dc=com", "netbios": "EXAMPLE", "tls": "none", "ca_cert": null, "connect_timeout": 2,
            "answer_timeout": 60, "create_on_login": false, "sync_interval": null, "max_disable": "10%", "allow_superadmin": false,
        },
    ]);
    assert_eq!(listed["items"], expected);
    let one = api.ok("GET", "ldap-servers/ad.2", &token, Value::Null).await;
    assert_eq!(one, expected[1], "without regard to case");
    let page = api.ok("GET", "ldap-servers?limit=1", &token, Value::Null).await;
    assert_eq!(each(&page, "name"), ["ldap1"]);
    let rest = format!("ldap-servers?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(each(&api.ok("GET", &rest, &token, Value::Null).await, "name"), ["AD.2"]);

    let conflict = api.send("POST", SERVERS, &token, ldap1(&slapd, &json!({ "name": "LDAP1" }))).await;
    assert_eq!((conflict.status, conflict.json()["code"].as_str()), (409, Some("conflict")), "{}", conflict.text);
    let removed = api.ok("DELETE", ONE, &token, Value::Null).await;
    assert_eq!(removed, json!({ "message": "Successfully removed ldap server 'ldap1'" }));
    for (method, path, body) in [
        ("GET", ONE, Value::Null),
        ("DELETE", ONE, Value::Null),
        ("PUT", ONE, json!({ "action": "test" })),
        ("PUT", ONE, json!({ "action": "update", "user_base": "dc=example,dc=com" })),
    ] {
        let answer = api.send(method, path, &token, body).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
    }
    add(&api, &token, &slapd, &json!({})).await;
    assert_eq!(api.ok("GET", ONE, &token, Value::Null).await["id"], json!(3), "a number is never given again");
}

async fn sec_04_a_server_that_can_not_be_read_is_not_stored_and_says_why(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let plain = Slapd::start(&Setup { tls: false, ..Setup::default() });
    let strict = Slapd::start(&Setup { global: "security simple_bind=128", ..Setup::default() });
    let token = admin(&api).await;
    for (server, other, words) in [
        (&slapd, json!({ "password": "wrong" }), &["wrong username or password"][..]),
        (&slapd, json!({ "username": "cn=nobody,dc=example,dc=com" }), &["wrong username or password"]),
        (&slapd, json!({ "search_base": "dc=example,dc=net" }), &["search base", "dc=example,dc=net"]),
        (&slapd, json!({ "user_base": "ou=nobody,dc=example,dc=com" }), &["user base", "ou=nobody"]),
        (&slapd, json!({ "group_base": "nowhere.example.com" }), &["group base", "dc=nowhere"]),
        (&slapd, json!({ "port": 1 }), &["refused", "port"]),
        (&slapd, json!({ "hostname": "no-such-host.invalid" }), &["not found", "no-such-host.invalid"]),
        (&slapd, json!({ "hostname": "169.254.169.254" }), &["169.254.169.254"]),
        (&plain, json!({ "tls": "starttls" }), &["no TLS"]),
        (&plain, json!({ "tls": "ldaps", "ca_cert": slapd.ca_cert }), &["no TLS"]),
        (&strict, json!({}), &["starttls", "ldaps"]),
    ] {
        let answer = api.send("POST", SERVERS, &token, ldap1(server, &other)).await;
        refused(&answer, words);
        assert!(answer.text.contains("`ldap1` can't be read"), "{}", answer.text);
    }
    assert_eq!(api.ok("GET", SERVERS, &token, Value::Null).await["items"], json!([]));
    let records = api.ok("GET", "user-audit?action=ldap_server.create", &token, Value::Null).await;
    assert_eq!(records["items"], json!([]), "nothing was done");
    // The first host that answers will do.
    add(&api, &token, &slapd, &json!({ "hostname": "no-such-host.invalid,127.0.0.1" })).await;
}

async fn sec_04_certificates_are_checked_and_nothing_falls_back_to_plain(server: Server) {
    let authority = Authority::new("another authority");
    let expired =
        Slapd::start(&Setup { certificate: Some(authority.issue_expired(&["127.0.0.1"])), ..Setup::default() });
    let another =
        Slapd::start(&Setup { certificate: Some(authority.issue(&["ldap.example.com"])), ..Setup::default() });
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    for (server, ca_cert, words) in [
        (&slapd, authority.pem(), "signed by nobody who is trusted"),
        (&expired, authority.pem(), "expired"),
        (&another, authority.pem(), "for another name"),
        (&slapd, "no certificate".to_owned(), "invalid CA certificate"),
    ] {
        for (tls, port) in [("ldaps", server.tls_port), ("starttls", server.port)] {
            let other = json!({ "tls": tls, "port": port, "ca_cert": ca_cert });
            refused(&api.send("POST", SERVERS, &token, ldap1(server, &other)).await, &[words]);
        }
    }
    let useless = json!({ "tls": "none", "ca_cert": slapd.ca_cert });
    refused(&api.send("POST", SERVERS, &token, ldap1(&slapd, &useless)).await, &["`ca_cert`", "without TLS"]);
    assert_eq!(api.ok("GET", SERVERS, &token, Value::Null).await["items"], json!([]));

    for (name, tls, port) in [("a", "ldaps", slapd.tls_port), ("b", "starttls", slapd.port)] {
        let other = json!({ "name": name, "tls": tls, "port": port, "ca_cert": slapd.ca_cert });
        add(&api, &token, &slapd, &other).await;
        let shown = api.ok("GET", &format!("ldap-servers/{name}"), &token, Value::Null).await;
        assert_eq!((&shown["tls"], &shown["ca_cert"]), (&json!(tls), &json!(slapd.ca_cert)));
    }
}

async fn sec_07_the_password_is_given_again_where_it_would_go_elsewhere(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    let trusted = json!({ "tls": "starttls", "ca_cert": slapd.ca_cert });
    add(&api, &token, &slapd, &trusted).await;
    let before = api.ok("GET", ONE, &token, Value::Null).await;
    let another = Authority::new("another").pem();
    for change in [
        json!({ "hostname": "localhost" }),
        json!({ "hostname": "127.0.0.1,localhost" }),
        json!({ "port": slapd.tls_port, "tls": "ldaps" }),
        json!({ "username": "cn=read-only-admin,dc=example,dc=com" }),
        json!({ "tls": "none" }),
        json!({ "ca_cert": another }),
        json!({ "ca_cert": "" }),
        json!({ "hostname": "localhost", "password": "" }),
    ] {
        refused(&update(&api, &token, &change).await, &["`password`"]);
    }
    refused(
        &update(&api, &token, &json!({ "hostname": "localhost", "password": "wrong" })).await,
        &["wrong username or"],
    );
    assert_eq!(api.ok("GET", ONE, &token, Value::Null).await, before);
    let password = slapd.root().1;
    for change in [
        json!({ "hostname": "localhost", "password": password }),
        json!({ "port": slapd.tls_port, "tls": "ldaps", "password": password }),
        json!({ "port": slapd.port, "tls": "none", "ca_cert": "", "password": password }),
        json!({ "username": "cn=read-only-admin,dc=example,dc=com", "password": "password" }),
    ] {
        let answer = update(&api, &token, &change).await;
        assert_eq!(answer.status, 200, "{change}: {}", answer.text);
    }
    let tested = api.ok("PUT", ONE, &token, json!({ "action": "test" })).await;
    assert!(tested["message"].as_str().unwrap().contains("'ldap1'"), "the new name goes with the new password");
}

async fn a_server_is_changed_where_it_is_named_and_nowhere_else(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    add(&api, &token, &slapd, &json!({ "user_base": "dc=example,dc=com", "netbios": "N" })).await;
    let mut expected = api.ok("GET", ONE, &token, Value::Null).await;
    for (change, shown) in [
        (json!({ "search_base": "ou=scientists,dc=example,dc=com" }), None),
        (json!({ "group_base": "example.com" }), Some(json!({ "group_base": "dc=example,dc=com" }))),
        (json!({ "user_base": "", "netbios": "" }), Some(json!({ "user_base": null, "netbios": null }))),
        (json!({ "user_base": null, "netbios": "M" }), Some(json!({ "netbios": "M" }))),
        (json!({ "connect_timeout": 1, "answer_timeout": 600 }), None),
        (json!({ "password": slapd.root().1 }), Some(json!({}))),
    ] {
        let answer = update(&api, &token, &change).await;
        assert_eq!(answer.text, r#"{"message":"Successfully updated ldap server 'ldap1'"}"#);
        expected.as_object_mut().unwrap().extend(shown.as_ref().unwrap_or(&change).as_object().unwrap().clone());
        assert_eq!(api.ok("GET", ONE, &token, Value::Null).await, expected, "{change}");
    }
    for (change, word) in [
        (json!({}), "nothing would change"),
        (json!({ "netbios": "M" }), "nothing would change"),
        (json!({ "search_base": "dc=example,dc=org" }), "search base"),
        (json!({ "username": "root", "password": "x" }), "distinguished name"),
        (json!({ "user_base": "dc=a,,dc=b" }), "user_base"),
        (json!({ "server_type": "ACTIVE_DIRECTORY" }), "server_type"),
        (json!({ "port": 0 }), "port"),
        (json!({ "answer_timeout": 601 }), "answer_timeout"),
    ] {
        refused(&update(&api, &token, &change).await, &[word]);
    }
    assert_eq!(api.ok("GET", ONE, &token, Value::Null).await, expected);
    // What has nothing to do with whether it can be read can be changed while it can't.
    drop(slapd);
    assert_eq!(update(&api, &token, &json!({ "answer_timeout": 10 })).await.status, 200);
    refused(&update(&api, &token, &json!({ "netbios": "X" })).await, &["refused"]);
}

async fn a_server_is_tested(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    add(&api, &token, &slapd, &json!({})).await;
    let robinctl = server.admin();
    assert_eq!(
        robinctl.ok("robin ldap test-server ldap1"),
        "LDAP server 'ldap1' answers, lets Robin in, and has the bases\n"
    );
    let port = slapd.port;
    drop(slapd);
    let complaint = robinctl.line("robin ldap test-server ldap1").failed(1);
    assert_eq!(
        complaint, "Error: LDAP server `ldap1` can't be read: `127.0.0.1`: connection refused: check the port\n",
        "{port}"
    );
    assert_eq!(api.ok("GET", SERVERS, &token, Value::Null).await["items"].as_array().unwrap().len(), 1);
}

async fn a_server_that_users_depend_on_is_removed_by_force_alone(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    add(&api, &token, &slapd, &json!({})).await;
    for (name, is_gone) in [("newton", "NULL"), ("euler", "NULL"), ("gone", "1")] {
        let user = format!(
            "INSERT INTO users (username, username_key, auth, ldap_server_id, hidden, disabled, deleted_at, created_at) \
             VALUES ('{name}', '{name}', 'ldap', 1, FALSE, FALSE, {is_gone}, 0)"
        );
        database::execute(&server.how().database_url(), &user).await;
    }
    let answer = api.send("DELETE", ONE, &token, Value::Null).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert!(answer.text.contains("2 user(s)") && answer.text.contains("force"), "{}", answer.text);
    let complaint = server.admin().line("robin ldap remove-server ldap1 --yes").failed(1);
    assert!(complaint.contains("2 user(s)"), "{complaint}");
    assert_eq!(api.call("GET", ONE, &token, Value::Null).await.0, 200);

    let said = server.admin().ok("robin ldap remove-server ldap1 --yes --force");
    assert_eq!(said, "Successfully removed ldap server 'ldap1'\n");
    let newton = api.ok("GET", "users/newton", &token, Value::Null).await;
    assert_eq!((&newton["authentication"], &newton["ldap_server_ref"]), (&json!("ldap"), &json!(1)));
    let login = json!({ "username": "newton", "password": "password" });
    assert_eq!(api.call("POST", "login", "", login).await.0, 401);
}

async fn attributes_are_changed_and_reset(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    let list = async |query: &str| api.ok("GET", &format!("ldap-attributes{query}"), &token, Value::Null).await;
    let defaults = list("").await;
    assert_eq!(defaults["items"].as_array().unwrap().len(), 36);
    let set = async |kind: &str, name: &str, value: Value| {
        let body = json!({ "server_type": "OPEN_LDAP", "object_type": kind, "attribute_name": name, "value": value });
        api.send("POST", "ldap-attributes", &token, body).await
    };
    for (kind, name, value) in [
        ("group", "members", json!("memberUid")),
        ("none", "distinguished_name", json!(["dn", "entryDN"])),
        ("user", "email_address", json!("mail , emailAddress")),
        ("user", "object_sid", json!("1.3.6.1.1.16.4")),
    ] {
        assert_eq!(set(kind, name, value).await.status, 200, "{name}");
    }
    let changed = list("?server_type=OPEN_LDAP").await;
    let custom: Vec<Value> =
        changed["items"].as_array().unwrap().iter().filter(|one| one["custom"] == true).cloned().collect();
    let line = |kind: &str, name: &str, value: Value| {
        json!({
            "server_type": "OPEN_LDAP", "object_type": kind, "attribute_name": name, "value": value, "custom": true,
        })
    };
    let expected = [
        line("", "distinguished_name", json!(["dn", "entryDN"])),
        line("group", "members", json!(["memberUid"])),
        line("user", "email_address", json!(["mail", "emailAddress"])),
        line("user", "object_sid", json!("1.3.6.1.1.16.4")),
    ];
    assert_eq!(custom, expected);
    assert_eq!(list("?server_type=ACTIVE_DIRECTORY").await["items"].as_array().unwrap().len(), 18);
    assert_eq!(list("?object_type=none").await["items"].as_array().unwrap().len(), 4);
    assert_eq!(list("?object_type=user&server_type=OPEN_LDAP").await["items"].as_array().unwrap().len(), 10);

    for (kind, name, value, word) in [
        ("user", "members", json!("member"), "list-attributes"),
        ("user", "nickname", json!("x"), "list-attributes"),
        ("users", "username", json!("uid"), "object type"),
        ("user", "username", json!(""), "names of a directory's schema"),
        ("user", "username", json!("uid)(cn"), "names of a directory's schema"),
        ("user", "username", json!(vec!["uid"; 17]), "16 at most"),
        ("user", "username", json!({ "uid": 1 }), "value"),
    ] {
        refused(&set(kind, name, value).await, &[word]);
    }
    for query in ["?server_type=open_ldap", "?object_type=users", "?server_type="] {
        assert_eq!(api.call("GET", &format!("ldap-attributes{query}"), &token, Value::Null).await.0, 400, "{query}");
    }
    for (kind, name) in
        [("group", "members"), ("none", "distinguished_name"), ("user", "email_address"), ("user", "object_sid")]
    {
        let key = json!({ "server_type": "OPEN_LDAP", "object_type": kind, "attribute_name": name });
        let said = api.send("DELETE", "ldap-attributes", &token, key).await;
        assert_eq!(said.json()["message"], format!("Reset LDAP attribute 'OPEN_LDAP:{kind}:{name}'\n"));
    }
    assert_eq!(list("").await, defaults);
}

async fn changes_are_on_record_without_secrets(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    let newest = async || {
        let records = api.ok("GET", "user-audit?limit=1", &token, Value::Null).await;
        let record = records["items"][0].clone();
        assert!(!record.to_string().contains(slapd.root().1), "{record}");
        record
    };
    add(&api, &token, &slapd, &json!({})).await;
    let record = newest().await;
    assert_eq!((&record["action"], &record["target"]), (&json!("ldap_server.create"), &json!("ldap1")));
    assert_eq!((&record["after"]["transport"], &record["after"]["port"]), (&json!("none"), &json!(slapd.port)));
    let secure = json!({
        "tls": "ldaps", "port": slapd.tls_port, "ca_cert": slapd.ca_cert, "password": slapd.root().1,
    });
    assert_eq!(update(&api, &token, &secure).await.status, 200);
    let record = newest().await;
    assert_eq!(record["action"], "ldap_server.update");
    assert_eq!((&record["before"]["transport"], &record["after"]["transport"]), (&json!("none"), &json!("ldaps")));
    assert_eq!(record["after"]["password"], "changed");
    let key = json!({ "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members" });
    let mut set = key.clone();
    set["value"] = json!("member");
    api.ok("POST", "ldap-attributes", &token, set).await;
    let record = newest().await;
    let told = (&record["action"], &record["target"], &record["before"]["value"], &record["after"]["value"]);
    let members = json!(["uniqueMember", "member"]);
    let expected = (&json!("ldap_attribute.update"), &json!("OPEN_LDAP:group:members"), &members, &json!(["member"]));
    assert_eq!(told, expected);
    api.ok("DELETE", "ldap-attributes", &token, key).await;
    assert_eq!(newest().await["action"], "ldap_attribute.reset");
    api.ok("DELETE", ONE, &token, Value::Null).await;
    let record = newest().await;
    assert_eq!((&record["action"], &record["before"]["transport"]), (&json!("ldap_server.remove"), &json!("ldaps")));
}

#[tokio::test]
async fn what_one_server_knows_of_directories_the_other_knows_within_a_second() {
    let (first, second) = several_servers::pair().await;
    let slapd = Slapd::forumsys();
    let token = admin(&first.api()).await;
    several_servers::within_a_second(&second, &token, ONE, 404).await;
    add(&first.api(), &token, &slapd, &json!({})).await;
    several_servers::within_a_second(&second, &token, ONE, 200).await;
    // The second reads the directory itself, with the password that it was not told.
    second.api().ok("PUT", ONE, &token, json!({ "action": "test" })).await;
    first.api().ok("DELETE", ONE, &token, Value::Null).await;
    several_servers::within_a_second(&second, &token, ONE, 404).await;
}

#[tokio::test]
async fn a_server_whose_certificates_went_bad_keeps_nobody_from_the_others() {
    let (mut server, slapd) = (Server::start(Engine::Sqlite).await, Slapd::forumsys());
    let api = server.api();
    let token = admin(&api).await;
    let secure = json!({ "tls": "ldaps", "port": slapd.tls_port, "ca_cert": slapd.ca_cert });
    add(&api, &token, &slapd, &secure).await;
    add(&api, &token, &slapd, &json!({ "name": "ldap2" })).await;
    drop(server.stop());
    let spoilt = "UPDATE ldap_servers SET ca_cert = 'spoilt' WHERE id = 1";
    database::execute(&server.how().database_url(), spoilt).await;
    server.restart();
    refused(&api.send("PUT", ONE, &token, json!({ "action": "test" })).await, &["invalid CA certificate"]);
    api.ok("PUT", "ldap-servers/ldap2", &token, json!({ "action": "test" })).await;
}

/// A way to a directory that lets nothing through until it is opened. Gives its port.
pub async fn gate(to: u16) -> (u16, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (open, opened) = oneshot::channel();
    tokio::spawn(async move {
        let (mut here, _) = listener.accept().await.unwrap();
        opened.await.unwrap();
        let mut there = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
        copy_bidirectional(&mut here, &mut there).await.ok();
    });
    (port, open)
}

#[tokio::test]
async fn who_changes_a_server_while_another_tries_it_goes_first() {
    let (server, slapd) = (Server::start(Engine::Sqlite).await, Slapd::forumsys());
    let api = server.api();
    let token = admin(&api).await;
    add(&api, &token, &slapd, &json!({})).await;
    let (port, open) = gate(slapd.port).await;
    let slow = json!({ "port": port, "password": slapd.root().1 });
    let (late, ()) = tokio::join!(update(&api, &token, &slow), async {
        // No transaction is held while a directory is asked.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(update(&api, &token, &json!({ "netbios": "FIRST" })).await.status, 200);
        open.send(()).unwrap();
    });
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(late.text.contains("changed meanwhile"), "{}", late.text);
    let shown = api.ok("GET", ONE, &token, Value::Null).await;
    assert_eq!((&shown["port"], &shown["netbios"]), (&json!(slapd.port), &json!("FIRST")));
}

#[tokio::test]
async fn a_directory_that_says_nothing_is_given_up_in_time() {
    let server = Server::start(Engine::Sqlite).await;
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    let (port, _never_opened) = gate(slapd.port).await;
    let asked = Instant::now();
    let silent = ldap1(&slapd, &json!({ "port": port, "answer_timeout": 1 }));
    refused(&api.send("POST", SERVERS, &token, silent).await, &["no answer within 1 s"]);
    assert!(asked.elapsed() < Duration::from_secs(10));
    let (port, _never_opened) = gate(slapd.port).await;
    let hosts = "127.0.0.1,127.0.0.1";
    let patient =
        ldap1(&slapd, &json!({ "hostname": hosts, "port": port, "connect_timeout": 15, "answer_timeout": 600 }));
    refused(&api.send("POST", SERVERS, &token, patient).await, &["no answer within 20 s"]);
    assert_eq!(api.ok("GET", SERVERS, &token, Value::Null).await["items"], json!([]));
}
