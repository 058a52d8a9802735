//! A hundred thousand accounts listed, and ten thousand added.

use std::{fmt::Write, time::Instant};

use futures_util::TryStreamExt;
use robin_bench::{
    contest::{ROUNDS, median},
    load::Connection,
    process,
    report::{Goal, Report, Unit},
};
use sqlx::{Connection as _, SqliteConnection};

use crate::{logins::hashes_per_second, stage::Stage};

const LISTED: u32 = 100_000;
const ADDED: usize = 10_000;
const BATCH: usize = 500;

/// What a list of users is made of.
const SELECTS: [&str; 2] = [
    "SELECT u.id, u.username, u.auth, u.ldap_server_id, u.ldap_dn, u.first_name, u.last_name, u.email, u.hidden, u.disabled, \
     u.deleted_at, u.current_tenant_id, u.created_at FROM users u ORDER BY u.id",
    "SELECT m.id, m.user_id, m.tenant_id, t.name AS tenant_name, m.role, n.name AS namespace, c.capability_id \
     FROM memberships m JOIN tenants t ON t.id = m.tenant_id LEFT JOIN objects n ON n.id = m.namespace_id \
     LEFT JOIN membership_capabilities c ON c.membership_id = m.id ORDER BY m.user_id, m.id, c.position",
];

pub fn list(report: &mut Report) {
    let stage = Stage::with_users(LISTED);
    let token = stage.token();
    let page = stage.request("GET", "users?limit=100", &token, "");
    let whole = stage.request("GET", "users", &token, "");
    let whole = String::from_utf8(whole).unwrap().replacen("host:", "connection: close\r\nhost:", 1).into_bytes();
    let database = stage.server.how().database_url();
    let server = stage.server.process();
    let (mut pages, mut lists, mut selects, mut grown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    stage.runtime.block_on(async {
        // What the first of them leaves warm is there for all.
        Connection::open(stage.address()).await.drain(&whole).await;
        for _ in 0..ROUNDS {
            let mut connection = Connection::open(stage.address()).await;
            let begun = Instant::now();
            connection.ask(&page).await;
            pages.push(begun.elapsed().as_secs_f64());

            process::forget_peak(server);
            let before = process::memory(server).resident;
            let begun = Instant::now();
            let bytes = Connection::open(stage.address()).await.drain(&whole).await;
            lists.push(begun.elapsed().as_secs_f64());
            grown.push(process::memory(server).peak - before);
            assert!(bytes > 300 * LISTED as usize, "the list is short: {bytes} bytes");

            let mut conn = SqliteConnection::connect(&database).await.unwrap();
            let begun = Instant::now();
            for select in SELECTS {
                let mut rows = sqlx::query(select).fetch(&mut conn);
                while rows.try_next().await.unwrap().is_some() {}
            }
            selects.push(begun.elapsed().as_secs_f64());
        }
    });
    let users = f64::from(LISTED);
    report.compare("first 100 of 100,000 users", Unit::Time, median(pages), ("at most", 0.05), Goal::AtMost(1.0));
    let floor = ("the same rows through sqlx, discarded", users / median(selects));
    report.compare("100,000 users, listed", Unit::Rate, users / median(lists), floor, Goal::AtLeast(0.4));
    let bound = ("at most", 8.0 * 1024.0 * 1024.0);
    report.compare("the same, more memory meanwhile", Unit::Bytes, median(grown), bound, Goal::AtMost(1.0));
}

pub fn add(report: &mut Report) {
    let stage = Stage::with_users(1);
    let token = stage.token();
    let hashes = hashes_per_second();
    let begun = Instant::now();
    stage.runtime.block_on(async {
        let mut connection = Connection::open(stage.address()).await;
        for batch in 0..ADDED / BATCH {
            let mut users = String::new();
            for user in 0..BATCH {
                let comma = if user == 0 { "" } else { "," };
                write!(
                    users,
                    r#"{comma}{{"username":"new{batch}-{user}","authentication_type":1,"password":"quiet-otter-{batch}-{user}",
                       "tenant_list":[{{"tenant":"crew","tenant_role":"user"}}]}}"#
                )
                .unwrap();
            }
            let body = format!(r#"{{"user_list":[{users}]}}"#);
            connection.ask(&stage.request("POST", "users", &token, &body)).await;
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let rate = ADDED as f64 / begun.elapsed().as_secs_f64();
    let hashes = ("the cores, hashing alone", f64::midpoint(hashes, hashes_per_second()));
    report.compare("10,000 users, added in lists of 500", Unit::Rate, rate, hashes, Goal::AtLeast(0.5));
}
