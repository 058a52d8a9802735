//! Adding and removing namespaces.

use robin_model::{NamespaceName, TenantName, Username};

use super::{find, insert, object_of};
use crate::{Ctx, Result, audit, object};

/// Adds a namespace to the tenant logged into, or, for a superadmin in Administrators, to the one named. It is one's own, or
/// an administrator names the member whose it is. Needs `NAMESPACE:create`.
///
/// # Errors
/// [`Error::Conflict`](crate::Error::Conflict) when the name is taken; [`Error::NotFound`](crate::Error::NotFound) for a tenant or
/// member that is not there or out of reach; [`Error::Denied`](crate::Error::Denied) for naming another owner without being an
/// administrator.
pub async fn create(
    ctx: &Ctx,
    name: &NamespaceName,
    tenant: Option<&TenantName>,
    owner: Option<&Username>,
) -> Result<()> {
    ctx.intend("namespace.create", "NAMESPACE", name);
    ctx.permit_some("NAMESPACE", "create")?;
    let mut work = ctx.change().await?;
    let tenant = object::home(ctx, &mut *work, tenant).await?;
    ctx.permit_in("NAMESPACE", "create", Some(tenant.id))?;
    let place = object::place(ctx, &mut *work, Some(&tenant), owner, "a namespace").await?;
    insert(&mut work, name, tenant.id, place.owner, ctx.now()).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&work.namespace_named(name).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Removes a namespace. Needs `NAMESPACE:delete` and reach.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound) when it is not there or out of reach; [`Error::Denied`](crate::Error::Denied) when the
/// actor sees it and may not.
pub async fn remove(ctx: &Ctx, name: &NamespaceName) -> Result<()> {
    ctx.intend("namespace.remove", "NAMESPACE", name);
    ctx.permit_some("NAMESPACE", "delete")?;
    let mut work = ctx.change().await?;
    let namespace = find(ctx, &mut *work, name, "delete").await?;
    object::erase(&mut work, &object_of(&namespace)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&namespace);
    work.append_audit(&entry).await?;
    work.commit().await
}
