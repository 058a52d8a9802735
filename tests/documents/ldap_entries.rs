//! Chapters "List LDAP users" and "List LDAP groups", on the very directory that they list.
//!
//! Of the groups the chapter shows two versions, of which its JSON is the one that the directory has: the table names a `galileo`
//! and a `volta`, whom its list of users does not know.

use robin_testkit::{Engine, Server, slapd::Slapd};
use serde_json::{Value, json};

use super::{compact, documented, golden, ldap::open_ldap, reference};

/// A server that knows the directory as `ldap1`.
async fn connected() -> (Server, Slapd) {
    let (server, slapd) = (Server::start(Engine::Sqlite).await, Slapd::forumsys());
    open_ldap(&server.admin(), &slapd);
    (server, slapd)
}

#[tokio::test]
async fn users_on_the_command_line() {
    let (server, _slapd) = connected().await;
    let admin = server.admin();
    let list = admin.ok("robin ldap list-users ldap1");
    documented(&reference("ldap-list-users.txt"), &list);
    golden("ldap-list-users", &list);
    golden("ldap-list-users-named", &admin.ok("robin ldap list-users ldap1 tesla,newton"));
    golden("ldap-list-users-csv", &admin.ok("robin ldap list-users ldap1 tesla,test -o csv"));
    golden("ldap-list-users-yaml", &admin.ok("robin ldap list-users ldap1 tesla -o yaml"));
    let documented: Value = serde_json::from_str(&reference("ldap-users-list.json")).unwrap();
    for line in ["robin ldap list-users ldap1 --json", "robin ldap list-users ldap1 -o json"] {
        let printed: Value = serde_json::from_str(&admin.ok(line)).unwrap();
        assert_eq!(printed, documented["items"], "{line}");
    }
}

#[tokio::test]
async fn groups_on_the_command_line() {
    let (server, _slapd) = connected().await;
    let admin = server.admin();
    golden("ldap-list-groups", &admin.ok("robin ldap list-groups ldap1"));
    golden("ldap-list-groups-named", &admin.ok("robin ldap list-groups ldap1 Chemists"));
    golden("ldap-list-groups-csv", &admin.ok("robin ldap list-groups ldap1 -o csv"));
    let documented: Value = serde_json::from_str(&reference("ldap-groups-list.json")).unwrap();
    for line in ["robin ldap list-groups ldap1 --json", "robin ldap list-groups ldap1 -o json"] {
        let printed: Value = serde_json::from_str(&admin.ok(line)).unwrap();
        assert_eq!(printed, documented["items"], "{line}");
    }
}

#[tokio::test]
async fn entries_as_the_directory_has_them_on_the_command_line() {
    let (server, _slapd) = connected().await;
    let admin = server.admin();
    let ldif = admin.ok("robin ldap list-users ldap1 tesla,test --raw");
    let (one, other) = ldif.split_once("\n\n").unwrap();
    assert!(one.starts_with("dn: uid=tesla,dc=example,dc=com\n") && one.ends_with("\nuidNumber: 88888"), "{ldif}");
    assert!(one.contains("\nentryUUID: 751b0a76-2f64-1033-898d-a53eb149a944"), "{ldif}");
    assert!(other.starts_with("dn: uid=test,dc=example,dc=com\n") && other.contains("\ndisplayName: Test\n"), "{ldif}");
    let ldif = admin.ok("robin ldap list-groups ldap1 Italians --raw");
    assert!(ldif.starts_with("dn: ou=italians,ou=scientists,dc=example,dc=com\n"), "{ldif}");
    assert!(ldif.contains("\nuniqueMember: uid=tesla,dc=example,dc=com\n"), "{ldif}");
    let rows = admin.ok("robin ldap list-groups ldap1 Italians --raw -o csv");
    assert!(rows.starts_with("DN,Attribute,Value\n\"ou=italians,ou=scientists,dc=example,dc=com\","), "{rows}");
    let json: Value = serde_json::from_str(&admin.ok("robin ldap list-users ldap1 test --raw --json")).unwrap();
    assert_eq!(json[0]["attributes"]["displayName"], json!(["Test"]));
    assert!(!ldif.contains("userPassword") && !json.to_string().contains("userPassword"));
}

#[tokio::test]
async fn both_over_http() {
    let (server, _slapd) = connected().await;
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let asked = json!({ "ldap_server_name": "ldap1" });
    for (path, example) in [("ldap-users", "ldap-users-list.json"), ("ldap-groups", "ldap-groups-list.json")] {
        let expected = compact(&reference(example));
        // Its data parameters stand in the body, as the chapter has them, or in the query string.
        let answer = api.send("GET", &format!("{path}/"), &token, asked.clone()).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, expected.as_str()), "{path}");
        let answer = api.send("GET", &format!("{path}?ldap_server_name=ldap1"), &token, Value::Null).await;
        assert_eq!(answer.text, expected, "{path}");
    }
}

#[tokio::test]
async fn what_is_asked_for_and_not_there_is_named() {
    let (server, _slapd) = connected().await;
    let admin = server.admin();
    for (line, words) in [
        ("list-users nobody", "LDAP server `nobody` not found"),
        ("list-groups nobody", "LDAP server `nobody` not found"),
        ("list-users ldap1 newton,volta", "LDAP user `volta` not found"),
        ("list-groups ldap1 Chemists,Romans", "LDAP group `Romans` not found"),
        ("list-users ldap1 newton --ldap-filter '(uid=*)'", "can't be used together with names"),
        ("list-users ldap1 --ldap-filter '(uid=*'", "a `)` is missing at character 7"),
        ("list-users ldap1 --search-base 'dc=a,,dc=b'", "at character"),
        (
            "list-groups ldap1 --search-base ou=romans,dc=example,dc=com",
            "search base `ou=romans,dc=example,dc=com` not found",
        ),
    ] {
        let complaint = admin.line(&format!("robin ldap {line}")).failed(1);
        assert!(complaint.contains(words), "{line}: {complaint}");
    }
    for line in ["list-users", "list-groups", "list-users ldap1 a b"] {
        drop(admin.line(&format!("robin ldap {line}")).failed(2));
    }
}
