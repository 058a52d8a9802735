//! Adding and removing tenants.

use robin_model::{TenantName, tenant::NewTenant};
use robin_storage::Change;

use super::{find, not_administrators, of_superadmins};
use crate::{Ctx, Error, Result, audit, share, text};

/// Adds a tenant. Needs `TENANT:create`.
///
/// # Errors
/// [`Error::Conflict`] when the name is taken; [`Error::Invalid`] for a description that can't be.
pub async fn create(ctx: &Ctx, name: &TenantName, description: &str) -> Result<()> {
    ctx.intend("tenant.create", "TENANT", name);
    ctx.permit("TENANT", "create")?;
    text::check("description", description)?;
    let mut work = ctx.change().await?;
    let new = NewTenant { name: name.clone(), description: description.to_owned(), created_at: ctx.now() };
    let taken = || Error::Conflict(format!("tenant `{name}` already exists"));
    let id = work.insert_tenant(&new).await?.ok_or_else(taken)?;
    let mut entry = ctx.record();
    entry.after = audit::state(&work.tenant(id).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Removes a tenant that has no members, no namespaces and no other objects, and that no group of a directory is mapped to; what others share with it ends. Needs `TENANT:delete`, and a superadmin in Administrators.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Conflict`] while it holds something, with the counts.
pub async fn remove(ctx: &Ctx, name: &TenantName) -> Result<()> {
    ctx.intend("tenant.remove", "TENANT", name);
    ctx.permit_some("TENANT", "delete")?;
    of_superadmins(ctx, "remove")?;
    let mut work = ctx.change().await?;
    let tenant = find(ctx, &mut *work, name, "delete").await?;
    not_administrators(&tenant, "removed")?;
    let held = work.tenant_population(tenant.id).await?;
    if held.members + held.namespaces + held.objects > 0 {
        return Err(Error::Conflict(format!(
            "the tenant `{name}` still has {} member(s), {} namespace(s) and {} other object(s): remove them first",
            held.members, held.namespaces, held.objects
        )));
    }
    if held.mappings > 0 {
        return Err(Error::Conflict(format!(
            "{} group(s) of directories are mapped to the tenant `{name}`: remove these mappings first",
            held.mappings
        )));
    }
    share::end_with_tenant(&mut work, tenant.id, ctx.now()).await?;
    work.remove_tenant(tenant.id).await?;
    work.touch(Change::Tenant(tenant.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&tenant);
    work.append_audit(&entry).await?;
    work.commit().await
}
