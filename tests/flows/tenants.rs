//! Tenants and who belongs to them.

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, tenants, user};

crate::on_both_engines!(on_the_command_line, over_http);

async fn on_the_command_line(server: Server) {
    let admin = server.admin();
    assert_eq!(admin.ok("tenant add t1 --description 'Team one'"), "Successfully added tenant 't1'\n");
    assert_eq!(admin.ok("tenant add t2"), "Successfully added tenant 't2'\n");
    assert_eq!(admin.line("tenant add T1").failed(1).lines().next(), Some("Error: tenant `T1` already exists"));
    for name in ["user1", "user2"] {
        admin.ok(&format!("user add {name} t1 user --password {PASSWORD}"));
    }
    assert_eq!(admin.ok("tenant rename t2 team-two"), "Tenant 't2' has been renamed to 'team-two'\n");
    assert_eq!(
        admin.ok("tenant update-description team-two 'The second'"),
        "Description of tenant 'team-two' has been updated\n"
    );
    assert_eq!(
        admin.ok("tenant list"),
        "\
ID | Name           | Description
---+----------------+-------------
1  | Administrators |
2  | t1             | Team one
3  | team-two       | The second
"
    );

    let said = admin.ok("tenant add-users team-two user1,user2 tenantadmin ViewUsers,ManageApplications");
    assert_eq!(said, "Successfully added user(s) user1, user2 to tenant 'team-two'\n");
    admin.ok("tenant add-user-capabilities team-two user1 ViewTenants");
    admin.ok("tenant remove-user-capabilities team-two user1 ViewUsers");
    admin.ok("tenant update-user-capabilities team-two user2 NoCapabilities");
    let capabilities = |name: &str| {
        let json: Value = serde_json::from_str(&admin.ok(&format!("user list {name} -o json"))).unwrap();
        json[0]["tenants"][1]["user_capabilities"].clone()
    };
    assert_eq!(capabilities("user1"), json!(["ManageApplications", "ViewTenants"]));
    assert_eq!(capabilities("user2"), json!(["NoCapabilities"]));

    let complaint = admin.line("tenant remove team-two").failed(1);
    assert!(complaint.contains('2'), "it says how many members there are: {complaint}");
    admin.ok("tenant remove-users team-two user1,user2");
    assert_eq!(admin.ok("tenant remove team-two"), "Successfully removed tenant 'team-two'\n");
    assert!(!admin.ok("tenant list").contains("team-two"));
    assert_eq!(admin.line("tenant remove Administrators").code, 1);
    assert_eq!(admin.line("tenant rename Administrators Bosses").code, 1);
}

async fn over_http(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2"]).await;
    for name in ["user1", "user2", "user3"] {
        user(&api, &token, name, &[("t1", "user")]).await;
    }
    // Names are a list or text with commas between.
    for (users, capabilities) in [
        (json!("user1,user2"), json!("ViewApplications,ManageApplications")),
        (json!(["user3"]), json!(["ViewApplications", "ManageApplications"])),
    ] {
        let join =
            json!({ "action": "add_users", "users": users, "tenant_role": "user", "user_capabilities": capabilities });
        api.ok("PUT", "tenants/t2", &token, join).await;
    }
    let place =
        async |name: &str| api.ok("GET", &format!("users/{name}"), &token, Value::Null).await["tenants"][1].clone();
    assert_eq!(place("user1").await, place("user3").await);

    // All or none.
    let both = json!({ "action": "add_users", "users": ["robin", "nobody"], "tenant_role": "tenantadmin" });
    assert_eq!(api.call("PUT", "tenants/t2", &token, both).await.0, 404);
    assert_eq!(api.ok("GET", "users/robin", &token, Value::Null).await["tenants"].as_array().unwrap().len(), 1);
    let twice = json!({ "action": "add_users", "users": "robin,user1", "tenant_role": "tenantadmin" });
    assert_eq!(api.call("PUT", "tenants/t2", &token, twice).await.0, 409);

    // A superadmin can only be in Administrators, and what a role may not have it does not get.
    for (role, capabilities) in [
        ("superadmin", Value::Null),
        ("user", json!("AllTenantAdminCapabilities")),
        ("user", json!("NoCapabilities,ViewApplications")),
    ] {
        let join =
            json!({ "action": "add_users", "users": "robin", "tenant_role": role, "user_capabilities": capabilities });
        assert_eq!(api.call("PUT", "tenants/t2", &token, join).await.0, 400, "{role} {capabilities}");
    }

    // What a leaving member owns goes to the replacement.
    let leave = json!({ "action": "remove_users", "users": "user1", "replacement_user": "user2" });
    api.ok("PUT", "tenants/t2", &token, leave).await;
    let owned = api.ok("GET", "namespaces", &token, json!({ "tenant": "t2", "username": "user2" })).await;
    assert_eq!(each(&owned, "name"), ["t003-u000004", "t003-u000005"]);

    let left = api.send("DELETE", "tenants/t2", &token, Value::Null).await;
    assert_eq!(left.status, 409, "{}", left.text);
    let leave = json!({ "action": "remove_users", "users": "user2,user3" });
    api.ok("PUT", "tenants/t2", &token, leave).await;
    api.ok("DELETE", "tenants", &token, json!({ "name": "t2" })).await;
    assert_eq!(each(&api.ok("GET", "tenants", &token, Value::Null).await, "name"), ["Administrators", "t1"]);
    tenants(&api, &token, &["t2"]).await;
    assert_eq!(api.ok("GET", "tenants/t2", &token, Value::Null).await["id"], 4, "a number is never used again");
}
