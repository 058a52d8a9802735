//! Failed logins make the next ones wait: whatever name is tried, on whatever server, at the same time or after a restart. Nobody is
//! kept out by that of an account that is theirs.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use robin_identity::local::Params;
use robin_model::{Clock, Timestamp, audit::Filter};
use robin_service::{
    Error, Origin, Robin, audit, housekeeping, offline,
    session::{self, Credentials, LoggedIn},
    startup::{self, Parts},
};
use robin_testkit::{ADMIN, Engine, PASSWORD, Server, database, server::Builder};
use serde_json::{Value, json};

use super::directories::said;
use crate::{
    flows::directory_logins,
    inside::{admin, asked_by, key, opened, parts, quick, secret},
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Where the administrator logs in from, and strangers.
const HOME: &str = "192.0.2.7";
const ELSEWHERE: &str = "198.51.100.9";

/// A clock that a test sets, in seconds.
#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// An installation, with as many servers as are asked for, all with one clock.
struct Scene {
    how: Builder,
    clock: Arc<Hand>,
    first: Arc<Robin>,
    work: Params,
}

/// What a login comes to.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    In,
    Refused,
    Delayed(u64),
}

use Came::{Delayed, In, Refused};

impl Scene {
    async fn start(engine: Engine) -> Self {
        Self::with(engine, quick()).await
    }

    /// With hashes that take this work.
    async fn with(engine: Engine, work: Params) -> Self {
        let how = Server::builder(engine).prepared().await;
        std::fs::create_dir_all(how.data_dir()).unwrap();
        let clock = Arc::new(Hand::default());
        let parts = Parts { clock: clock.clone(), ..parts(&how.database_url(), key(), work).await };
        assert!(startup::install(&parts, &admin()).await.unwrap());
        Self { first: opened(parts).await, how, clock, work }
    }

    /// Another server on the same database, or the same one after a restart.
    async fn another(&self) -> Arc<Robin> {
        let parts = parts(&self.how.database_url(), key(), self.work).await;
        opened(Parts { clock: self.clock.clone(), ..parts }).await
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn execute(&self, statement: &str) {
        database::execute(&self.how.database_url(), statement).await;
    }

    async fn try_from(&self, address: &str, username: &str, password: &str) -> Came {
        came(log_in(&self.first, address, username, password).await)
    }

    async fn fail(&self, address: &str, username: &str, times: usize) {
        for nth in 1..=times {
            assert_eq!(self.try_from(address, username, "wrong").await, Refused, "{nth}");
        }
    }

    /// The delays on record, newest first.
    async fn recorded(&self) -> Vec<(String, Value)> {
        let boss = log_in(&self.first, HOME, ADMIN, PASSWORD).await.unwrap();
        let ctx = asked_by(&self.first, &boss).await.unwrap();
        let records = audit::list(&ctx, &Filter::default(), None, 1000).await.unwrap().items;
        let delays = records.into_iter().filter(|record| record.entry.action == "login.delay");
        delays.map(|record| (record.entry.target, record.entry.after.unwrap())).collect()
    }
}

async fn log_in(robin: &Arc<Robin>, address: &str, username: &str, password: &str) -> robin_service::Result<LoggedIn> {
    let address = Some(address.parse::<IpAddr>().unwrap());
    let origin = Origin { request_id: "x".to_owned(), address, user_agent: String::new() };
    let username = username.to_owned();
    let credentials = Credentials { username, password: secret(password), tenant: None, namespace: None };
    session::login(robin, &origin, &credentials).await
}

fn came(outcome: robin_service::Result<LoggedIn>) -> Came {
    match outcome {
        Ok(_) => In,
        Err(Error::Unauthenticated("invalid username, password or tenant")) => Refused,
        Err(Error::Delayed { retry_after }) => Delayed(retry_after),
        Err(other) => panic!("{other:?}"),
    }
}

crate::on_both_engines!(
    crate::security::delays::Scene::start =>
    sec_12_failures_in_a_row_delay_the_next_tries_longer_and_longer,
    sec_12_a_restart_and_another_server_change_nothing,
    sec_12_no_more_is_tried_at_the_same_time_than_one_after_the_other,
    sec_12_no_flood_of_other_names_ends_a_delay,
    sec_12_an_address_has_a_limit_of_its_own,
    sec_12_a_delay_goes_by_the_clock_and_ends_with_its_time,
    sec_13_strangers_keep_nobody_out_of_where_they_log_in_from,
    sec_13_a_password_that_is_reset_on_the_machine_ends_the_delay,
);

/// Also where nobody has the name, or nobody can have it: in step, so that nobody learns which.
async fn sec_12_failures_in_a_row_delay_the_next_tries_longer_and_longer(scene: Scene) {
    let spellings = [[ADMIN, "ROBIN", "Robin"], ["nobody", "NoBody", "NOBODY"], ["no body@", " No Body@ ", "NO BODY@"]];
    for spelled in spellings {
        let mut names = spelled.into_iter().cycle();
        let mut next = || names.next().unwrap();
        for _ in 0..6 {
            assert_eq!(scene.try_from(ELSEWHERE, next(), "wrong").await, Refused);
        }
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let looked_at = scene.first.passwords.computed();
            for password in [PASSWORD, "wrong", ""] {
                let seconds = u64::try_from(wait).unwrap();
                assert_eq!(scene.try_from(ELSEWHERE, next(), password).await, Delayed(seconds), "{spelled:?}");
            }
            assert_eq!(scene.first.passwords.computed(), looked_at, "no password is looked at");
            scene.pass(wait - 1);
            assert_eq!(scene.try_from(ELSEWHERE, next(), PASSWORD).await, Delayed(1));
            scene.pass(1);
            assert_eq!(scene.try_from(ELSEWHERE, next(), "wrong").await, Refused, "what was delayed was not counted");
        }
        scene.pass(300);
    }
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, In);
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, Delayed(1), "the success had ended the row");
    // Once for each row of failures, and for accounts alone.
    let delay = || (ADMIN.to_owned(), json!({ "failures": 6 }));
    scene.pass(1);
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, In);
    assert_eq!(scene.recorded().await, [delay(), delay()]);
}

async fn sec_12_a_restart_and_another_server_change_nothing(scene: Scene) {
    scene.fail(ELSEWHERE, ADMIN, 3).await;
    let second = scene.another().await;
    for _ in 0..3 {
        assert_eq!(came(log_in(&second, ELSEWHERE, ADMIN, "wrong").await), Refused);
    }
    for robin in [&scene.first, &second, &scene.another().await] {
        let looked_at = robin.passwords.computed();
        assert_eq!(came(log_in(robin, ELSEWHERE, ADMIN, PASSWORD).await), Delayed(1));
        assert_eq!(robin.passwords.computed(), looked_at);
    }
    scene.pass(1);
    assert_eq!(came(log_in(&second, ELSEWHERE, ADMIN, PASSWORD).await), In);
    scene.fail(ELSEWHERE, ADMIN, 6).await;
}

async fn sec_12_no_more_is_tried_at_the_same_time_than_one_after_the_other(scene: Scene) {
    let servers = [Arc::clone(&scene.first), scene.another().await];
    for (free, next) in [(6, 1), (1, 2)] {
        let tries = (0..60).map(|nth| {
            let robin = Arc::clone(&servers[nth % 2]);
            tokio::spawn(async move {
                match log_in(&robin, ELSEWHERE, ["robin", "ROBIN"][nth % 2], "wrong").await {
                    Err(Error::TooMany { .. }) => Delayed(0),
                    outcome => came(outcome),
                }
            })
        });
        let mut refused = 0;
        for tried in tries.collect::<Vec<_>>() {
            refused += usize::from(tried.await.unwrap() == Refused);
        }
        assert_eq!(refused, free);
        assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, Delayed(next));
        scene.pass(i64::try_from(next).unwrap());
    }
}

async fn sec_12_no_flood_of_other_names_ends_a_delay(scene: Scene) {
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    scene.fail(ELSEWHERE, "half-way", 5).await;
    // A quarter of a million names that failed just now, from everywhere.
    let now = scene.clock.now().micros();
    scene
        .execute(&format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250000)
             INSERT INTO login_counters (key, failures, failed_at, until) SELECT 'n:flood' || i, 1, {now}, 0 FROM n"
        ))
        .await;
    let (ticked, unaware) = (scene.another().await, &scene.first);
    housekeeping::tick(&ticked).await;
    for robin in [&ticked, unaware] {
        assert_eq!(
            came(log_in(robin, ELSEWHERE, ADMIN, PASSWORD).await),
            Delayed(1),
            "nothing in force was thrown out"
        );
    }
    // A counter that is there is used, and names without one share some, which takes no more place.
    assert_eq!(came(log_in(&ticked, ELSEWHERE, "half-way", "wrong").await), Refused);
    assert_eq!(came(log_in(&ticked, ELSEWHERE, "half-way", "wrong").await), Delayed(1));
    for _ in 0..6 {
        assert_eq!(came(log_in(&ticked, ELSEWHERE, "late", "wrong").await), Refused);
    }
    for robin in [&ticked, unaware] {
        assert_eq!(came(log_in(robin, ELSEWHERE, "late", "wrong").await), Delayed(1));
    }
    // When the flood has run off, each has their own again.
    scene.pass(HOUR + 1);
    housekeeping::tick(&ticked).await;
    housekeeping::tick(&ticked).await;
    for name in [ADMIN, "late", "half-way"] {
        for _ in 0..6 {
            assert_eq!(came(log_in(&ticked, ELSEWHERE, name, "wrong").await), Refused, "{name}");
        }
    }
    let mut tx = scene.first.store.begin(robin_storage::Access::Read).await.unwrap();
    assert!(tx.failing_logins().await.unwrap() < 10);
}

async fn sec_12_an_address_has_a_limit_of_its_own(scene: Scene) {
    assert_eq!(scene.try_from("2001:db8:1:2::1", ADMIN, PASSWORD).await, In);
    scene.pass(20);
    for nth in 0..100 {
        let address = format!("2001:db8:1:2::{nth:x}");
        assert_eq!(scene.try_from(&address, &format!("name-{nth}"), "wrong").await, Refused, "{nth}");
    }
    let rest = match scene.try_from("2001:db8:1:2:3:4:5:6", "name-100", "wrong").await {
        Delayed(rest) => rest,
        other => panic!("{other:?}"),
    };
    assert!((1..=60).contains(&rest), "the rest of the minute: {rest}");
    // Neither the next network nor those who are known here are concerned.
    assert_eq!(scene.try_from("2001:db8:1:3::1", "name-0", "wrong").await, Refused);
    assert_eq!(scene.try_from("2001:db8:1:2::99", ADMIN, PASSWORD).await, In);
    scene.pass(i64::try_from(rest).unwrap());
    assert_eq!(scene.try_from("2001:db8:1:2::1", "name-100", "wrong").await, Refused);

    // Different names at the same time come no further.
    scene.pass(60);
    let mut tries = Vec::new();
    for nth in 0..120 {
        let robin = Arc::clone(&scene.first);
        let name = format!("other-{nth}");
        tries.push(tokio::spawn(async move { log_in(&robin, ELSEWHERE, &name, "wrong").await }));
        // Fewer than may wait for their hash.
        if nth % 10 == 9 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let mut refused = 0;
    for tried in tries {
        refused += usize::from(matches!(tried.await.unwrap(), Err(Error::Unauthenticated(_))));
    }
    assert!(refused <= 100, "{refused}");
}

async fn sec_12_a_delay_goes_by_the_clock_and_ends_with_its_time(scene: Scene) {
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    // The clock was an hour ahead when that was counted.
    scene.pass(-HOUR);
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, In);
    // Failures in a row are forgotten after an hour, and not before.
    scene.fail(ELSEWHERE, ADMIN, 5).await;
    scene.pass(HOUR);
    scene.fail(ELSEWHERE, ADMIN, 1).await;
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, Delayed(1));
    scene.pass(HOUR + 1);
    scene.fail(ELSEWHERE, ADMIN, 6).await;
}

async fn sec_13_strangers_keep_nobody_out_of_where_they_log_in_from(scene: Scene) {
    let boss = log_in(&scene.first, HOME, ADMIN, PASSWORD).await.unwrap();
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    for _ in 0..3 {
        assert_eq!(scene.try_from(ELSEWHERE, ADMIN, PASSWORD).await, Delayed(1));
        assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, In, "a counter of its own");
    }
    assert!(asked_by(&scene.first, &boss).await.is_ok(), "what is open stays open");
    // It counts there as well.
    scene.fail(HOME, ADMIN, 6).await;
    assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, Delayed(1));
    scene.pass(1);
    assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, In);
    scene.fail(ELSEWHERE, ADMIN, 1).await;
    // Thirty days after the last login from there, and not two days more.
    scene.pass(30 * DAY);
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    housekeeping::tick(&scene.first).await;
    assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, In);
    scene.pass(32 * DAY);
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    housekeeping::tick(&scene.first).await;
    assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, Delayed(1));
}

async fn sec_13_a_password_that_is_reset_on_the_machine_ends_the_delay(scene: Scene) {
    assert_eq!(scene.try_from(HOME, ADMIN, PASSWORD).await, In);
    for address in [HOME, ELSEWHERE] {
        scene.fail(address, ADMIN, 6).await;
        assert_eq!(scene.try_from(address, ADMIN, PASSWORD).await, Delayed(1));
    }
    let name = ADMIN.parse().unwrap();
    let (store, clock) = (&*scene.first.store, &*scene.clock);
    offline::reset_password(store, clock, &scene.first.passwords, &name, &secret("plover-quartz-41")).await.unwrap();
    scene.fail(ELSEWHERE, ADMIN, 6).await;
    assert_eq!(scene.try_from(ELSEWHERE, ADMIN, "plover-quartz-41").await, Delayed(1), "they go on");
    assert_eq!(scene.try_from(HOME, ADMIN, "plover-quartz-41").await, In, "and still don't concern who is known");
}

/// The account is closed while the password is being checked: what comes of that is not said.
#[tokio::test]
async fn sec_12_a_right_password_is_refused_when_others_have_failed_meanwhile() {
    let scene = Scene::with(Engine::Sqlite, Params::new(128 * 1024, 10, 1).unwrap()).await;
    scene.fail(ELSEWHERE, ADMIN, 1).await;
    let looked_at = scene.first.passwords.computed();
    let robin = Arc::clone(&scene.first);
    let trying = tokio::spawn(async move { came(log_in(&robin, ELSEWHERE, ADMIN, PASSWORD).await) });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let until = scene.clock.now().plus(Duration::from_mins(1)).micros();
    scene.execute(&format!("UPDATE login_counters SET failures = 12, until = {until} WHERE key LIKE 'n:%'")).await;
    assert_eq!(trying.await.unwrap(), Delayed(60));
    assert_eq!(scene.first.passwords.computed(), looked_at + 1, "it was checked");
}

#[tokio::test]
async fn sec_12_answers_tell_no_name_from_another() {
    let server = Server::start(Engine::Sqlite).await;
    let api = server.api();
    for nth in 1..=9 {
        let mut answers = Vec::new();
        for name in [ADMIN, "nobody", "no body"] {
            let answer = api.send("POST", "login", "", json!({ "username": name, "password": "wrong" })).await;
            let wait = answer.header("retry-after").to_owned();
            answers.push((said(&answer), wait));
        }
        let expected = if nth <= 6 { (401, "") } else { (429, "1") };
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        if nth <= 7 {
            assert_eq!((answers[0].0.0, answers[0].1.as_str()), expected, "{answers:?}");
        }
    }
}

/// Who checks the password makes no difference.
#[tokio::test]
async fn sec_12_accounts_of_a_directory_are_delayed_too() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = directory_logins::Scene::of(&server).await;
    for name in ["newton", "NEWTON", "Newton", " newton", "newton ", "newton"] {
        assert_eq!(scene.login(name, "wrong").await.status, 401, "{name:?}");
    }
    let answer = scene.login("newton", "password").await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (429, "too many logins have failed: try again in 1 seconds")
    );
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(scene.login("newton", "password").await.status, 200);
}
