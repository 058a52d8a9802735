//! A server with tenants and people, and more of them whenever a test needs fresh ones.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use robin_testkit::{
    ADMIN, Answer, Api, Engine, Openshift, PASSWORD as ADMIN_PASSWORD, Server, database, openshift, slapd::Slapd,
};
use serde_json::{Value, json};

use super::samples::{Names, TYPE, mapping, new_ldap_server};

/// The password of everybody here but the first administrator.
pub const PASSWORD: &str = "plover-quartz-41";
/// The tenant of superadmins.
pub const ADMINISTRATORS: &str = "Administrators";
/// The capability that stands for none.
pub const NONE: &str = "NoCapabilities";
/// A custom capability with every permission there is, for every role.
pub const EVERYTHING: &str = "Everything";

/// A running server and its first administrator.
pub struct World {
    pub server: Server,
    pub api: Api,
    /// The first administrator's token.
    pub admin: String,
    /// Every permission there is, as `TYPE:operation`.
    pub permissions: Vec<String>,
    count: AtomicU32,
    slapd: OnceLock<Slapd>,
    /// The cluster that the server runs on, if it does.
    pub openshift: Option<Openshift>,
}

/// Somebody who is logged in.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub token: String,
    pub tenant: String,
}

impl World {
    /// A server on a cluster, with its administrator, and the capability [`EVERYTHING`].
    pub async fn start() -> Self {
        let openshift = Openshift::start();
        let server = Server::builder(Engine::Sqlite).on(&openshift).start().await;
        Self { openshift: Some(openshift), ..Self::of(server, ADMIN_PASSWORD).await }
    }

    /// This new server, whose administrator has this password.
    pub async fn of(server: Server, password: &str) -> Self {
        let api = server.api();
        let admin = api.login(ADMIN, password, "").await;
        let count = AtomicU32::new(0);
        let mut world =
            Self { server, api, admin, permissions: Vec::new(), count, slapd: OnceLock::new(), openshift: None };
        world.permissions = world.permissions_of(ADMIN, ADMINISTRATORS).await;
        let roles = json!(["superadmin", "tenantadmin", "user"]);
        let body = json!({ "name": EVERYTHING, "tenant_roles": roles, "capability_entries": world.permissions });
        world.by_admin("POST", "user-capabilities", body).await;
        world
    }

    /// Has the first administrator do something that must succeed.
    pub async fn by_admin(&self, method: &str, path: &str, body: Value) -> Value {
        self.api.ok(method, path, &self.admin, body).await
    }

    /// Has somebody do something.
    pub async fn by(&self, who: &Person, method: &str, path: &str, body: Value) -> Answer {
        self.api.send(method, path, &who.token, body).await
    }

    /// A name that nothing has.
    pub fn fresh(&self, kind: &str) -> String {
        format!("{kind}-{:04}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// A new tenant.
    pub async fn tenant(&self) -> String {
        let name = self.fresh("tenant");
        self.by_admin("POST", "tenants", json!({ "name": name })).await;
        name
    }

    /// A new member of a tenant. Without capabilities they get their role's default.
    pub async fn user(&self, tenant: &str, role: &str, capabilities: &[&str]) -> String {
        let name = self.fresh("user");
        let mut place = json!({ "tenant": tenant, "tenant_role": role });
        if !capabilities.is_empty() {
            place["user_capabilities"] = json!(capabilities);
        }
        let user = json!({
            "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": [place],
        });
        self.by_admin("POST", "users", json!({ "user_info": user })).await;
        name
    }

    /// A new member of a tenant, logged in.
    pub async fn person(&self, tenant: &str, role: &str, capabilities: &[&str]) -> Person {
        let name = self.user(tenant, role, capabilities).await;
        let token = self.api.login(&name, PASSWORD, tenant).await;
        Person { name, token, tenant: tenant.to_owned() }
    }

    /// Makes somebody a member of another tenant too.
    pub async fn join(&self, user: &str, tenant: &str, role: &str) {
        let body = json!({ "action": "add_users", "users": [user], "tenant_role": role });
        self.by_admin("PUT", &format!("tenants/{tenant}"), body).await;
    }

    /// A new namespace.
    pub async fn namespace(&self, tenant: &str, owner: &str) -> String {
        let name = self.fresh("namespace");
        let body = json!({ "name": name, "tenant": tenant, "username": owner });
        self.by_admin("POST", "namespaces", body).await;
        name
    }

    /// A new object of the type that samples are about.
    pub async fn object(&self, tenant: &str, owner: &str) -> String {
        let name = self.fresh("object");
        let body = json!({ "type": TYPE, "id": name, "tenant": tenant, "owner": owner });
        self.by_admin("POST", "objects", body).await;
        name
    }

    /// Shares an object with a user.
    pub async fn share(&self, object_type: &str, object: &str, user: &str) {
        let body = json!({ "object_type": object_type, "object_id": object, "username": user, "operations": "view" });
        self.by_admin("POST", "object-shares", body).await;
    }

    /// A new custom capability with these permissions and those of `ViewApplications`, for every role.
    pub async fn capability(&self, entries: &[&str]) -> String {
        let name = self.fresh("Capability");
        let roles = json!(["superadmin", "tenantadmin", "user"]);
        let providers = ["ViewApplications"];
        let body =
            json!({ "name": name, "tenant_roles": roles, "providers": providers, "capability_entries": entries });
        self.by_admin("POST", "user-capabilities", body).await;
        name
    }

    /// The port of a directory, which is started when it is first asked for.
    pub fn ldap_port(&self) -> String {
        self.slapd.get_or_init(Slapd::forumsys).port.to_string()
    }

    /// A new directory server.
    pub async fn ldap_server(&self) -> String {
        let name = self.fresh("ldap");
        self.by_admin("POST", "ldap-servers", new_ldap_server(&name, &self.ldap_port())).await;
        name
    }

    /// A new schedule, of a function that no server knows. No call makes one that stands alone.
    pub async fn schedule(&self) -> String {
        let name = self.fresh("Schedule");
        let add = format!(
            "INSERT INTO schedules (name, name_key, function, period, enabled, next_run) \
             VALUES ('{name}', '{}', 'unheard', 3600000000, TRUE, 0)",
            name.to_lowercase()
        );
        database::execute(&self.server.how().database_url(), &add).await;
        name
    }

    /// Has a group of the directory mapped to the tenant, if it is not.
    pub async fn map(&self, names: &Names) {
        let body = mapping("Chemists", &names.ldap_server, &names.tenant);
        let (status, answer) = self.api.call("POST", "directory-mappings", &self.admin, body).await;
        assert!([200, 409].contains(&status), "{answer}");
    }

    /// Adds a user of this name to the cluster, if there is one.
    pub fn openshift_user(&self, name: &str) {
        if let Some(cluster) = &self.openshift {
            cluster.add_user(name, &format!("uid-of-{name}"), None, openshift::PASSWORD);
        }
    }

    /// Names of things that are there, in a tenant that is.
    pub async fn names(&self, tenant: &str) -> Names {
        let user = self.user(tenant, "user", &[NONE]).await;
        let namespace = self.namespace(tenant, &user).await;
        let heir = self.user(tenant, "user", &[NONE]).await;
        let object = self.object(tenant, &user).await;
        self.share(TYPE, &object, &heir).await;
        self.share("NAMESPACE", &namespace, &heir).await;
        let fresh = self.fresh("new");
        self.openshift_user(&fresh);
        Names {
            oneself: user.clone(),
            own_object: self.object(tenant, &heir).await,
            object,
            heir,
            homeless: user.clone(),
            tenant: tenant.to_owned(),
            home: tenant.to_owned(),
            spare: tenant.to_owned(),
            own_namespace: namespace.clone(),
            namespace,
            capability: self.capability(&["APPLICATION:view"]).await,
            fresh,
            ldap_server: self.ldap_server().await,
            ldap_port: self.ldap_port(),
            schedule: self.schedule().await,
            account: self.account(tenant).await,
            user,
            ..Names::default()
        }
    }

    /// A new service account.
    pub async fn account(&self, tenant: &str) -> String {
        let name = self.fresh("account");
        let body = json!({ "name": name, "tenant": tenant, "user_capabilities": NONE });
        self.by_admin("POST", "service-accounts", body).await;
        name
    }

    /// The number of a new access token of a user.
    pub async fn access_token(&self, user: &str, tenant: &str) -> String {
        let body = json!({ "username": user, "tenant": tenant, "force": true });
        self.by_admin("POST", "access-tokens", body).await["id"].to_string()
    }

    /// The number of a session of somebody, by their token.
    pub async fn session(&self, token: &str) -> String {
        let whoami = self.api.ok("GET", "login", token, Value::Null).await;
        whoami["session"].as_str().expect("a session").to_owned()
    }

    /// What somebody may do in a tenant, as `TYPE:operation`.
    pub async fn permissions_of(&self, user: &str, tenant: &str) -> Vec<String> {
        let shown = self.by_admin("GET", &format!("users/{user}?permissions=true"), Value::Null).await;
        let by_type = shown["permissions"][tenant].as_object().expect("permissions by type").clone();
        let pairs = by_type.iter().flat_map(|(object_type, operations)| {
            let operations = operations.as_array().expect("operations").iter();
            operations.map(move |operation| format!("{object_type}:{}", operation.as_str().expect("a word")))
        });
        pairs.collect()
    }

    /// Everything that is known of somebody, to be compared before and after.
    pub async fn state(&self, user: &str) -> Value {
        self.by_admin("GET", &format!("users/{user}"), Value::Null).await
    }
}
