//! Chapter "User capabilities operations".

use robin_testkit::{Api, Server};
use serde_json::{Value, json};

use super::{compact, documented, golden, reference};

crate::on_both_engines!(listing, changing_on_the_command_line, changing_over_http, what_is_refused);

const CUSTOM: &str = "CustomUserCapability";

async fn listing(server: Server) {
    let admin = server.admin();
    let examples = [
        ("capabilities-list", "robin capabilities list"),
        ("capabilities-list-group-user", "robin capabilities list --group User"),
        ("capabilities-list-full-ManageApplications", "robin capabilities list --full ManageApplications"),
    ];
    for (name, line) in examples {
        let printed = admin.ok(line);
        documented(&reference(&format!("{name}.txt")), &printed);
        golden(name, &printed);
    }
    let all = admin.ok("robin capabilities list --all");
    golden("capabilities-list-all", &all);
    assert_eq!(all.lines().count(), 2 + 109, "the whole catalogue");
    assert_eq!(admin.ok("robin capabilities list-options --all"), all, "the chapter's other name for it");
    let hidden = admin.ok("robin capabilities list ViewUsers,ViewApplications");
    golden("capabilities-list-hidden-by-name", &hidden);
}

async fn changing_on_the_command_line(server: Server) {
    let admin = server.admin();
    let add =
        r#"robin capabilities add CustomUserCapability "Custom user capability" user --providers ManageApplications"#;
    assert_eq!(admin.ok(add), "Custom User Capability 'CustomUserCapability' successfully added\n");
    let list = admin.ok("robin capabilities list CustomUserCapability --full");
    documented(
        "Group | Name | Hidden | Description -------+----------------------+--------+------------------------ \
         Custom | CustomUserCapability | False | Custom user capability Tenant Roles: user Providers: ManageApplications \
         Capability Entries:",
        &list,
    );
    golden("capabilities-add", &list);

    let output = admin.ok(
        "robin capabilities update CustomUserCapability --capability-entries APPLICATION:backup,APPLICATION:restore \
         --tenant-roles user,tenantadmin,superadmin",
    );
    assert_eq!(output, "User Capability 'CustomUserCapability' has been updated\n");
    let list = admin.ok("robin capabilities list CustomUserCapability --full");
    documented(
        "Group | Name | Hidden | Description -------+----------------------+--------+------------------------ \
         Custom | CustomUserCapability | False | Custom user capability Tenant Roles: user tenantadmin superadmin \
         Providers: ManageApplications Capability Entries: APPLICATION backup APPLICATION restore",
        &list,
    );
    golden("capabilities-update", &list);

    let entries = "CustomUserCapability BUNDLE:view,BUNDLE:create,BUNDLE:delete";
    let said = "One or more Capability Entries for User Capability 'CustomUserCapability' have been";
    assert_eq!(admin.ok(&format!("robin capabilities add-capability-entries {entries}")), format!("{said} added\n"));
    golden("capabilities-add-capability-entries", &admin.ok("robin capabilities list CustomUserCapability --full"));
    assert_eq!(
        admin.ok(&format!("robin capabilities remove-capability-entries {entries}")),
        format!("{said} removed\n")
    );
    assert_eq!(admin.ok("robin capabilities list CustomUserCapability --full"), list);

    let providers = "CustomUserCapability CreateImages,CreateBundles";
    let said = "One or more Providers for User Capability 'CustomUserCapability' have been";
    assert_eq!(admin.ok(&format!("robin capabilities add-providers {providers}")), format!("{said} added\n"));
    let widened = admin.ok("robin capabilities list --full CustomUserCapability");
    documented(
        "Group | Name | Hidden | Description -------+----------------------+--------+------------------------ \
         Custom | CustomUserCapability | False | Custom user capability Tenant Roles: user tenantadmin superadmin \
         Providers: ManageApplications CreateImages CreateBundles Capability Entries: APPLICATION backup APPLICATION restore",
        &widened,
    );
    golden("capabilities-add-providers", &widened);
    assert_eq!(admin.ok(&format!("robin capabilities remove-providers {providers}")), format!("{said} removed\n"));
    assert_eq!(admin.ok("robin capabilities list CustomUserCapability --full"), list);

    assert_eq!(
        admin.ok("robin capabilities update CustomUserCapability --hide"),
        "User Capability 'CustomUserCapability' has been updated\n"
    );
    assert!(!admin.ok("robin capabilities list").contains(CUSTOM));
    assert!(admin.ok("robin capabilities list --group Custom").contains("Custom | CustomUserCapability | True "));
    assert!(admin.ok("robin capabilities update CustomUserCapability --expose").contains("has been updated"));
    assert!(admin.ok("robin capabilities list").contains(CUSTOM));

    let removed = admin.ok("robin capabilities remove CustomUserCapability");
    assert_eq!(removed, "Deleted User Capability 'CustomUserCapability'\n");
    assert_eq!(
        admin
            .line("robin capabilities list CustomUserCapability")
            .failed(1)
            .lines()
            .next()
            .map(|line| line.starts_with("Error: ")),
        Some(true)
    );
}

async fn changing_over_http(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let put = async |body: Value| api.send("PUT", "user-capabilities", &token, body).await.text;

    let body = json!({
        "name": CUSTOM, "description": "Custom user capability", "tenant_roles": "user",
        "providers": "ManageApplications", "capability_entries": [["APPLICATION", "backup"]],
    });
    let answer = api.send("POST", "user-capabilities", &token, body).await;
    assert_eq!(answer.text, r#"{"message":"Custom User Capability 'CustomUserCapability' successfully added"}"#);

    let entries = json!([
        { "object_type": "APPLICATION", "operation": "backup" },
        { "object_type": "APPLICATION", "operation": "restore" },
    ]);
    let update = json!({
        "action": "update", "name": CUSTOM, "tenant_roles": "user,tenantadmin,superadmin", "capability_entries": entries,
    });
    assert_eq!(put(update).await, r#"{"message":"User Capability 'CustomUserCapability' has been updated"}"#);

    // This is the state that the documents' example was taken in.
    let documented = compact(&reference("capabilities-list.json"));
    assert_eq!(api.send("GET", "user-capabilities", &token, Value::Null).await.text, documented);
    let all = api.ok("GET", "user-capabilities", &token, json!({ "all_capabilities": true })).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 110);
    let group = api.ok("GET", "user-capabilities?capability_group=Custom", &token, Value::Null).await;
    assert_eq!(group["items"], json!([all["items"].as_array().unwrap().last()]));

    let bundles = json!([{ "object_type": "BUNDLE", "operation": "view" }, ["BUNDLE", "create"], "BUNDLE:delete"]);
    for (action, what) in [("add_capability_entries", "added"), ("remove_capability_entries", "removed")] {
        let said = put(json!({ "action": action, "name": CUSTOM, "capability_entries": bundles })).await;
        let documented =
            format!("One or more Capability Entries for User Capability 'CustomUserCapability' have been {what}");
        assert_eq!(said, json!({ "message": documented }).to_string());
    }
    for (action, what) in [("add_providers", "added"), ("remove_providers", "removed")] {
        let said = put(json!({ "action": action, "name": CUSTOM, "providers": "CreateImages,CreateBundles" })).await;
        let documented = format!("One or more Providers for User Capability 'CustomUserCapability' have been {what}");
        assert_eq!(said, json!({ "message": documented }).to_string());
    }
    assert_eq!(
        api.send("GET", "user-capabilities", &token, Value::Null).await.text,
        documented,
        "everything is as before"
    );

    let answer = api.send("DELETE", "user-capabilities/CustomUserCapability", &token, Value::Null).await;
    assert_eq!(answer.text, r#"{"message":"Deleted User Capability 'CustomUserCapability'"}"#);
    assert_eq!(api.call("GET", "user-capabilities/CustomUserCapability", &token, Value::Null).await.0, 404);
}

async fn what_is_refused(server: Server) {
    let api = server.api();
    let token = api.login("robin", "Robin123", "").await;
    let new = |name: &str| json!({ "name": name, "description": "d", "tenant_roles": "user", "providers": "ViewApplications" });
    api.ok("POST", "user-capabilities", &token, new(CUSTOM)).await;
    let all = api.send("GET", "user-capabilities", &token, Value::Null).await.text;

    refused(&api, &token, 409, "POST", &[new(CUSTOM), new("customusercapability"), new("ManageApplications")]).await;
    let twisted = [
        json!({ "name": "C", "tenant_roles": "user" }),
        json!({ "name": "C", "tenant_roles": "", "providers": "ViewApplications" }),
        json!({ "name": "C", "tenant_roles": "king", "providers": "ViewApplications" }),
        json!({ "name": "C", "tenant_roles": "user", "providers": "NoSuchCapability" }),
        json!({ "name": "C", "tenant_roles": "user", "capability_entries": [["TEAPOT", "view"]] }),
        json!({ "name": "C", "tenant_roles": "user", "capability_entries": [["APPLICATION", "brew"]] }),
        json!({ "name": "no blanks", "tenant_roles": "user", "providers": "ViewApplications" }),
        json!({ "name": "C", "tenant_roles": "user", "providers": "ViewApplications", "surprise": 1 }),
    ];
    refused(&api, &token, 400, "POST", &twisted).await;
    let change = |action: &str, name: &str| json!({ "action": action, "name": name, "providers": "CreateImages" });
    let unknown = ["update", "add_providers", "remove_providers"].map(|action| change(action, "Unknown"));
    refused(&api, &token, 404, "PUT", &unknown).await;
    let entries = json!([{ "object_type": "BUNDLE", "operation": "view" }]);
    let unknown = ["add_capability_entries", "remove_capability_entries"]
        .map(|action| json!({ "action": action, "name": "Unknown", "capability_entries": entries }));
    refused(&api, &token, 404, "PUT", &unknown).await;
    let builtin = change("add_providers", "ManageApplications");
    let cycle = json!({ "action": "add_providers", "name": CUSTOM, "providers": CUSTOM });
    let absent = json!({ "action": "remove_capability_entries", "name": CUSTOM, "capability_entries": entries });
    refused(&api, &token, 400, "PUT", &[builtin, cycle, absent, json!({ "action": "polish", "name": CUSTOM })]).await;

    for (method, path, status) in [
        ("DELETE", "user-capabilities/Unknown", 404),
        ("DELETE", "user-capabilities/ManageApplications", 400),
        ("GET", "user-capabilities?capability_group=Nothing", 400),
    ] {
        assert_eq!(api.call(method, path, &token, Value::Null).await.0, status, "{method} {path}");
    }
    for (method, body) in [
        ("GET", Value::Null),
        ("POST", new("C")),
        ("PUT", change("update", CUSTOM)),
        ("DELETE", json!({ "name": CUSTOM })),
    ] {
        assert_eq!(api.call(method, "user-capabilities", "", body).await.0, 401, "{method}");
    }
    assert_eq!(api.send("GET", "user-capabilities", &token, Value::Null).await.text, all, "nothing was changed");
}

async fn refused(api: &Api, token: &str, status: u16, method: &str, bodies: &[Value]) {
    for body in bodies {
        let answer = api.send(method, "user-capabilities", token, body.clone()).await;
        assert_eq!(answer.status, status, "{method} {body} was answered {}", answer.text);
    }
}
