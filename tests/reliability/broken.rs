//! The connection to the database breaks at every statement of every call: the call is refused as one that may be tried again, or
//! was done before; nothing is half done, and the next call is served.

use std::time::Duration;

use robin_testkit::{ADMIN, PASSWORD, Wire, database};
use serde_json::{Value, json};

use super::outage::wired;
use crate::{
    access::{
        samples::{self, Route, Sample, sample},
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
}

impl Trial {
    async fn begin() -> Self {
        let (how, wire) = wired().await;
        let database = how.database_url();
        let stage = Stage::on(World::of(how.start().await, PASSWORD).await).await;
        Self { stage, wire, database }
    }

    /// Breaks the connection at each of the call's statements in turn, until one more than it has.
    async fn of(&mut self, caller: Caller, route: &Route, sample: &Sample) {
        let place = format!("{} {} ({})", route.label(), sample.note, caller.name);
        let mut done = Vec::new();
        for nth in 1..MOST {
            let (names, _) = self.stage.names(caller, sample, Which::InReach).await;
            let person = self.stage.person(caller).await;
            let (method, path, body) = samples::request(route, (sample.fields)(&names));
            let before = database::contents(&self.database).await;
            // Nothing has to be asked before the call itself: what decisions need is remembered, and fresh.
            self.stage.world.api.ok("GET", "login", &person.token, Value::Null).await;
            self.wire.break_at(nth);
            let answer = self.stage.world.api.send(&method, &path, &person.token, body).await;
            let has_broken = self.wire.spare();
            match answer.status {
                503 => {
                    assert!(has_broken, "{place}: {answer:?}");
                    refusal::check(&answer);
                    let after = database::contents(&self.database).await;
                    assert!(before == after, "{place} is half done when statement {nth} breaks:\n{before}\n{after}");
                }
                status => {
                    if status < 400 {
                        self.stage.spent(caller, route, sample);
                    }
                    done.push(status);
                }
            }
            if !has_broken {
                assert!(done.iter().all(|status| *status == done[0] && *status < 500), "{place}: {done:?}");
                return;
            }
        }
        panic!("{place} has more than {MOST} statements");
    }
}

/// The resources whose calls are many; each has a test of its own.
const LARGE: [&str; 4] = ["users", "tenants", "namespaces", "user-capabilities"];

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
    vec![
        sample("DELETE", "login", "", "every session", None, |_| json!({ "all": true })),
        sample("POST", "users", "", "with a namespace that is there", None, |n| json!({ "user_info": {
            "username": n.fresh, "authentication_type": 1, "password": "plover-quartz-41",
            "tenant_list": [{ "tenant": n.tenant, "tenant_role": "user", "namespace_name": n.namespace }],
        }})),
        sample("PUT", USER, "update", "a password", None,
            |n| json!({ "username": n.user, "user_info": { "password": "another-quartz-42" } })),
        sample("PUT", USER, "change_tenant_role", "oneself", None,
            |n| json!({ "username": n.oneself, "tenant": "Administrators", "tenant_role": "superadmin" })),
        sample("DELETE", USER, "", "with an heir", None, |n| json!({ "username": n.user,
            "replacement_users": [{ "tenant": n.tenant, "replacement_user": n.heir }] })),
        sample("PUT", TENANT, "remove_users", "with an heir", None,
            |n| json!({ "name": n.tenant, "users": n.user, "replacement_user": n.heir })),
        sample("PUT", CAPABILITY, "update", "fewer roles", None,
            |n| json!({ "name": n.capability, "tenant_roles": ["superadmin"] })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_user_half_done() {
    all_of(|resource| resource == "users").await;
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
async fn rel_02_a_connection_that_breaks_leaves_no_capability_half_done() {
    all_of(|resource| resource == "user-capabilities").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_nothing_else_half_done() {
    all_of(|resource| !LARGE.contains(&resource)).await;
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
