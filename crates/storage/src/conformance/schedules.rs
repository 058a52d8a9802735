use std::time::Duration;

use robin_model::{
    ScheduleId,
    schedule::{Ended, NewSchedule, Schedule},
};

use super::{Database, NOW, Tx, begin, cases};
use crate::Access;

cases!(
    schedules_keep_what_is_said_of_them,
    a_schedule_s_name_is_taken_without_regard_to_case,
    a_run_belongs_to_whoever_was_first,
    a_run_that_ends_leaves_how_it_went,
    a_run_that_is_stopped_or_removed_is_nobody_s,
);

const HOUR: Duration = Duration::from_hours(1);

fn new_schedule(name: &str) -> NewSchedule {
    NewSchedule {
        name: name.parse().unwrap(),
        function: "sync".to_owned(),
        subject: Some(7),
        interval: HOUR,
        enabled: true,
        next_run: NOW,
    }
}

fn fresh(id: ScheduleId, new: &NewSchedule) -> Schedule {
    let NewSchedule { name, function, subject, interval, enabled, next_run } = new.clone();
    Schedule {
        id,
        name,
        function,
        subject,
        interval,
        enabled,
        next_run,
        last_run: None,
        last_error: None,
        running_on: None,
        message: None,
        last_time: Duration::ZERO,
        total_time: Duration::ZERO,
        runs: 0,
        beat: 0,
    }
}

async fn add(tx: &mut Tx, name: &str) -> ScheduleId {
    tx.insert_schedule(&new_schedule(name)).await.unwrap().unwrap()
}

async fn only(tx: &mut Tx) -> Schedule {
    let mut all = tx.schedules().await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn schedules_keep_what_is_said_of_them(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.schedules().await.unwrap(), []);
    let still = NewSchedule { subject: None, enabled: false, interval: HOUR * 720, ..new_schedule("b") };
    let first = add(&mut tx, "a").await;
    let second = tx.insert_schedule(&still).await.unwrap().unwrap();
    let both = [fresh(first, &new_schedule("a")), fresh(second, &still)];
    assert_eq!(tx.schedules().await.unwrap(), both);
    assert_eq!(tx.schedule_named(&"B".parse().unwrap()).await.unwrap().as_ref(), both.last());

    let later = NOW.plus(HOUR);
    tx.set_schedule_interval(first, HOUR * 2, later).await.unwrap();
    tx.start_schedule(second, later).await.unwrap();
    let [a, b] = both;
    let changed =
        [Schedule { interval: HOUR * 2, next_run: later, ..a }, Schedule { enabled: true, next_run: later, ..b }];
    assert_eq!(tx.schedules().await.unwrap(), changed);
    tx.remove_schedule(first).await.unwrap();
    assert_eq!(only(&mut tx).await.id, second);
    assert_eq!(tx.schedule_named(&"a".parse().unwrap()).await.unwrap(), None);
    tx.remove_schedule(second).await.unwrap();
    assert!(add(&mut tx, "a").await > second, "no number is given again");
}

async fn a_schedule_s_name_is_taken_without_regard_to_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add(&mut tx, "LdapSync-ada").await;
    let other = NewSchedule { function: "other".to_owned(), ..new_schedule("ldapsync-ADA") };
    assert_eq!(tx.insert_schedule(&other).await.unwrap(), None);
    assert_eq!(only(&mut tx).await, fresh(id, &new_schedule("LdapSync-ada")));
}

async fn a_run_belongs_to_whoever_was_first(store: Database) {
    // Nothing that decisions rest on changes by it.
    let mut tx = begin(&store, Access::Append).await;
    let id = add(&mut tx, "a").await;
    assert!(tx.begin_run(id, 0, "one", NOW).await.unwrap());
    assert!(!tx.begin_run(id, 0, "other", NOW.plus(HOUR)).await.unwrap());
    let running =
        Schedule { running_on: Some("one".to_owned()), last_run: Some(NOW), beat: 1, ..fresh(id, &new_schedule("a")) };
    assert_eq!(only(&mut tx).await, running);
    assert!(tx.keep_run(id, 1).await.unwrap());
    assert!(!tx.keep_run(id, 1).await.unwrap());
    // Whoever takes over what is silent is followed by nobody who saw the same silence.
    assert!(tx.begin_run(id, 2, "other", NOW.plus(HOUR)).await.unwrap());
    assert!(!tx.begin_run(id, 2, "third", NOW.plus(HOUR)).await.unwrap());
    assert!(!tx.keep_run(id, 2).await.unwrap());
    let late = Ended { next_run: NOW, error: None, message: None, time: None };
    assert!(!tx.end_run(id, 2, &late).await.unwrap());
    let taken = only(&mut tx).await;
    assert_eq!((taken.running_on.as_deref(), taken.last_run, taken.beat), (Some("other"), Some(NOW.plus(HOUR)), 3));
}

async fn a_run_that_ends_leaves_how_it_went(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add(&mut tx, "a").await;
    let (short, long) = (Duration::from_micros(1_500_001), Duration::from_secs(5));
    assert!(tx.begin_run(id, 0, "one", NOW).await.unwrap());
    let failed = Ended { next_run: NOW.plus(HOUR), error: Some("e".to_owned()), message: None, time: Some(short) };
    assert!(tx.end_run(id, 1, &failed).await.unwrap());
    let expected = Schedule {
        next_run: NOW.plus(HOUR),
        last_run: Some(NOW),
        last_error: Some("e".to_owned()),
        last_time: short,
        total_time: short,
        runs: 1,
        beat: 2,
        ..fresh(id, &new_schedule("a"))
    };
    assert_eq!(only(&mut tx).await, expected);
    assert!(tx.begin_run(id, 2, "one", NOW.plus(HOUR)).await.unwrap());
    let done = Ended { next_run: NOW, error: None, message: Some("m".to_owned()), time: Some(long) };
    assert!(tx.end_run(id, 3, &done).await.unwrap());
    assert!(tx.begin_run(id, 4, "one", NOW).await.unwrap());
    let cut_off = Ended { next_run: NOW, error: None, message: Some("n".to_owned()), time: None };
    assert!(tx.end_run(id, 5, &cut_off).await.unwrap());
    let expected = Schedule {
        next_run: NOW,
        last_error: None,
        message: Some("n".to_owned()),
        last_time: long,
        total_time: short + long,
        runs: 2,
        beat: 6,
        ..expected
    };
    assert_eq!(only(&mut tx).await, expected);
}

async fn a_run_that_is_stopped_or_removed_is_nobody_s(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add(&mut tx, "a").await;
    assert!(tx.begin_run(id, 0, "one", NOW).await.unwrap());
    tx.stop_schedule(id).await.unwrap();
    assert!(!tx.keep_run(id, 1).await.unwrap());
    let stopped = only(&mut tx).await;
    assert_eq!((stopped.enabled, stopped.running_on.as_deref(), stopped.beat), (false, None, 2));
    assert!(!tx.begin_run(id, 2, "one", NOW).await.unwrap(), "it is stopped");
    tx.start_schedule(id, NOW).await.unwrap();
    assert!(tx.begin_run(id, 2, "one", NOW).await.unwrap());
    tx.remove_schedule(id).await.unwrap();
    assert!(!tx.keep_run(id, 3).await.unwrap());
}
