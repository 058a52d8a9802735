//! The audit trail.

use std::sync::Arc;

use robin_api::audit::{ListAudit, Record};
use robin_model::{AuditId, audit::Filter};
use robin_service::{Ctx, Page, Result, audit};

use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListAudit, _, _>(list);
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListAudit>, cut: Cut) -> Result<Page<Record>> {
    let ListAudit { username, action, target, since, until, .. } = (*input).clone();
    let filter = Filter { actor: username, tenant: None, action, target, since, until };
    let page = audit::list(&ctx, &filter, cut.after.map(AuditId), cut.limit).await?;
    Ok(page.map(|record| {
        let entry = record.entry;
        Record {
            id: record.id.0,
            at: entry.at,
            username: entry.actor_name,
            user_id: entry.actor.0,
            tenant: entry.tenant_name,
            action: entry.action,
            target_type: entry.target_type,
            target: entry.target,
            outcome: entry.outcome.as_str().to_owned(),
            before: entry.before,
            after: entry.after,
            request_id: entry.request_id,
            address: entry.address,
        }
    }))
}
