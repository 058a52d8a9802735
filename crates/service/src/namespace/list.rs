//! Showing namespaces.

use robin_model::{
    NamespaceName, ObjectId, TenantName, Username,
    namespace::{NAMESPACE, Namespace},
};

use super::find;
use crate::{Ctx, Result, list::Page, object};

/// Which namespaces a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this tenant's.
    pub tenant: Option<TenantName>,
    /// Only this owner's.
    pub owner: Option<Username>,
}

/// A page of the namespaces that the actor reaches, by number: all for a superadmin in Administrators, the tenant's for its
/// administrators, else one's own and those shared with one. Needs `NAMESPACE:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) for a filter that names
/// what is not there or out of reach.
pub async fn list(ctx: &Ctx, filter: &Filter, after: Option<ObjectId>, limit: u32) -> Result<Page<Namespace>> {
    let Filter { tenant, owner } = filter.clone();
    let filter = object::Filter { object_type: Some(NAMESPACE.to_owned()), tenant, owner };
    let objects = object::list(ctx, &filter, after, limit).await?;
    let ids: Vec<ObjectId> = objects.items.iter().map(|object| object.id).collect();
    Ok(Page { items: ctx.read().await?.namespaces(&ids).await?, next: objects.next })
}

/// One namespace. Needs `NAMESPACE:view` and reach.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when it is not there or
/// out of reach.
pub async fn get(ctx: &Ctx, name: &NamespaceName) -> Result<Namespace> {
    ctx.permit_some("NAMESPACE", "view")?;
    find(ctx, &mut *ctx.read().await?, name, "view").await
}
