use std::path::Path;

use robin_model::{
    KeyId, TenantId, TenantRole, Timestamp, UserId,
    certificate::{Certificate, Reason, Revocation, RevocationList, Serial, StoredAuthority},
    profile::Profile,
    session::SigningKey,
    tenant::NewTenant,
    user::{Authentication, NewMembership, NewUser},
};
use robin_rbac::{CapabilityId, Definition, Entry};
use robin_storage::{Access, Change, Installation, Store, Transaction};
use robin_testkit::postgres::Postgres;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::{Files, open};
use crate::{Error, SqlStore, restore, tables::TABLES};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn new_user(number: usize) -> NewUser {
    NewUser {
        username: format!("user-{number}").parse().unwrap(),
        authentication: Authentication::Local,
        password: None,
        profile: Profile { first_name: Some("O'Ä\u{1f600}".into()), ..Profile::default() },
        disabled: false,
        current_tenant: None,
        created_at: NOW,
    }
}

fn new_tenant(name: &str) -> NewTenant {
    NewTenant { name: name.parse().unwrap(), description: String::new(), created_at: NOW }
}

/// A store with something in most tables, whose tenant 2 and capability 115 were removed.
async fn filled(url: &str) -> SqlStore {
    let store = open(url).await;
    let mut tx = store.begin(Access::Change).await.unwrap();
    let installation = Installation { zone_id: 42, key_fingerprint: "f".into(), created_at: NOW };
    assert!(tx.insert_installation(&installation).await.unwrap());
    for number in 0..250 {
        let user = tx.insert_user(&new_user(number)).await.unwrap().unwrap();
        let capabilities = vec![CapabilityId(9), CapabilityId(2)];
        let member = NewMembership {
            user,
            tenant: TenantId(1),
            role: TenantRole::User,
            capabilities,
            namespace: None,
            mapped_by: None,
        };
        tx.insert_membership(&member).await.unwrap().unwrap();
        tx.set_disabled(user, number % 2 == 0).await.unwrap();
        tx.set_current_tenant(user, Some(TenantId(1))).await.unwrap();
        tx.record(Change::User(user)).await.unwrap();
    }
    let gone = tx.insert_tenant(&new_tenant("gone")).await.unwrap().unwrap();
    tx.remove_tenant(gone).await.unwrap();
    let definition = Definition {
        id: CapabilityId(0),
        name: "Gone".into(),
        group: String::new(),
        description: String::new(),
        hidden: true,
        tenant_roles: vec![TenantRole::User],
        providers: vec!["B".into(), "A".into()],
        entries: vec![Entry { object_type: "USER".into(), operation: "view".into() }],
    };
    tx.insert_capability(&definition).await.unwrap().unwrap();
    tx.remove_capability(&"Gone".parse().unwrap()).await.unwrap();
    tx.insert_capability(&Definition { name: "Kept".into(), ..definition }).await.unwrap().unwrap();
    let key = SigningKey { id: KeyId("k".into()), sealed: vec![0, 39, 255], created_at: NOW, signs_from: NOW };
    tx.insert_signing_key(&key).await.unwrap();
    tx.set_config("a", "b").await.unwrap();
    certificates(&mut *tx).await;
    tx.commit().await.unwrap();
    store
}

/// An authority, certificates with and without a key, and a list that is to be signed anew.
async fn certificates(tx: &mut dyn Transaction) {
    let authority = StoredAuthority { pem: "a".into(), sealed_key: vec![0, 39, 255], created_at: NOW };
    assert!(tx.insert_authority(&authority).await.unwrap());
    for (user, sealed_key) in [(3, None), (4, Some(vec![0, 39, 255]))] {
        let certificate = Certificate {
            serial: Serial::from_bytes(&[user]).unwrap(),
            user: UserId(user.into()),
            pem: "c".into(),
            sealed_key,
            not_before: NOW,
            not_after: NOW,
            issued_at: NOW,
            revoked: (user == 4).then_some(Revocation { at: NOW, reason: Reason::Unspecified }),
        };
        tx.insert_certificate(&certificate).await.unwrap();
    }
    tx.set_revocation_list(&RevocationList { number: 1, der: None, next_update: NOW }).await.unwrap();
}

/// Every row of every table of a backup, as text.
async fn content(file: &Path) -> Vec<String> {
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let mut rows = Vec::new();
    for table in TABLES {
        let columns: Vec<String> = table.columns.iter().map(|column| format!("quote({})", column.name)).collect();
        let query = format!("SELECT '{0} ' || {1} FROM {0} ORDER BY 1", table.name, columns.join(" || ',' || "));
        rows.extend(sqlx::query_scalar::<_, String>(AssertSqlSafe(query)).fetch_all(&mut conn).await.unwrap());
    }
    rows
}

/// Saves `from`, puts that into `to`, and checks that nothing is different.
async fn moves_whole(from: &str, to: &str, files: &Files) {
    let (first, second) = (files.path(), files.path());
    let store = filled(from).await;
    store.backup(&first).await.unwrap();
    store.close().await;
    restore(to, &first).await.unwrap();
    let store = open(to).await;
    store.backup(&second).await.unwrap();
    let (before, after) = (content(&first).await, content(&second).await);
    assert!(before.len() > 1000, "{}", before.len());
    assert_eq!(before, after);

    let mut tx = store.begin(Access::Change).await.unwrap();
    assert_eq!(tx.insert_user(&new_user(999)).await.unwrap().unwrap().0, 253);
    assert_eq!(tx.insert_tenant(&new_tenant("dev")).await.unwrap(), Some(TenantId(3)), "2 was given once");
    let capabilities = tx.custom_capabilities().await.unwrap();
    assert_eq!((capabilities[0].id, capabilities[0].hidden), (CapabilityId(116), true));
    let next = Definition { name: "Next".into(), ..capabilities[0].clone() };
    assert_eq!(tx.insert_capability(&next).await.unwrap(), Some(CapabilityId(117)));
    tx.commit().await.unwrap();

    let occupied = restore(to, &first).await.unwrap_err();
    assert!(occupied.to_string().contains("has an installation already"), "{occupied}");
    store.close().await;
}

#[tokio::test]
async fn a_backup_moves_between_the_engines() {
    let files = Files::new();
    let server = Postgres::shared();
    moves_whole(&files.url(), &server.database().await, &files).await;
    moves_whole(&server.database().await, &files.url(), &files).await;
}

#[tokio::test]
async fn a_backup_is_one_new_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    let store = filled(&files.url()).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("backup");
    store.backup(&file).await.unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(directory.path().read_dir().unwrap().count(), 1);
    let again = store.backup(&file).await.unwrap_err();
    assert!(again.to_string().ends_with("exists already: name a new file"), "{again}");
    assert!(!content(&file).await.is_empty());
}

#[tokio::test]
async fn an_empty_database_is_not_saved() {
    let files = Files::new();
    let store = open(&files.url()).await;
    let file = files.path();
    assert!(matches!(store.backup(&file).await, Err(Error::Refused(_))));
    assert!(!file.exists());
}

#[tokio::test]
async fn only_a_backup_is_restored() {
    let files = Files::new();
    let to = files.url();
    let (missing, text, empty, unfinished) = (files.path(), files.path(), files.path(), files.path());
    std::fs::write(&text, "not a database".repeat(999)).unwrap();
    std::fs::write(&empty, "").unwrap();
    crate::migrate(&format!("sqlite://{}", unfinished.display())).await.unwrap();
    for (file, end) in [
        (missing, None),
        (text, Some("is not a backup")),
        (empty, Some("is not a backup")),
        (unfinished, Some("is not a backup")),
    ] {
        let error = restore(&to, &file).await.unwrap_err();
        let expected =
            end.map_or(format!("no file at `{}`", file.display()), |end| format!("`{}` {end}", file.display()));
        assert_eq!(error.to_string(), expected);
    }
    let future = files.path();
    filled(&files.url()).await.backup(&future).await.unwrap();
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}", future.display())).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 77 WHERE version = 2").execute(&mut conn).await.unwrap();
    let error = restore(&to, &future).await.unwrap_err();
    assert!(error.to_string().contains("schema version 77"), "{error}");
}

#[tokio::test]
async fn a_restore_that_fails_leaves_nothing() {
    let files = Files::new();
    let damaged = files.path();
    filled(&files.url()).await.backup(&damaged).await.unwrap();
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}", damaged.display())).await.unwrap();
    sqlx::query("DROP TABLE audit").execute(&mut conn).await.unwrap();
    for url in [files.url(), Postgres::shared().database().await] {
        restore(&url, &damaged).await.unwrap_err();
        let store = open(&url).await;
        let mut tx = store.begin(Access::Read).await.unwrap();
        assert_eq!(tx.installation().await.unwrap(), None);
        assert_eq!(tx.user_named(&"user-1".parse().unwrap()).await.unwrap(), None);
        assert!(tx.tenant(TenantId(1)).await.unwrap().is_some());
        drop(tx);
        store.close().await;
    }
}
