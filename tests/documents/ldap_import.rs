//! Chapters "Import LDAP users" and "Import LDAP group", and "Adding users with LDAP authentication".

use robin_testkit::{Server, slapd::Slapd};
use serde_json::{Value, json};

use super::golden;
use crate::flows::imports::add_server;

crate::on_both_engines!(on_the_command_line, over_http);

/// A directory in which the group that the chapter imports has the member whom it shows.
fn with_volta() -> Slapd {
    let slapd = Slapd::forumsys();
    slapd.add(
        "dn: uid=volta,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: volta\ncn: Alessandro Volta\nsn: Volta\n\
         givenName: Alessandro\nuserPassword: password\n",
    );
    slapd.modify(
        "dn: ou=italians,ou=scientists,dc=example,dc=com\nchangetype: modify\nreplace: uniqueMember\n\
         uniqueMember: uid=volta,dc=example,dc=com\n",
    );
    slapd
}

async fn on_the_command_line(server: Server) {
    let (api, slapd) = (server.api(), with_volta());
    let token = api.login("robin", "Robin123", "").await;
    for name in ["t0", "t1"] {
        api.ok("POST", "tenants", &token, json!({ "name": name })).await;
    }
    add_server(&api, &token, &slapd).await;
    let admin = server.admin();
    assert_eq!(
        admin.ok("robin ldap import-users ldap1 newton,einstein,tesla t1 user"),
        "Successfully added multiple users: newton,einstein,tesla\n"
    );
    assert_eq!(admin.ok("robin ldap import-group ldap1 Italians t1 user"), "Imported LDAP users: volta\n");
    assert_eq!(
        admin.ok("robin user add curie t1 user --ldap --ldap-server ldap1"),
        "Successfully added user 'curie'\n"
    );
    golden("ldap-import-user-list", &admin.ok("robin user list"));
    let volta = server.robinctl().line("login volta --password password");
    assert_eq!(volta.code, 0, "{volta:?}");
}

async fn over_http(server: Server) {
    let (api, slapd) = (server.api(), with_volta());
    let token = api.login("robin", "Robin123", "").await;
    api.ok("POST", "tenants", &token, json!({ "name": "t1" })).await;
    add_server(&api, &token, &slapd).await;
    // The chapter has the capabilities beside the tenants, and the search base beside the users.
    let user = |name: &str| {
        json!({
            "username": name, "authentication_type": 2, "ldap_server": "ldap1", "user_capabilities": ["ViewBundles"],
            "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
        })
    };
    let list = ["newton", "einstein", "tesla"].map(user);
    let body = json!({ "user_list": list, "search_base": "dc=example,dc=com" });
    let answer = api.send("POST", "users/", &token, body).await;
    assert_eq!(answer.text, r#"{"message":"\nSuccessfully added multiple users: newton,einstein,tesla\n"}"#);
    let newton = api.ok("GET", "users/newton", &token, Value::Null).await;
    assert_eq!(newton["tenants"][0]["user_capabilities"], json!(["ViewBundles"]));
    let body = json!({
        "action": "import", "group_name": "Italians", "tenant": "t1", "tenant_role": "user", "ldap_server": "ldap1",
        "user_capabilities": ["NoCapabilities"], "excluded_users": "galileo,einstein", "search_base": "example.com",
    });
    let answer = api.ok("PUT", "ldap-groups/", &token, body).await;
    assert_eq!(answer["message"], json!("Imported LDAP users: volta"));
    assert_eq!(answer["report"], json!({ "added": ["volta"], "already_there": [], "disabled": [], "skipped": [] }));
    let volta = api.ok("GET", "users/volta", &token, Value::Null).await;
    assert_eq!((&volta["first_name"], &volta["last_name"]), (&json!("Alessandro"), &json!("Volta")));
}
