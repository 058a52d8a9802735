//! The two engines behind one door: everything that takes one path on SQLite and another on PostgreSQL while statements run.

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use robin_storage::{Access, Error, Result};
use sqlx::{FromRow, PgPool, Postgres, SqlStr, Sqlite, SqlitePool, postgres::PgRow, sqlite::SqliteRow};

use crate::{error, statement::Sql};

/// The channel on which PostgreSQL tells other servers of a change.
pub const CHANNEL: &str = "robin_change";

/// A row that can be read from both engines.
pub trait Row: Send + Unpin + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}
impl<T> Row for T where T: Send + Unpin + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}

/// An open database.
pub enum Db {
    /// SQLite has one writer at a time; waiting for it in the pool is fair, waiting for the file's lock is not.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that can't write.
        readers: SqlitePool,
    },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// A transaction under way.
pub struct Tx {
    conn: Conn,
    /// What it may do.
    pub access: Access,
    failed: bool,
}

enum Conn {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Db {
    /// Begins a transaction.
    pub async fn begin(&self, access: Access) -> Result<Tx> {
        let conn = match (self, access) {
            (Self::Sqlite { readers, .. }, Access::Read) => readers.begin().await.map(Conn::Sqlite),
            // A transaction that reads first and then writes would fail at once where another has written in between.
            (Self::Sqlite { writer, .. }, _) => writer.begin_with("BEGIN IMMEDIATE").await.map(Conn::Sqlite),
            (Self::Postgres(pool), Access::Read) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Conn::Postgres)
            }
            // Not `READ WRITE`: who makes a database read-only, because its disk is full or it is a copy, is to be heard.
            (Self::Postgres(pool), _) => {
                pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map(Conn::Postgres)
            }
        };
        let mut tx = Tx { conn: conn.map_err(error::of_begin)?, access, failed: false };
        if access == Access::Change {
            tx.lock().await?;
        }
        Ok(tx)
    }

    /// Waits for running transactions and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Runs a query on whichever engine it is.
macro_rules! run {
    ($self:ident, $sql:ident, $query:ident, $fetch:ident, $take:expr) => {{
        let answer = match &mut $self.conn {
            Conn::Sqlite(tx) => {
                let (text, arguments) = $sql.without_numbers().parts::<Sqlite>()?;
                sqlx::$query(text, arguments).$fetch(&mut **tx).await.map($take)
            }
            Conn::Postgres(tx) => {
                let (text, arguments) = $sql.parts::<Postgres>()?;
                sqlx::$query(text, arguments).$fetch(&mut **tx).await.map($take)
            }
        };
        $self.failed |= answer.is_err();
        answer.map_err(error::of_driver)
    }};
}

impl Tx {
    /// Every row.
    pub async fn all<T: Row>(&mut self, sql: Sql) -> Result<Vec<T>> {
        run!(self, sql, query_as_with, fetch_all, |rows| rows)
    }

    /// The row, if there is one.
    pub async fn opt<T: Row>(&mut self, sql: Sql) -> Result<Option<T>> {
        run!(self, sql, query_as_with, fetch_optional, |row| row)
    }

    /// The row that must be there.
    pub async fn one<T: Row>(&mut self, sql: Sql) -> Result<T> {
        run!(self, sql, query_as_with, fetch_one, |row| row)
    }

    /// Runs it, and says how many rows it touched.
    pub async fn exec(&mut self, sql: Sql) -> Result<u64> {
        run!(self, sql, query_with, execute, |done| done.rows_affected())
    }

    /// The rows of a long table, as they come.
    pub fn stream<T: Row + 'static>(&mut self, text: SqlStr) -> BoxStream<'_, Result<T>> {
        let rows = match &mut self.conn {
            Conn::Sqlite(tx) => sqlx::query_as::<Sqlite, T>(text).fetch(&mut **tx),
            Conn::Postgres(tx) => sqlx::query_as::<Postgres, T>(text).fetch(&mut **tx),
        };
        rows.map_err(error::of_driver).boxed()
    }

    /// One change at a time: SQLite has one writer anyway, on PostgreSQL whoever holds the row of the revision goes on.
    async fn lock(&mut self) -> Result<()> {
        if let Conn::Postgres(tx) = &mut self.conn {
            let lock = sqlx::query("SELECT revision FROM revision FOR UPDATE").fetch_one(&mut **tx).await;
            lock.map_err(error::of_driver)?;
        }
        Ok(())
    }

    /// Tells other servers when this transaction commits. There is one server to a SQLite file.
    pub async fn notify(&mut self) -> Result<()> {
        if let Conn::Postgres(tx) = &mut self.conn {
            let notice = sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&mut **tx).await;
            self.failed |= notice.is_err();
            notice.map_err(error::of_driver)?;
        }
        Ok(())
    }

    /// Which of two texts the engine takes: for the few statements that no dialect shares.
    pub const fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.conn {
            Conn::Sqlite(_) => sqlite,
            Conn::Postgres(_) => postgres,
        }
    }

    /// Commits. After a failed statement that is an error: PostgreSQL would roll back and say that all went well.
    pub async fn keep(self) -> Result<()> {
        if self.failed {
            return Err(Error::Fault("a statement of the transaction has failed, so nothing of it was kept".into()));
        }
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await,
            Conn::Postgres(tx) => tx.commit().await,
        }
        .map_err(error::of_driver)
    }
}
