//! What can go wrong with a database.

use std::error::Error as Source;

/// The result of asking the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the database could not do it. No text of it is meant for a client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not reachable, busy for too long, read-only, or full: it may work later.
    #[error("the database is unavailable: {reason}")]
    Unavailable {
        /// What is the matter, in one sentence.
        reason: &'static str,
        /// What the driver said.
        #[source]
        source: Box<dyn Source + Send + Sync>,
    },
    /// The database was written by a newer version.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: start the version that \
         wrote it, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// Something is wrong with a statement or with what is stored: a bug or a damaged file.
    #[error("database fault: {0}")]
    Fault(#[source] Box<dyn Source + Send + Sync>),
}
