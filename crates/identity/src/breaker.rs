//! Leaves a server alone that fails again and again, so that nobody waits for it in vain.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How many failures in a row are enough.
const FAILURES: u32 = 3;

/// How long it is then left alone. After that one is let through to see.
const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody is let through.
    until: Option<Instant>,
}

/// How an attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server answered, whatever it said.
    Answered,
    /// It did not, or says that it can't.
    Failed,
    /// Nothing that says anything about the server.
    Nothing,
}

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

impl Breaker {
    /// Whether to try now.
    ///
    /// # Errors
    /// While the server is left alone: for how long still.
    pub(crate) fn admit(&self) -> Result<(), Duration> {
        self.admit_at(Instant::now())
    }

    /// Counts how an attempt went.
    pub(crate) fn note(&self, outcome: Outcome) {
        self.note_at(Instant::now(), outcome);
    }

    fn admit_at(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if until > now => Err(until - now),
            Some(_) => {
                // The others wait until this one has an answer.
                state.until = Some(now + PAUSE);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn note_at(&self, now: Instant, outcome: Outcome) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Failed => {
                state.failures = state.failures.saturating_add(1);
                if state.failures >= FAILURES {
                    state.until = Some(now + PAUSE);
                }
            }
            Outcome::Nothing => (),
            Outcome::Answered => *state = State::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rel_06_after_failures_in_a_row_nobody_waits() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(breaker.admit_at(now).is_ok());
            breaker.note_at(now, Outcome::Failed);
        }
        assert!(matches!(breaker.admit_at(now), Err(retry_after) if retry_after <= PAUSE));
        let now = now + PAUSE;
        assert!(breaker.admit_at(now).is_ok(), "one is let through to see");
        assert!(breaker.admit_at(now).is_err(), "the others wait for what it finds");
        breaker.note_at(now, Outcome::Answered);
        assert!(breaker.admit_at(now).is_ok() && breaker.admit_at(now).is_ok());
    }

    #[test]
    fn what_is_no_failure_in_a_row_changes_nothing() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..10 {
            assert!(breaker.admit_at(now).is_ok());
            breaker.note_at(now, Outcome::Nothing);
        }
        breaker.note_at(now, Outcome::Failed);
        breaker.note_at(now, Outcome::Answered);
        breaker.note_at(now, Outcome::Failed);
        breaker.note_at(now, Outcome::Failed);
        assert!(breaker.admit_at(now).is_ok());
    }
}
