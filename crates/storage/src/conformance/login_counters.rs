use std::time::Duration;

use robin_model::Timestamp;

use super::{Database, NOW, Tx, begin, cases};
use crate::{Access, LoginCounter};

cases!(
    failures_in_a_row_are_counted_until_they_lapse,
    a_success_ends_the_row_and_is_remembered,
    counters_are_reset_by_the_beginning_of_their_keys,
    counters_that_lapsed_are_removed,
    failures_that_are_counted_at_the_same_time_all_count,
);

const LONG_AGO: Timestamp = Timestamp::from_micros(0);

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

async fn fail(tx: &mut Tx, key: &str) -> i64 {
    tx.count_login_failure(key, NOW, LONG_AGO).await.unwrap().failures
}

async fn all(tx: &mut Tx) -> Vec<LoginCounter> {
    let mut all = tx.login_counters(["a", "b", "b:1", "c"]).await.unwrap();
    all.sort_by(|one, other| one.key.cmp(&other.key));
    all
}

fn counter(key: &str, failures: i64, until: Timestamp, succeeded_at: Option<Timestamp>) -> LoginCounter {
    LoginCounter { key: key.to_owned(), failures, until, succeeded_at }
}

async fn failures_in_a_row_are_counted_until_they_lapse(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    assert_eq!(all(&mut tx).await, []);
    assert_eq!((fail(&mut tx, "a").await, fail(&mut tx, "a").await, fail(&mut tx, "b").await), (1, 2, 1));
    tx.delay_logins("a", later(9)).await.unwrap();
    tx.delay_logins("nobody", later(9)).await.unwrap();
    assert_eq!(all(&mut tx).await, [counter("a", 2, later(9), None), counter("b", 1, LONG_AGO, None)]);
    // Its last failure is no longer ago than that, and then it is.
    let third = tx.count_login_failure("a", later(1), NOW).await.unwrap();
    assert_eq!(third, counter("a", 3, later(9), None));
    let first = tx.count_login_failure("a", later(2), later(2)).await.unwrap();
    assert_eq!(first, counter("a", 1, LONG_AGO, None));
}

async fn a_success_ends_the_row_and_is_remembered(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    fail(&mut tx, "a").await;
    tx.delay_logins("a", later(9)).await.unwrap();
    for key in ["a", "b"] {
        tx.remember_login(key, later(1)).await.unwrap();
    }
    let [a, b] = ["a", "b"].map(|key| counter(key, 0, LONG_AGO, Some(later(1))));
    assert_eq!(all(&mut tx).await, [a, b]);
    assert_eq!(tx.count_login_failure("a", later(2), NOW).await.unwrap().succeeded_at, Some(later(1)));
    tx.remove_login_counter("a").await.unwrap();
    tx.remove_login_counter("nobody").await.unwrap();
    assert_eq!(all(&mut tx).await.len(), 1);
}

async fn counters_are_reset_by_the_beginning_of_their_keys(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for key in ["a", "b", "b:1"] {
        fail(&mut tx, key).await;
        tx.delay_logins(key, later(9)).await.unwrap();
    }
    tx.remember_login("b:1", NOW).await.unwrap();
    fail(&mut tx, "b:1").await;
    tx.reset_login_counters("b:").await.unwrap();
    let expected =
        [counter("a", 1, later(9), None), counter("b", 1, later(9), None), counter("b:1", 0, LONG_AGO, Some(NOW))];
    assert_eq!(all(&mut tx).await, expected);
}

async fn counters_that_lapsed_are_removed(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    for (key, at) in [("a", 1), ("b", 2)] {
        tx.count_login_failure(key, later(at), LONG_AGO).await.unwrap();
    }
    for (key, at) in [("b:1", 1), ("c", 2)] {
        tx.remember_login(key, later(at)).await.unwrap();
    }
    assert_eq!(tx.failing_logins().await.unwrap(), 2);
    tx.remove_lapsed_login_counters(later(2), later(1)).await.unwrap();
    let keys = async |tx: &mut Tx| all(tx).await.into_iter().map(|counter| counter.key).collect::<Vec<_>>();
    assert_eq!(keys(&mut tx).await, ["b", "b:1", "c"]);
    assert_eq!(tx.failing_logins().await.unwrap(), 1);
    tx.remove_lapsed_login_counters(later(1), later(2)).await.unwrap();
    assert_eq!(keys(&mut tx).await, ["b", "c"]);
}

async fn failures_that_are_counted_at_the_same_time_all_count(store: Database) {
    let counting = (0..20).map(|_| {
        let store = Database::clone(&store);
        tokio::spawn(async move {
            let mut tx = begin(&store, Access::Append).await;
            let failures = fail(&mut tx, "a").await;
            tx.commit().await.unwrap();
            failures
        })
    });
    let mut counted = Vec::new();
    for counting in counting.collect::<Vec<_>>() {
        counted.push(counting.await.unwrap());
    }
    counted.sort_unstable();
    assert_eq!(counted, (1..=20).collect::<Vec<_>>());
}
