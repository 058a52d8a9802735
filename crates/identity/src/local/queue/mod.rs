//! Threads that each own a [`Memory`], and the bounded queue of jobs before them.
//!
//! Threads start one by one, when a job finds none idle, and end with the queue.

use std::{
    collections::VecDeque,
    io,
    num::NonZeroUsize,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::memory::Memory;

/// A job: it is called on a hashing thread, or dropped when the queue ends before.
pub type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Why a job was not taken.
pub enum Refused {
    /// The queue is full.
    Full,
    /// There is no thread, and none could be started.
    NoThread(io::Error),
}

/// The threads and their queue. Dropping it drops the jobs that no thread has begun, and ends the threads.
pub struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    threads: usize,
    capacity: usize,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that were started and have not ended.
    running: usize,
    /// Of those, the ones that wait for a job.
    idle: usize,
    is_closed: bool,
}

impl Queue {
    /// A queue that holds at most `capacity` jobs, for at most so many threads.
    pub fn new(threads: NonZeroUsize, capacity: usize) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self { shared: Arc::new(Shared { state, changed, threads: threads.get(), capacity }) }
    }

    /// Gives a job to the threads.
    ///
    /// # Errors
    /// When the queue is full, or there is no thread to do it.
    pub fn push(&self, job: Job) -> Result<(), Refused> {
        let mut state = self.shared.lock();
        if state.jobs.len() >= self.shared.capacity {
            return Err(Refused::Full);
        }
        if state.idle <= state.jobs.len() && state.running < self.shared.threads {
            match start(&self.shared, state.running) {
                Ok(()) => state.running += 1,
                Err(error) if state.running == 0 => return Err(Refused::NoThread(error)),
                // Those that run do the work.
                Err(_) => {}
            }
        }
        state.jobs.push_back(job);
        drop(state);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_closed = true;
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        // Outside the lock: whoever waits for one of them is woken by this.
        drop(jobs);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job, or `None` when the queue has ended. Waits; what the last job left in memory does not.
    fn next(&self, memory: &mut Memory) -> Option<Job> {
        let mut state = self.lock();
        if state.jobs.is_empty() && !state.is_closed {
            drop(state);
            memory.wipe();
            state = self.lock();
        }
        state.idle += 1;
        while state.jobs.is_empty() && !state.is_closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle -= 1;
        state.jobs.pop_front()
    }
}

fn start(shared: &Arc<Shared>, number: usize) -> io::Result<()> {
    let shared = shared.clone();
    thread::Builder::new().name(format!("robin-hash-{number}")).spawn(move || {
        // Made in the thread: were it dropped here, when none can be started, it would wait for the lock its caller holds.
        let seat = Seat(shared);
        yield_to_requests();
        let mut memory = Memory::default();
        while let Some(job) = seat.0.next(&mut memory) {
            job(&mut memory);
        }
    })?;
    Ok(())
}

/// A thread's place among those that run, given up when it ends, even by a panic.
struct Seat(Arc<Shared>);

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.running = state.running.saturating_sub(1);
    }
}

/// Lets every other thread of the server go first: those answer in microseconds what would wait for milliseconds.
#[cfg(target_os = "linux")]
fn yield_to_requests() {
    // On Linux this is the calling thread alone. If it is not allowed, hashing goes on as fast as the rest.
    let _ = rustix::process::setpriority_process(None, 5);
}

#[cfg(not(target_os = "linux"))]
fn yield_to_requests() {}

#[cfg(test)]
mod tests;
