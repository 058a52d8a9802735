//! The audit trail: written with every change, and read by those who may.

use robin_model::{
    AuditId, Timestamp,
    audit::{Entry, Filter, Outcome, Record},
};
use robin_storage::Access;
use serde::Serialize;
use serde_json::Value;

use crate::{Ctx, Error, Member, Origin, Result, ctx::Intent, list::Page, work::Work};

impl Ctx {
    /// A record of the change that this request makes, to be appended in the transaction that makes it.
    #[must_use]
    pub fn record(&self) -> Entry {
        let member = &self.actor.member;
        let (action, target) = self.intent.get().map_or(("unknown", ("SYSTEM", "")), Intent::words);
        by_member(self.now(), member, &self.origin, action, target)
    }
}

/// That a member has done something, in a request from there.
pub(crate) fn by_member(now: Timestamp, member: &Member, origin: &Origin, action: &str, target: (&str, &str)) -> Entry {
    let place = &member.membership;
    Entry {
        tenant: Some(place.tenant),
        tenant_name: Some(place.tenant_name.to_string()),
        request_id: origin.request_id.clone(),
        address: origin.address(),
        ..Entry::new(now, (member.user.id, member.user.username.as_str()), action, target)
    }
}

/// What a thing looks like, for the record. Types that hold secrets have no `Serialize`, so none can get in. `None` for what JSON
/// can't hold, which no thing here does.
pub fn state(thing: &impl Serialize) -> Option<Value> {
    serde_json::to_value(thing).ok()
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
