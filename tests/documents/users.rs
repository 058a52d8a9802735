//! Chapter "User management operations".

use robin_testkit::{Robinctl, Server};
use serde_json::{Value, json};

use super::{compact, documented, golden, reference};

crate::on_both_engines!(
    adding_updating_listing,
    namespaces_and_removal,
    changing_over_http,
    listing_over_http,
    what_is_refused
);

/// A password typed twice.
const TYPED: &str = "quiet-otter-42\nquiet-otter-42\n";
const PASSWORD: &str = "quiet-otter-42";

/// Runs the command line of an example, and compares what a person sees with the document: questions, answers and output.
#[track_caller]
fn example(robinctl: &Robinctl, line: &str, typed: &str, visible: &str, shown: &str) {
    let output = robinctl.line_with_input(line, typed);
    assert_eq!(output.code, 0, "{line}: {output:?}");
    documented(shown, &format!("{}{visible}\n{}", output.stderr, output.stdout));
}

async fn adding_updating_listing(server: Server) {
    let admin = server.admin();
    for tenant in ["t0", "t1"] {
        assert_eq!(admin.ok(&format!("tenant add {tenant}")), format!("Successfully added tenant '{tenant}'\n"));
    }
    example(
        &admin,
        "robin user add admin1 t1 tenantadmin",
        TYPED,
        "",
        "Password: Retype password: Successfully added user 'admin1'",
    );
    assert_eq!(
        admin.ok(&format!("robin user add user1 t1 user --password {PASSWORD}")),
        "Successfully added user 'user1'\n"
    );
    example(
        &admin,
        "robin user add user2 t1 user",
        TYPED,
        "",
        "Password: Retype password: Successfully added user 'user2'",
    );
    admin.ok("robin user update robin --first-name Robin --last-name Systems");

    let list = admin.ok("robin user list");
    documented(
        "ID | Username | Full Name | Email | Tenants | Current Tenant | Current Role | Current Namespace | Authentication \
         ---+----------+---------------+-------+----------------+----------------+--------------+-------------------+---------------- \
         3 | robin | Robin Systems | | Administrators | Administrators | superadmin | t001-u000003 | local \
         4 | admin1 | | | t1 | t1 | tenantadmin | t003-u000004 | local \
         5 | user1 | | | t1 | t1 | user | t003-u000005 | local \
         6 | user2 | | | t1 | t1 | user | t003-u000006 | local",
        &list,
    );
    golden("user-list", &list);

    assert_eq!(admin.ok(&format!("user add u1 t1 user --password {PASSWORD}")), "Successfully added user 'u1'\n");
    assert_eq!(admin.ok("robin user update u1 --first-name demo-user"), "Successfully updated user u1\n");
    admin.ok("robin user update u1 --last-name Demo --email demo@example.com");
    golden("user-update", &admin.ok("robin user list u1"));
    golden("user-list-permissions", &admin.ok("robin user list user1 --permissions"));
    golden("user-list-full", &admin.ok("robin user list user1 --full"));
    example(
        &admin,
        "robin user update u1 --password",
        "another-otter-43\nanother-otter-43\n",
        "",
        "Password: Retype password: Successfully updated user u1",
    );
    assert_eq!(server.robinctl().line(&format!("login u1 --password {PASSWORD}")).code, 1);
    assert_eq!(server.robinctl().line("login u1 --password another-otter-43").code, 0);

    let remove = "robin user remove user2";
    assert_eq!(admin.line_with_input(remove, "n\n").stdout, "");
    assert!(admin.line(remove).failed(2).contains("--yes"), "nobody answers");
    example(&admin, remove, "y\n", "y", "Are you sure you want to delete [y/n] ? y Deleted user user2.");
    assert!(!admin.ok("robin user list").contains("user2"));
    assert_eq!(admin.ok("robin user remove user1,u1 --yes"), "Deleted user user1.\nDeleted user u1.\n");
    assert_eq!(admin.ok("user disable admin1"), "User 'admin1' has been disabled\n");
    golden("user-list-all", &admin.ok("robin user list --all"));
    assert_eq!(admin.ok("robin user list -a"), admin.ok("robin user list --all"));
    assert!(admin.line("robin user remove robin -y").failed(1).starts_with("Error: "), "the last superadmin stays");
}

async fn namespaces_and_removal(server: Server) {
    let admin = server.admin();
    for tenant in ["t1", "t2", "t3"] {
        admin.ok(&format!("tenant add {tenant}"));
    }
    // The documents' `user5` has number 10: others came before.
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let others: Vec<Value> = (4..10)
        .map(|number| {
            json!({
                "username": format!("other{number}"), "authentication_type": 1, "password": PASSWORD,
                "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
            })
        })
        .collect();
    api.ok("POST", "users", &token, json!({ "user_list": others })).await;

    let add = "robin user add user5 t3 user --namespace user5-ns";
    example(&admin, add, TYPED, "", "Password: Retype password: Successfully added user 'user5'");
    let list = admin.ok("robin user list user5");
    documented(
        "ID | Username | Full Name | Email | Tenants | Current Tenant | Current Role | Current Namespace | Authentication \
         ---+----------+-----------+-------+---------+----------------+--------------+-------------------+---------------- \
         10 | user5 | | | t3 | t3 | user | user5-ns | local",
        &list,
    );
    golden("user-add-namespace", &list);

    admin.ok(&format!("user add admin3 t3 tenantadmin --password {PASSWORD}"));
    assert_eq!(admin.ok("robin user remove user5 t3:admin3 -y"), "Deleted user user5.\n");
    let list = admin.ok("robin namespace list --tenant t3");
    documented(
        "+--------------+--------------+-------------------+ | Name | Owner/Tenant | Primary Namespace | \
         +--------------+--------------+-------------------+ | t004-u000011 | admin3/t3 | True | | user5-ns | admin3/t3 | False | \
         +--------------+--------------+-------------------+",
        &list,
    );
    golden("user-remove-replaced", &list);

    admin.ok(&format!("user add user6 t3 user --namespace user6-t3-ns --password {PASSWORD}"));
    let list = admin.ok("robin namespace list --username user6");
    documented(
        "+-------------+--------------+-------------------+ | Name | Owner/Tenant | Primary Namespace | \
         +-------------+--------------+-------------------+ | user6-t3-ns | user6/t3 | True | \
         +-------------+--------------+-------------------+",
        &list,
    );
    golden("user-remove-namespace-list", &list);
    assert_eq!(admin.ok("robin user remove user6 --keep-k8s-namespaces -y"), "Deleted user user6.\n");

    // A namespace that the tenant has already goes to the newly added user.
    admin.ok(&format!("user add user7 t3 user --namespace user5-ns --password {PASSWORD}"));
    golden("user-add-namespace-taken-over", &admin.ok("robin namespace list --tenant t3"));
    let complaint = admin.line(&format!("user add user8 t2 user --namespace user5-ns --password {PASSWORD}")).failed(1);
    assert!(complaint.contains("user5-ns"), "another tenant's namespace stays there: {complaint}");
}

async fn changing_over_http(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    for tenant in ["t1", "t2"] {
        api.ok("POST", "tenants", &token, json!({ "name": tenant })).await;
    }
    let user = json!({ "user_info": {
        "username": "user1", "authentication_type": 1, "password": PASSWORD, "first_name": "User", "last_name": "One",
        "email": "user1@example.com", "setup_tiller": false, "tenant_list": [
            { "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": "ViewUsers,ManageApplications", "namespace_name": "user1-ns" },
            { "tenant": "t2", "tenant_role": "user", "user_capabilities": ["NoCapabilities"], "import_namespace": false },
        ],
    } });
    let answer = api.send("POST", "users", &token, user).await;
    assert_eq!(answer.text, r#"{"message":"Successfully added user 'user1'\n"}"#);
    let user2 = json!({ "user_info": {
        "username": "user2", "authentication_type": 1, "password": PASSWORD, "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
    } });
    api.ok("POST", "users", &token, user2.clone()).await;

    let user = api.ok("GET", "users/user1", &token, Value::Null).await;
    assert_eq!(
        user["tenants"],
        json!([
            { "user_capabilities": ["ViewUsers", "ManageApplications"], "tenant_role": "tenantadmin", "name": "t1" },
            { "user_capabilities": ["NoCapabilities"], "tenant_role": "user", "name": "t2" },
        ])
    );
    let namespaces: Vec<_> =
        user["user_contexts"].as_array().unwrap().iter().map(|context| &context["namespace"]).collect();
    assert_eq!(namespaces, ["user1-ns", "t003-u000004"]);
    assert_eq!(
        (&user["first_name"], &user["last_name"], &user["email"]),
        (&json!("User"), &json!("One"), &json!("user1@example.com"))
    );

    let update = json!({ "action": "update", "user_info": { "first_name": "Robin", "last_name": "Systems", "email": "robin@example.com" } });
    let answer = api.send("PUT", "users/robin", &token, update).await;
    assert_eq!(answer.text, r#"{"message":"Successfully updated user robin\n"}"#);
    let password = json!({ "action": "update", "user_info": { "password": "another-otter-43" } });
    api.ok("PUT", "users/user2", &token, password).await;
    api.login("user2", "another-otter-43", "t1").await;

    let body = json!({ "username": "user2", "replacement_users": [{ "tenant": "t1", "replacement_user": "user1" }] });
    let answer = api.send("DELETE", "users", &token, body).await;
    assert_eq!(answer.text, r#"{"message":"Deleted user user2.\n\n"}"#);
    let owned = api.ok("GET", "namespaces?username=user1", &token, Value::Null).await;
    assert_eq!(owned["items"].as_array().unwrap().len(), 3, "user2's went to user1: {owned}");

    // The name may be used again, with a new number and nothing inherited.
    api.ok("POST", "users", &token, user2).await;
    assert_eq!(api.ok("GET", "users/user2", &token, Value::Null).await["user_id"], 6);
    let answer = api.send("DELETE", "users/user2?delete_namespaces=false", &token, Value::Null).await;
    assert_eq!(answer.text, r#"{"message":"Deleted user user2.\n\n"}"#);
    assert_eq!(api.call("GET", "users/user2", &token, Value::Null).await.0, 404);
}

async fn listing_over_http(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let names = json!({ "action": "update", "user_info": { "first_name": "Robin", "last_name": "Systems" } });
    api.ok("PUT", "users/robin", &token, names).await;
    let v5 = api.send("GET", "/api/v5/robin_server/users", &token, Value::Null).await.text;
    assert_eq!(api.send("GET", "users", &token, Value::Null).await.text, v5, "both versions answer alike");

    // The document's first user is the one that every server begins with. Its other numbers are those of its own day.
    let documented = compact(&reference("users-list.json"));
    let (first, _) = documented.split_once(r#",{"first_name":null"#).unwrap();
    assert_eq!(v5, format!("{first}]}}"));

    api.ok("POST", "tenants", &token, json!({ "name": "t1" })).await;
    for username in ["gone", "idle"] {
        let user = json!({
            "username": username, "authentication_type": 1, "password": PASSWORD,
            "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
        });
        api.ok("POST", "users", &token, json!({ "user_info": user })).await;
    }
    api.ok("DELETE", "users/gone", &token, Value::Null).await;
    api.ok("PUT", "users/idle", &token, json!({ "action": "disable" })).await;
    let seen = async |query: &str| {
        let list = api.ok("GET", &format!("/api/v5/robin_server/users{query}"), &token, Value::Null).await;
        let names: Vec<String> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["username"].as_str().unwrap().to_owned())
            .collect();
        names.join(" ")
    };
    assert_eq!(seen("").await, "robin");
    assert_eq!(seen("?disabled=true").await, "robin idle");
    assert_eq!(seen("?hidden=true").await, "system anonymous robin");
    assert_eq!(seen("?deleted=true").await, "robin gone");
    assert_eq!(seen("?disabled=true&hidden=true&deleted=true").await, "system anonymous robin gone idle");
    let documented: Value = serde_json::from_str(&documented).unwrap();
    let all = api.ok("GET", "users?disabled=true&hidden=true&deleted=true", &token, Value::Null).await;
    for user in all["items"].as_array().unwrap() {
        for (name, value) in user.as_object().unwrap() {
            assert!(
                name == "disabled" || !documented["items"][0][name].is_null() || value.is_null() || name == "email",
                "{name}: {user}"
            );
        }
    }
    let permitted = api.ok("GET", "users?permissions=true", &token, Value::Null).await;
    let permissions = &permitted["items"][0]["permissions"]["Administrators"];
    assert!(permissions["APPLICATION"].as_array().unwrap().contains(&json!("view")), "{permissions}");
}

async fn what_is_refused(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    api.ok("POST", "tenants", &token, json!({ "name": "t1" })).await;
    let user = |changes: Value| {
        let mut user = json!({
            "username": "user1", "authentication_type": 1, "password": PASSWORD, "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
        });
        user.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        json!({ "user_info": user })
    };
    let place = |changes: Value| {
        let mut place = json!({ "tenant": "t1", "tenant_role": "user" });
        place.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        user(json!({ "tenant_list": [place] }))
    };
    api.ok("POST", "users", &token, user(json!({}))).await;
    let other = json!({ "username": "user2" });
    let with = |mut changes: Value| {
        changes["username"] = other["username"].clone();
        changes
    };
    let cases = [
        (409, user(json!({}))),
        (409, user(json!({ "username": "USER1" }))),
        (400, user(json!({ "username": "no blanks" }))),
        (400, user(with(json!({ "password": null })))),
        (400, user(with(json!({ "password": "short" })))),
        (400, user(with(json!({ "authentication_type": 4 })))),
        (400, user(with(json!({ "authentication_type": 2, "password": null })))),
        (404, user(with(json!({ "authentication_type": 2, "password": null, "ldap_server": "ldap1" })))),
        (400, user(with(json!({ "authentication_type": 3, "password": null })))),
        (400, user(with(json!({ "tenant_list": [] })))),
        (400, json!({})),
        (404, place(json!({ "tenant": "t9" }))),
        (400, place(json!({ "tenant_role": "king" }))),
        (400, place(json!({ "tenant_role": "superadmin" }))),
        (400, place(json!({ "user_capabilities": "NoSuchCapability" }))),
        (400, place(json!({ "namespace_name": "Not A Namespace" }))),
        (
            409,
            user(with(
                json!({ "tenant_list": [{ "tenant": "t1", "tenant_role": "user", "namespace_name": "t001-u000003" }] }),
            )),
        ),
    ];
    for (status, mut body) in cases {
        if status != 409 && body["user_info"]["username"] == "user1" {
            body["user_info"]["username"] = "user2".into();
        }
        let answer = api.send("POST", "users", &token, body.clone()).await;
        assert_eq!(answer.status, status, "{body} was answered {}", answer.text);
    }
    let update = json!({ "action": "update", "user_info": { "first_name": "X" } });
    for (method, path, body, status) in [
        ("PUT", "users/nobody", update.clone(), 404),
        ("PUT", "users/user1", json!({ "action": "update" }), 400),
        ("PUT", "users/user1", json!({ "user_info": {} }), 400),
        ("PUT", "users/user1", json!({ "action": "update", "user_info": { "shoe_size": 43 } }), 400),
        ("DELETE", "users", json!({ "username": "nobody" }), 404),
        ("DELETE", "users", json!({}), 400),
        (
            "DELETE",
            "users",
            json!({ "username": "user1", "replacement_users": [{ "tenant": "t1", "replacement_user": "robin" }] }),
            404,
        ),
        (
            "DELETE",
            "users",
            json!({ "username": "user1", "replacement_users": [{ "tenant": "Administrators", "replacement_user": "robin" }] }),
            400,
        ),
        ("DELETE", "users", json!({ "username": "robin" }), 409),
    ] {
        let answer = api.send(method, path, &token, body.clone()).await;
        assert_eq!(answer.status, status, "{method} {path} {body} was answered {}", answer.text);
    }
    for (method, path, body) in [
        ("GET", "/api/v5/robin_server/users", Value::Null),
        ("POST", "users", user(with(json!({})))),
        ("PUT", "users/user1", update),
        ("DELETE", "users", json!({ "username": "user1" })),
    ] {
        assert_eq!(api.call(method, path, "", body.clone()).await.0, 401, "{method}");
        assert_eq!(api.call(method, path, "rubbish", body).await.0, 401, "{method}");
    }
}
