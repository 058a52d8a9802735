//! What runs from time to time, whichever server does it.

use std::time::Duration;

use crate::{ScheduleId, ScheduleName, Timestamp};

/// A schedule that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    /// Its name.
    pub name: ScheduleName,
    /// What it runs.
    pub function: String,
    /// The number of the thing that it is about, if it is about one.
    pub subject: Option<i64>,
    /// How much later each run begins than the one before; whole seconds.
    pub interval: Duration,
    /// Whether it runs at all.
    pub enabled: bool,
    /// When it runs first.
    pub next_run: Timestamp,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its number, never given again.
    pub id: ScheduleId,
    /// Its name, unique without regard to case.
    pub name: ScheduleName,
    /// What it runs. A server that does not know it leaves it to others.
    pub function: String,
    /// The number of the thing that it is about, if it is about one.
    pub subject: Option<i64>,
    /// How much later each run begins than the one before; whole seconds.
    pub interval: Duration,
    /// Whether it runs at all.
    pub enabled: bool,
    /// When it runs next.
    pub next_run: Timestamp,
    /// When it last began to run.
    pub last_run: Option<Timestamp>,
    /// Why the last run failed, if it did.
    pub last_error: Option<String>,
    /// The server that it is running on, while it is.
    pub running_on: Option<String>,
    /// What the last run had to say.
    pub message: Option<String>,
    /// How long the last run took.
    pub last_time: Duration,
    /// How long all runs took that came to an end.
    pub total_time: Duration,
    /// How many they were.
    pub runs: u32,
    /// Rises with every sign of life of a run. While it stands still, nobody is running it, whatever is said.
    pub beat: i64,
}

/// What becomes of a schedule when a run is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When it runs next.
    pub next_run: Timestamp,
    /// Why the run failed, if it did.
    pub error: Option<String>,
    /// What it had to say.
    pub message: Option<String>,
    /// How long it took; nothing where it was cut off.
    pub time: Option<Duration>,
}

impl Schedule {
    /// Whether it has to run now. One that is running is not due, unless its server is `silent`: then it is taken over.
    ///
    /// A time further away than its interval means that the clock was set back. It is due then: one run too many does no harm, and
    /// none for an hour may.
    #[must_use]
    pub fn is_due(&self, now: Timestamp, silent: bool) -> bool {
        let is_time = || self.next_run <= now || self.next_run > now.plus(self.interval);
        self.enabled && if self.running_on.is_some() { silent } else { is_time() }
    }

    /// When it runs next, after a run that began and ended then: in step with its beginning, but never at once. Runs that were missed
    /// meanwhile are not made up for one by one.
    #[must_use]
    pub fn after(&self, began: Timestamp, ended: Timestamp) -> Timestamp {
        let in_step = began.plus(self.interval);
        if in_step > ended { in_step } else { ended.plus(self.interval) }
    }

    /// How long a run took on average.
    #[must_use]
    pub fn mean_time(&self) -> Duration {
        self.total_time.checked_div(self.runs).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const MINUTE: Duration = Duration::from_mins(1);

    fn hourly(next_run: Timestamp) -> Schedule {
        Schedule {
            id: ScheduleId(1),
            name: "Sync".parse().unwrap(),
            function: "f".to_owned(),
            subject: None,
            interval: Duration::from_hours(1),
            enabled: true,
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

    #[test]
    fn what_is_late_runs_once_and_then_in_its_interval() {
        let schedule = hourly(NOW.minus(Duration::from_hours(100)));
        assert!(schedule.is_due(NOW, false));
        let next = schedule.after(NOW, NOW.plus(MINUTE));
        assert_eq!(next, NOW.plus(Duration::from_hours(1)));
        assert!(!hourly(next).is_due(NOW.plus(MINUTE), false));
    }

    #[test]
    fn a_run_that_takes_longer_than_the_interval_is_not_followed_at_once() {
        let ended = NOW.plus(Duration::from_hours(3));
        assert_eq!(hourly(NOW).after(NOW, ended), ended.plus(Duration::from_hours(1)));
    }

    #[test]
    fn rel_08_a_clock_that_was_set_back_makes_nothing_wait_longer_than_its_interval() {
        let before_the_step = hourly(NOW.plus(MINUTE));
        assert!(before_the_step.is_due(NOW.minus(Duration::from_hours(1)), false));
        assert!(!before_the_step.is_due(NOW, false));
        // Back in step after that run.
        let again = before_the_step.after(NOW.minus(Duration::from_hours(1)), NOW.minus(Duration::from_hours(1)));
        assert!(!hourly(again).is_due(NOW.minus(Duration::from_hours(1)), false));
    }

    #[test]
    fn what_runs_elsewhere_is_taken_over_when_its_server_is_silent_and_not_before() {
        let running = Schedule { running_on: Some("elsewhere".to_owned()), ..hourly(NOW.minus(MINUTE)) };
        assert!(!running.is_due(NOW, false));
        assert!(running.is_due(NOW, true));
        assert!(!Schedule { enabled: false, ..running }.is_due(NOW, true));
        assert!(!Schedule { enabled: false, ..hourly(NOW) }.is_due(NOW, false));
    }

    #[test]
    fn the_mean_is_of_the_runs_that_ended() {
        let schedule = Schedule { total_time: Duration::from_secs(9), runs: 2, ..hourly(NOW) };
        assert_eq!(schedule.mean_time(), Duration::from_millis(4500));
        assert_eq!(hourly(NOW).mean_time(), Duration::ZERO);
    }
}
