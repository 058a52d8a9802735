//! Fresh things to act on: what a call has changed is replaced before the next one.

use super::{
    samples::{Names, Route, Sample, TYPE, Target},
    world::{ADMINISTRATORS, EVERYTHING, NONE, PASSWORD, Person, World},
};

/// What everybody but its members finds missing.
const MISSING: &str = "missing-thing";

/// Who calls: a column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub name: &'static str,
    /// Whether they are in the first tenant, in the second, or neither.
    pub place: Place,
    role: &'static str,
    capability: &'static str,
    comes_with: With,
}

/// What a caller shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    Login,
    /// An access token that is not narrowed.
    Token,
    /// One that is good for looking at users of its tenant and changing them.
    Narrowed,
}

/// Where a caller is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Administrators,
    First,
    Second,
    Nowhere,
}

const fn caller(name: &'static str, place: Place, role: &'static str, capability: &'static str) -> Caller {
    Caller { name, place, role, capability, comes_with: With::Login }
}

const fn with(comes_with: With, caller: Caller) -> Caller {
    Caller { comes_with, ..caller }
}

/// All callers. Those with a `*` hold every permission there is, so that what refuses them is their reach.
pub const CALLERS: [Caller; 10] = [
    caller("superadmin", Place::Administrators, "superadmin", ""),
    caller("tenantadmin", Place::First, "tenantadmin", ""),
    caller("tenantadmin*", Place::First, "tenantadmin", EVERYTHING),
    caller("user", Place::First, "user", ""),
    caller("user*", Place::First, "user", EVERYTHING),
    caller("bare", Place::First, "tenantadmin", NONE),
    caller("stranger*", Place::Second, "tenantadmin", EVERYTHING),
    caller("nobody", Place::Nowhere, "user", ""),
    with(With::Token, caller("token*", Place::First, "tenantadmin", EVERYTHING)),
    with(With::Narrowed, caller("narrowed*", Place::First, "tenantadmin", EVERYTHING)),
];

/// Which of the things that a request can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    InReach,
    Foreign,
    Missing,
}

/// Resources whose calls leave members and their objects as they are.
const UNRELATED: [&str; 10] = [
    "user-capabilities",
    "config",
    "schedules",
    "user-certs",
    "ldap-servers",
    "ldap-groups",
    "ldap-attributes",
    "openshift-users",
    "openshift-groups",
    "directory-mappings",
];

/// The things of one tenant.
struct Things {
    tenant: String,
    heir: String,
    user: Option<String>,
    namespace: Option<String>,
    /// Of `user`, and of `heir`.
    objects: Option<(String, String)>,
}

/// Two tenants, everybody who calls, and what they act on.
pub struct Stage {
    pub world: World,
    first: Things,
    second: Things,
    capability: Option<String>,
    ldap_server: Option<String>,
    homeless: Option<String>,
    people: Vec<(Caller, Person)>,
    own_namespaces: Vec<(Caller, String)>,
    own_objects: Vec<(Caller, String)>,
}

impl Stage {
    pub async fn set() -> Self {
        Self::on(World::start().await).await
    }

    /// The same, on this server.
    pub async fn on(world: World) -> Self {
        let first = Things::new(&world).await;
        let second = Things::new(&world).await;
        Self {
            world,
            first,
            second,
            capability: None,
            ldap_server: None,
            homeless: None,
            people: Vec::new(),
            own_namespaces: Vec::new(),
            own_objects: Vec::new(),
        }
    }

    /// The caller, logged in anew where the last one's session or account is gone.
    pub async fn person(&mut self, caller: Caller) -> Person {
        if let Some((_, person)) = self.people.iter().find(|(known, _)| *known == caller) {
            return person.clone();
        }
        let tenant = match caller.place {
            Place::Administrators => ADMINISTRATORS,
            Place::First | Place::Nowhere => &self.first.tenant,
            Place::Second => &self.second.tenant,
        };
        let capabilities: &[&str] = if caller.capability.is_empty() { &[] } else { &[caller.capability] };
        let mut person = self.world.person(tenant, caller.role, capabilities).await;
        if caller.place == Place::Nowhere {
            person.token.clear();
        }
        if caller.comes_with != With::Login {
            person.token = self.access_token(&person, caller).await;
        }
        self.people.push((caller, person.clone()));
        person
    }

    /// The access token that a caller comes with.
    async fn access_token(&self, person: &Person, caller: Caller) -> String {
        let mut body = serde_json::json!({});
        if caller.comes_with == With::Narrowed {
            let grant =
                serde_json::json!({ "resources": "USER", "functions": "view,update", "tenants": person.tenant });
            body["grants"] = serde_json::json!([grant]);
        }
        let made = self.world.api.ok("POST", "access-tokens", &person.token, body).await;
        made["token"].as_str().expect("a token").to_owned()
    }

    /// Makes what people are known by, where the request names it; one's own too for who is somebody.
    async fn credentials(&self, names: &mut Names, sample: &Sample, is_somebody: bool) {
        let resource = sample.path.split('/').next();
        let has_own = sample.target.is_none() && is_somebody;
        if resource == Some("access-tokens") && sample.action != "grant" {
            names.token = self.world.access_token(&names.user, &names.tenant).await;
            names.own_token.clone_from(&names.token);
            if has_own {
                names.own_token = self.world.access_token(&names.oneself, &names.home).await;
            }
        }
        if resource == Some("service-accounts") {
            names.account = self.world.account(&names.tenant).await;
        }
        if resource == Some("sessions") {
            names.session = self.session(&names.user, &names.tenant).await;
            names.own_session.clone_from(&names.session);
            if has_own {
                names.own_session = self.session(&names.oneself, &names.home).await;
            }
        }
    }

    /// The names for a request by this caller, and the one of them that it is about.
    pub async fn names(&mut self, caller: Caller, sample: &Sample, which: Which) -> (Names, String) {
        let person = self.person(caller).await;
        let own_namespace = self.own_namespace(caller, &person).await;
        let own_object = self.own_object(caller, &person, sample).await;
        let is_second = caller.place == Place::Second;
        let things = if is_second { &mut self.second } else { &mut self.first };
        let mut names = things.names(&self.world, sample).await;
        names.home.clone_from(&person.tenant);
        names.oneself = person.name;
        names.own_namespace = own_namespace.unwrap_or_else(|| names.namespace.clone());
        names.fresh = self.world.fresh("new");
        names.own_object = own_object.unwrap_or(names.own_object);
        // Only what the request names is made: each of these takes a while.
        let is_of = |resource: &str| sample.path.split('/').next() == Some(resource);
        if is_of("tenants") {
            names.homeless = self.homeless().await;
            if caller.place == Place::Administrators {
                names.spare = self.world.tenant().await;
            }
        }
        if is_of("user-capabilities") {
            names.capability = self.capability().await;
        }
        let of_directories = ["ldap-servers", "ldap-users", "ldap-groups", "directory-mappings"];
        if of_directories.into_iter().any(is_of) || sample.note == "of a directory" {
            names.ldap_port = self.world.ldap_port();
            names.ldap_server = self.ldap_server().await;
        }
        if is_of("schedules") {
            names.schedule = self.world.schedule().await;
        }
        if is_of("openshift-users") || sample.note == "of the cluster" {
            self.world.openshift_user(&names.fresh);
        }
        if is_of("directory-mappings") {
            self.world.map(&names).await;
        }
        self.credentials(&mut names, sample, !person.token.is_empty()).await;
        let Some(target) = sample.target else { return (names, String::new()) };
        match which {
            Which::InReach => {}
            Which::Foreign => {
                let things = if is_second { &mut self.first } else { &mut self.second };
                let mut theirs = things.names(&self.world, sample).await;
                if target == Target::Session {
                    theirs.session = self.session(&theirs.user, &theirs.tenant).await;
                }
                if target == Target::Token {
                    theirs.token = self.world.access_token(&theirs.user, &theirs.tenant).await;
                }
                if target == Target::Account {
                    theirs.account = self.world.account(&theirs.tenant).await;
                }
                names.put(target, &theirs);
                if caller.place == Place::Administrators && target != Target::Home {
                    // Who reaches every tenant is asked to act on the other one alone.
                    let Names { user, heir, tenant, namespace, object, own_object, session, token, account, .. } =
                        theirs;
                    names.own_namespace.clone_from(&namespace);
                    names =
                        Names { user, heir, tenant, namespace, object, own_object, session, token, account, ..names };
                    names.spare = self.world.tenant().await;
                }
                if is_of("directory-mappings") {
                    self.world.map(&names).await;
                }
            }
            Which::Missing => {
                let name = || MISSING.to_owned();
                let missing = Names {
                    user: name(),
                    tenant: name(),
                    home: name(),
                    spare: name(),
                    namespace: name(),
                    object: name(),
                    session: name(),
                    token: "999999999".to_owned(),
                    account: name(),
                    capability: name(),
                    ldap_server: name(),
                    schedule: name(),
                    ..Names::default()
                };
                names.put(target, &missing);
            }
        }
        let about = names.about(target);
        (names, about)
    }

    /// Replaces what a successful call may have changed.
    pub fn spent(&mut self, caller: Caller, route: &Route, sample: &Sample) {
        let resource = route.resource();
        // What is shared already is not shared again, and who logs in has a session more.
        if route.method == "GET"
            || (route.method == "POST" && !["object-shares", "login", "directory-mappings"].contains(&resource))
        {
            return;
        }
        let of_credentials = ["login", "sessions", "access-tokens"];
        let is_about_oneself = sample.note == "oneself" || of_credentials.contains(&resource);
        for things in [&mut self.first, &mut self.second] {
            if !UNRELATED.contains(&resource) {
                things.namespace = None;
                things.objects = None;
            }
            // What is revoked is not revoked again.
            if resource == "users" || resource == "tenants" || route.action == Some("revoke") {
                things.user = None;
            }
        }
        match resource {
            "user-capabilities" => self.capability = None,
            "ldap-servers" | "directory-mappings" => self.ldap_server = None,
            "tenants" => self.homeless = None,
            "namespaces" => self.own_namespaces.retain(|(known, _)| *known != caller),
            "objects" | "object-shares" => self.own_objects.retain(|(known, _)| *known != caller),
            _ => {}
        }
        if sample.action == "regenerate" && sample.note == "everybody's" {
            self.people.retain(|(known, _)| known.comes_with == With::Login);
        }
        if is_about_oneself {
            self.people.retain(|(known, _)| *known != caller);
            self.own_namespaces.retain(|(known, _)| *known != caller);
            self.own_objects.retain(|(known, _)| *known != caller);
        }
    }

    async fn capability(&mut self) -> String {
        if self.capability.is_none() {
            self.capability = Some(self.world.capability(&["APPLICATION:view"]).await);
        }
        self.capability.clone().expect("one")
    }

    async fn ldap_server(&mut self) -> String {
        if self.ldap_server.is_none() {
            self.ldap_server = Some(self.world.ldap_server().await);
        }
        self.ldap_server.clone().expect("one")
    }

    /// A new session of a member.
    async fn session(&self, user: &str, tenant: &str) -> String {
        let token = self.world.api.login(user, PASSWORD, tenant).await;
        self.world.session(&token).await
    }

    async fn own_namespace(&mut self, caller: Caller, person: &Person) -> Option<String> {
        if matches!(caller.place, Place::Administrators | Place::Nowhere) {
            return None;
        }
        if let Some((_, name)) = self.own_namespaces.iter().find(|(known, _)| *known == caller) {
            return Some(name.clone());
        }
        let name = self.world.namespace(&person.tenant, &person.name).await;
        self.own_namespaces.push((caller, name.clone()));
        Some(name)
    }

    async fn own_object(&mut self, caller: Caller, person: &Person, sample: &Sample) -> Option<String> {
        if matches!(caller.place, Place::Administrators | Place::Nowhere) || !is_about_objects(sample) {
            return None;
        }
        if let Some((_, name)) = self.own_objects.iter().find(|(known, _)| *known == caller) {
            return Some(name.clone());
        }
        let name = self.world.object(&person.tenant, &person.name).await;
        self.own_objects.push((caller, name.clone()));
        Some(name)
    }

    async fn homeless(&mut self) -> String {
        if let Some(name) = &self.homeless {
            return name.clone();
        }
        let tenant = self.second.tenant.clone();
        let name = self.world.user(&tenant, "user", &[NONE]).await;
        let body = serde_json::json!({ "action": "remove_users", "users": name });
        self.world.by_admin("PUT", &format!("tenants/{tenant}"), body).await;
        self.homeless = Some(name.clone());
        name
    }
}

/// Whether the request names registered objects.
fn is_about_objects(sample: &Sample) -> bool {
    sample.path.starts_with("object")
}

impl Things {
    async fn new(world: &World) -> Self {
        let tenant = world.tenant().await;
        let heir = world.user(&tenant, "user", &[]).await;
        Self { tenant, heir, user: None, namespace: None, objects: None }
    }

    async fn names(&mut self, world: &World, sample: &Sample) -> Names {
        // Who has a token is granted no other one.
        if sample.action == "grant" {
            self.user = None;
        }
        if self.user.is_none() {
            self.user = Some(world.user(&self.tenant, "user", &[]).await);
            self.namespace = None;
            self.objects = None;
        }
        let user = self.user.clone().expect("one");
        if self.namespace.is_none() {
            self.namespace = Some(world.namespace(&self.tenant, &user).await);
        }
        let namespace = self.namespace.clone().expect("one");
        if sample.action == "unshare" {
            world.share("NAMESPACE", &namespace, &self.heir).await;
        }
        if is_about_objects(sample) && self.objects.is_none() {
            let object = world.object(&self.tenant, &user).await;
            world.share(TYPE, &object, &self.heir).await;
            self.objects = Some((object, world.object(&self.tenant, &self.heir).await));
        }
        let (object, own_object) = self.objects.clone().unwrap_or_default();
        Names {
            user,
            heir: self.heir.clone(),
            tenant: self.tenant.clone(),
            spare: self.tenant.clone(),
            home: self.tenant.clone(),
            namespace,
            object,
            own_object,
            ..Names::default()
        }
    }
}

impl Names {
    fn put(&mut self, target: Target, other: &Self) {
        match target {
            Target::User => self.user.clone_from(&other.user),
            Target::Tenant => {
                self.tenant.clone_from(&other.tenant);
                self.spare.clone_from(&other.spare);
            }
            Target::Home => self.home.clone_from(&other.home),
            Target::Namespace => self.namespace.clone_from(&other.namespace),
            Target::Object => self.object.clone_from(&other.object),
            Target::Session => self.session.clone_from(&other.session),
            Target::Token => self.token.clone_from(&other.token),
            Target::Account => self.account.clone_from(&other.account),
            Target::Capability => self.capability.clone_from(&other.capability),
            Target::LdapServer => self.ldap_server.clone_from(&other.ldap_server),
            Target::Schedule => self.schedule.clone_from(&other.schedule),
        }
    }

    fn about(&self, target: Target) -> String {
        let name = match target {
            Target::User => &self.user,
            Target::Tenant => &self.tenant,
            Target::Home => &self.home,
            Target::Namespace => &self.namespace,
            Target::Object => &self.object,
            Target::Session => &self.session,
            Target::Token => &self.token,
            Target::Account => &self.account,
            Target::Capability => &self.capability,
            Target::LdapServer => &self.ldap_server,
            Target::Schedule => &self.schedule,
        };
        name.clone()
    }
}
