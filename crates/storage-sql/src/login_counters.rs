//! Failed logins.

use async_trait::async_trait;
use robin_model::Timestamp;
use robin_storage::{LoginCounter, LoginCounters, Result};
use sqlx::FromRow;

use crate::{
    engine::Tx,
    statement::{Sql, sql, statements},
};

statements! {
    AMONG = "SELECT key, failures, until, succeeded_at FROM login_counters WHERE key IN ($1, $2, $3, $4)";
    COUNT = "INSERT INTO login_counters (key, failures, failed_at, until) VALUES ($1, 1, $2, 0) \
             ON CONFLICT (key) DO UPDATE SET failed_at = excluded.failed_at, \
             failures = CASE WHEN login_counters.failed_at < $3 THEN 1 ELSE login_counters.failures + 1 END, \
             until = CASE WHEN login_counters.failed_at < $3 THEN 0 ELSE login_counters.until END \
             RETURNING key, failures, until, succeeded_at";
    DELAY = "UPDATE login_counters SET until = $2 WHERE key = $1";
    REMEMBER = "INSERT INTO login_counters (key, failures, failed_at, until, succeeded_at) VALUES ($1, 0, 0, 0, $2) \
                ON CONFLICT (key) DO UPDATE SET failures = 0, failed_at = 0, until = 0, succeeded_at = excluded.succeeded_at";
    REMOVE = "DELETE FROM login_counters WHERE key = $1";
    RESET = "UPDATE login_counters SET failures = 0, failed_at = 0, until = 0 WHERE SUBSTR(key, 1, LENGTH($1)) = $1";
    REMOVE_FAILED = "DELETE FROM login_counters WHERE succeeded_at IS NULL AND failed_at < $1";
    REMOVE_SUCCEEDED = "DELETE FROM login_counters WHERE succeeded_at < $1";
    FAILING = "SELECT COUNT(*) FROM login_counters WHERE succeeded_at IS NULL";
}

#[derive(FromRow)]
struct CounterRow {
    key: String,
    failures: i64,
    until: i64,
    succeeded_at: Option<i64>,
}

impl From<CounterRow> for LoginCounter {
    fn from(row: CounterRow) -> Self {
        Self {
            key: row.key,
            failures: row.failures,
            until: Timestamp::from_micros(row.until),
            succeeded_at: row.succeeded_at.map(Timestamp::from_micros),
        }
    }
}

#[async_trait]
impl LoginCounters for Tx {
    async fn login_counters(&mut self, keys: [&str; 4]) -> Result<Vec<LoginCounter>> {
        let rows: Vec<CounterRow> = self.all(keys.into_iter().fold(sql(AMONG), Sql::bind)).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn count_login_failure(&mut self, key: &str, now: Timestamp, lapsed: Timestamp) -> Result<LoginCounter> {
        let count = sql(COUNT).bind(key).bind(now.micros()).bind(lapsed.micros());
        self.one::<CounterRow>(count).await.map(Into::into)
    }

    async fn delay_logins(&mut self, key: &str, until: Timestamp) -> Result<()> {
        self.exec(sql(DELAY).bind(key).bind(until.micros())).await.map(drop)
    }

    async fn remember_login(&mut self, key: &str, now: Timestamp) -> Result<()> {
        self.exec(sql(REMEMBER).bind(key).bind(now.micros())).await.map(drop)
    }

    async fn remove_login_counter(&mut self, key: &str) -> Result<()> {
        self.exec(sql(REMOVE).bind(key)).await.map(drop)
    }

    async fn reset_login_counters(&mut self, beginning: &str) -> Result<()> {
        self.exec(sql(RESET).bind(beginning)).await.map(drop)
    }

    async fn remove_lapsed_login_counters(&mut self, failed: Timestamp, succeeded: Timestamp) -> Result<()> {
        self.exec(sql(REMOVE_FAILED).bind(failed.micros())).await?;
        self.exec(sql(REMOVE_SUCCEEDED).bind(succeeded.micros())).await.map(drop)
    }

    async fn failing_logins(&mut self) -> Result<i64> {
        self.one::<(i64,)>(sql(FAILING)).await.map(|(count,)| count)
    }
}
