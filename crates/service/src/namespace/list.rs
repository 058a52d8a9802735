//! Showing namespaces.

use robin_model::{
    NamespaceId, NamespaceName, TenantName, TenantRole, Username,
    namespace::{Namespace, NamespaceFilter},
};

use super::find;
use crate::{Ctx, Error, Result, list::Page, tenant, user};

/// Which namespaces a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this tenant's.
    pub tenant: Option<TenantName>,
    /// Only this owner's.
    pub owner: Option<Username>,
}

/// A page of the namespaces that the actor reaches, by number: all for a superadmin in Administrators, the tenant's for its
/// administrators, else one's own. Needs `NAMESPACE:view`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::NotFound`] for a filter that names what is not there or out of reach.
pub async fn list(ctx: &Ctx, filter: &Filter, after: Option<NamespaceId>, limit: u32) -> Result<Page<Namespace>> {
    ctx.permit("NAMESPACE", "view")?;
    let mut tx = ctx.read().await?;
    let actor = &ctx.actor;
    let mut reached = NamespaceFilter {
        tenant: (!actor.is_superadmin()).then(|| actor.tenant_id()),
        owner: (actor.role() == TenantRole::User).then(|| actor.user_id()),
    };
    if let Some(name) = &filter.tenant {
        reached.tenant = Some(tenant::named(ctx, &mut *tx, name).await?.id);
    }
    if let Some(name) = &filter.owner {
        let found = tx.user_named(name).await?.ok_or_else(|| Error::not_found("user", name))?;
        if !user::is_in_reach(ctx, &mut *tx, found.id).await? {
            return Err(Error::not_found("user", name));
        }
        reached.owner = Some(found.id);
    }
    Ok(Page::of(tx.namespaces(&reached, after, limit).await?, limit, |namespace| namespace.id.0))
}

/// One namespace. Needs `NAMESPACE:view` and reach.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::NotFound`] when it is not there or out of reach.
pub async fn get(ctx: &Ctx, name: &NamespaceName) -> Result<Namespace> {
    ctx.permit("NAMESPACE", "view")?;
    find(ctx, &mut *ctx.read().await?, name, "view").await
}
