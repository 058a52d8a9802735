//! Audit records.

use async_trait::async_trait;
use robin_model::{
    AuditId, TenantId, Timestamp, UserId,
    audit::{Entry, Filter, Outcome, Record},
};
use robin_storage::{Audits, Error, Result};
use serde_json::Value;
use sqlx::FromRow;

use crate::{
    batch::{self, BATCH},
    engine::Tx,
    statement::{Arg, Sql, sql, statements},
    stored,
};

macro_rules! append {
    () => {
        "INSERT INTO audit (at, actor_id, actor_name, actor_key, tenant_id, tenant_name, action, target_type, target, \
         outcome, value_before, value_after, request_id, address) VALUES"
    };
}

statements! {
    APPEND = concat!(append!(), " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id");
    PAGE = "SELECT id, at, actor_id, actor_name, tenant_id, tenant_name, action, target_type, target, outcome, \
            value_before, value_after, request_id, address FROM audit WHERE id < $1 AND at >= $2 AND at < $3 \
            AND (CAST($4 AS TEXT) IS NULL OR actor_key = $4) AND (CAST($5 AS BIGINT) IS NULL OR tenant_id = $5) \
            AND (CAST($6 AS TEXT) IS NULL OR action = $6) AND (CAST($7 AS TEXT) IS NULL OR lower(target) = lower($7)) \
            ORDER BY id DESC LIMIT $8";
}

#[derive(FromRow)]
struct AuditRow {
    id: i64,
    at: i64,
    actor_id: i64,
    actor_name: String,
    tenant_id: Option<i64>,
    tenant_name: Option<String>,
    action: String,
    target_type: String,
    target: String,
    outcome: String,
    value_before: Option<String>,
    value_after: Option<String>,
    request_id: String,
    address: String,
}

impl AuditRow {
    fn read(self) -> Result<Record> {
        let outcomes = [Outcome::Success, Outcome::Denied, Outcome::Failure];
        let outcome = outcomes.into_iter().find(|outcome| outcome.as_str() == self.outcome);
        let entry = Entry {
            at: Timestamp::from_micros(self.at),
            actor: UserId(self.actor_id),
            actor_name: self.actor_name,
            tenant: self.tenant_id.map(TenantId),
            tenant_name: self.tenant_name,
            action: self.action,
            target_type: self.target_type,
            target: self.target,
            outcome: outcome.ok_or_else(|| stored::unknown("outcome", &self.outcome))?,
            before: self.value_before.as_deref().map(read_value).transpose()?,
            after: self.value_after.as_deref().map(read_value).transpose()?,
            request_id: self.request_id,
            address: self.address,
        };
        Ok(Record { id: AuditId(self.id), entry })
    }
}

fn read_value(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| Error::Fault(Box::new(error)))
}

/// The actor as typed in a failed login may be any text, so this folds more than a username's key does.
fn fold(actor: &str) -> String {
    actor.to_lowercase()
}

/// How many columns [`values`] fills.
const COLUMNS: usize = 14;

fn values(entry: &Entry) -> [Arg; COLUMNS] {
    [
        entry.at.micros().into(),
        entry.actor.0.into(),
        entry.actor_name.as_str().into(),
        fold(&entry.actor_name).into(),
        entry.tenant.map(|tenant| tenant.0).into(),
        entry.tenant_name.as_deref().into(),
        entry.action.as_str().into(),
        entry.target_type.as_str().into(),
        entry.target.as_str().into(),
        entry.outcome.as_str().into(),
        entry.before.as_ref().map(Value::to_string).into(),
        entry.after.as_ref().map(Value::to_string).into(),
        entry.request_id.as_str().into(),
        entry.address.as_str().into(),
    ]
}

#[async_trait]
impl Audits for Tx {
    async fn append_audit(&mut self, entry: &Entry) -> Result<AuditId> {
        let append = values(entry).into_iter().fold(sql(APPEND), Sql::bind);
        self.one(append).await.map(|(id,)| AuditId(id))
    }

    async fn append_audits(&mut self, entries: &[Entry]) -> Result<()> {
        for some in entries.chunks(BATCH) {
            let values = some.iter().flat_map(values).collect();
            self.exec(batch::rows(append!(), COLUMNS, values, "")).await?;
        }
        Ok(())
    }

    async fn audits(&mut self, filter: &Filter, before: Option<AuditId>, limit: u32) -> Result<Vec<Record>> {
        let page = sql(PAGE)
            .bind(before.map_or(i64::MAX, |id| id.0))
            .bind(filter.since.map_or(i64::MIN, Timestamp::micros))
            .bind(filter.until.map_or(i64::MAX, Timestamp::micros))
            .bind(filter.actor.as_deref().map(fold))
            .bind(filter.tenant.map(|tenant| tenant.0))
            .bind(filter.action.as_deref())
            .bind(filter.target.as_deref())
            .bind(i64::from(limit));
        self.all(page).await?.into_iter().map(AuditRow::read).collect()
    }
}
