//! Hearing from PostgreSQL that another server has committed a change.

use std::{sync::Arc, time::Duration};

use sqlx::{
    Executor,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{sync::Notify, task::JoinHandle, time};

use crate::engine::CHANNEL;

/// How often a silent connection is asked whether it still stands: a broken one may say nothing for ever.
const SILENCE: Duration = Duration::from_secs(30);
/// The longest wait before connecting again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A task that listens for as long as this is kept.
pub struct Ear {
    heard: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Ear {
    /// Begins to listen, on a connection of its own.
    pub fn open(server: &PgConnectOptions) -> Self {
        let heard = Arc::new(Notify::new());
        let server = server.clone().application_name("robin (listening)");
        Self { task: tokio::spawn(listen(server, Arc::clone(&heard))), heard }
    }

    /// Returns when something was heard since the last time.
    pub async fn heard(&self) {
        self.heard.notified().await;
    }

    /// Listens no more.
    pub fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.close();
    }
}

async fn listen(server: PgConnectOptions, heard: Arc<Notify>) {
    let mut wait = Duration::from_millis(100);
    loop {
        if let Err(error) = listen_once(&server, &heard, &mut wait).await {
            tracing::warn!(%error, "not hearing of other servers' changes: connecting again");
        }
        time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Listens until the connection breaks.
async fn listen_once(server: &PgConnectOptions, heard: &Notify, wait: &mut Duration) -> sqlx::Result<()> {
    // A pool for each attempt: a dropped listener keeps its connection until the other side answers, which may be never.
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
    let pool = pool.max_lifetime(None).idle_timeout(None).connect_lazy_with(server.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    *wait = Duration::from_millis(100);
    // Whatever was said while nobody listened is lost.
    heard.notify_one();
    loop {
        match time::timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(_))) => heard.notify_one(),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let alive = time::timeout(LONGEST_WAIT, listener.execute("SELECT 1")).await;
                alive.map_err(|_| sqlx::Error::PoolTimedOut)??;
            }
        }
    }
}
