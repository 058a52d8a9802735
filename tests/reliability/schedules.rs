//! What runs from time to time, on several servers, some of which die, stop, or have clocks that jump.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use robin_model::{
    Clock, SystemClock, Timestamp,
    schedule::{NewSchedule, Schedule},
};
use robin_service::{
    Error, Robin,
    schedule::{self, Function, Pace},
    startup::{self, Parts},
};
use robin_storage::{Access, Transaction};
use robin_testkit::{ADMIN, Engine, PASSWORD, Server};
use tokio::{sync::watch, task::JoinHandle};

use crate::inside::{admin, asked_by, key, log_in, opened, parts, quick};

/// Faster than a server, and slow enough for a machine with much else to do.
const QUICK: Pace =
    Pace { look: Duration::from_millis(20), beat: Duration::from_millis(50), silence: Duration::from_secs(3) };

const HOUR: Duration = Duration::from_hours(1);

/// The machine's clock, so many seconds off.
#[derive(Default)]
struct Off(AtomicI64);

impl Clock for Off {
    fn now(&self) -> Timestamp {
        let seconds = self.0.load(Ordering::SeqCst);
        let span = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { SystemClock.now().minus(span) } else { SystemClock.now().plus(span) }
    }
}

/// A database on which servers are opened.
struct Place {
    url: String,
    clock: Arc<Off>,
    _dir: robin_testkit::server::Builder,
}

impl Place {
    async fn of(engine: Engine) -> Self {
        let dir = Server::builder(engine).prepared().await;
        let place = Self { url: dir.database_url(), clock: Arc::default(), _dir: dir };
        startup::install(&place.parts().await, &admin()).await.expect("an installation");
        place
    }

    async fn parts(&self) -> Parts {
        Parts { clock: Arc::<Off>::clone(&self.clock), ..parts(&self.url, key(), quick()).await }
    }

    /// A further server.
    async fn robin(&self) -> Arc<Robin> {
        opened(self.parts().await).await
    }
}

/// A server's runner, until it is told to stop.
struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(robin: &Arc<Robin>, server: &'static str, functions: Vec<Function>) -> Self {
        let (stop, stopping) = watch::channel(false);
        let robin = Arc::clone(robin);
        let task = tokio::spawn(async move { schedule::keep(robin, functions, server, QUICK, stopping).await });
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.send(true).expect("it runs");
        self.task.await.expect("an orderly end");
    }
}

async fn change<T>(robin: &Robin, act: impl AsyncFnOnce(&mut dyn Transaction) -> T) -> T {
    let mut tx = robin.store.begin(Access::Change).await.unwrap();
    let done = act(&mut *tx).await;
    tx.commit().await.unwrap();
    done
}

async fn add(robin: &Robin, name: &str, function: &str) {
    let new = NewSchedule {
        name: name.parse().unwrap(),
        function: function.to_owned(),
        subject: None,
        interval: HOUR,
        enabled: true,
        next_run: robin.clock.now(),
    };
    change(robin, async |tx| tx.insert_schedule(&new).await.unwrap().unwrap()).await;
}

async fn look(robin: &Robin, name: &str) -> Schedule {
    let mut tx = robin.store.begin(Access::Read).await.unwrap();
    tx.schedule_named(&name.parse().unwrap()).await.unwrap().unwrap()
}

/// Waits until the schedule is so.
async fn until(robin: &Robin, name: &str, is_so: impl Fn(&Schedule) -> bool) -> Schedule {
    for _ in 0..1000 {
        let schedule = look(robin, name).await;
        if is_so(&schedule) {
            return schedule;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not come to that: {:?}", look(robin, name).await);
}

/// How many times each schedule was run, by the first letter of its name.
static COUNTS: [AtomicUsize; 26] = [const { AtomicUsize::new(0) }; 26];

fn count(name: &str) -> &'static AtomicUsize {
    &COUNTS[usize::from(name.as_bytes()[0] - b'a')]
}

const COUNTED: Function = Function {
    name: "counted",
    run: |_, schedule| {
        Box::pin(async move {
            count(schedule.name.as_str()).fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(100)).await;
            Ok(Some("counted".to_owned()))
        })
    },
};

/// Takes longer than the silence after which a run is taken over.
const LONG: Function = Function {
    name: "long",
    run: |_, schedule| {
        Box::pin(async move {
            count(schedule.name.as_str()).fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(4500)).await;
            Ok(None)
        })
    },
};

const REFUSED: Function =
    Function { name: "refused", run: |_, _| Box::pin(async { Err(Error::Conflict("it is too much".to_owned())) }) };

const PANICS: Function = Function { name: "panics", run: |_, _| Box::pin(async { panic!("as it should, here") }) };

crate::on_both_engines!(
    crate::reliability::schedules::Place::of =>
    rel_12_what_a_dead_server_ran_is_taken_over,
    a_run_that_takes_long_is_left_to_its_server,
    a_server_that_stops_hands_over_what_it_runs,
    a_schedule_that_is_stopped_is_cut_off_and_made_up_for_when_it_is_started,
    a_run_that_fails_says_why_and_runs_again_in_its_interval,
    rel_08_a_clock_that_jumps_makes_nothing_run_twice_nor_wait,
);

/// A file belongs to one server.
#[tokio::test]
async fn rel_12_of_several_servers_exactly_one_runs_each_due_schedule() {
    let place = Place::of(Engine::Postgres).await;
    let robins = [place.robin().await, place.robin().await, place.robin().await];
    let names = ["a1", "b1", "c1", "d1", "e1"];
    for name in names {
        add(&robins[0], name, "counted").await;
        count(name).store(0, Ordering::SeqCst);
    }
    // A newer version may know more.
    add(&robins[0], "x1", "unheard").await;
    let running: Vec<Running> = robins
        .iter()
        .zip(["one", "two", "three"])
        .map(|(robin, server)| Running::start(robin, server, vec![COUNTED]))
        .collect();
    for name in names {
        let done = until(&robins[1], name, |schedule| schedule.runs > 0).await;
        assert_eq!((done.message.as_deref(), done.last_error.as_deref()), (Some("counted"), None));
        assert_eq!(done.next_run, done.last_run.unwrap().plus(HOUR));
        assert!(done.last_time >= Duration::from_millis(100) && done.mean_time() == done.last_time);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for server in running {
        server.stop().await;
    }
    for name in names {
        assert_eq!(count(name).load(Ordering::SeqCst), 1, "{name}");
        assert_eq!(look(&robins[2], name).await.running_on, None);
    }
    assert_eq!(look(&robins[0], "x1").await.last_run, None);
}

async fn rel_12_what_a_dead_server_ran_is_taken_over(place: Place) {
    let robin = place.robin().await;
    add(&robin, "f1", "counted").await;
    count("f").store(0, Ordering::SeqCst);
    let dead = look(&robin, "f1").await;
    let began = place.clock.now();
    assert!(change(&robin, async |tx| tx.begin_run(dead.id, dead.beat, "dead", began).await.unwrap()).await);
    let heir = Running::start(&robin, "heir", vec![COUNTED]);
    tokio::time::sleep(QUICK.silence / 2).await;
    assert_eq!(look(&robin, "f1").await.running_on.as_deref(), Some("dead"), "it may only be slow");
    until(&robin, "f1", |schedule| schedule.running_on.as_deref() == Some("heir")).await;
    until(&robin, "f1", |schedule| schedule.runs == 1).await;
    heir.stop().await;
    assert_eq!(count("f").load(Ordering::SeqCst), 1);
}

async fn a_run_that_takes_long_is_left_to_its_server(place: Place) {
    let (one, two) = (place.robin().await, place.robin().await);
    add(&one, "g1", "long").await;
    count("g").store(0, Ordering::SeqCst);
    let running = [Running::start(&one, "one", vec![LONG]), Running::start(&two, "two", vec![LONG])];
    let first = until(&one, "g1", |schedule| schedule.running_on.is_some()).await.running_on;
    let done = until(&one, "g1", |schedule| {
        assert!(schedule.running_on.is_none() || schedule.running_on == first);
        schedule.runs > 0
    })
    .await;
    assert!(done.last_time >= Duration::from_millis(4500) && done.message.is_none());
    for server in running {
        server.stop().await;
    }
    assert_eq!(count("g").load(Ordering::SeqCst), 1);
}

async fn a_server_that_stops_hands_over_what_it_runs(place: Place) {
    let (one, two) = (place.robin().await, place.robin().await);
    add(&one, "h1", "long").await;
    let first = Running::start(&one, "one", vec![LONG]);
    until(&one, "h1", |schedule| schedule.running_on.is_some()).await;
    first.stop().await;
    let left = look(&one, "h1").await;
    assert_eq!((left.running_on.as_deref(), left.runs), (None, 0));
    assert_eq!(left.message.as_deref(), Some("cut off: it goes on soon"));
    let second = Running::start(&two, "two", vec![LONG]);
    until(&two, "h1", |schedule| schedule.running_on.as_deref() == Some("two")).await;
    until(&two, "h1", |schedule| schedule.runs == 1).await;
    second.stop().await;
}

async fn a_schedule_that_is_stopped_is_cut_off_and_made_up_for_when_it_is_started(place: Place) {
    let robin = place.robin().await;
    add(&robin, "i1", "long").await;
    let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    let name = "i1".parse().unwrap();
    let running = Running::start(&robin, "one", vec![LONG]);
    until(&robin, "i1", |schedule| schedule.running_on.is_some()).await;
    schedule::stop(&asked_by(&robin, &who).await.unwrap(), &name).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let stopped = look(&robin, "i1").await;
    assert_eq!((stopped.enabled, stopped.running_on.as_deref(), stopped.runs), (false, None, 0));
    for _ in 0..2 {
        schedule::start(&asked_by(&robin, &who).await.unwrap(), &name).await.unwrap();
    }
    let done = until(&robin, "i1", |schedule| schedule.runs > 0).await;
    // Who starts what runs anyhow changes nothing.
    schedule::start(&asked_by(&robin, &who).await.unwrap(), &name).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(look(&robin, "i1").await, done);
    running.stop().await;
}

async fn a_run_that_fails_says_why_and_runs_again_in_its_interval(place: Place) {
    let robin = place.robin().await;
    add(&robin, "j1", "refused").await;
    add(&robin, "k1", "panics").await;
    let running = Running::start(&robin, "one", vec![REFUSED, PANICS]);
    let refused = until(&robin, "j1", |schedule| schedule.runs > 0).await;
    assert_eq!(refused.last_error.as_deref(), Some("it is too much"));
    assert_eq!(refused.next_run, refused.last_run.unwrap().plus(HOUR));
    let panicked = until(&robin, "k1", |schedule| schedule.runs > 0).await;
    assert!(panicked.last_error.unwrap().starts_with("internal error"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop().await;
    assert_eq!((look(&robin, "j1").await.runs, look(&robin, "k1").await.runs), (1, 1));
}

async fn rel_08_a_clock_that_jumps_makes_nothing_run_twice_nor_wait(place: Place) {
    let robin = place.robin().await;
    add(&robin, "l1", "counted").await;
    let running = Running::start(&robin, "one", vec![COUNTED]);
    until(&robin, "l1", |schedule| schedule.runs == 1).await;
    // Three intervals later: one run makes up for all.
    let day = 3 * i64::try_from(HOUR.as_secs()).unwrap() + 60;
    for (seconds, runs) in [(day, 2), (day + 60, 2), (0, 3), (-60, 4), (-60, 4)] {
        place.clock.0.store(seconds, Ordering::SeqCst);
        until(&robin, "l1", |schedule| schedule.runs == runs).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let schedule = look(&robin, "l1").await;
        assert_eq!(schedule.runs, runs, "the clock is {seconds} s off");
        assert!(schedule.next_run > place.clock.now() && schedule.next_run <= place.clock.now().plus(HOUR));
    }
    running.stop().await;
}
