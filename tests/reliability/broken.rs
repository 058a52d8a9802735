//! The connection to the database breaks at every statement of every call: the call is refused as one that may be tried again, or
//! was done before; nothing is half done, and the next call is served.

use robin_testkit::{PASSWORD, Wire, database};
use serde_json::Value;

use super::outage::wired;
use crate::{
    access::{
        samples::{self, Route, Sample},
        stage::{CALLERS, Caller, Stage, Which},
        world::World,
    },
    bad_input::refusal,
};

/// More statements than any call comes to.
const MOST: u32 = 200;

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
            // Nothing has to be asked before the call itself: what decisions need is remembered, and fresh.
            self.stage.world.api.ok("GET", "login", &person.token, Value::Null).await;
            let before = database::contents(&self.database).await;
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

/// Everything that the matrix asks of these resources, by those who may do most.
async fn all_of(resources: &[&str]) {
    let mut trial = Trial::begin().await;
    for route in samples::routes() {
        let path = route.path.strip_prefix(samples::BASE).unwrap_or(route.path);
        if !resources.contains(&route.resource()) || path != route.first {
            continue;
        }
        for sample in samples::of(&route) {
            for caller in CALLERS.iter().filter(|caller| ["superadmin", "tenantadmin*"].contains(&caller.name)) {
                trial.of(*caller, &route, &sample).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_user_half_done() {
    all_of(&["users"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_tenant_half_done() {
    all_of(&["tenants"]).await;
}
