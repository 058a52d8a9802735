//! The connection to the database breaks at every statement of every call: the call is refused as one that may be tried again, or
//! was done before; nothing is half done, and the next call is served.
//!
//! Of calls that change something, a first one is listened to. Where another call for the same endpoint ran the same statement
//! between the same two, the connection broke there already, and is not broken again.

use std::{collections::HashSet, time::Duration};

use robin_testkit::{ADMIN, Openshift, PASSWORD, Wire, database, slapd};
use serde_json::{Value, json};

use super::outage::wired;
use crate::{
    access::{
        samples::{self, Route, Sample, TYPE, evaluation, sample},
        stage::{CALLERS, Caller, Stage, Which},
        world::World,
    },
    bad_input::refusal,
};

/// More statements than any call comes to.
pub const MOST: u32 = 200;

/// Two tenants on a server whose connections can be broken.
struct Trial {
    stage: Stage,
    wire: Wire,
    database: String,
    /// Where the connection broke: the endpoint, the statement before, the statement, and the one after.
    broken: HashSet<[String; 4]>,
}

impl Trial {
    async fn begin() -> Self {
        let (how, wire) = wired().await;
        let (database, openshift) = (how.database_url(), Openshift::start());
        let mut world = World::of(how.on(&openshift).start().await, PASSWORD).await;
        world.openshift = Some(openshift);
        let stage = Stage::on(world).await;
        Self { stage, wire, database, broken: HashSet::new() }
    }

    /// Breaks the connection at each of the call's statements in turn where it did not break yet.
    async fn of(&mut self, caller: Caller, route: &Route, sample: &Sample) {
        // What is only read is remembered: a call before would leave nothing to ask.
        let is_read = route.method == "GET" || route.resource() == "access";
        let place = format!("{} {} ({})", route.label(), sample.note, caller.name);
        let mut done = Vec::new();
        let mut statements = 1..MOST;
        let mut heard = Vec::new();
        if !is_read {
            done.extend(self.attempt(caller, route, sample, 0, &place).await.1);
            heard = self.wire.heard();
            statements = 1..u32::try_from(heard.len()).expect("few") + 1;
        }
        for nth in statements {
            if !is_read && !self.is_new(route, &heard, nth) {
                continue;
            }
            let (has_broken, status) = self.attempt(caller, route, sample, nth, &place).await;
            done.extend(status);
            if is_read && !has_broken {
                break;
            }
        }
        assert!(done.iter().all(|status| *status == done[0] && *status < 500), "{place}: {done:?}");
    }

    /// Whether the connection did not break yet at the statement of that number.
    fn is_new(&mut self, route: &Route, heard: &[String], nth: u32) -> bool {
        let at = |nth: u32| heard.get(nth as usize).cloned().unwrap_or_default();
        let before = nth.checked_sub(2).map_or_else(String::new, at);
        self.broken.insert([route.label(), before, at(nth - 1), at(nth)])
    }

    /// Makes the call, and breaks the connection at this statement of it. Says whether it broke, and the answer's status if it was
    /// done.
    async fn attempt(
        &mut self,
        caller: Caller,
        route: &Route,
        sample: &Sample,
        nth: u32,
        place: &str,
    ) -> (bool, Option<u16>) {
        let (names, _) = self.stage.names(caller, sample, Which::InReach).await;
        let person = self.stage.person(caller).await;
        let (method, path, body) = samples::request(route, (sample.fields)(&names));
        database::certified(&self.database).await;
        let before = database::contents(&self.database).await;
        // Nothing has to be asked before the call itself: what decisions need is remembered, and fresh.
        self.stage.world.api.ok("GET", "login", &person.token, Value::Null).await;
        self.wire.break_at(nth);
        let answer = self.stage.world.api.send(&method, &path, &person.token, body).await;
        let has_broken = self.wire.spare() && nth > 0;
        if answer.status != 503 {
            if answer.status < 400 {
                self.stage.spent(caller, route, sample);
            }
            return (has_broken, Some(answer.status));
        }
        assert!(has_broken, "{place}: {answer:?}");
        refusal::check(&answer);
        let after = database::contents(&self.database).await;
        assert!(before == after, "{place} is half done when statement {nth} breaks:\n{before}\n{after}");
        (has_broken, None)
    }
}

/// The resources whose calls are many; each has a test of its own.
const LARGE: [&str; 7] =
    ["users", "tenants", "namespaces", "user-capabilities", "objects", "object-shares", "access-tokens"];

/// Whether it is about directories or the cluster.
fn is_of_directories(resource: &str) -> bool {
    ["ldap-", "directory-", "openshift-"].iter().any(|beginning| resource.starts_with(beginning))
}

/// What the matrix asks of these resources, and what is asked here besides, by those who may do most.
async fn all_of(is_meant: impl Fn(&str) -> bool) {
    let mut trial = Trial::begin().await;
    for route in samples::routes() {
        let path = route.path.strip_prefix(samples::BASE).unwrap_or(route.path);
        if !is_meant(route.resource()) || path != route.first {
            continue;
        }
        let further = further().into_iter().filter(|sample| sample.is_of(&route));
        for sample in samples::of(&route).into_iter().chain(further) {
            for caller in CALLERS.iter().filter(|caller| ["superadmin", "tenantadmin*"].contains(&caller.name)) {
                trial.of(*caller, &route, &sample).await;
            }
        }
    }
}

/// Requests that take ways which those of the matrix don't.
#[rustfmt::skip]
fn further() -> Vec<Sample> {
    const USER: &str = "users/{username}";
    const TENANT: &str = "tenants/{name}";
    const CAPABILITY: &str = "user-capabilities/{name}";
    const SHARES: &str = "object-shares";
    const EVALUATION: &str = "/access/v1/evaluation";
    vec![
        sample("DELETE", "login", "", "every session", None, |_| json!({ "all": true })),
        sample("POST", "access-tokens", "", "narrowed to a user", None, |n| json!({ "username": n.user, "force": true, "grants": [
            { "resources": "USER", "functions": "view", "entities": n.user, "tenants": n.tenant },
            { "resources": "TENANT", "functions": "view", "entities": n.tenant },
        ]})),
        sample("POST", "access-tokens", "", "an account's", None, |_| json!({ "account": "no-such-account" })),
        sample("PUT", "access-tokens", "regenerate", "the only one", None,
            |n| json!({ "username": n.user, "tenant": n.tenant })),
        sample("POST", "users", "", "with a namespace that is there", None, |n| json!({ "user_info": {
            "username": n.fresh, "authentication_type": 1, "password": "plover-quartz-41",
            "tenant_list": [{ "tenant": n.tenant, "tenant_role": "user", "namespace_name": n.namespace }],
        }})),
        sample("POST", "users", "", "of a directory", None, |n| json!({ "user_list": [{
            "username": n.fresh, "authentication_type": 2, "ldap_server": n.ldap_server,
            "ldap_user_dn": "uid=newton,dc=example,dc=com",
            "tenant_list": [{ "tenant": n.tenant, "tenant_role": "user", "user_capabilities": "NoCapabilities" }],
        }]})),
        sample("POST", "users", "", "of the cluster", None, |n| json!({ "user_info": {
            "username": n.fresh, "authentication_type": 3,
            "tenant_list": [{ "tenant": n.tenant, "tenant_role": "user", "user_capabilities": "NoCapabilities" }],
        }})),
        sample("PUT", USER, "update", "a password", None,
            |n| json!({ "username": n.user, "user_info": { "password": "another-quartz-42" } })),
        sample("PUT", USER, "change_tenant_role", "oneself", None,
            |n| json!({ "username": n.oneself, "tenant": "Administrators", "tenant_role": "superadmin" })),
        sample("DELETE", USER, "", "with an heir", None, |n| json!({ "username": n.user,
            "replacement_users": [{ "tenant": n.tenant, "replacement_user": n.heir }] })),
        sample("PUT", TENANT, "remove_users", "with an heir", None,
            |n| json!({ "name": n.tenant, "users": n.user, "replacement_user": n.heir })),
        sample("GET", SHARES, "", "of an object", None, |n| json!({ "object_type": TYPE, "object_id": n.object })),
        sample("POST", "objects", "", "several", None, |n| json!({ "objects": [
            { "type": TYPE, "id": n.fresh, "tenant": n.home }, { "type": TYPE, "id": n.own_object, "tenant": n.home },
        ]})),
        sample("POST", EVALUATION, "", "a tenant", None, |n| evaluation(&n.oneself, &n.home, "TENANT", &n.tenant)),
        sample("POST", EVALUATION, "", "a member and a namespace", None, |n| evaluation(&n.user, &n.tenant, "NAMESPACE", &n.namespace)),
        sample("POST", "/access/v1/search/subject", "", "who may see an object", None, |n| json!({
            "subject": { "type": "user", "properties": { "tenant": n.tenant } }, "action": { "name": "view" },
            "resource": { "type": "NAMESPACE", "id": n.namespace },
        })),
        sample("POST", "/access/v1/search/resource", "", "users", None, |n| json!({
            "subject": { "type": "user", "id": n.oneself }, "action": { "name": "view" }, "resource": { "type": "USER" },
        })),
        sample("POST", "/access/v1/search/resource", "", "tenants", None, |n| json!({
            "subject": { "type": "user", "id": n.oneself }, "action": { "name": "view" }, "resource": { "type": "TENANT" },
        })),
        sample("POST", "/access/v1/search/resource", "", "settings", None, |n| json!({
            "subject": { "type": "user", "id": n.oneself }, "action": { "name": "view" }, "resource": { "type": "CONFIG" },
        })),
        sample("GET", "changes", "", "since the beginning", None, |_| json!({ "since": "1", "wait": "0" })),
        sample("PUT", "ldap-servers/{name}", "update", "a password", None,
            |n| json!({ "name": n.ldap_server, "password": slapd::ROOT.1 })),
        sample("POST", "ldap-attributes", "", "to the default", None, |_| json!({
            "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members", "value": "uniqueMember,member",
        })),
        sample("PUT", "user-certs", "update_config", "another interval", None, |_| json!({ "check_interval": "25h" })),
        sample("PUT", CAPABILITY, "update", "fewer roles", None,
            |n| json!({ "name": n.capability, "tenant_roles": ["superadmin"] })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_user_half_done() {
    all_of(|resource| resource == "users").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_access_token_half_done() {
    all_of(|resource| resource == "access-tokens").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_tenant_half_done() {
    all_of(|resource| resource == "tenants").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_namespace_half_done() {
    all_of(|resource| resource == "namespaces").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_object_half_done() {
    all_of(|resource| resource == "objects").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_share_half_done() {
    all_of(|resource| resource == "object-shares").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_capability_half_done() {
    all_of(|resource| resource == "user-capabilities").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_directory_half_done() {
    all_of(is_of_directories).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_nothing_else_half_done() {
    all_of(|resource| !LARGE.contains(&resource) && !is_of_directories(resource)).await;
}

/// Who asks is looked up when a session is new to a server, and what changed meanwhile when a while has passed.
#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_nobody_unknown() {
    let trial = Trial::begin().await;
    let api = &trial.stage.world.api;
    for pause in [Duration::ZERO, Duration::from_millis(450)] {
        for nth in 1.. {
            let token = api.login(ADMIN, PASSWORD, "").await;
            if !pause.is_zero() {
                api.ok("GET", "login", &token, Value::Null).await;
                // Something changes that every server reads anew as a whole.
                let value = json!({ "action": "update", "name": "password.min_length", "value": 8 });
                let elsewhere = "UPDATE revision SET revision = revision + 1000000";
                api.ok("PUT", "config", &token, value).await;
                database::execute(&trial.database, elsewhere).await;
                tokio::time::sleep(pause).await;
            }
            trial.wire.break_at(nth);
            let answer = api.send("GET", "login", &token, Value::Null).await;
            if !trial.wire.spare() {
                assert_eq!(answer.status, 200, "{answer:?}");
                break;
            }
            assert!([200, 503].contains(&answer.status), "{answer:?}");
            assert_eq!(api.send("GET", "login", &token, Value::Null).await.status, 200);
        }
    }
}
