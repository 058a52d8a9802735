use std::{os::unix::fs::PermissionsExt, time::Duration};

use robin_storage::{Access, Change, Error as StorageError, Store};
use robin_testkit::postgres::Postgres;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::time::timeout;

use super::{Files, open};
use crate::{Error, Options, SqlStore};

async fn refusal(url: &str) -> Error {
    SqlStore::open(url, Options::default()).await.err().unwrap()
}

fn is_unavailable(error: &StorageError) -> bool {
    matches!(error, StorageError::Unavailable { .. })
}

const FROM_THE_FUTURE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                               VALUES (9999, 'later', TRUE, '', 0)";

async fn is_refused_as_newer(url: &str) {
    for error in [refusal(url).await, SqlStore::open_existing(url, Options::default()).await.err().unwrap()] {
        let Error::Storage(StorageError::Newer { found: 9999, known: 6 }) = error else { panic!("{error:?}") };
    }
    assert_eq!(crate::schema_version(url).await.unwrap(), Some(9999));
}

#[tokio::test]
async fn a_newer_sqlite_file_is_refused() {
    let files = Files::new();
    let url = files.url();
    open(&url).await.close().await;
    let mut conn = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query(FROM_THE_FUTURE).execute(&mut conn).await.unwrap();
    is_refused_as_newer(&url).await;
}

#[tokio::test]
async fn a_newer_postgres_database_is_refused() {
    let url = Postgres::shared().database().await;
    open(&url).await.close().await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    sqlx::query(FROM_THE_FUTURE).execute(&mut conn).await.unwrap();
    is_refused_as_newer(&url).await;
}

#[tokio::test]
async fn sec_42_an_address_is_refused_without_showing_its_password() {
    for url in ["mysql://u:geheim@h/d", "geheim", "sqlite://", "sqlite://:memory:", "postgres://u:geheim@h:port/d"] {
        let error = refusal(url).await;
        assert!(matches!(error, Error::Refused(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error:?}");
    }
    let nobody = refusal("postgres://u:geheim@127.0.0.1:1/d").await;
    assert!(matches!(&nobody, Error::Storage(error) if is_unavailable(error)), "{nobody:?}");
    assert!(!format!("{nobody} {nobody:?}").contains("geheim"), "{nobody:?}");
    let url = Postgres::shared().database().await.replace("postgres@", "nobody:geheim@");
    let stranger = refusal(&url).await;
    assert!(!format!("{stranger} {stranger:?}").contains("geheim"), "{stranger:?}");
}

#[tokio::test]
async fn a_new_sqlite_file_is_its_owners_alone() {
    let files = Files::new();
    let directory = files.path().with_extension("made").join("twice");
    let file = directory.join("robin.db");
    let store = open(&format!("sqlite://{}", file.display())).await;
    drop(store.begin(Access::Change).await.unwrap());
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(directory.parent().unwrap()), 0o700);
    for entry in directory.read_dir().unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    store.close().await;
}

#[tokio::test]
async fn opening_what_exists_makes_and_changes_nothing() {
    let files = Files::new();
    let missing = files.path();
    let url = format!("sqlite://{}", missing.display());
    let error = SqlStore::open_existing(&url, Options::default()).await.err().unwrap();
    assert!(error.to_string().starts_with("no database at `"), "{error}");
    assert!(!missing.exists());
    let url = Postgres::shared().database().await;
    let error = SqlStore::open_existing(&url, Options::default()).await.err().unwrap();
    assert_eq!(error.to_string(), "the database is empty: run `robin-server migrate`");
    let migrated = crate::migrate(&url).await.unwrap();
    assert_eq!((migrated.from, migrated.to, migrated.applied.len()), (None, 6, 6));
    assert_eq!(crate::migrate(&url).await.unwrap().applied, []);
    SqlStore::open_existing(&url, Options::default()).await.unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn a_locked_file_is_unavailable_and_can_be_read() {
    let files = Files::new();
    let url = files.url();
    let store = open(&url).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let error = store.begin(Access::Change).await.err().unwrap();
    assert!(is_unavailable(&error), "{error:?}");
    store.ping().await.unwrap();
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    store.begin(Access::Change).await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_a_fault() {
    let files = Files::new();
    let path = files.path();
    std::fs::write(&path, "not a database, but long enough to be taken for one at first sight: ".repeat(99)).unwrap();
    let error = refusal(&format!("sqlite://{}", path.display())).await;
    assert!(matches!(error, Error::Storage(StorageError::Fault(_))), "{error:?}");
}

#[tokio::test]
async fn a_full_file_is_unavailable() {
    let files = Files::new();
    let store = open(&files.url()).await;
    let crate::engine::Db::Sqlite { writer, .. } = &store.db else { unreachable!() };
    sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
    let mut tx = store.begin(Access::Change).await.unwrap();
    let error = tx.set_config("a", &"b".repeat(100_000)).await.unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    tx.commit().await.unwrap_err();
    // The limit went with the connection.
    let mut tx = store.begin(Access::Change).await.unwrap();
    tx.set_config("a", "b").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_broken_connection_is_unavailable_and_replaced() {
    let url = Postgres::shared().database().await;
    let store = open(&url).await;
    let mut tx = store.begin(Access::Change).await.unwrap();
    end_connections(&url).await;
    let error = tx.set_config("a", "b").await.unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    drop(tx);
    store.begin(Access::Change).await.unwrap().commit().await.unwrap();
}

async fn end_connections(url: &str) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query(end).execute(&mut conn).await.unwrap();
}

#[tokio::test]
async fn another_server_hears_of_a_change_also_after_its_connection_broke() {
    let url = Postgres::shared().database().await;
    let (one, other) = (open(&url).await, open(&url).await);
    // The first sign only says that it listens now.
    timeout(Duration::from_secs(10), other.changed()).await.unwrap();
    for broken in [false, true] {
        if broken {
            end_connections(&url).await;
            timeout(Duration::from_secs(10), other.changed()).await.unwrap();
        }
        let mut tx = one.begin(Access::Change).await.unwrap();
        tx.record(Change::Config).await.unwrap();
        assert!(timeout(Duration::from_millis(50), other.changed()).await.is_err(), "before the commit");
        tx.commit().await.unwrap();
        timeout(Duration::from_secs(10), other.changed()).await.unwrap();
    }
}
