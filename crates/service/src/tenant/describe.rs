//! Changing what a tenant is called and what it is for.

use robin_model::{TenantName, tenant::Tenant};
use robin_storage::Change;

use super::{find, not_administrators, of_superadmins};
use crate::{Ctx, Error, Result, audit, text};

/// Renames a tenant. Needs `TENANT:update`, and a superadmin in Administrators.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Conflict`] when the new name is taken, and for
/// Administrators.
pub async fn rename(ctx: &Ctx, name: &TenantName, new: &TenantName) -> Result<()> {
    ctx.intend("tenant.rename", "TENANT", name);
    ctx.permit_some("TENANT", "update")?;
    of_superadmins(ctx, "rename")?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, name, "update").await?;
    not_administrators(&before, "renamed")?;
    if !work.rename_tenant(before.id, new).await? {
        return Err(Error::Conflict(format!("tenant `{new}` already exists")));
    }
    work.touch(Change::Tenant(before.id)).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&Tenant { name: new.clone(), ..before.clone() });
    entry.before = audit::state(&before);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Changes what a tenant is for. Needs `TENANT:update` and reach.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Invalid`] for a description that can't be.
pub async fn describe(ctx: &Ctx, name: &TenantName, description: &str) -> Result<()> {
    ctx.intend("tenant.update_description", "TENANT", name);
    ctx.permit_some("TENANT", "update")?;
    text::check("description", description)?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, name, "update").await?;
    work.set_tenant_description(before.id, description).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&Tenant { description: description.to_owned(), ..before.clone() });
    entry.before = audit::state(&before);
    work.append_audit(&entry).await?;
    work.commit().await
}
