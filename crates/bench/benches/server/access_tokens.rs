//! A request with an access token that was seen before, beside the same with a login token; and what a million stored ones change.

use robin_bench::{
    contest::{ROUNDS, median},
    report::{Goal, Report, Unit},
};
use robin_testkit::database;
use serde_json::json;

use crate::{requests::Rounds, stage::Stage};

/// How many tokens there are besides the one that is used.
const STORED: u32 = 1_000_000;

pub fn measure(report: &mut Report) {
    let (few, many) = (Stage::with_users(10_000), Stage::with_users(10_000));
    many.runtime.block_on(database::execute(&many.server.how().database_url(), &stored()));
    let [mut login, mut token, mut among_many] = [(); 3].map(|()| Rounds::default());
    let by_login = few.request("GET", "login", &few.token(), "");
    let by_token = few.request("GET", "login", &access_token(&few), "");
    let by_token_among_many = many.request("GET", "login", &access_token(&many), "");
    for _ in 0..ROUNDS {
        login.run(few.address(), &by_login, few.server.process());
        token.run(few.address(), &by_token, few.server.process());
        among_many.run(many.address(), &by_token_among_many, many.server.process());
    }
    let login = ("a login token", median(login.rates));
    let token = median(token.rates);
    report.compare("`GET login`, warm access token", Unit::Rate, token, login, Goal::AtLeast(0.8));
    let alone = ("one stored", token);
    let measure = "the same, 1,000,000 stored";
    report.compare(measure, Unit::Rate, median(among_many.rates), alone, Goal::AtLeast(0.95));
}

/// A new access token of the administrator.
fn access_token(stage: &Stage) -> String {
    let made = async { stage.server.api().ok("POST", "access-tokens", &stage.token_now().await, json!({})).await };
    stage.runtime.block_on(made).get("token").and_then(|token| token.as_str()).unwrap().to_owned()
}

/// Tokens of the users, whose hashes nobody has a text for.
fn stored() -> String {
    format!(
        "INSERT INTO access_tokens (user_id, tenant_id, name, state, hash, shown, created_at, created_by, expires_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {STORED})
         SELECT u.id, t.id, '', 'active', randomblob(32), 'robin_pat_', 0, u.id, 9000000000000000
         FROM n JOIN users u ON u.username = 'user' || (1 + n.i % 10000) JOIN tenants t ON t.name = 'crew'"
    )
}
