//! For each endpoint of the table, requests that would succeed if the one who asks may.

use robin_api::{Endpoint, Needs, table};
use robin_testkit::slapd;
use serde_json::{Value, json};

use super::world::PASSWORD;

/// The type of the objects that samples are about: one that has an operation of its own for each endpoint.
pub const TYPE: &str = "K8S_APPLICATION";

/// Where most paths begin.
pub const BASE: &str = "/api/v3/robin_server/";

/// An endpoint on one of its paths.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: String,
    pub path: &'static str,
    pub action: Option<&'static str>,
    pub needs: Needs,
    /// Its first path without the base: with method and action, what samples know it by.
    pub first: &'static str,
}

impl Route {
    /// How the matrix names it.
    pub fn label(&self) -> String {
        let path = self.path.strip_prefix(BASE).unwrap_or(self.path);
        [self.method.as_str(), path, self.action.unwrap_or_default()].join(" ").trim_end().to_owned()
    }

    /// The first word of the path.
    pub fn resource(&self) -> &'static str {
        self.first.split('/').find(|word| !word.is_empty()).unwrap_or_default()
    }
}

/// Every endpoint of the table on every path.
pub fn routes() -> Vec<Route> {
    struct Routes(Vec<Route>);
    impl table::Visitor for Routes {
        fn visit<E: Endpoint>(&mut self) {
            let first = E::PATHS[0].strip_prefix(BASE).unwrap_or(E::PATHS[0]);
            let route = |path: &&'static str| {
                let (method, action, needs) = (E::METHOD.to_string(), E::ACTION, E::NEEDS);
                Route { method, path, action, needs, first }
            };
            self.0.extend(E::PATHS.iter().map(route));
        }
    }
    let mut routes = Routes(Vec::new());
    table::each(&mut routes);
    routes.0
}

/// What a request is about, of which there is one in reach, one out of reach, and one that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    User,
    Tenant,
    /// The tenant logged into, or one where one is no member.
    Home,
    Namespace,
    Object,
    Session,
    /// Capabilities, settings and directory servers belong to the cluster: they are there or not.
    Capability,
    LdapServer,
}

/// The names that a request is made with.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Who asks; where nobody does, somebody.
    pub oneself: String,
    /// A member with no more rights than a user has by default.
    pub user: String,
    /// Another such member.
    pub heir: String,
    /// An account without a tenant.
    pub homeless: String,
    /// The tenant of both.
    pub tenant: String,
    /// The tenant logged into.
    pub home: String,
    /// A tenant that can be renamed and removed, where the one who asks may do that to any.
    pub spare: String,
    /// A namespace of `user`.
    pub namespace: String,
    /// A namespace of the one who asks, if they are a member of `tenant`.
    pub own_namespace: String,
    /// An object of `user`.
    pub object: String,
    /// An object of the one who asks, if they are a member of `tenant`, else of `heir`.
    pub own_object: String,
    /// A custom capability with one permission and one provider.
    pub capability: String,
    /// A directory server.
    pub ldap_server: String,
    /// The port of a directory, here.
    pub ldap_port: String,
    /// A session of `user`.
    pub session: String,
    /// Another session of the one who asks.
    pub own_session: String,
    /// A name that nothing has.
    pub fresh: String,
}

/// A request for an endpoint.
pub struct Sample {
    method: &'static str,
    pub path: &'static str,
    pub action: &'static str,
    /// Tells it from others for the same endpoint.
    pub note: &'static str,
    pub target: Option<Target>,
    /// The fields: those that the path names go there.
    pub fields: fn(&Names) -> Value,
}

impl Sample {
    /// Whether it is a request for this route.
    pub fn is_of(&self, route: &Route) -> bool {
        let action = route.action.unwrap_or_default();
        (self.method, self.path, self.action) == (&*route.method, route.first, action)
    }
}

/// The samples for a route.
pub fn of(route: &Route) -> Vec<Sample> {
    let found: Vec<Sample> = all().into_iter().chain(decisions()).filter(|sample| sample.is_of(route)).collect();
    assert!(!found.is_empty(), "`{}` has no sample request: add one to tests/access/samples.rs", route.label());
    found
}

/// Method, path and body of a request.
pub fn request(route: &Route, mut fields: Value) -> (String, String, Value) {
    let rest = fields.as_object_mut().expect("fields");
    let mut path = route.path.to_owned();
    while let Some((before, after)) = path.split_once('{').map(|(before, after)| (before.to_owned(), after.to_owned()))
    {
        let (name, after) = after.split_once('}').expect("a closing brace");
        let value = rest.remove(name).unwrap_or_else(|| panic!("`{name}` is missing for {}", route.label()));
        path = format!("{before}{}{after}", value.as_str().expect("text"));
    }
    if let Some(action) = route.action {
        rest.insert("action".to_owned(), action.into());
    }
    if route.method == "GET" {
        let pairs: Vec<String> =
            rest.iter().map(|(name, value)| format!("{name}={}", value.as_str().expect("text"))).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        return (route.method.clone(), path + &query, Value::Null);
    }
    (route.method.clone(), path, fields)
}

/// A text as it stands in a path or a query string.
pub fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

pub const fn sample(
    method: &'static str,
    path: &'static str,
    action: &'static str,
    note: &'static str,
    target: Option<Target>,
    fields: fn(&Names) -> Value,
) -> Sample {
    Sample { method, path, action, note, target, fields }
}

fn place(tenant: &str, role: &str) -> Value {
    json!({ "tenant": tenant, "tenant_role": role, "user_capabilities": super::world::NONE })
}

/// May they see the type's instances, or with an id this one, in that tenant?
pub fn evaluation(who: &str, tenant: &str, object_type: &str, id: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": who, "properties": { "tenant": tenant } },
        "action": { "name": "view" },
        "resource": { "type": object_type, "id": id },
    })
}

fn new_user(name: &str, tenant: &str, role: &str) -> Value {
    json!({ "user_info": {
        "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": [place(tenant, role)],
    }})
}

fn all() -> Vec<Sample> {
    let mut all = of_people();
    all.extend(of_things());
    all.extend(of_directories());
    all
}

#[rustfmt::skip]
fn of_people() -> Vec<Sample> {
    const LOGIN: &str = "login";
    const USER: &str = "users/{username}";
    const TENANT: &str = "tenants/{name}";
    const CAPABILITY: &str = "user-capabilities/{name}";
    use Target::{Capability, Home, Session, Tenant, User};
    vec![
        sample("POST", LOGIN, "", "", Some(Home), |n| json!({ "username": n.oneself, "password": PASSWORD, "tenant": n.home })),
        sample("PUT", LOGIN, "change_password", "", None, |_| json!({ "password": "another-quartz-42" })),
        sample("PUT", LOGIN, "change_tenant", "", Some(Home), |n| json!({ "tenant": n.home })),
        sample("DELETE", LOGIN, "", "", None, |_| json!({})),
        sample("GET", LOGIN, "", "", None, |_| json!({})),

        sample("GET", "sessions", "", "one's own", None, |_| json!({})),
        sample("GET", "sessions", "", "a member's", Some(User), |n| json!({ "username": n.user })),
        sample("DELETE", "sessions/{id}", "", "one's own", None, |n| json!({ "id": n.own_session })),
        sample("DELETE", "sessions/{id}", "", "a member's", Some(Session), |n| json!({ "id": n.session })),

        sample("GET", "users", "", "", None, |_| json!({})),
        sample("GET", USER, "", "oneself", None, |n| json!({ "username": n.oneself })),
        sample("GET", USER, "", "a member", Some(User), |n| json!({ "username": n.user })),
        sample("POST", "users", "", "a user", Some(Tenant), |n| new_user(&n.fresh, &n.tenant, "user")),
        sample("POST", "users", "", "a tenantadmin", Some(Tenant), |n| new_user(&n.fresh, &n.tenant, "tenantadmin")),
        sample("POST", "users", "", "a superadmin", None, |n| new_user(&n.fresh, "Administrators", "superadmin")),
        sample("PUT", USER, "update", "oneself", None, |n| json!({ "username": n.oneself, "user_info": { "first_name": "A" } })),
        sample("PUT", USER, "update", "a member", Some(User), |n| json!({ "username": n.user, "user_info": { "first_name": "A" } })),
        sample("PUT", USER, "change_tenant_role", "to user", Some(User),
            |n| json!({ "username": n.user, "tenant": n.tenant, "tenant_role": "user", "user_capabilities": "NoCapabilities" })),
        sample("PUT", USER, "change_tenant_role", "to tenantadmin", Some(Tenant),
            |n| json!({ "username": n.user, "tenant": n.tenant, "tenant_role": "tenantadmin", "user_capabilities": "NoCapabilities" })),
        sample("PUT", USER, "enable", "a member", Some(User), |n| json!({ "username": n.user })),
        sample("PUT", USER, "disable", "oneself", None, |n| json!({ "username": n.oneself })),
        sample("PUT", USER, "disable", "a member", Some(User), |n| json!({ "username": n.user })),
        sample("DELETE", USER, "", "oneself", None, |n| json!({ "username": n.oneself })),
        sample("DELETE", USER, "", "a member", Some(User), |n| json!({ "username": n.user })),

        sample("GET", "user-capabilities", "", "", None, |_| json!({})),
        sample("GET", CAPABILITY, "", "", Some(Capability), |n| json!({ "name": n.capability })),
        sample("POST", "user-capabilities", "", "", None, 
            |n| json!({ "name": n.fresh, "tenant_roles": ["user"], "capability_entries": ["APPLICATION:view"] })),
        sample("PUT", CAPABILITY, "update", "", Some(Capability), |n| json!({ "name": n.capability, "description": "d" })),
        sample("PUT", CAPABILITY, "add_capability_entries", "", Some(Capability),
            |n| json!({ "name": n.capability, "capability_entries": ["BUNDLE:view"] })),
        sample("PUT", CAPABILITY, "remove_capability_entries", "", Some(Capability),
            |n| json!({ "name": n.capability, "capability_entries": ["APPLICATION:view"] })),
        sample("PUT", CAPABILITY, "add_providers", "", Some(Capability), |n| json!({ "name": n.capability, "providers": "ViewBundles" })),
        sample("PUT", CAPABILITY, "remove_providers", "", Some(Capability),
            |n| json!({ "name": n.capability, "providers": "ViewApplications" })),
        sample("DELETE", CAPABILITY, "", "", Some(Capability), |n| json!({ "name": n.capability })),

        sample("GET", "tenants", "", "", None, |_| json!({})),
        sample("GET", TENANT, "", "", Some(Tenant), |n| json!({ "name": n.tenant })),
        sample("POST", "tenants", "", "", None, |n| json!({ "name": n.fresh })),
        sample("PUT", TENANT, "add_users", "an account without a tenant", Some(Tenant),
            |n| json!({ "name": n.tenant, "users": n.homeless, "tenant_role": "user", "user_capabilities": "NoCapabilities" })),
        sample("PUT", TENANT, "remove_users", "", Some(Tenant), |n| json!({ "name": n.tenant, "users": n.user })),
        sample("PUT", TENANT, "remove_users", "who", Some(User), |n| json!({ "name": n.tenant, "users": n.user })),
        sample("PUT", TENANT, "add_user_capabilities", "", Some(Tenant),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "ViewBundles" })),
        sample("PUT", TENANT, "add_user_capabilities", "whom", Some(User),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "ViewBundles" })),
        sample("PUT", TENANT, "update_user_capabilities", "", Some(Tenant),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "NoCapabilities" })),
        sample("PUT", TENANT, "update_user_capabilities", "whose", Some(User),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "NoCapabilities" })),
        sample("PUT", TENANT, "remove_user_capabilities", "", Some(Tenant),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "AllUserCapabilities" })),
        sample("PUT", TENANT, "remove_user_capabilities", "whose", Some(User),
            |n| json!({ "name": n.tenant, "users": n.user, "user_capabilities": "AllUserCapabilities" })),
        sample("PUT", TENANT, "rename", "", Some(Tenant), |n| json!({ "name": n.spare, "new_name": n.fresh })),
        sample("PUT", TENANT, "update_description", "", Some(Tenant), |n| json!({ "name": n.tenant, "description": "d" })),
        sample("DELETE", TENANT, "", "", Some(Tenant), |n| json!({ "name": n.spare })),

        sample("GET", "user-audit", "", "", None, |_| json!({})),
        sample("GET", "config", "", "", None, |_| json!({})),
        sample("PUT", "config", "update", "", None, |_| json!({ "name": "password.min_length", "value": 8 })),
    ]
}

#[rustfmt::skip]
fn of_things() -> Vec<Sample> {
    const NAMESPACE: &str = "namespaces/{name}";
    const OBJECT: &str = "objects/{type}/{id}";
    const SHARES: &str = "object-shares";
    use Target::{Namespace, Object, Tenant, User};
    vec![
        sample("GET", SHARES, "get_share_options", "", None, |_| json!({})),
        sample("GET", SHARES, "", "", None, |_| json!({})),
        sample("GET", SHARES, "", "with a tenant", Some(Tenant), |n| json!({ "tenant": n.tenant })),
        sample("GET", SHARES, "", "with a user", Some(User), |n| json!({ "username": n.user })),
        sample("POST", SHARES, "", "a member's", Some(Object),
            |n| json!({ "object_type": TYPE, "object_id": n.object, "username": n.heir, "operations": "view" })),
        sample("POST", SHARES, "", "with whom", Some(User),
            |n| json!({ "object_type": TYPE, "object_id": n.own_object, "username": n.user, "operations": "view" })),
        sample("DELETE", SHARES, "", "a member's", Some(Object),
            |n| json!({ "object_type": TYPE, "object_id": n.object, "username": n.heir })),

        sample("GET", "namespaces", "", "", None, |_| json!({})),
        sample("GET", "namespaces", "", "of a tenant", Some(Tenant), |n| json!({ "tenant": n.tenant })),
        sample("GET", "namespaces", "", "of a member", Some(User), |n| json!({ "username": n.user })),
        sample("GET", NAMESPACE, "", "one's own", None, |n| json!({ "name": n.own_namespace })),
        sample("GET", NAMESPACE, "", "a member's", Some(Namespace), |n| json!({ "name": n.namespace })),
        sample("POST", "namespaces", "", "for oneself", None, |n| json!({ "name": n.fresh, "tenant": n.home })),
        sample("POST", "namespaces", "", "for a member", Some(Tenant),
            |n| json!({ "name": n.fresh, "tenant": n.tenant, "username": n.user })),
        sample("POST", "namespaces", "", "for whom", Some(User),
            |n| json!({ "name": n.fresh, "tenant": n.tenant, "username": n.user })),
        sample("PUT", NAMESPACE, "change_owner", "one's own", None, |n| json!({ "name": n.own_namespace, "username": n.user })),
        sample("PUT", NAMESPACE, "change_owner", "a member's", Some(Namespace),
            |n| json!({ "name": n.namespace, "username": n.heir })),
        sample("PUT", NAMESPACE, "change_owner", "to whom", Some(User),
            |n| json!({ "name": n.own_namespace, "username": n.user })),
        sample("PUT", NAMESPACE, "share", "a member's", Some(Namespace),
            |n| json!({ "name": n.namespace, "username": n.heir, "operations": "view" })),
        sample("PUT", NAMESPACE, "unshare", "a member's", Some(Namespace),
            |n| json!({ "name": n.namespace, "username": n.heir })),
        sample("DELETE", NAMESPACE, "", "one's own", None, |n| json!({ "name": n.own_namespace })),
        sample("DELETE", NAMESPACE, "", "a member's", Some(Namespace), |n| json!({ "name": n.namespace })),

        sample("GET", "objects", "", "", None, |_| json!({ "type": TYPE })),
        sample("GET", "objects", "", "of a tenant", Some(Tenant), |n| json!({ "type": TYPE, "tenant": n.tenant })),
        sample("GET", "objects", "", "of a member", Some(User), |n| json!({ "type": TYPE, "owner": n.user })),
        sample("GET", OBJECT, "", "one's own", None, |n| json!({ "type": TYPE, "id": n.own_object })),
        sample("GET", OBJECT, "", "a member's", Some(Object), |n| json!({ "type": TYPE, "id": n.object })),
        sample("POST", "objects", "", "for oneself", None, |n| json!({ "type": TYPE, "id": n.fresh, "tenant": n.home })),
        sample("POST", "objects", "", "for a member", Some(Tenant),
            |n| json!({ "type": TYPE, "id": n.fresh, "tenant": n.tenant, "owner": n.user })),
        sample("POST", "objects", "", "for whom", Some(User),
            |n| json!({ "type": TYPE, "id": n.fresh, "tenant": n.tenant, "owner": n.user })),
        sample("PUT", OBJECT, "update", "one's own", None,
            |n| json!({ "type": TYPE, "id": n.own_object, "attributes": { "a": 1 } })),
        sample("PUT", OBJECT, "update", "a member's", Some(Object),
            |n| json!({ "type": TYPE, "id": n.object, "attributes": { "a": 1 } })),
        sample("PUT", OBJECT, "change_owner", "a member's", Some(Object),
            |n| json!({ "type": TYPE, "id": n.object, "owner": n.heir })),
        sample("PUT", OBJECT, "change_owner", "to whom", Some(User),
            |n| json!({ "type": TYPE, "id": n.own_object, "owner": n.user })),
        sample("DELETE", OBJECT, "", "one's own", None, |n| json!({ "type": TYPE, "id": n.own_object })),
        sample("DELETE", OBJECT, "", "a member's", Some(Object), |n| json!({ "type": TYPE, "id": n.object })),
    ]
}

#[rustfmt::skip]
fn of_directories() -> Vec<Sample> {
    const SERVER: &str = "ldap-servers/{name}";
    const ATTRIBUTES: &str = "ldap-attributes";
    use Target::{LdapServer, Tenant};
    vec![
        sample("GET", "ldap-servers", "", "", None, |_| json!({})),
        sample("GET", SERVER, "", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),
        sample("POST", "ldap-servers", "", "", None, |n| new_ldap_server(&n.fresh, &n.ldap_port)),
        sample("PUT", SERVER, "update", "", Some(LdapServer), |n| json!({ "name": n.ldap_server, "user_base": "example.com" })),
        sample("PUT", SERVER, "test", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),
        sample("DELETE", SERVER, "", "", Some(LdapServer), |n| json!({ "name": n.ldap_server })),

        sample("GET", "ldap-users", "", "", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server, "users": "newton" })),
        sample("GET", "ldap-users", "", "raw", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server, "raw": "true" })),
        sample("GET", "ldap-groups", "", "", Some(LdapServer), |n| json!({ "ldap_server_name": n.ldap_server })),
        sample("GET", "ldap-groups", "", "raw", Some(LdapServer),
            |n| json!({ "ldap_server_name": n.ldap_server, "groups": "Italians", "raw": "true" })),
        sample("PUT", "ldap-groups", "import", "into a tenant", Some(Tenant), |n| import(&n.ldap_server, &n.tenant)),
        sample("PUT", "ldap-groups", "import", "from where", Some(LdapServer), |n| import(&n.ldap_server, &n.tenant)),

        sample("GET", "openshift-users", "", "", None, |_| json!({ "users": "admin1" })),
        sample("GET", "openshift-groups", "", "", None, |_| json!({})),
        sample("PUT", "openshift-users", "import", "into a tenant", Some(Tenant), |n| json!({
            "users": n.fresh, "tenant": n.tenant, "tenant_role": "user", "user_capabilities": super::world::NONE,
        })),
        sample("PUT", "openshift-groups", "import", "into a tenant", Some(Tenant), |n| json!({
            "group": "robin-users", "tenant": n.tenant, "tenant_role": "user", "user_capabilities": super::world::NONE,
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
        "user_capabilities": super::world::NONE,
    })
}

/// A directory server of the tests, at that port.
pub fn new_ldap_server(name: &str, port: &str) -> Value {
    json!({
        "name": name, "hostname": "127.0.0.1", "port": port, "server_type": "OPEN_LDAP", "username": "cn=root,dc=example,dc=com",
        "password": slapd::ROOT.1, "search_base": "dc=example,dc=com",
    })
}

#[rustfmt::skip]
fn decisions() -> Vec<Sample> {
    const EVALUATION: &str = "/access/v1/evaluation";
    const EVALUATIONS: &str = "/access/v1/evaluations";
    use Target::User;
    vec![
        sample("POST", EVALUATION, "", "about oneself", None, |n| evaluation(&n.oneself, &n.home, "APPLICATION", "*")),
        sample("POST", EVALUATION, "", "about a member", Some(User), |n| evaluation(&n.user, &n.tenant, "APPLICATION", "*")),
        sample("POST", EVALUATION, "", "oneself and a member", Some(User), |n| evaluation(&n.oneself, &n.home, "USER", &n.user)),
        sample("POST", EVALUATIONS, "", "about oneself", None,
            |n| json!({ "evaluations": [evaluation(&n.oneself, &n.home, "APPLICATION", "*")] })),
        sample("POST", EVALUATIONS, "", "about a member", Some(User),
            |n| json!({ "evaluations": [evaluation(&n.user, &n.tenant, "APPLICATION", "*")] })),
        sample("POST", "/access/v1/search/subject", "", "who may see a member", Some(User), |n| json!({
            "subject": { "type": "user", "properties": { "tenant": n.home } }, "action": { "name": "view" },
            "resource": { "type": "USER", "id": n.user },
        })),
        sample("POST", "/access/v1/search/resource", "", "what one sees", None, |n| json!({
            "subject": { "type": "user", "id": n.oneself }, "action": { "name": "view" }, "resource": { "type": "NAMESPACE" },
        })),
        sample("POST", "/access/v1/search/resource", "", "what a member sees", Some(User), |n| json!({
            "subject": { "type": "user", "id": n.user }, "action": { "name": "view" }, "resource": { "type": "NAMESPACE" },
        })),
        sample("POST", "/access/v1/search/action", "", "what one does", None, |n| json!({
            "subject": { "type": "user", "id": n.oneself }, "resource": { "type": "USER", "id": "*" },
        })),
        sample("POST", "/access/v1/search/action", "", "what a member does", Some(User), |n| json!({
            "subject": { "type": "user", "id": n.user }, "resource": { "type": "USER", "id": "*" },
        })),
        sample("GET", "changes", "", "", None, |_| json!({})),
    ]
}
