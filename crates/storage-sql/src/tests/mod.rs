//! What holds on both engines, each tried on a real database.

mod backups;
mod failures;
mod plans;
mod schemas;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use robin_storage::{Store, conformance};
use robin_testkit::postgres::Postgres;

use crate::{Options, SqlStore};

/// A directory for the SQLite files of one test.
struct Files {
    directory: tempfile::TempDir,
    made: AtomicU32,
}

impl Files {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), made: AtomicU32::new(0) }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(format!("{}.db", self.made.fetch_add(1, Ordering::Relaxed)))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}

async fn open(url: &str) -> SqlStore {
    SqlStore::open(url, Options::default()).await.unwrap()
}

#[tokio::test]
async fn sqlite_passes_the_suite() {
    let files = Files::new();
    conformance::all(async || Arc::new(open(&files.url()).await) as Arc<dyn Store>).await;
}

#[tokio::test]
async fn postgres_passes_the_suite() {
    let server = Postgres::shared();
    conformance::all(async || Arc::new(open(&server.database().await).await) as Arc<dyn Store>).await;
}
