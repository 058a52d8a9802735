//! Importing from an Active Directory domain, and logging in there.

use robin_testkit::{
    Engine, Samba, Server,
    samba::{BIG, READER},
};
use serde_json::{Value, json};

use super::{admin, logged, tenants};

/// A server with the domain as `ad1` and a tenant `t1`, and its administrator's token.
async fn start(engine: Engine) -> (Server, String) {
    let server = Server::start(engine).await;
    let (api, samba) = (server.api(), Samba::shared());
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    let body = json!({
        "name": "ad1", "hostname": samba.address.to_string(), "port": 636, "server_type": "ACTIVE_DIRECTORY",
        "username": READER.0, "password": READER.1, "search_base": "mydomain.com", "netbios": "MYDOMAIN",
        "ca_cert": samba.ca_cert,
    });
    api.ok("POST", "ldap-servers", &token, body).await;
    (server, token)
}

crate::on_both_engines!(super::start => a_domain_s_users_log_in, a_domain_s_groups_are_imported, a_group_of_thousands_is_imported, a_domain_s_groups_make_accounts);

fn import(group: &str) -> Value {
    json!({ "action": "import", "group_name": group, "ldap_server": "ad1", "tenant": "t1", "tenant_role": "user" })
}

async fn a_domain_s_users_log_in((server, token): (Server, String)) {
    let api = server.api();
    let states = ["disabled1", "locked1", "expired1", "mustchange1", "acctexpired1", "hours1"];
    let names = ["alice", "bob", "cdoe"].iter().chain(&states);
    let user = |name: &str| {
        let place = json!([{ "tenant": "t1", "tenant_role": "user" }]);
        json!({ "username": name, "authentication_type": 2, "ldap_server": "ad1", "tenant_list": place })
    };
    let users: Vec<Value> = names.map(|name| user(name)).collect();
    let added = api.ok("POST", "users", &token, json!({ "user_list": users })).await;
    assert_eq!(added["report"]["disabled"], json!(["disabled1"]), "{added}");
    let alice = api.ok("GET", "users/alice", &token, Value::Null).await;
    assert_eq!((&alice["first_name"], &alice["last_name"]), (&json!("Alice"), &json!("Adams")));
    let record = api.ok("GET", "user-audit?action=user.create&target=alice", &token, Value::Null).await;
    let id = record["items"][0]["after"]["authentication"]["ldap"]["object_sid"].as_str().unwrap();
    assert!(id.starts_with("S-1-5-21-"), "{record}");
    for (name, password) in [("alice", "Alice.Passw0rd"), ("BOB", "Bobby.Passw0rd"), ("cdoe", "Carol.Passw0rd")] {
        api.login(name, password, "t1").await;
    }
    let login = async |name: &str, password: &str| {
        api.send("POST", "login", "", json!({ "username": name, "password": password })).await
    };
    for name in ["alice ", "alice@mydomain.com", r"MYDOMAIN\alice", "carol.doe", id] {
        assert_eq!(login(name, "Alice.Passw0rd").await.status, 401, "{name}");
    }
    for (name, password, why) in [
        ("alice", "wrong", "wrong password"),
        ("alice", "", "no password that a directory could be asked about"),
        ("locked1", "State.Passw0rd", "locked in the directory"),
        ("expired1", "State.Passw0rd", "the password has expired"),
        ("mustchange1", "State.Passw0rd", "must be changed in the directory first"),
        ("acctexpired1", "State.Passw0rd", "the account has expired"),
        ("hours1", "State.Passw0rd", "no login at this hour"),
    ] {
        let answer = login(name, password).await;
        assert_eq!((answer.status, answer.error().0.as_str()), (401, "invalid username, password or tenant"), "{name}");
        logged(&server, &[answer.header("x-request-id"), name, why]).await;
    }
    // Enabled here, it is still disabled there.
    assert_eq!(login("disabled1", "State.Passw0rd").await.status, 401);
    api.ok("PUT", "users/disabled1", &token, json!({ "action": "enable" })).await;
    assert_eq!(login("disabled1", "State.Passw0rd").await.status, 401);
    logged(&server, &["login refused: disabled in the directory", "disabled1"]).await;
    let add = "robin user add john t1 user --ldap --ldap-server ad1 --ldap-user-dn";
    assert_eq!(
        server.admin().ok(&format!(r"{add} 'CN=Smith\, John,OU=Staff,DC=mydomain,DC=com'")),
        "Successfully added user 'john'\n"
    );
    api.login("john", "Smith.Passw0rd", "").await;
}

async fn a_domain_s_groups_are_imported((server, token): (Server, String)) {
    let api = server.api();
    for (group, mut expected) in [
        ("Nest-L2", vec!["alice", "bob", "nested1"]),
        ("PrimaryGrp", vec!["primary1"]),
        ("Mixed", vec!["jsmith"]),
        ("Nest-L1", vec![]),
    ] {
        let answer = api.ok("PUT", "ldap-groups", &token, import(group)).await;
        let mut added: Vec<&str> =
            answer["report"]["added"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        added.sort_unstable();
        expected.sort_unstable();
        assert_eq!(added, expected, "{group}: {answer}");
    }
    api.login("nested1", "Nested.Passw0rd", "").await;
    api.login("primary1", "Primary.Passw0rd", "").await;
}

async fn a_group_of_thousands_is_imported((server, token): (Server, String)) {
    let api = server.api();
    let importing = tokio::spawn({
        let (api, token) = (server.api(), token.clone());
        async move { api.ok("PUT", "ldap-groups", &token, import("Big")).await }
    });
    // Others are served meanwhile.
    let mut others = 0;
    while !importing.is_finished() {
        api.ok("POST", "tenants", &token, json!({ "name": format!("meanwhile-{others}") })).await;
        others += 1;
    }
    let report = importing.await.unwrap()["report"].clone();
    assert_eq!(report["added"].as_array().unwrap().len(), BIG);
    assert_eq!(report["disabled"].as_array().unwrap().len(), BIG, "as in the domain");
    assert!(others > 0);
    let m7 = api.ok("GET", "users/m7", &token, Value::Null).await;
    assert_eq!((&m7["disabled"], &m7["tenants"][0]["tenant_role"]), (&json!(true), &json!("user")));
    let listed = api.ok("GET", "users?disabled=true", &token, Value::Null).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), BIG + 1);
    let again = api.ok("PUT", "ldap-groups", &token, import("Big")).await;
    assert_eq!(again["report"]["already_there"].as_array().unwrap().len(), BIG);
}

async fn a_domain_s_groups_make_accounts((server, token): (Server, String)) {
    let api = server.api();
    let change = json!({ "action": "update", "create_on_login": true });
    api.ok("PUT", "ldap-servers/ad1", &token, change).await;
    for (group, role) in [("nest-l1", "user"), ("PrimaryGrp", "tenantadmin")] {
        let body = json!({ "ldap_server_name": "ad1", "group_name": group, "tenant": "t1", "tenant_role": role });
        api.ok("POST", "directory-mappings", &token, body).await;
    }
    for (name, password, role) in [
        ("nested1", "Nested.Passw0rd", "user"),
        ("PRIMARY1", "Primary.Passw0rd", "tenantadmin"),
        ("Alice", "Alice.Passw0rd", "user"),
    ] {
        let said = api.ok("POST", "login", "", json!({ "username": name, "password": password })).await;
        assert_eq!((&said["tenant"], &said["role"]), (&json!("t1"), &json!(role)), "{name}: {said}");
        api.ok("GET", &format!("users/{}", name.to_lowercase()), &token, Value::Null).await;
    }
    for (name, password, why) in [
        ("cdoe", "Carol.Passw0rd", "none of their groups is mapped"),
        ("disabled1", "State.Passw0rd", "disabled"),
        ("bob", "", "no password that a directory could be asked about"),
    ] {
        let answer = api.send("POST", "login", "", json!({ "username": name, "password": password })).await;
        assert_eq!((answer.status, answer.error().0.as_str()), (401, "invalid username, password or tenant"), "{name}");
        logged(&server, &[answer.header("x-request-id"), why]).await;
    }
}
