//! Namespaces, and whose they are.

use robin_testkit::Server;
use serde_json::{Value, json};

use super::{PASSWORD, admin, each, tenants, user};

crate::on_both_engines!(on_the_command_line, over_http);

async fn on_the_command_line(server: Server) {
    let admin = server.admin();
    admin.ok("tenant add t1");
    for name in ["user1", "user2"] {
        admin.ok(&format!("user add {name} t1 user --password {PASSWORD}"));
    }
    let said = admin.ok("namespace add shop-staging --tenant t1 --username user1");
    assert_eq!(said, "Successfully added namespace 'shop-staging'\n");
    assert_eq!(
        admin.ok("namespace list --tenant t1"),
        "\
+--------------+--------------+-------------------+
| Name         | Owner/Tenant | Primary Namespace |
+--------------+--------------+-------------------+
| shop-staging | user1/t1     | False             |
| t002-u000004 | user1/t1     | True              |
| t002-u000005 | user2/t1     | True              |
+--------------+--------------+-------------------+
"
    );
    let said = admin.ok("namespace change-owner shop-staging user2");
    assert_eq!(said, "Owner of namespace 'shop-staging' has been changed to 'user2'\n");
    assert!(admin.ok("namespace info shop-staging").contains("user2\n"));
    assert_eq!(admin.line("namespace remove shop-staging").code, 2, "nobody answers");
    assert_eq!(admin.line_with_input("namespace remove shop-staging", "no\n").ok(), "");
    let said = admin.line_with_input("namespace remove shop-staging", "y\n").ok();
    assert_eq!(said, "Successfully removed namespace 'shop-staging'\n");
    assert_eq!(admin.line("namespace info shop-staging").code, 1);
}

async fn over_http(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2"]).await;
    user(&api, &token, "user1", &[("t1", "user")]).await;
    user(&api, &token, "user2", &[("t2", "tenantadmin")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    api.ok("POST", "namespaces", &theirs, json!({ "name": "mine" })).await;
    let mine = api.ok("GET", "namespaces/mine", &theirs, Value::Null).await;
    assert_eq!((&mine["owner"], &mine["tenant"], &mine["primary"]), (&json!("user1"), &json!("t1"), &json!(false)));
    assert_eq!(each(&api.ok("GET", "namespaces", &theirs, Value::Null).await, "name"), ["t002-u000004", "mine"]);

    // Another tenant's administrator sees nothing of it, and can't tell it from one that is not there.
    let other = api.login("user2", PASSWORD, "").await;
    assert_eq!(each(&api.ok("GET", "namespaces", &other, Value::Null).await, "name"), ["t003-u000005"]);
    let (hidden, missing) = (
        api.send("GET", "namespaces/mine", &other, Value::Null).await,
        api.send("GET", "namespaces/none", &other, Value::Null).await,
    );
    assert_eq!((hidden.status, missing.status), (404, 404));
    assert_eq!(hidden.error().0.replace("mine", "none"), missing.error().0);

    for (body, status) in [
        (json!({ "name": "mine" }), 409),
        (json!({ "name": "Not One" }), 400),
        (json!({ "name": "kube-system" }), 400),
        (json!({ "name": "new", "tenant": "t9" }), 404),
        (json!({ "name": "new", "tenant": "t1", "username": "user2" }), 400),
        (json!({ "name": "new", "tenant": "t1", "username": "nobody" }), 404),
    ] {
        let answer = api.send("POST", "namespaces", &token, body.clone()).await;
        assert_eq!(answer.status, status, "{body} was answered {}", answer.text);
    }
    let give = json!({ "action": "change_owner", "username": "user2" });
    assert_eq!(api.call("PUT", "namespaces/mine", &token, give).await.0, 404, "user2 is no member of t1");
    let said = api.ok("DELETE", "namespaces/mine", &theirs, Value::Null).await;
    assert_eq!(said["message"], "Successfully removed namespace 'mine'");
}
