//! Connections on which Robin reads the directory under the name that the settings give.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ldap3::{LdapResult, controls::RawControl};
use robin_model::{Secret, directory::Transport};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use crate::breaker::Breaker;

use super::{Connection, Error, connect::Connector, error::said, refused};

/// The most connections at once.
const MOST: usize = 8;

/// The most people who log in at once.
const LOGINS: usize = 32;

/// The most that are kept while nobody uses them.
const KEPT: usize = 4;

/// How long one is kept. Directories and what stands before them end what is idle for minutes, not always in a way that shows.
const IDLE: Duration = Duration::from_secs(30);

/// Connections that are bound.
pub(super) struct Pool {
    connector: Connector,
    name: String,
    password: Secret,
    breaker: Breaker,
    idle: Mutex<Vec<(Connection, Instant)>>,
    permits: Arc<Semaphore>,
    logins: Semaphore,
    wait: Duration,
}

/// A connection out of the pool. [`Lease::keep`] puts it back; dropped without, it ends.
pub(super) struct Lease {
    connection: Connection,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
    /// Somebody used it before: it may have ended unseen.
    pub(super) is_used: bool,
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Lease {
    /// Puts the connection back, for the next to use.
    pub(super) fn keep(self) {
        let Self { connection, pool, .. } = self;
        let mut idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT && !connection.is_closed() {
            idle.push((connection, Instant::now()));
        }
    }
}

impl Pool {
    pub(super) fn new(connector: Connector, name: String, password: Secret, wait: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(MOST));
        let logins = Semaphore::new(LOGINS);
        Self { connector, name, password, breaker: Breaker::default(), idle: Mutex::default(), permits, logins, wait }
    }

    /// What counts failures.
    pub(super) const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// A connection that is bound, one that was used before if there is one.
    ///
    /// # Errors
    /// When there is none to be had.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Lease, Error> {
        let permit = self.permits(1).await?;
        match self.idle_one() {
            Some(connection) => Ok(Lease { connection, pool: Arc::clone(self), _permit: permit, is_used: true }),
            None => self.open(permit).await,
        }
    }

    /// A new connection that is bound, for what can't be begun anew when a used one turns out to have ended.
    ///
    /// # Errors
    /// When there is none to be had.
    pub(super) async fn fresh(self: &Arc<Self>) -> Result<Lease, Error> {
        let permit = self.permits(1).await?;
        self.open(permit).await
    }

    /// Two new connections at once, so that whoever needs a second while using the first never waits for somebody who does the same.
    ///
    /// # Errors
    /// When there are none to be had.
    pub(super) async fn fresh_two(self: &Arc<Self>) -> Result<(Lease, Lease), Error> {
        let mut permit = self.permits(2).await?;
        let second = permit.split(1).ok_or(Error::Busy)?;
        Ok((self.open(permit).await?, self.open(second).await?))
    }

    /// A new connection that is bound and belongs to whoever asks, even while the directory is left alone otherwise.
    ///
    /// # Errors
    /// When there is none to be had.
    pub(super) async fn trial(&self) -> Result<Connection, Error> {
        let bound = self.bound().await;
        self.breaker.note(Error::outcome(&bound));
        bound
    }

    /// Logs in as somebody else, on a connection of its own that ends with it.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn log_in(
        &self,
        name: &str,
        password: &Secret,
        controls: &[RawControl],
    ) -> Result<(Connection, LdapResult), Error> {
        let permit = timeout(self.wait, self.logins.acquire()).await;
        let _permit = permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        self.breaker.admit().map_err(|retry_after| Error::Suspended { retry_after })?;
        let answer = self.connector.log_in(name, password, controls).await;
        self.breaker.note(Error::outcome(&answer));
        answer
    }

    /// How passwords cross the network.
    pub(super) const fn transport(&self) -> Transport {
        self.connector.transport()
    }

    async fn permits(&self, count: u32) -> Result<OwnedSemaphorePermit, Error> {
        let permits = timeout(self.wait, Arc::clone(&self.permits).acquire_many_owned(count)).await;
        permits.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)
    }

    fn idle_one(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(connection, since)| since.elapsed() < IDLE && !connection.is_closed());
        idle.pop().map(|(connection, _)| connection)
    }

    async fn open(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Result<Lease, Error> {
        self.breaker.admit().map_err(|retry_after| Error::Suspended { retry_after })?;
        let bound = self.bound().await;
        self.breaker.note(Error::outcome(&bound));
        Ok(Lease { connection: bound?, pool: Arc::clone(self), _permit: permit, is_used: false })
    }

    async fn bound(&self) -> Result<Connection, Error> {
        let (connection, result) = self.connector.log_in(&self.name, &self.password, &[]).await?;
        match result.rc {
            0 => Ok(connection),
            8 | 13 => Err(Error::Confidentiality(self.connector.transport())),
            // Also what is no name at all (34), and what is not there (32).
            32 | 34 | 49 => Err(Error::Credentials(said(result.rc, &result.text))),
            code => Err(refused(code, result.text)),
        }
    }
}
