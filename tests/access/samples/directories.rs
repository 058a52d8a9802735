//! Requests to the endpoints about directories, and the users and groups of the cluster.

use robin_testkit::slapd;
use serde_json::{Value, json};

use super::{Sample, Target, sample};
use crate::access::world::NONE;

#[rustfmt::skip]
pub fn all() -> Vec<Sample> {
    const SERVER: &str = "ldap-servers/{name}";
    const ATTRIBUTES: &str = "ldap-attributes";
    const MAPPINGS: &str = "directory-mappings";
    use Target::{LdapServer, Tenant};
    vec![
        sample("GET", "ldap-servers", "", "", None, |_| json!({})),
        sample("GET", SERVER, "", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),
        sample("POST", "ldap-servers", "", "", None, |n| new_ldap_server(&n.fresh, &n.ldap_port)),
        sample("PUT", SERVER, "update", "", Some(LdapServer), |n| json!({ "name": n.ldap_server, "user_base": "example.com" })),
        sample("PUT", SERVER, "test", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),
        sample("PUT", SERVER, "sync", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),
        sample("PUT", SERVER, "sync", "applied", Some(LdapServer), |n| json!({ "name": n.ldap_server, "apply": true })),
        sample("DELETE", SERVER, "", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),

        sample("GET", "ldap-users", "", "", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server, "users": "newton" })),
        sample("GET", "ldap-users", "", "raw", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server, "raw": "true" })),
        sample("GET", "ldap-groups", "", "", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server })),
        sample("GET", "ldap-groups", "", "raw", Some(LdapServer),
            |n| json!({ "ldap_server_name": n.ldap_server, "groups": "Italians", "raw": "true" })),
        sample("PUT", "ldap-groups", "import", "into a tenant", Some(Tenant), |n| import(&n.ldap_server, &n.tenant)),
        sample("PUT", "ldap-groups", "import", "from where", Some(LdapServer), |n| import(&n.ldap_server, &n.tenant)),

        sample("GET", MAPPINGS, "", "", None, |_| json!({})),
        sample("GET", MAPPINGS, "", "of a server", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server })),
        sample("POST", MAPPINGS, "", "into a tenant", Some(Tenant), |n| mapping("Italians", &n.ldap_server, &n.tenant)),
        sample("POST", MAPPINGS, "", "from where", Some(LdapServer), |n| mapping("Italians", &n.ldap_server, &n.tenant)),
        sample("DELETE", MAPPINGS, "", "into a tenant", Some(Tenant), |n| mapped("Chemists", &n.ldap_server, &n.tenant)),
        sample("DELETE", MAPPINGS, "", "from where", Some(LdapServer), |n| mapped("Chemists", &n.ldap_server, &n.tenant)),

        sample("GET", "openshift-users", "", "", None, |_| json!({ "users": "admin1" })),
        sample("GET", "openshift-groups", "", "", None, |_| json!({})),
        sample("PUT", "openshift-users", "import", "into a tenant", Some(Tenant), |n| json!({
            "users": n.fresh, "tenant": n.tenant, "tenant_role": "user", "user_capabilities": NONE,
        })),
        sample("PUT", "openshift-groups", "import", "into a tenant", Some(Tenant), |n| json!({
            "group": "robin-users", "tenant": n.tenant, "tenant_role": "user", "user_capabilities": NONE,
        })),

        sample("GET", ATTRIBUTES, "", "", None, |_| json!({})),
        sample("POST", ATTRIBUTES, "", "", None, |_| json!({
            "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members", "value": "member,uniqueMember",
        })),
        sample("DELETE", ATTRIBUTES, "", "", None,
            |_| json!({ "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members" })),
    ]
}

/// A group of the directory, imported with the least there is.
fn import(server: &str, tenant: &str) -> Value {
    json!({
        "group_name": "Italians", "ldap_server": server, "tenant": tenant, "tenant_role": "user",
        "user_capabilities": NONE,
    })
}

/// What names a mapping.
fn mapped(group: &str, server: &str, tenant: &str) -> Value {
    json!({ "ldap_server_name": server, "group_name": group, "tenant": tenant })
}

/// A mapping that gives the least there is.
pub fn mapping(group: &str, server: &str, tenant: &str) -> Value {
    let mut mapping = mapped(group, server, tenant);
    mapping["tenant_role"] = json!("user");
    mapping["user_capabilities"] = json!(NONE);
    mapping
}

/// A directory server of the tests, at that port.
pub fn new_ldap_server(name: &str, port: &str) -> Value {
    json!({
        "name": name, "hostname": "127.0.0.1", "port": port, "server_type": "OPEN_LDAP", "username": "cn=root,dc=example,dc=com",
        "password": slapd::ROOT.1, "search_base": "dc=example,dc=com",
    })
}
