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
