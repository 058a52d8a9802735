//! Where a database is, and how to connect to it.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    Connection, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, Options, Result, engine::Db, error};

/// How long to wait for a connection or for a lock before the database counts as busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a database is.
pub enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    /// Reads `sqlite://path` or `postgres://…`. No text of an error has a password in it.
    pub fn parse(url: &str) -> Result<Self> {
        let refused = |why: &str| Err(Error::Refused(why.to_owned()));
        match url.split_once("://") {
            Some(("sqlite", path)) if path.is_empty() || path.contains(':') || path.contains('?') => {
                refused("the database address must be `sqlite://` and the path of a file, without `:` or `?`")
            }
            Some(("sqlite", path)) => Ok(Self::Sqlite(PathBuf::from(path))),
            Some(("postgres" | "postgresql", _)) => match PgConnectOptions::from_str(url) {
                // The driver's reason may quote the address, and with it the password.
                Err(_) => {
                    refused("the database address is not of the form `postgres://user:password@host:port/database`")
                }
                Ok(options) => Ok(Self::Postgres(Box::new(options))),
            },
            _ => refused("the database address must begin with `sqlite://` or `postgres://`"),
        }
    }

    /// The address without user, password and parameters.
    pub fn place(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(server) => {
                let database = server.get_database().unwrap_or_default();
                format!("postgres://{}:{}/{database}", server.get_host(), server.get_port())
            }
        }
    }

    /// Makes an empty SQLite file that nobody else can read, and its directory, where there is none.
    pub fn create(&self) -> Result<()> {
        match self {
            Self::Sqlite(path) => match create_private(path) {
                Err(failed) if failed.kind() != ErrorKind::AlreadyExists => Err(error::of_file(failed).into()),
                _ => Ok(()),
            },
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Refuses a SQLite file that is not there.
    pub fn must_exist(&self) -> Result<()> {
        match self {
            Self::Sqlite(path) if !path.exists() => Err(Error::Refused(format!("no database at `{}`", path.display()))),
            _ => Ok(()),
        }
    }

    /// Whether it is that of a SQLite file which is there.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::Sqlite(path) if path.exists())
    }

    /// Opens the pools. Connections are made as they are needed.
    pub fn connect(&self, options: Options) -> Db {
        match self {
            Self::Sqlite(path) => Db::Sqlite { writer: writer(path), readers: readers(path, options.readers) },
            Self::Postgres(server) => Db::Postgres(postgres(server, options.connections)),
        }
    }
}

/// Makes a file, readable by nobody else, and the directories above it that are missing.
pub fn create_private(path: &Path) -> std::io::Result<()> {
    let (mut directories, mut file) = (fs::DirBuilder::new(), fs::OpenOptions::new());
    directories.recursive(true);
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        directories.mode(0o700);
        file.mode(0o600);
    }
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        directories.create(directory)?;
    }
    file.open(path).map(drop)
}

/// How to open a SQLite file. Its journal mode stays with the file and is set when it is made.
pub fn sqlite(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .synchronous(SqliteSynchronous::Full)
}

fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    // A connection to a file does not break, so there is no reason to make it anew. But where the disk is full or fails, SQLite rolls
    // back by itself, and the driver believes the transaction to be open for good: such a connection is of no more use.
    SqlitePoolOptions::new()
        .before_acquire(|conn, _| Box::pin(async { Ok(!conn.is_in_transaction()) }))
        .max_connections(connections.max(1))
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .max_lifetime(None)
}

fn writer(path: &Path) -> SqlitePool {
    sqlite_pool(1).idle_timeout(None).connect_lazy_with(sqlite(path))
}

fn readers(path: &Path, connections: u32) -> SqlitePool {
    sqlite_pool(connections).connect_lazy_with(sqlite(path).pragma("query_only", "ON"))
}

/// A backup, to be written or to be read.
pub fn plain(path: &Path) -> Db {
    Db::Sqlite { writer: writer(path), readers: sqlite_pool(1).connect_lazy_with(sqlite(path).read_only(true)) }
}

fn postgres(server: &PgConnectOptions, connections: u32) -> PgPool {
    // A server that stops in the middle of a change must not hold up the others for ever.
    let limits = [("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "60s")];
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(server.clone().application_name("robin").options(limits))
}
