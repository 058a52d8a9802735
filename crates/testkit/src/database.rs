//! Statements straight into a server's database, for states that no call leads to.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// Runs one statement, or several.
///
/// # Panics
/// When the database does not take it.
pub async fn execute(url: &str, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    if url.starts_with("postgres") {
        let mut conn = PgConnection::connect(url).await.expect("PostgreSQL answers");
        sqlx::raw_sql(statement).execute(&mut conn).await.expect("a statement that PostgreSQL takes");
        conn.close().await.expect("a clean end");
    } else {
        let mut conn = SqliteConnection::connect(url).await.expect("the file opens");
        sqlx::raw_sql(statement).execute(&mut conn).await.expect("a statement that SQLite takes");
        conn.close().await.expect("a clean end");
    }
}

/// Everything in a database of PostgreSQL: every row of every table, as text.
///
/// # Panics
/// When PostgreSQL does not answer.
pub async fn contents(url: &str) -> String {
    let mut conn = PgConnection::connect(url).await.expect("PostgreSQL answers");
    let all = "SELECT schema_to_xml('public', true, false, '')::text";
    let text = sqlx::query_scalar(all).fetch_one(&mut conn).await.expect("every table");
    conn.close().await.expect("a clean end");
    text
}

/// Waits until every active user in a database of PostgreSQL has a certificate: servers see to that by themselves, in the background.
///
/// # Panics
/// When that takes too long.
pub async fn certified(url: &str) {
    let lacking = "SELECT COUNT(*) FROM users u WHERE u.deleted_at IS NULL AND NOT u.disabled AND NOT u.hidden \
                   AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.user_id = u.id AND c.is_current)";
    let mut conn = PgConnection::connect(url).await.expect("PostgreSQL answers");
    for _ in 0..1200 {
        let count: i64 = sqlx::query_scalar(lacking).fetch_one(&mut conn).await.expect("a number");
        if count == 0 {
            conn.close().await.expect("a clean end");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("some users get no certificate");
}

/// Alters a database of PostgreSQL from outside, as in `ALLOW_CONNECTIONS false`, and ends every connection to it.
///
/// # Panics
/// When PostgreSQL does not do it.
pub async fn alter(url: &str, setting: &str) {
    let (home, name) = url.rsplit_once('/').expect("an address with a database");
    let elsewhere = format!("{home}/postgres");
    execute(&elsewhere, &format!("ALTER DATABASE {name} {setting}")).await;
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    execute(&elsewhere, &end).await;
}
