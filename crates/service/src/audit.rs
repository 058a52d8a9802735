//! The audit trail: written with every change, and read by those who may.

use robin_model::{
    AuditId,
    audit::{Entry, Filter, Outcome, Record},
};
use robin_storage::Access;
use serde::Serialize;
use serde_json::Value;

use crate::{Ctx, Error, Result, list::Page, work::Work};

impl Ctx {
    /// A record of the change that this request makes, to be appended in the transaction that makes it.
    #[must_use]
    pub fn record(&self) -> Entry {
        let member = &self.actor.member;
        let intent = self.intent.get();
        Entry {
            at: self.now(),
            actor: member.user.id,
            actor_name: member.user.username.to_string(),
            tenant: Some(member.membership.tenant),
            tenant_name: Some(member.membership.tenant_name.to_string()),
            action: intent.map_or("unknown", |intent| intent.action).to_owned(),
            target_type: intent.map_or("SYSTEM", |intent| intent.target_type).to_owned(),
            target: intent.map_or_else(String::new, |intent| intent.target.clone()),
            outcome: Outcome::Success,
            before: None,
            after: None,
            request_id: self.origin.request_id.clone(),
            address: self.origin.address(),
        }
    }
}

/// What a thing looks like, for the record. Types that hold secrets have no `Serialize`, so none can get in.
///
/// # Errors
/// When it can't be written as JSON: a bug.
pub fn state(thing: &impl Serialize) -> Result<Option<Value>> {
    serde_json::to_value(thing).map(Some).map_err(|error| Error::Internal(Box::new(error)))
}

/// Records that the change which this request was about to make was refused, in a transaction of its own.
///
/// # Errors
/// When the database can't take it.
pub async fn denied(ctx: &Ctx, why: &Error) -> Result<()> {
    let entry = Entry { outcome: Outcome::Denied, after: Some(Value::String(why.to_string())), ..ctx.record() };
    let mut work = Work::begin(&ctx.robin, Access::Append).await?;
    work.append_audit(&entry).await?;
    work.commit().await
}

/// A page of the records, newest first. Needs `USER_AUDIT:view`, which decides alone: the trail belongs to the cluster.
///
/// # Errors
/// [`Error::Denied`] without the permission.
pub async fn list(ctx: &Ctx, filter: &Filter, before: Option<AuditId>, limit: u32) -> Result<Page<Record>> {
    ctx.permit("USER_AUDIT", "view")?;
    let records = ctx.read().await?.audits(filter, before, limit).await?;
    Ok(Page::of(records, limit, |record| record.id.0))
}
