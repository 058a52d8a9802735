//! The schema: which version a database has, and bringing it to the newest.

use std::time::{Duration, Instant};

use robin_storage::{Access, Error as StorageError};
use sqlx::{
    ConnectOptions, Connection, PgConnection, Postgres, Sqlite, SqliteConnection,
    migrate::{MigrateError, Migrator},
};

use crate::{
    Result,
    address::{self, Address},
    engine::Db,
    error,
    statement::{Statement, sql, statements},
};

statements! {
    STEPS = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
}

/// Of SQLite alone, where a file keeps it.
const JOURNAL: &str = "PRAGMA journal_mode";

/// The migrations for SQLite.
pub static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
/// The same steps for PostgreSQL.
pub static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a server may take to answer at all.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before trying again what others were doing.
const PAUSE: Duration = Duration::from_millis(20);

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The version before; nothing for a new database.
    pub from: Option<i64>,
    /// The version now.
    pub to: i64,
    /// The steps that were applied: number and description, in order.
    pub applied: Vec<(i64, String)>,
}

/// The newest schema version that this program knows.
#[must_use]
pub fn known() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or_default()
}

/// A connection of its own, outside the pools and their limits: a migration takes the time it takes.
pub enum Bare {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Bare {
    /// Connects.
    pub async fn connect(address: &Address) -> Result<Self> {
        let connect = async {
            match address {
                Address::Sqlite(path) => address::sqlite(path).connect().await.map(Self::Sqlite),
                Address::Postgres(server) => PgConnection::connect_with(server).await.map(Self::Postgres),
            }
        };
        let connected = tokio::time::timeout(CONNECT_PATIENCE, connect).await;
        let connected = connected.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        Ok(connected.map_err(error::of_driver)?)
    }

    /// The schema version found; nothing in an empty database.
    pub async fn version(&mut self) -> Result<Option<i64>> {
        let newest = "SELECT MAX(version) FROM _sqlx_migrations";
        let found = match self {
            Self::Sqlite(conn) => {
                let table = "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
                match sqlx::query_scalar::<Sqlite, i64>(table).fetch_one(&mut *conn).await {
                    Ok(0) => Ok(None),
                    Ok(_) => sqlx::query_scalar::<Sqlite, Option<i64>>(newest).fetch_one(conn).await,
                    Err(error) => Err(error),
                }
            }
            Self::Postgres(conn) => {
                let table = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
                match sqlx::query_scalar::<Postgres, bool>(table).fetch_one(&mut *conn).await {
                    Ok(false) => Ok(None),
                    Ok(true) => sqlx::query_scalar::<Postgres, Option<i64>>(newest).fetch_one(conn).await,
                    Err(error) => Err(error),
                }
            }
        };
        Ok(found.map_err(error::of_driver)?)
    }

    /// Brings the schema to the newest version, and says what that took. A newer schema is refused untouched.
    pub async fn migrate(mut self) -> Result<Migrated> {
        let from = not_newer(self.version().await?)?;
        match &mut self {
            Self::Sqlite(conn) if from == Some(known()) => SQLITE.run_direct(None, conn, false).await,
            Self::Sqlite(conn) => one_at_a_time(conn).await,
            Self::Postgres(conn) => POSTGRES.run_direct(None, conn, false).await,
        }
        .map_err(error::of_migration)?;
        self.close().await?;
        let steps = SQLITE.iter().filter(|step| from.is_none_or(|from| step.version > from));
        let applied = steps.map(|step| (step.version, step.description.to_string())).collect();
        Ok(Migrated { from, to: known(), applied })
    }

    /// Sets what stays with a SQLite file for good: readers and a writer do not wait for each other. It needs the file for
    /// itself, so it comes before the pools.
    pub async fn write_ahead(mut self) -> Result<Self> {
        if let Self::Sqlite(conn) = &mut self {
            let patience = Instant::now() + CONNECT_PATIENCE;
            // Here SQLite itself does not wait for others who do the same.
            while let Err(error) = sqlx::query("PRAGMA journal_mode = WAL").execute(&mut *conn).await {
                if !error::is_busy(&error) || Instant::now() > patience {
                    return Err(error::of_driver(error).into());
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(self)
    }

    /// Closes, so that SQLite leaves no file behind.
    pub async fn close(self) -> Result<()> {
        match self {
            Self::Sqlite(conn) => conn.close().await,
            Self::Postgres(conn) => conn.close().await,
        }
        .map_err(|error| error::of_driver(error).into())
    }
}

/// Migrates in one transaction, so that of several programs that find an old file at once the others wait: the driver has a
/// lock for that on PostgreSQL alone.
async fn one_at_a_time(conn: &mut SqliteConnection) -> std::result::Result<(), MigrateError> {
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    SQLITE.run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

/// Whether a SQLite file has exactly the steps that this program knows, and its journal is set: then it can be used as it is. That is
/// so at nearly every start, and asked over a connection that stays, it costs little.
pub async fn is_newest(db: &Db) -> Result<bool> {
    let mut tx = db.begin(Access::Read).await?;
    let steps: Vec<(i64, Vec<u8>)> = match tx.all(sql(STEPS)).await {
        Ok(steps) => steps,
        // There is no such table: the file is empty, or not of this program.
        Err(StorageError::Fault(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let known = SQLITE.iter().map(|step| (step.version, &*step.checksum));
    if !known.eq(steps.iter().map(|(version, checksum)| (*version, checksum.as_slice()))) {
        return Ok(false);
    }
    let (journal,): (String,) = tx.one(sql(Statement::new(JOURNAL))).await?;
    Ok(journal == "wal")
}

/// Passes a version on unless it is newer than this program.
pub fn not_newer(found: Option<i64>) -> Result<Option<i64>> {
    match found {
        Some(found) if found > known() => Err(StorageError::Newer { found, known: known() }.into()),
        other => Ok(other),
    }
}
