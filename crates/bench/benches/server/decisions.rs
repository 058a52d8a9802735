//! Decisions for other services: one at a time beside a handler that takes the same request and does nothing, and in lists beside
//! one at a time.

use robin_bench::{
    contest::{ROUNDS, median},
    load::Connection,
    report::{Goal, Report, Unit},
};
use robin_testkit::database;
use serde_json::json;

use crate::{
    requests::Rounds,
    stage::{Listening, Stage},
};

/// How many questions a list holds.
const LIST: u32 = 1000;

pub fn measure(report: &mut Report) {
    let stage = Stage::with_users(10_000);
    // The owner is their tenant's member with the highest number.
    let objects = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {LIST})
         INSERT INTO objects (object_type, name, tenant_id, owner_id, attributes, created_at)
         SELECT 'APPLICATION', 'app' || i, t.id, (SELECT max(user_id) FROM memberships WHERE tenant_id = t.id), '{{}}', 0
         FROM n, tenants t WHERE t.name = 'crew'"
    );
    stage.runtime.block_on(database::execute(&stage.server.how().database_url(), &objects));
    let token = stage.token();
    let (subject, action) = (json!({ "type": "user", "id": robin_testkit::ADMIN }), json!({ "name": "start" }));
    let resource = |n: u32| json!({ "type": "APPLICATION", "id": format!("app{n}") });
    let single = json!({ "subject": subject, "action": action, "resource": resource(1) }).to_string();
    let questions: Vec<_> = (1..=LIST).map(|n| json!({ "resource": resource(n) })).collect();
    let list = json!({ "subject": subject, "action": action, "evaluations": questions }).to_string();
    let one_request = stage.request("POST", "/access/v1/evaluation", &token, &single);
    let list_request = stage.request("POST", "/access/v1/evaluations", &token, &list);
    let answer = stage.runtime.block_on(async {
        let mut connection = Connection::open(stage.address()).await;
        let many = String::from_utf8(connection.ask(&list_request).await.to_owned()).unwrap();
        assert_eq!(many.matches("\"decision\":true").count(), LIST as usize, "{many}");
        String::from_utf8(connection.ask(&one_request).await.to_owned()).unwrap()
    });
    assert!(answer.contains("\"decision\":true"), "{answer}");
    let bare = Listening::bare(&answer);
    let (mut ours, mut floor, mut alone, mut listed) =
        (Rounds::default(), Rounds::default(), Rounds::default(), Rounds::default());
    let (server, process) = (stage.address(), stage.server.process());
    for _ in 0..ROUNDS {
        ours.run(server, &one_request, process);
        floor.run(bare.address, &one_request, bare.process());
        alone.run_on(1, server, &one_request, process);
        listed.run_on(1, server, &list_request, process);
    }
    let measure = "`POST /access/v1/evaluation`, warm";
    report.compare(measure, Unit::Rate, median(ours.rates), ("bare axum", median(floor.rates)), Goal::AtLeast(0.8));
    let floor_p99 = ("bare axum", median(floor.p99));
    report.compare("the same, 99th percentile", Unit::Time, median(ours.p99), floor_p99, Goal::AtMost(2.0));
    let floor_cpu = ("bare axum", median(floor.cpu));
    report.compare("the same, processor time of each", Unit::Time, median(ours.cpu), floor_cpu, Goal::AtMost(1.5));
    let in_lists = median(listed.rates) * f64::from(LIST);
    let one_by_one = ("one by one", median(alone.rates));
    report.compare(
        "decisions in lists of 1,000, one connection",
        Unit::Rate,
        in_lists,
        one_by_one,
        Goal::AtLeast(50.0),
    );
}
