//! What a hundred times as many objects and shares do to a decision, and to the search for one user's objects: nothing.

use std::time::Instant;

use robin_bench::{
    contest::{ROUNDS, median},
    load::Connection,
    report::{Goal, Report, Unit},
};
use robin_testkit::{Engine, PASSWORD, database};
use serde_json::json;

use crate::stage::Stage;

/// Users of the tenant; the one who asks has a share of each of the first objects.
const USERS: u32 = 10_000;
const OWN: u32 = 100;
/// Shares of each object.
const SHARES: u32 = 10;
/// How many objects there are.
const SIZES: [u32; 2] = [1000, 100_000];
/// Warm decisions timed one after the other in a round.
const WARM: u32 = 2000;

pub fn measure(report: &mut Report) {
    for (engine, name) in [(Engine::Sqlite, "SQLite"), (Engine::Postgres, "PostgreSQL")] {
        let [mut few, mut many] = SIZES.map(|size| Asker::new(engine, size));
        let mut taken = [const { Vec::new() }; 6];
        for _ in 0..ROUNDS {
            let times = [few.first(), many.first(), few.again(), many.again(), few.search(), many.search()];
            taken.iter_mut().zip(times).for_each(|(taken, time)| taken.push(time));
        }
        let [few_first, many_first, few_again, many_again, few_search, many_search] = taken.map(median);
        let beside = "1,000 objects, 10,000 shares";
        let mut compare = |measure: String, many: f64, few: f64| {
            report.compare(&measure, Unit::Time, many, (beside, few), Goal::AtMost(1.5));
        };
        compare(format!("{name}, 100,000 objects, 1,000,000 shares: 100 decisions never made"), many_first, few_first);
        compare("the same, a decision made before".to_owned(), many_again, few_again);
        compare("the same, one user's 100 objects searched".to_owned(), many_search, few_search);
    }
}

/// A server with so many objects, and a user of it.
struct Asker {
    stage: Stage,
    size: u32,
}

impl Asker {
    fn new(engine: Engine, size: u32) -> Self {
        let stage = Stage::on(engine, USERS);
        let database = stage.server.how().database_url();
        for statement in [
            format!(
                "INSERT INTO objects (object_type, name, tenant_id, owner_id, attributes, created_at)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})
                 SELECT 'APPLICATION', 'app' || i, t.id, 3, '{{}}', 0 FROM n, tenants t WHERE t.name = 'crew'"
            ),
            // The one who asks is `user1`; whoever else an object is shared with depends on its number.
            format!(
                "INSERT INTO shares (object_id, object_type, object_tenant_id, user_id, operations, created_at, created_by)
                 WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {SHARES} - 1)
                 SELECT o.id, o.object_type, o.tenant_id,
                    u.id + CASE WHEN n.i = 0 AND o.number <= {OWN} THEN 0
                        ELSE 1 + (o.number * {SHARES} + n.i) % ({USERS} - 1) END,
                    'start,view', 0, 3
                 FROM (SELECT id, object_type, tenant_id, row_number() OVER (ORDER BY id) AS number FROM objects
                    WHERE object_type = 'APPLICATION') o, n, users u WHERE u.username = 'user1'"
            ),
            "ANALYZE".to_owned(),
        ] {
            stage.runtime.block_on(database::execute(&database, &statement));
        }
        Self { stage, size }
    }

    /// Seconds for questions about objects that a server which has just started knows nothing of.
    fn first(&mut self) -> f64 {
        self.stage.server.restart();
        let questions: Vec<_> = (1..=OWN).map(|n| json!({ "resource": { "id": format!("app{n}") } })).collect();
        let body = json!({ "subject": subject(), "action": { "name": "start" }, "resource": { "type": "APPLICATION" },
            "evaluations": questions });
        self.time("/access/v1/evaluations", &body.to_string(), 1, "\"decision\":true", OWN as usize)
    }

    /// Seconds for one decision that was made before.
    fn again(&self) -> f64 {
        let resource = json!({ "type": "APPLICATION", "id": "app1" });
        let body = json!({ "subject": subject(), "action": { "name": "start" }, "resource": resource });
        self.time("/access/v1/evaluation", &body.to_string(), WARM, "\"decision\":true", 1) / f64::from(WARM)
    }

    /// Seconds to find all that the user may start.
    fn search(&self) -> f64 {
        let body =
            json!({ "subject": subject(), "action": { "name": "start" }, "resource": { "type": "APPLICATION" } });
        self.time("/access/v1/search/resource", &body.to_string(), 10, "\"id\":", OWN as usize) / 10.0
    }

    /// Seconds for as many requests in a row, each of whose answers must hold `word` as often as `expected`.
    fn time(&self, path: &str, body: &str, count: u32, word: &str, expected: usize) -> f64 {
        let Self { stage, size } = self;
        stage.runtime.block_on(async {
            let token = stage.server.api().login("user1", PASSWORD, "crew").await;
            let request = stage.request("POST", path, &token, body);
            let mut connection = Connection::open(stage.address()).await;
            // Who asks is known then, whatever they ask about.
            connection.ask(&stage.request("GET", "login", &token, "")).await;
            let begun = Instant::now();
            let mut last = Vec::new();
            for _ in 0..count {
                connection.ask(&request).await.clone_into(&mut last);
            }
            let seconds = begun.elapsed().as_secs_f64();
            let found = String::from_utf8_lossy(&last).matches(word).count();
            assert_eq!(found, expected, "{path} with {size} objects: {}", String::from_utf8_lossy(&last));
            seconds
        })
    }
}

fn subject() -> serde_json::Value {
    json!({ "type": "user", "id": "user1" })
}
