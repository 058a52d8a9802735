//! Chapter "OpenShift user authentication".

use robin_testkit::{Engine, Openshift, PASSWORD, Robinctl, Server, server::Builder};
use serde_json::{Value, json};

use super::{documented, golden};

/// A server as the chapter has it: its administrator is `admin`, and there are tenants `t1` and `t2`.
async fn server(builder: Builder, openshift: &Openshift) -> (Server, Robinctl) {
    let server = builder.on(openshift).env("ROBIN_ADMIN_USERNAME", "admin").start().await;
    let admin = server.robinctl();
    for line in [
        &format!("login admin --password {PASSWORD}"),
        "user update admin --first-name Robin --last-name Systems",
        "tenant add t1",
        "tenant add t2",
    ] {
        admin.ok(line);
    }
    (server, admin)
}

#[tokio::test]
async fn the_examples_on_the_command_line() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let openshift = Openshift::start();
        let (_server, admin) = server(Server::builder(engine), &openshift).await;
        let list = admin.ok("robin openshift list-users");
        documented(
            "Username | UID | Groups ---------+--------------------------------------+------------- \
             admin1 | ee29177c-b48b-42a9-b63c-e9cce6935219 | robin-users \
             admin2 | d613991f-1975-4225-8d67-2f23aac05215 | robin-users \
             robin | 881fdd9d-9270-4d1b-a853-ec767b3793cc | robin-users \
             user1 | 678a46ce-2c32-44ce-a88c-ca084d29c60c | robin-users \
             user2 | c9ba0e73-b90a-4285-86b6-479e3ddb91ed | robin-users \
             user3 | 883c0d99-0c4d-4f89-a7ac-79da198e9229 | robin-users \
             user4 | dee5d68c-ce27-4500-afdc-21d730fe7d23 | robin-users \
             user5 | e2660780-2a91-44a6-87c1-f9f30724c7de | robin-users",
            &list,
        );
        golden("openshift-list-users", &list);
        golden("openshift-list-users-named", &admin.ok("robin openshift list-users user1,admin1"));
        golden("openshift-list-users-json", &admin.ok("robin openshift list-users user1 -o json"));
        golden("openshift-list-users-csv", &admin.ok("robin openshift list-users user1,user2 -o csv"));
        let list = admin.ok("robin openshift list-groups");
        documented(
            "Name | UID | Users \
             ------------+--------------------------------------+--------------------------------------------------- \
             robin-users | abc53d88-ca7f-4634-b70f-7f51d538d9e4 | robin,user1,user2,user3,user4,user5,admin1,admin2",
            &list,
        );
        golden("openshift-list-groups", &list);
        assert_eq!(admin.ok("robin openshift list-groups robin-users"), list);

        let import = admin.line("robin openshift import-users admin1 t1 tenantadmin");
        assert_eq!((import.stdout.as_str(), import.stderr.as_str()), ("Successfully added one user: admin1\n", ""));
        let list = admin.ok("robin user list admin1");
        documented(
            "ID | Username | Full Name | Email | Tenants | Current Tenant | Current Role | Current Namespace | Authentication \
             ---+----------+-----------+-------+---------+----------------+--------------+-------------------+---------------- \
             4 | admin1 | | | t1 | t1 | tenantadmin | t002-u000004 | openshift",
            &list,
        );
        golden("openshift-user-list-admin1", &list);
        assert_eq!(
            admin
                .ok("robin openshift import-group robin-users t2 user --exclude-users robin,admin1,admin2,user1,user2"),
            "Imported OpenShift users: 'user3, user4, user5'\n"
        );
        let list = admin.ok("robin user list");
        documented(
            "ID | Username | Full Name | Email | Tenants | Current Tenant | Current Role | Current Namespace | Authentication \
             ---+----------+---------------+-------+----------------+----------------+--------------+-------------------+---------------- \
             3 | admin | Robin Systems | | Administrators | Administrators | superadmin | t001-u000003 | local \
             4 | admin1 | | | t1 | t1 | tenantadmin | t002-u000004 | openshift \
             5 | user3 | | | t2 | t2 | user | t003-u000005 | openshift \
             6 | user4 | | | t2 | t2 | user | t003-u000006 | openshift \
             7 | user5 | | | t2 | t2 | user | t003-u000007 | openshift",
            &list,
        );
        golden("openshift-user-list", &list);
        assert_eq!(
            admin.ok("robin openshift add-users user1,user2 t1 user NoCapabilities"),
            "Successfully added multiple users: user1,user2\n"
        );
        openshift.add_user("user1a", "u-1a", None, "x");
        assert_eq!(admin.ok("robin user add user1a t1 user --openshift"), "Successfully added user 'user1a'\n");
    }
}

#[tokio::test]
async fn the_same_over_http() {
    let openshift = Openshift::start();
    let (server, _admin) = server(Server::builder(Engine::Sqlite), &openshift).await;
    let api = server.api();
    let token = api.login("admin", PASSWORD, "").await;
    openshift.add_user("ada", "u-ada", Some("Augusta Ada King Lovelace"), "x");
    let users = api.ok("GET", "openshift-users/", &token, json!({ "users": ["ada"] })).await;
    let ada = json!({ "username": "ada", "uid": "u-ada", "full_name": "Augusta Ada King Lovelace", "groups": [] });
    assert_eq!(users, json!({ "items": [ada] }));
    let groups = api.ok("GET", "openshift-groups?groups=robin-users", &token, Value::Null).await;
    assert_eq!(groups["items"][0]["users"][0], json!("robin"));
    let place = json!({ "tenant": "t1", "tenant_role": "user" });
    let user = json!({ "username": "ada", "authentication_type": 3, "tenant_list": [place] });
    let answer = api.send("POST", "users", &token, json!({ "user_info": user })).await;
    assert_eq!(answer.text, r#"{"message":"Successfully added user 'ada'\n"}"#);
    let ada = api.ok("GET", "users/ada", &token, Value::Null).await;
    assert_eq!((&ada["first_name"], &ada["last_name"]), (&json!("Augusta Ada King"), &json!("Lovelace")));
    assert_eq!((&ada["authentication"], &ada["ldap_server_ref"]), (&json!("openshift"), &Value::Null));
    let body = json!({ "action": "import", "users": "user1,user2", "tenant": "t2", "tenant_role": "user" });
    let answer = api.send("PUT", "openshift-users", &token, body).await;
    assert_eq!(answer.text, r#"{"message":"Successfully added multiple users: user1,user2"}"#);
    let body = json!({ "action": "import", "group": "robin-users", "tenant": "t2", "tenant_role": "user" });
    let answer = api.ok("PUT", "openshift-groups", &token, body).await;
    assert_eq!(answer["message"], json!("Imported OpenShift users: 'robin, user3, user4, user5, admin1, admin2'"));
    assert_eq!(answer["report"]["already_there"], json!(["user1", "user2"]));
}

#[tokio::test]
async fn without_a_cluster_all_of_it_says_so() {
    let server = Server::start(Engine::Sqlite).await;
    let (admin, sentence) = (server.admin(), "is only supported when Robin is deployed on an OpenShift cluster");
    for line in [
        "openshift list-users",
        "openshift list-users user1",
        "openshift list-groups",
        "openshift import-users user1 Administrators superadmin",
        "openshift add-users user1 Administrators superadmin --dry-run",
        "openshift import-group robin-users Administrators superadmin",
        "user add user1 Administrators superadmin --openshift",
    ] {
        let complaint = admin.line(line).failed(1);
        assert!(complaint.contains(sentence), "{line}: {complaint}");
    }
    let api = server.api();
    let token = api.login(robin_testkit::ADMIN, PASSWORD, "").await;
    let answer = api.send("GET", "openshift-users", &token, Value::Null).await;
    let expected = format!("this command {sentence}");
    assert_eq!((answer.status, answer.error().0), (400, expected));
}
