//! From a login to the end of its token.

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, standing, tenants, user};

crate::on_both_engines!(
    sessions_are_listed_and_revoked,
    sec_27_a_logout_ends_one_session_or_all,
    another_tenant_is_another_token,
    sec_27_a_token_ends_with_what_it_stands_for,
    sec_27_a_change_of_role_counts_at_once,
    sec_27_a_restart_keeps_sessions,
    the_command_line_remembers,
);

async fn sessions_are_listed_and_revoked(server: Server) {
    let api = server.api();
    let (one, other) = (admin(&api).await, admin(&api).await);
    let list = api.ok("GET", "sessions", &one, Value::Null).await;
    assert_eq!(each(&list, "username"), ["robin", "robin"]);
    assert_eq!(each(&list, "tenant"), ["Administrators", "Administrators"]);
    assert_eq!(each(&list, "address"), ["127.0.0.1", "127.0.0.1"]);
    let sessions = list["items"].as_array().unwrap();
    let (current, others): (Vec<&Value>, Vec<&Value>) = sessions.iter().partition(|session| session["current"] == true);
    assert_eq!((current.len(), others.len()), (1, 1));

    let id = others[0]["id"].as_str().unwrap();
    let said = api.ok("DELETE", &format!("sessions/{id}"), &one, Value::Null).await;
    assert_eq!(said["message"], format!("Session {id} has been revoked"));
    assert_eq!((standing(&api, &one).await, standing(&api, &other).await), (200, 401));
    assert_eq!(api.call("DELETE", &format!("sessions/{id}"), &one, Value::Null).await.0, 404);

    tenants(&api, &one, &["t1"]).await;
    user(&api, &one, "user1", &[("t1", "user")]).await;
    user(&api, &one, "user2", &[("t1", "user")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    let list = api.ok("GET", "sessions?username=user1", &one, Value::Null).await;
    assert_eq!(each(&list, "username"), ["user1"]);
    let id = each(&list, "id")[0];
    let stranger = api.login("user2", PASSWORD, "").await;
    assert_eq!(api.call("GET", "sessions?username=user1", &stranger, Value::Null).await.0, 403);
    assert_eq!(api.call("DELETE", &format!("sessions/{id}"), &stranger, Value::Null).await.0, 404);
    assert_eq!(standing(&api, &theirs).await, 200);
    api.ok("DELETE", &format!("sessions/{id}"), &one, Value::Null).await;
    assert_eq!(standing(&api, &theirs).await, 401);
}

async fn sec_27_a_logout_ends_one_session_or_all(server: Server) {
    let api = server.api();
    let tokens = [admin(&api).await, admin(&api).await, admin(&api).await];
    let said = api.ok("DELETE", "login", &tokens[0], Value::Null).await;
    assert_eq!(said["message"], "User robin is logged out");
    assert_eq!(standing(&api, &tokens[0]).await, 401);
    assert_eq!(standing(&api, &tokens[1]).await, 200);
    let said = api.ok("DELETE", "login?all=true", &tokens[1], Value::Null).await;
    assert_eq!(said["message"], "User robin is logged out of all 2 session(s)");
    for token in &tokens {
        assert_eq!(standing(&api, token).await, 401);
    }
}

async fn another_tenant_is_another_token(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2", "t3"]).await;
    user(&api, &token, "user1", &[("t1", "user"), ("t2", "tenantadmin")]).await;
    let first = api.ok("POST", "login", "", json!({ "username": "user1", "password": PASSWORD })).await;
    assert_eq!((&first["tenant"], &first["tenants"]), (&json!("t1"), &json!(["t1", "t2"])));
    let old = first["token"].as_str().unwrap();

    for tenant in ["t3", "t9"] {
        let body = json!({ "action": "change_tenant", "tenant": tenant });
        assert_eq!(api.call("PUT", "login", old, body).await.0, 401, "{tenant} is not theirs");
    }
    let second = api.ok("PUT", "login", old, json!({ "action": "change_tenant", "tenant": "t2" })).await;
    let fields = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&second), fields(&first), "it answers like login");
    assert_eq!((&second["role"], &second["namespace"]), (&json!("tenantadmin"), &json!("t003-u000004")));
    let new = second["token"].as_str().unwrap();
    assert_eq!((standing(&api, old).await, standing(&api, new).await), (401, 200));
    let again = api.ok("POST", "login", "", json!({ "username": "user1", "password": PASSWORD })).await;
    assert_eq!(again["tenant"], "t2", "the tenant of the last login");
}

async fn sec_27_a_token_ends_with_what_it_stands_for(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2"]).await;
    user(&api, &token, "user1", &[("t1", "user"), ("t2", "user")]).await;
    let (in_t1, in_t2) = (api.login("user1", PASSWORD, "t1").await, api.login("user1", PASSWORD, "t2").await);

    // The membership.
    let leave = json!({ "action": "remove_users", "users": "user1" });
    api.ok("PUT", "tenants/t1", &token, leave.clone()).await;
    assert_eq!((standing(&api, &in_t1).await, standing(&api, &in_t2).await), (401, 200));
    // The account, for a while.
    api.ok("PUT", "users/user1", &token, json!({ "action": "disable" })).await;
    assert_eq!(standing(&api, &in_t2).await, 401);
    let login = json!({ "username": "user1", "password": PASSWORD });
    let wrong = json!({ "username": "user1", "password": "wrong" });
    let disabled = api.send("POST", "login", "", login.clone()).await;
    assert_eq!((disabled.status, disabled.error()), (401, api.send("POST", "login", "", wrong).await.error()));
    api.ok("PUT", "users/user1", &token, json!({ "action": "enable" })).await;
    assert_eq!(standing(&api, &in_t2).await, 401, "what is over stays over");
    // The last membership.
    let token2 = api.login("user1", PASSWORD, "").await;
    api.ok("PUT", "tenants/t2", &token, leave).await;
    assert_eq!(standing(&api, &token2).await, 401);
    assert_eq!(api.call("POST", "login", "", login).await.0, 401, "an account without a tenant can't log in");
    // The account itself.
    user(&api, &token, "user2", &[("t1", "user")]).await;
    let token2 = api.login("user2", PASSWORD, "").await;
    api.ok("DELETE", "users/user2", &token, Value::Null).await;
    assert_eq!(standing(&api, &token2).await, 401);
    // The password, changed by another.
    user(&api, &token, "user2", &[("t1", "user")]).await;
    let token2 = api.login("user2", PASSWORD, "").await;
    let password = json!({ "action": "update", "user_info": { "password": "another-otter-43" } });
    api.ok("PUT", "users/user2", &token, password).await;
    assert_eq!(standing(&api, &token2).await, 401);
}

async fn sec_27_a_change_of_role_counts_at_once(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "user1", &[("t1", "user")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    let sees = async || api.call("GET", "users", &theirs, Value::Null).await.0;
    let role = |role: &str, capabilities: Value| json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": role, "user_capabilities": capabilities });
    assert_eq!(sees().await, 403);
    let said = api.ok("PUT", "users/user1", &token, role("tenantadmin", Value::Null)).await;
    assert_eq!(said["message"], "Successfully changed the role of user 'user1' in tenant 't1' to tenantadmin");
    assert_eq!(sees().await, 200);
    assert_eq!(api.ok("GET", "login", &theirs, Value::Null).await["role"], "tenantadmin");
    api.ok("PUT", "users/user1", &token, role("tenantadmin", json!("ManageApplications"))).await;
    assert_eq!(sees().await, 403);

    // So does what a capability holds.
    let custom = json!({ "name": "C", "tenant_roles": "tenantadmin", "providers": "ViewUsers" });
    api.ok("POST", "user-capabilities", &token, custom).await;
    api.ok("PUT", "users/user1", &token, role("tenantadmin", json!(["C"]))).await;
    assert_eq!(sees().await, 200);
    let update = json!({ "action": "update", "name": "C", "providers": "ViewApplications" });
    api.ok("PUT", "user-capabilities", &token, update).await;
    assert_eq!(sees().await, 403);
    let held = api.send("DELETE", "user-capabilities/C", &token, Value::Null).await;
    assert_eq!((held.status, held.error().1.as_str()), (409, "conflict"), "{}", held.text);
}

async fn sec_27_a_restart_keeps_sessions(mut server: Server) {
    let api = server.api();
    let (kept, ended) = (admin(&api).await, admin(&api).await);
    api.ok("DELETE", "login", &ended, Value::Null).await;
    server.restart();
    assert_eq!((standing(&api, &kept).await, standing(&api, &ended).await), (200, 401));
    let before = api.ok("GET", "login", &kept, Value::Null).await;
    server.kill();
    server.restart();
    assert_eq!(api.ok("GET", "login", &kept, Value::Null).await, before);
    assert!(!server.stdout().contains("password"), "a second start has nothing to tell: {}", server.stdout());
}

async fn the_command_line_remembers(server: Server) {
    let admin = server.admin();
    let whoami = admin.ok("robinctl whoami");
    assert!(
        whoami.contains("Username:        robin\n") && whoami.contains("Role:            superadmin\n"),
        "{whoami}"
    );
    admin.ok("tenant add t1");
    admin.ok("tenant add-users t1 robin tenantadmin");
    assert_eq!(admin.ok("user change-tenant t1"), "User robin is logged into t1 tenant\n");
    assert!(admin.ok("whoami").contains("Role:            tenantadmin\n"));
    let sessions = admin.ok("session list");
    assert_eq!(sessions.lines().count(), 3, "the session in Administrators is over: {sessions}");
    assert!(sessions.contains(" | robinctl/"), "{sessions}");
    assert_eq!(admin.line("user change-tenant t9").code, 1);
    assert_eq!(admin.ok("user change-tenant Administrators"), "User robin is logged into Administrators tenant\n");

    assert_eq!(admin.ok("logout"), "User robin is logged out\n");
    let complaint = admin.line("user list").failed(2);
    assert!(complaint.contains("robinctl login"), "{complaint}");
    let other = server.admin();
    assert_eq!(other.ok("logout --all"), "User robin is logged out of all 1 session(s)\n");
}
