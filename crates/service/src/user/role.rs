//! Changing what a member is in a tenant.

use robin_model::{CapabilityId, CapabilityName, TenantId, TenantName, TenantRole, Username, user::Membership};
use robin_storage::Change;

use super::find;
use crate::{Ctx, Error, Result, audit, authority, tenant};

/// Gives a member another role, and capabilities that fit it. Without `capabilities`, the old role's default becomes the new
/// role's, and what else was assigned stays. Needs `USER:update_role`, reach, and no less rights than the member has.
///
/// # Errors
/// [`Error::Invalid`] for capabilities that the role can't have; [`Error::NotFound`] for a user or tenant that is not there
/// or out of reach, or a user who is no member; [`Error::Denied`] for rights that the actor can't give;
/// [`Error::Conflict`] for the last active local superadmin.
pub async fn change_role(
    ctx: &Ctx,
    name: &Username,
    tenant: &TenantName,
    role: TenantRole,
    capabilities: Option<&[CapabilityName]>,
) -> Result<()> {
    ctx.intend("user.change_tenant_role", "USER", name);
    ctx.permit_some("USER", "update_role")?;
    let mut work = ctx.change().await?;
    let user = find(ctx, &mut *work, name, "update_role").await?.user;
    let tenant = tenant::named(ctx, &mut *work, tenant).await?;
    ctx.permit_in("USER", "update_role", Some(tenant.id))?;
    let missing = || Error::NotFound { kind: "member", name: format!("{name}` of tenant `{}", tenant.name) };
    let before = work.membership(user.id, tenant.id).await?.ok_or_else(missing)?;
    authority::outrank(ctx, std::slice::from_ref(&before))?;
    let capabilities = match capabilities {
        Some(names) => authority::grant(ctx, tenant.id, role, Some(names))?,
        None => carried_over(ctx, &before, role)?,
    };
    if role != TenantRole::Superadmin {
        authority::leave_a_superadmin(&mut *work, &before).await?;
    }
    work.set_role(before.id, role, &capabilities, None).await?;
    work.touch(Change::User(user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&Membership { role, capabilities, mapped_by: None, ..before });
    work.append_audit(&entry).await?;
    if tenant.id == TenantId::ADMINISTRATORS {
        authority::leave_full_rights(ctx, &mut *work).await?;
    }
    work.commit().await
}

fn carried_over(ctx: &Ctx, before: &Membership, role: TenantRole) -> Result<Vec<CapabilityId>> {
    let fresh = authority::grant(ctx, before.tenant, role, None)?;
    let old_default = ctx.whole.catalogue.default_for(before.role);
    let mut kept: Vec<CapabilityId> = Vec::new();
    for id in &before.capabilities {
        let carried = if Some(*id) == old_default { fresh.first().copied() } else { Some(*id) };
        kept.extend(carried);
    }
    authority::keep(ctx, before.tenant, role, &kept)?;
    Ok(kept)
}
