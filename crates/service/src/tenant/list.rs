//! Showing tenants.

use robin_model::{TenantId, TenantName, tenant::Tenant};
use robin_rbac::{Instance, Request};

use super::find;
use crate::{Ctx, Result, list::Page};

/// A page of the tenants that the actor reaches, by number. Needs `TENANT:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission.
pub async fn list(ctx: &Ctx, after: Option<TenantId>, limit: u32) -> Result<Page<Tenant>> {
    ctx.permit_some("TENANT", "view")?;
    let is_covered = |tenant: &Tenant| {
        let instance = Some(Instance::Tenant { id: tenant.id, member: true });
        ctx.actor.subject().is_granted(&Request { instance, ..Request::on_type("TENANT", "view") })
    };
    let mut tx = ctx.read().await?;
    if ctx.actor.is_superadmin() {
        return Ok(Page::of(tx.tenants(after, limit).await?, limit, |tenant| tenant.id.0).filter(is_covered));
    }
    let mut own = Vec::new();
    for place in tx.memberships_of(&[ctx.actor.user_id()]).await? {
        own.extend(tx.tenant(place.tenant).await?);
    }
    own.sort_by_key(|tenant| tenant.id);
    Ok(Page::cut(own.into_iter(), after.map(|id| id.0), limit, |tenant| tenant.id.0).filter(is_covered))
}

/// One tenant. Needs `TENANT:view` and reach.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when it is
/// not there or out of reach.
pub async fn get(ctx: &Ctx, name: &TenantName) -> Result<Tenant> {
    ctx.permit_some("TENANT", "view")?;
    find(ctx, &mut *ctx.read().await?, name, "view").await
}
