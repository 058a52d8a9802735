//! Argon2id for a whole server: few threads, little memory, and a limit to how many may wait.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::{
    Version,
    password_hash::phc::{Output, Salt},
};
use robin_model::{PasswordHash, Random, Secret};
use tokio::sync::oneshot;

use super::{
    Params,
    memory::{self, Memory},
    phc::{self, Hash, OUTPUT, SALT},
    queue::{Queue, Refused},
};
use crate::{Error, Verdict};

/// How many jobs may wait for each thread: at some 25 ms each, the last one waits as long as [`RETRY_AFTER`].
const WAITING: usize = 64;

/// Seconds after which a full queue has been worked off.
const RETRY_AFTER: u64 = 2;

/// Hashes and verifies passwords on threads of its own, so that a storm of logins takes neither the memory nor the time
/// that other requests need. Threads start when they are first needed, each with memory for one hash, and end when the
/// pool is dropped.
pub struct HashingPool {
    queue: Queue,
    params: Params,
    random: Arc<dyn Random>,
    computed: Arc<AtomicU64>,
}

impl HashingPool {
    /// A pool of at most so many threads, which makes new hashes with these parameters.
    #[must_use]
    pub fn new(params: Params, threads: NonZeroUsize, random: Arc<dyn Random>) -> Self {
        let queue = Queue::new(threads, threads.get().saturating_mul(WAITING));
        Self { queue, params, random, computed: Arc::default() }
    }

    /// The number of cores this process may use: as many threads as make sense.
    #[must_use]
    pub fn cores() -> NonZeroUsize {
        std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
    }

    /// Hashes a new password, with a new salt.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many are waiting; [`Error::Unavailable`] when there is no thread or memory for it.
    pub async fn hash(&self, password: &Secret) -> Result<PasswordHash, Error> {
        let mut salt = [0; SALT];
        self.random.fill(&mut salt);
        let (params, password) = (self.params, password.clone());
        let hash = self.run(move |memory| {
            let mut output = memory::output(OUTPUT);
            let version = Version::V0x13;
            memory.hash((version, params, params), password.expose().as_bytes(), &salt, &mut output)?;
            Some(Hash { version, params, salt: Salt::new(&salt).ok()?, output: Output::new(&output).ok()? }.to_phc())
        });
        hash.await
    }

    /// Whether `password` is the one that `hash` was made from. Without a hash it never is, and finding out takes just as
    /// long: one computation, with the parameters in force.
    ///
    /// # Errors
    /// As [`hash`](Self::hash); and [`Error::UnusableHash`], after such a computation, when `hash` can't be read.
    pub async fn verify(&self, password: &Secret, hash: Option<&PasswordHash>) -> Result<Verdict, Error> {
        let (stored, unusable) = match hash.map(phc::parse) {
            Some(Ok(stored)) => (Some(stored), None),
            Some(Err(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        let (params, password) = (self.params, password.clone());
        let verdict = self.run(move |memory| {
            let exists = stored.is_some();
            let hash = stored.or_else(|| Hash::placeholder(params))?;
            let mut output = memory::output(hash.output.len());
            memory.hash((hash.version, hash.params, params), password.expose().as_bytes(), &hash.salt, &mut output)?;
            let matches = Output::new(&output).ok()? == hash.output && exists;
            Some(Verdict { matches, rehash: matches && !hash.is_current(params) })
        });
        let verdict = verdict.await?;
        unusable.map_or(Ok(verdict), |reason| Err(Error::UnusableHash(reason)))
    }

    /// How many hashes this pool has computed.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Option<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let computed = self.computed.clone();
        let job = move |memory: &mut Memory| {
            // Whoever asked has gone away since.
            if reply.is_closed() {
                return;
            }
            computed.fetch_add(1, Ordering::Relaxed);
            let _ = reply.send(work(memory));
        };
        self.queue.push(Box::new(job)).map_err(|refused| match refused {
            Refused::Full => Error::TooMany { retry_after: RETRY_AFTER },
            Refused::NoThread(cause) => unavailable(cause),
        })?;
        answer.await.map_err(unavailable)?.ok_or_else(|| unavailable("Argon2 refused its input"))
    }
}

fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Unavailable { what: "password hashing", cause: cause.into() }
}

#[cfg(test)]
mod tests;
