//! Storage on SQLite and PostgreSQL: one implementation, whose statements are written once in the dialect that both speak.
//!
//! Each kind of thing has a file with its statements and its row types. What differs between the engines while statements
//! run is in `engine`; what differs in opening them is in `address`, `schema` and `listen`.

mod access_tokens;
mod address;
mod audits;
mod backup;
mod batch;
mod capabilities;
mod certificates;
mod changes;
mod configs;
mod copy;
mod directories;
mod engine;
mod error;
mod installation;
mod listen;
mod login_counters;
mod mappings;
mod memberships;
mod namespaces;
mod objects;
mod schedules;
mod schema;
mod sealed;
mod sessions;
mod shares;
mod signing_keys;
mod statement;
mod stored;
mod syncs;
mod tables;
mod tenants;
#[cfg(test)]
mod tests;
mod transaction;
mod users;

use std::future;

use async_trait::async_trait;
use robin_storage::{Access, Changes, Store, Transaction};

use crate::{address::Address, engine::Db, listen::Ear, schema::Bare};
pub use crate::{
    backup::restore,
    error::{Error, Result},
    schema::{Migrated, known as newest_schema},
};

/// How many connections to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Connections that read a SQLite file at a time. One more writes.
    pub readers: u32,
    /// Connections to a PostgreSQL server, besides the one that listens.
    pub connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, connections: 10 }
    }
}

/// A database on SQLite or PostgreSQL.
pub struct SqlStore {
    db: Db,
    ear: Option<Ear>,
}

impl SqlStore {
    /// Opens the database at `sqlite://path` or `postgres://user:password@host:port/database`. A SQLite file that is not
    /// there is made, with its directory, readable by this user alone. The schema is brought to the newest version.
    ///
    /// # Errors
    /// When the address is none, when the schema is newer than this program (nothing is touched then), and when the
    /// database can't be used. No text has the address's password in it.
    pub async fn open(url: &str, options: Options) -> Result<Self> {
        let address = Address::parse(url)?;
        if address.is_file() {
            let store = Self::connect(&address, options);
            if schema::is_newest(&store.db).await? {
                return Ok(store);
            }
            store.db.close().await;
        }
        migrate(url).await?;
        Ok(Self::connect(&address, options))
    }

    /// Opens a database that is there and has the newest schema, and changes neither.
    ///
    /// # Errors
    /// When the address is none, when there is no such file, when the schema is older or newer, and when the database
    /// can't be used.
    pub async fn open_existing(url: &str, options: Options) -> Result<Self> {
        let known = newest_schema();
        let refused = |found: String| Error::Refused(format!("the database {found}: run `robin-server migrate`"));
        match schema::not_newer(schema_version(url).await?)? {
            Some(found) if found == known => Ok(Self::connect(&Address::parse(url)?, options)),
            Some(found) => Err(refused(format!("has schema version {found}, this program needs {known}"))),
            None => Err(refused("is empty".to_owned())),
        }
    }

    fn connect(address: &Address, options: Options) -> Self {
        let ear = match address {
            Address::Sqlite(_) => None,
            Address::Postgres(server) => Some(Ear::open(server)),
        };
        Self { db: address.connect(options), ear }
    }
}

/// Brings the schema of a database to the newest version, and says what that took. Makes a SQLite file that is not there.
///
/// # Errors
/// As [`SqlStore::open`].
pub async fn migrate(url: &str) -> Result<Migrated> {
    let address = Address::parse(url)?;
    address.create()?;
    Bare::connect(&address).await?.write_ahead().await?.migrate().await
}

/// Where the database of an address is, without the user and password that the address may hold.
///
/// # Errors
/// When the address is none.
pub fn place(url: &str) -> Result<String> {
    Ok(Address::parse(url)?.place())
}

/// The schema version that a database has; `None` when it is empty.
///
/// # Errors
/// When the address is none, when there is no such file, and when the database can't be used.
pub async fn schema_version(url: &str) -> Result<Option<i64>> {
    let address = Address::parse(url)?;
    address.must_exist()?;
    let mut conn = Bare::connect(&address).await?;
    let version = conn.version().await?;
    conn.close().await?;
    Ok(version)
}

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self, access: Access) -> robin_storage::Result<Box<dyn Transaction>> {
        Ok(Box::new(self.db.begin(access).await?))
    }

    async fn changed(&self) {
        match &self.ear {
            Some(ear) => ear.heard().await,
            None => future::pending().await,
        }
    }

    async fn ping(&self) -> robin_storage::Result<()> {
        self.db.begin(Access::Read).await?.revision().await.map(drop)
    }

    async fn close(&self) {
        if let Some(ear) = &self.ear {
            ear.close();
        }
        self.db.close().await;
    }
}
