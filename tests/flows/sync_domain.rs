//! Accounts that are kept in step with an Active Directory domain.

use robin_testkit::{Samba, Server, samba::READER};
use serde_json::json;

use super::{admin, standing, tenants};

crate::on_both_engines!(rel_06_who_is_disabled_or_locked_in_a_domain_is_disabled_here);

async fn rel_06_who_is_disabled_or_locked_in_a_domain_is_disabled_here(server: Server) {
    let (api, samba) = (server.api(), Samba::shared());
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    let body = json!({
        "name": "ldap1", "hostname": samba.address.to_string(), "port": 636, "server_type": "ACTIVE_DIRECTORY",
        "username": READER.0, "password": READER.1, "search_base": "mydomain.com", "netbios": "MYDOMAIN",
        "ca_cert": samba.ca_cert,
    });
    api.ok("POST", "ldap-servers", &token, body).await;
    let name = format!("sync{}", std::process::id());
    let dn = format!("CN={name},OU=Staff,DC=mydomain,DC=com");
    samba.modify(&format!(
        "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\npassword: Synced.Passw0rd\n\
         userAccountControl: 512\n"
    ));
    let place = json!([{ "tenant": "t1", "tenant_role": "user" }]);
    let user = |name: &str| json!({ "username": name, "authentication_type": 2, "ldap_server": "ldap1", "tenant_list": place });
    api.ok("POST", "users", &token, json!({ "user_list": [user(&name), user("locked1")] })).await;
    let session = api.login(&name, "Synced.Passw0rd", "").await;
    let apply = json!({ "action": "sync", "apply": true, "max_disable": "100%" });
    let sync = async || api.ok("PUT", "ldap-servers/ldap1", &token, apply.clone()).await["changes"].clone();
    let locked = json!([{ "username": "locked1", "what": "disable", "why": "locked in the directory" }]);
    assert_eq!(sync().await, locked);
    let control = |value: u32| {
        format!("dn: {dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: {value}\n")
    };
    samba.modify(&control(514));
    let disabled = json!([{ "username": name, "what": "disable", "why": "disabled in the directory" }]);
    assert_eq!(sync().await, disabled);
    assert_eq!(standing(&api, &session).await, 401);
    samba.modify(&control(512));
    let enabled = json!([{ "username": name, "what": "enable", "why": "active in the directory again" }]);
    assert_eq!(sync().await, enabled);
    api.login(&name, "Synced.Passw0rd", "").await;
    samba.modify(&format!("dn: {dn}\nchangetype: delete\n"));
    let gone = json!([{ "username": name, "what": "disable", "why": "not in the directory any more" }]);
    assert_eq!(sync().await, gone);
}
