//! What the driver's errors mean.

use std::error::Error as Source;

use robin_storage::Error as StorageError;
use sqlx::{error::DatabaseError, migrate::MigrateError, postgres::PgDatabaseError};

/// Why a database could not be opened, migrated, saved or restored. The texts are for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked can't be done with this address, file or database.
    #[error("{0}")]
    Refused(String),
    /// The database can't do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The result of opening, migrating, saving or restoring.
pub type Result<T> = std::result::Result<T, Error>;

/// A driver's error, sorted: may it work later, or is it a bug or damage?
pub fn of_driver(error: sqlx::Error) -> StorageError {
    let reason = match &error {
        sqlx::Error::PoolTimedOut => Some("every connection was busy for too long"),
        sqlx::Error::PoolClosed => Some("it is being closed"),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => Some("the connection is broken"),
        sqlx::Error::Database(database) => of_database(database.as_ref()),
        _ => None,
    };
    sorted(reason, error)
}

/// The error of a transaction that could not begin. Whatever PostgreSQL says to that, the next attempt may go better: it takes no
/// connections, or not this one.
pub fn of_begin(error: sqlx::Error) -> StorageError {
    match &error {
        sqlx::Error::Database(database) if database.try_downcast_ref::<PgDatabaseError>().is_some() => {
            let reason = of_database(database.as_ref()).unwrap_or("it does not let this server in");
            sorted(Some(reason), error)
        }
        _ => of_driver(error),
    }
}

/// The error of a migration, sorted likewise.
pub fn of_migration(error: MigrateError) -> StorageError {
    match error {
        MigrateError::Execute(error) => of_driver(error),
        MigrateError::ExecuteMigration(sqlx::Error::Database(database), version) => {
            let reason = of_database(database.as_ref());
            sorted(reason, MigrateError::ExecuteMigration(sqlx::Error::Database(database), version))
        }
        other => sorted(None, other),
    }
}

/// The error of a file operation.
pub fn of_file(error: std::io::Error) -> StorageError {
    StorageError::Unavailable { reason: "its file can't be used", source: Box::new(error) }
}

fn sorted(reason: Option<&'static str>, error: impl Source + Send + Sync + 'static) -> StorageError {
    match reason {
        Some(reason) => StorageError::Unavailable { reason, source: Box::new(error) },
        None => StorageError::Fault(Box::new(error)),
    }
}

fn of_database(error: &dyn DatabaseError) -> Option<&'static str> {
    let code = error.code()?;
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => of_postgres(&code),
        None => of_sqlite(code.parse().ok()?),
    }
}

/// Whether another program had what was needed of a SQLite file.
pub fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// By SQLSTATE (PostgreSQL documentation, appendix A): classes 08 connection, 40 rollback, 53 resources, 57 operator.
fn of_postgres(code: &str) -> Option<&'static str> {
    match code {
        "25006" => Some("it is read-only"),
        "25P03" => Some("the transaction took too long"),
        "55P03" | "40001" | "40P01" => Some("others hold what was needed for too long"),
        _ if code.starts_with("08") => Some("the connection is broken"),
        _ if code.starts_with("53") => Some("the server is out of connections, memory or disk"),
        _ if code.starts_with("57") => Some("the server is starting, stopping or was told to stop this"),
        _ => None,
    }
}

/// By result code (SQLite documentation, "Result and Error Codes"); the low byte is the primary one.
fn of_sqlite(code: i32) -> Option<&'static str> {
    match code & 0xff {
        5 | 6 => Some("the file is locked by another program"),
        8 => Some("the file is read-only"),
        10 => Some("the file can't be read or written"),
        13 => Some("the disk is full"),
        14 => Some("the file can't be opened"),
        _ => None,
    }
}
