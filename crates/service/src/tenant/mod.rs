//! Tenants.

mod describe;
mod list;
mod members;
mod record;

pub use describe::{describe, rename};
pub use list::{get, list};
pub use members::{Grant, add_members, change_capabilities, remove_members};
pub use record::{create, remove};

use robin_model::{TenantId, TenantName, tenant::Tenant};
use robin_rbac::Instance;
use robin_storage::Transaction;

use crate::{Ctx, Error, Result, ctx::Thing};

/// The tenant that another call's input names, where the actor reaches it: any for a superadmin in Administrators, else the
/// one logged into.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach.
pub(crate) async fn named(ctx: &Ctx, tx: &mut dyn Transaction, name: &TenantName) -> Result<Tenant> {
    let found = tx.tenant_named(name).await?;
    let in_reach = |tenant: &Tenant| ctx.actor.is_superadmin() || tenant.id == ctx.actor.tenant_id();
    found.filter(in_reach).ok_or_else(|| Error::not_found("tenant", name))
}

/// Looks a tenant up for `operation`.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
async fn find(ctx: &Ctx, tx: &mut dyn Transaction, name: &TenantName, operation: &str) -> Result<Tenant> {
    let tenant = tx.tenant_named(name).await?.ok_or_else(|| Error::not_found("tenant", name))?;
    let member = tx.membership(ctx.actor.user_id(), tenant.id).await?.is_some();
    let instance = Instance::Tenant { id: tenant.id, member };
    ctx.reach("TENANT", operation, &Thing { kind: "tenant", name: name.as_str(), instance })?;
    Ok(tenant)
}

/// What only a superadmin may do to a tenant, and nobody to Administrators.
fn of_superadmins(ctx: &Ctx, what: &str) -> Result<()> {
    if ctx.actor.is_superadmin() {
        return Ok(());
    }
    Err(Error::Denied(format!("only a superadmin logged into Administrators can {what} a tenant")))
}

fn not_administrators(tenant: &Tenant, what: &str) -> Result<()> {
    if tenant.id == TenantId::ADMINISTRATORS {
        return Err(Error::Conflict(format!("the tenant `{}` can't be {what}", tenant.name)));
    }
    Ok(())
}
