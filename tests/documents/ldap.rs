//! Chapter "LDAP management operations": servers and attributes.
//!
//! The chapter's hosts are nowhere near: servers are added at a directory on this machine, and moved to where the chapter has them
//! in the database.

use robin_testkit::{Robinctl, Server, database, slapd::Slapd};
use serde_json::{Value, json};

use super::{documented, golden, reference};

crate::on_both_engines!(
    servers_on_the_command_line,
    servers_over_http,
    attributes_on_the_command_line,
    attributes_over_http,
    what_is_refused_is_named,
    what_is_not_protected_is_warned_of,
);

/// The words that the chapter says.
const READER: &str = "cn=read-only-admin,dc=example,dc=com";

/// Adds the chapter's first or second example, answering both questions for the password.
fn add(admin: &Robinctl, slapd: &Slapd, name: &str, rest: &str) -> String {
    let line = format!("robin ldap add-server {name} 127.0.0.1 {} {rest}", slapd.port);
    let output = admin.line_with_input(&line, "password\npassword\n");
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stderr.starts_with("Password:\nRetype password:\nWarning: without TLS, "), "{}", output.stderr);
    output.stdout
}

pub fn open_ldap(admin: &Robinctl, slapd: &Slapd) -> String {
    add(admin, slapd, "ldap1", &format!("OPEN_LDAP {READER} dc=example,dc=com"))
}

async fn moved(server: &Server, to: &str) {
    let statement = format!("UPDATE ldap_servers SET {to}; UPDATE revision SET revision = revision + 1000000");
    database::execute(&server.how().database_url(), &statement).await;
    // Nothing that is remembered is trusted for longer.
    tokio::time::sleep(std::time::Duration::from_millis(450)).await;
}

async fn servers_on_the_command_line(server: Server) {
    let (admin, slapd) = (server.admin(), Slapd::forumsys());
    let domain = format!("ACTIVE_DIRECTORY {READER} example.com --netbios ROBINSYSTEMS");
    assert_eq!(add(&admin, &slapd, "ad1", &domain), "Successfully added ldap server 'ad1'\n");
    assert_eq!(open_ldap(&admin, &slapd), "Successfully added ldap server 'ldap1'\n");
    let there = "hosts = '10.9.53.5', username = 'administrator', search_base = 'dc=robinsystems,dc=com', port = 389";
    moved(&server, &format!("{there} WHERE id = 1")).await;
    moved(&server, "hosts = 'ldap.forumsys.com', port = 389 WHERE id = 2").await;
    let list = admin.ok("robin ldap list-servers");
    documented(&reference("ldap-list-servers.txt"), &list);
    golden("ldap-list-servers", &list);
    golden("ldap-list-servers-full-ldap1", &admin.ok("robin ldap list-servers ldap1 --full"));

    let asked = admin.line_with_input("robin ldap remove-server ldap1", "y\n");
    assert_eq!(asked.stdout, "Successfully removed ldap server 'ldap1'\n");
    assert_eq!(asked.stderr, "Are you sure you want to delete [y/n] ?\n");
    let asked = admin.line_with_input("robin ldap remove-server ad1", "n\n");
    assert_eq!((asked.code, asked.stdout.as_str()), (0, ""));
    assert_eq!(admin.ok("robin ldap remove-server ad1 --yes"), "Successfully removed ldap server 'ad1'\n");
    assert_eq!(admin.ok("robin ldap list-servers").lines().count(), 2);
}

async fn servers_over_http(server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = api.login("robin", "Robin123", "").await;
    let body = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": READER,
        "password": "password", "search_base": "example.com", "user_base": null, "netbios": null,
    });
    let answer = api.send("POST", "ldap-servers/", &token, body).await;
    assert_eq!(answer.text, r#"{"message":"Successfully added ldap server 'ldap1'"}"#);
    moved(&server, "hosts = 'ldap.forumsys.com', port = 389 WHERE id = 1").await;
    let documented: Value = serde_json::from_str(&reference("ldap-servers-list.json")).unwrap();
    let listed = api.ok("GET", "ldap-servers/", &token, Value::Null).await;
    let (items, expected) = (listed["items"].as_array().unwrap(), documented["items"].as_array().unwrap());
    assert_eq!(items.len(), expected.len());
    for (item, expected) in items.iter().zip(expected) {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(item.get(name), Some(value), "{name}");
        }
        let further: Vec<&String> =
            item.as_object().unwrap().keys().filter(|name| expected.get(name).is_none()).collect();
        let ours = [
            "allow_superadmin",
            "answer_timeout",
            "ca_cert",
            "connect_timeout",
            "create_on_login",
            "max_disable",
            "sync_interval",
            "tls",
        ];
        assert_eq!(further, ours);
    }
    let answer = api.send("DELETE", "ldap-servers/ldap1", &token, Value::Null).await;
    assert_eq!(answer.text, r#"{"message":"Successfully removed ldap server 'ldap1'"}"#);
}

async fn attributes_on_the_command_line(server: Server) {
    let admin = server.admin();
    let line = "robin ldap list-attributes --server-type OPEN_LDAP";
    let list = admin.ok(line);
    documented(&reference("ldap-list-attributes-OPEN_LDAP.txt"), &list);
    golden("ldap-list-attributes-OPEN_LDAP", &list);
    golden("ldap-list-attributes", &admin.ok("robin ldap list-attributes"));
    golden("ldap-list-attributes-group", &admin.ok("robin ldap list-attributes --object-type group"));

    let update = "robin ldap update-attribute OPEN_LDAP group members member,uniqueMember";
    assert_eq!(admin.ok(update), "Successfully updated one or more LDAP attributes\n");
    golden(
        "ldap-update-attribute",
        &admin.ok("robin ldap list-attributes --server-type OPEN_LDAP --object-type group"),
    );
    let reset = "robin ldap reset-attribute OPEN_LDAP group members";
    assert_eq!(admin.ok(reset), "Reset LDAP attribute 'OPEN_LDAP:group:members'\n");
    assert_eq!(admin.ok(line), list);
}

async fn attributes_over_http(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let documented: Value = serde_json::from_str(&reference("ldap-attributes-list.json")).unwrap();
    assert_eq!(api.ok("GET", "ldap-attributes/", &token, Value::Null).await, documented);
    let key = json!({ "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members" });
    let mut update = key.clone();
    update["value"] = json!("member,uniqueMember");
    let answer = api.send("POST", "ldap-attributes/", &token, update).await;
    assert_eq!(answer.text, r#"{"message":"Successfully updated one or more LDAP attributes\n"}"#);
    let answer = api.send("DELETE", "ldap-attributes/", &token, key).await;
    assert_eq!(answer.text, r#"{"message":"Reset LDAP attribute 'OPEN_LDAP:group:members'\n"}"#);
    assert_eq!(api.ok("GET", "ldap-attributes/", &token, Value::Null).await, documented, "in the chapter's order");
}

async fn what_is_refused_is_named(server: Server) {
    let (admin, slapd) = (server.admin(), Slapd::forumsys());
    let at = format!("127.0.0.1 {}", slapd.port);
    for (line, word) in [
        (format!("add-server s {at} OPENLDAP {READER} example.com"), "`OPEN_LDAP` or `ACTIVE_DIRECTORY`"),
        (format!("add-server s {at} ACTIVE_DIRECTORY {READER} example.com"), "`netbios` is missing"),
        (format!("add-server 'a b' {at} OPEN_LDAP {READER} example.com"), "`a b`"),
        (format!("add-server s 127.0.0.1 http OPEN_LDAP {READER} example.com"), "a number from 1 to 65535"),
        (format!("add-server s ldap://a 389 OPEN_LDAP {READER} example.com"), "without port"),
        (format!("add-server s {at} OPEN_LDAP {READER} example.com --tls tls"), "`none`, `starttls` or `ldaps`"),
        (format!("add-server s {at} OPEN_LDAP {READER} 'dc=a,,dc=b'"), "at character"),
        ("list-servers nobody".to_owned(), "LDAP server `nobody` not found"),
        ("test-server nobody".to_owned(), "LDAP server `nobody` not found"),
        ("update-server nobody --netbios N".to_owned(), "LDAP server `nobody` not found"),
        ("remove-server nobody --yes".to_owned(), "LDAP server `nobody` not found"),
        ("list-attributes --server-type LDAP".to_owned(), "`OPEN_LDAP` or `ACTIVE_DIRECTORY`"),
        ("update-attribute OPEN_LDAP user nickname x".to_owned(), "list-attributes"),
        ("reset-attribute OPEN_LDAP none members".to_owned(), "list-attributes"),
    ] {
        let complaint = admin.line_with_input(&format!("robin ldap {line}"), "password\npassword\n").failed(1);
        assert!(complaint.contains(word), "{line}: {complaint}");
    }
    let missing = format!("robin ldap add-server s {at} OPEN_LDAP {READER} example.com --ca-cert /no/such/file");
    assert!(admin.line(&missing).failed(2).contains("'/no/such/file'"));
    let differing = format!("robin ldap add-server s {at} OPEN_LDAP {READER} example.com");
    assert!(admin.line_with_input(&differing, "a\nb\n").failed(2).contains("differ"));
    assert_eq!(admin.ok("robin ldap list-servers").lines().count(), 2);
}

async fn what_is_not_protected_is_warned_of(server: Server) {
    let (admin, slapd) = (server.admin(), Slapd::forumsys());
    open_ldap(&admin, &slapd);
    let file = server.how().dir().join("ca.pem");
    std::fs::write(&file, &slapd.ca_cert).unwrap();
    let secure = format!(
        "robin ldap update-server ldap1 --tls ldaps --port {} --ca-cert {} --password password",
        slapd.tls_port,
        file.display()
    );
    let output = admin.line(&secure);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("Successfully updated ldap server 'ldap1'\n", ""));
    let output = admin.line_with_input(
        &format!("robin ldap update-server ldap1 --tls none --ca-cert '' --port {}", slapd.port),
        "password\npassword\n",
    );
    assert!(output.stderr.contains("Warning: without TLS"), "{output:?}");
    assert_eq!(output.stdout, "Successfully updated ldap server 'ldap1'\n");
    let json = admin.ok("robin ldap list-servers -o json");
    assert!(json.contains(r#""tls": "none""#), "{json}");
}
