//! Running what is due: on any number of servers, each schedule on one at a time.
//!
//! Whoever begins a run raises the schedule's beat, which only one can who saw the same number, and goes on raising it while the run
//! lasts. A server whose run has another's beat cuts it off. A beat that stands still for long enough, by the own steady clock and not by
//! the time of day, is that of a server which is gone: its run is taken over.

use std::{collections::HashMap, sync::Arc, time::Duration};

use robin_model::{
    ScheduleId,
    schedule::{Ended, Schedule},
};
use robin_storage::Access;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout_at},
};

use super::Function;
use crate::{Error, Result, Robin};

/// How fast everything goes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long between two looks at what is due.
    pub look: Duration,
    /// How long between two signs of life of a run.
    pub beat: Duration,
    /// For how long a beat must stand still until its run is taken over.
    pub silence: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { look: Duration::from_secs(2), beat: Duration::from_secs(3), silence: Duration::from_secs(15) }
    }
}

/// How many times the end of a run is tried to be written down, before it is left to whoever takes the run over.
const ATTEMPTS: u32 = 3;

/// One server's part.
struct Runner {
    robin: Arc<Robin>,
    functions: Vec<Function>,
    /// What this server is called where it is said who runs what.
    server: Arc<str>,
    pace: Pace,
    /// The beat of each run when it last changed, and when that was.
    seen: HashMap<ScheduleId, (i64, Instant)>,
    /// What is running here.
    running: HashMap<ScheduleId, JoinHandle<()>>,
    stopping: watch::Receiver<bool>,
}

/// Runs what is due until `stopping` says so. Then runs that are under way are cut off, to go on as soon as some server is there.
pub async fn keep(
    robin: Arc<Robin>,
    functions: Vec<Function>,
    server: &str,
    pace: Pace,
    mut stopping: watch::Receiver<bool>,
) {
    let mut runner = Runner {
        robin,
        functions,
        server: server.into(),
        pace,
        seen: HashMap::new(),
        running: HashMap::new(),
        stopping: stopping.clone(),
    };
    let mut worked = true;
    loop {
        let look = async {
            let looked = runner.look().await;
            if let (Err(error), true) = (&looked, worked) {
                tracing::warn!(%error, "schedules can't be looked at");
            }
            worked = looked.is_ok();
            sleep(pace.look).await;
        };
        tokio::select! {
            () = told_to_stop(&mut stopping) => break,
            () = look => {}
        }
    }
    for task in runner.running.into_values() {
        // It has written down itself how it went.
        let _ = task.await;
    }
}

/// Returns when it is time to stop, also because whoever would say so is gone.
async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

impl Runner {
    /// Begins what is due.
    async fn look(&mut self) -> Result<()> {
        self.running.retain(|_, task| !task.is_finished());
        let schedules = self.robin.store.begin(Access::Read).await?.schedules().await?;
        self.seen.retain(|id, _| schedules.iter().any(|schedule| schedule.id == *id));
        for schedule in schedules {
            let silent = self.is_silent(&schedule);
            let known = self.functions.iter().find(|function| function.name == schedule.function).copied();
            let Some(function) = known.filter(|_| !self.running.contains_key(&schedule.id)) else { continue };
            if schedule.is_due(self.robin.clock.now(), silent) {
                let run = Run {
                    robin: Arc::clone(&self.robin),
                    function,
                    server: Arc::clone(&self.server),
                    pace: self.pace,
                    stopping: self.stopping.clone(),
                };
                self.running.insert(schedule.id, tokio::spawn(run.of(schedule)));
            }
        }
        Ok(())
    }

    /// Whether the schedule has given no sign of life for long enough.
    fn is_silent(&mut self, schedule: &Schedule) -> bool {
        let now = Instant::now();
        let seen = self.seen.entry(schedule.id).or_insert((schedule.beat, now));
        if seen.0 != schedule.beat {
            *seen = (schedule.beat, now);
        }
        now.duration_since(seen.1) >= self.pace.silence
    }
}

/// A run of a schedule, as far as it is the same for all.
struct Run {
    robin: Arc<Robin>,
    function: Function,
    server: Arc<str>,
    pace: Pace,
    stopping: watch::Receiver<bool>,
}

impl Run {
    /// Runs it, if nobody else was faster.
    async fn of(mut self, schedule: Schedule) {
        if let Err(error) = self.try_of(&schedule).await {
            tracing::warn!(schedule = %schedule.name, %error, "a run of this schedule could not be written down");
        }
    }

    async fn try_of(&mut self, schedule: &Schedule) -> Result<()> {
        let began = self.robin.clock.now();
        let mut tx = self.robin.store.begin(Access::Append).await?;
        if !tx.begin_run(schedule.id, schedule.beat, &self.server, began).await? {
            return Ok(());
        }
        tx.commit().await?;
        let (started, mut beat) = (Instant::now(), schedule.beat + 1);
        // In a task of its own, so that a panic there is an error here.
        let mut work = tokio::spawn((self.function.run)(Arc::clone(&self.robin), schedule.clone()));
        let outcome = tokio::select! {
            outcome = &mut work => Some(outcome),
            () = stay(&self.robin, schedule, &mut beat, self.pace) => {
                work.abort();
                return Ok(());
            }
            () = told_to_stop(&mut self.stopping) => {
                work.abort();
                // Its transaction is over before the database is closed.
                let _ = (&mut work).await;
                None
            }
        };
        let now = self.robin.clock.now();
        let ended = match outcome {
            Some(outcome) => {
                let next_run = schedule.after(began, now);
                let outcome = outcome.unwrap_or_else(|panic| Err(Error::internal(panic)));
                let (message, error) = match outcome {
                    Ok(message) => (message, None),
                    Err(error) => (None, Some(failed(schedule, &error))),
                };
                Ended { next_run, error, message, time: Some(started.elapsed()) }
            }
            None => {
                Ended { next_run: now, error: None, message: Some("cut off: it goes on soon".to_owned()), time: None }
            }
        };
        for _ in 1..ATTEMPTS {
            // What is not written down is run once more, by whoever takes it over.
            if end(&self.robin, schedule.id, beat, &ended).await.is_ok() {
                return Ok(());
            }
            sleep(self.pace.beat).await;
        }
        end(&self.robin, schedule.id, beat, &ended).await
    }
}

async fn end(robin: &Robin, id: ScheduleId, beat: i64, ended: &Ended) -> Result<()> {
    let mut tx = robin.store.begin(Access::Append).await?;
    tx.end_run(id, beat, ended).await?;
    Ok(tx.commit().await?)
}

/// Gives signs of life, until the run is not this server's any more: it was stopped, or the database could not be told for so long that
/// another server is about to take it over.
async fn stay(robin: &Robin, schedule: &Schedule, beat: &mut i64, pace: Pace) {
    let mut told = Instant::now();
    loop {
        sleep(pace.beat).await;
        let asked = Instant::now();
        match timeout_at(told + pace.silence * 2 / 3, tell(robin, schedule.id, *beat)).await {
            Ok(Ok(true)) => (*beat, told) = (*beat + 1, asked),
            Ok(Err(error)) => tracing::warn!(schedule = %schedule.name, %error, "a sign of life could not be given"),
            Ok(Ok(false)) | Err(_) => break,
        }
    }
    tracing::info!(schedule = %schedule.name, "a run was cut off: the schedule was stopped, or is another server's now");
}

async fn tell(robin: &Robin, id: ScheduleId, beat: i64) -> Result<bool> {
    let mut tx = robin.store.begin(Access::Append).await?;
    let ours = tx.keep_run(id, beat).await?;
    tx.commit().await?;
    Ok(ours)
}

/// What went wrong, for those who look at the schedule. The log has its causes.
fn failed(schedule: &Schedule, error: &Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::warn!(schedule = %schedule.name, %error, cause, "a run of this schedule failed");
    error.to_string()
}
