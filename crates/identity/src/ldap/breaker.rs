//! Leaves a directory alone that fails again and again, so that nobody waits for it in vain.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Error;

/// How many failures in a row are enough.
const FAILURES: u32 = 3;

/// How long the directory is then left alone. After that one is let through to see.
const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody is let through.
    until: Option<Instant>,
}

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

impl Breaker {
    /// Whether to try now.
    ///
    /// # Errors
    /// [`Error::Suspended`] while the directory is left alone.
    pub(super) fn admit(&self) -> Result<(), Error> {
        self.admit_at(Instant::now())
    }

    /// Counts how an attempt went.
    pub(super) fn note<T>(&self, result: &Result<T, Error>) {
        self.note_at(Instant::now(), result);
    }

    fn admit_at(&self, now: Instant) -> Result<(), Error> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if until > now => Err(Error::Suspended { retry_after: until - now }),
            Some(_) => {
                // The others wait until this one has an answer.
                state.until = Some(now + PAUSE);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn note_at<T>(&self, now: Instant, result: &Result<T, Error>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Err(Error::Unreachable(_) | Error::Lost(_) | Error::TimedOut(_) | Error::Refused { code: 51 | 52, .. }) => {
                state.failures = state.failures.saturating_add(1);
                if state.failures >= FAILURES {
                    state.until = Some(now + PAUSE);
                }
            }
            // Those say nothing about the directory.
            Err(Error::Suspended { .. } | Error::Busy) => (),
            // It answered, whatever it said.
            _ => *state = State::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rel_06_after_failures_in_a_row_nobody_waits() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        let down: Result<(), Error> = Err(Error::TimedOut(Duration::from_secs(30)));
        for _ in 0..FAILURES {
            assert!(breaker.admit_at(now).is_ok());
            breaker.note_at(now, &down);
        }
        assert!(matches!(breaker.admit_at(now), Err(Error::Suspended { retry_after }) if retry_after <= PAUSE));
        let now = now + PAUSE;
        assert!(breaker.admit_at(now).is_ok(), "one is let through to see");
        assert!(breaker.admit_at(now).is_err(), "the others wait for what it finds");
        breaker.note_at(now, &Ok(()));
        assert!(breaker.admit_at(now).is_ok() && breaker.admit_at(now).is_ok());
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..10 {
            assert!(breaker.admit_at(now).is_ok());
            breaker.note_at::<()>(now, &Err(Error::Credentials(String::new())));
        }
        let down: Result<(), Error> = Err(Error::Lost("x".to_owned()));
        breaker.note_at(now, &down);
        breaker.note_at(now, &Ok(()));
        breaker.note_at(now, &down);
        breaker.note_at(now, &down);
        assert!(breaker.admit_at(now).is_ok());
    }
}
