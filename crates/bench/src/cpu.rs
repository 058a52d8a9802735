//! Processor time: what a loop costs, whoever else uses the machine meanwhile.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Counts the processor time of one thread, or of the whole process.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    clock: ClockId,
    start: Duration,
}

impl Stopwatch {
    /// Begins to count what this thread uses.
    #[must_use]
    pub fn of_thread() -> Self {
        Self::on(ClockId::ThreadCPUTime)
    }

    /// Begins to count what all threads of this process use.
    #[must_use]
    pub fn of_process() -> Self {
        Self::on(ClockId::ProcessCPUTime)
    }

    fn on(clock: ClockId) -> Self {
        Self { clock, start: now(clock) }
    }

    /// What was used since.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        now(self.clock).saturating_sub(self.start)
    }
}

fn now(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
