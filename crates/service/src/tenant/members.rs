//! Who is in a tenant, and as what.

use robin_model::{
    CapabilityId, CapabilityName, TenantId, TenantName, TenantRole, Username,
    tenant::Tenant,
    user::{Authentication, Membership, NewMembership, User},
};
use robin_storage::Change;

use super::find;
use crate::{Ctx, Error, Result, audit, authority, namespace, user, work::Work};

/// Adds users to a tenant, all or none. Needs `TENANT:add_users` and reach.
///
/// # Errors
/// [`Error::NotFound`] for a tenant or user that is not there or out of reach; [`Error::Conflict`] for a member;
/// [`Error::Invalid`] and [`Error::Denied`] for a role or capabilities that can't be given.
pub async fn add_members(
    ctx: &Ctx,
    tenant: &TenantName,
    users: &[Username],
    role: TenantRole,
    capabilities: Option<&[CapabilityName]>,
) -> Result<()> {
    ctx.intend("tenant.add_users", "TENANT", tenant);
    ctx.permit_some("TENANT", "add_users")?;
    some(users)?;
    let mut work = ctx.change().await?;
    let tenant = find(ctx, &mut *work, tenant, "add_users").await?;
    let capabilities = authority::grant(ctx, tenant.id, role, capabilities)?;
    for name in users {
        let user = joinable(ctx, &mut work, name).await?;
        let capabilities = capabilities.clone();
        let new =
            NewMembership { user: user.id, tenant: tenant.id, role, capabilities, namespace: None, mapped_by: None };
        let taken = || Error::Conflict(format!("`{name}` is a member of the tenant `{}` already", tenant.name));
        let context = work.insert_membership(&new).await?.ok_or_else(taken)?;
        namespace::provide(ctx, &mut work, context, user.id, tenant.id, None, ctx.now()).await?;
        work.touch(Change::User(user.id)).await?;
        let mut entry = ctx.record();
        entry.after = audit::state(&work.membership(user.id, tenant.id).await?);
        work.append_audit(&entry).await?;
    }
    work.commit().await
}

/// The account to be added, within reach: for whoever is not a superadmin in Administrators, others are not there.
async fn joinable(ctx: &Ctx, work: &mut Work<'_>, name: &Username) -> Result<User> {
    let missing = || Error::not_found("user", name);
    let user = work.user_named(name).await?.filter(|user| !user.hidden).ok_or_else(missing)?;
    if !user::is_in_reach(ctx, &mut **work, user.id).await? {
        return Err(missing());
    }
    if user.authentication == Authentication::Service {
        return Err(Error::Invalid(format!("`{name}` is a service account: it belongs to one tenant")));
    }
    Ok(user)
}

/// Removes users from a tenant, all or none. What they own there goes to `replacement`, or is removed. Needs `TENANT:update`,
/// reach, and no less rights than they have.
///
/// # Errors
/// [`Error::NotFound`] for a tenant or member that is not there or out of reach; [`Error::Denied`] for a member with rights
/// that the actor lacks; [`Error::Conflict`] for the last active local superadmin.
pub async fn remove_members(
    ctx: &Ctx,
    tenant: &TenantName,
    users: &[Username],
    replacement: Option<&Username>,
) -> Result<()> {
    ctx.intend("tenant.remove_users", "TENANT", tenant);
    ctx.permit_some("TENANT", "update")?;
    some(users)?;
    let mut work = ctx.change().await?;
    let tenant = find(ctx, &mut *work, tenant, "update").await?;
    for name in users {
        let place = member(ctx, &mut work, &tenant, name).await?;
        user::leave(&mut work, &place, replacement, ctx.now()).await?;
        work.touch(Change::User(place.user)).await?;
        let mut entry = ctx.record();
        entry.before = audit::state(&place);
        work.append_audit(&entry).await?;
    }
    work.commit().await
}

/// What becomes of a member's capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// These are added to them.
    Add,
    /// These take their place.
    Replace,
    /// These are taken from them.
    Remove,
}

/// Changes the capabilities of members, all or none. Needs `TENANT:update`, reach, and no less rights than they have.
///
/// # Errors
/// [`Error::NotFound`] for a tenant or member that is not there or out of reach; [`Error::Invalid`] for capabilities that
/// the member's role can't have, or that they don't have; [`Error::Denied`] for rights that the actor lacks;
/// [`Error::Conflict`] when no active local superadmin with all rights would be left.
pub async fn change_capabilities(
    ctx: &Ctx,
    tenant: &TenantName,
    users: &[Username],
    names: &[CapabilityName],
    grant: Grant,
) -> Result<()> {
    let action = match grant {
        Grant::Add => "tenant.add_user_capabilities",
        Grant::Replace => "tenant.update_user_capabilities",
        Grant::Remove => "tenant.remove_user_capabilities",
    };
    ctx.intend(action, "TENANT", tenant);
    ctx.permit_some("TENANT", "update")?;
    some(users)?;
    if names.is_empty() {
        return Err(Error::Invalid("name at least one capability in `user_capabilities`".to_owned()));
    }
    let mut work = ctx.change().await?;
    let tenant = find(ctx, &mut *work, tenant, "update").await?;
    for name in users {
        let before = member(ctx, &mut work, &tenant, name).await?;
        let capabilities = granted(ctx, &before, names, grant)?;
        work.set_role(before.id, before.role, &capabilities, None).await?;
        work.touch(Change::User(before.user)).await?;
        let mut entry = ctx.record();
        entry.before = audit::state(&before);
        entry.after = audit::state(&Membership { capabilities, mapped_by: None, ..before });
        work.append_audit(&entry).await?;
    }
    if tenant.id == TenantId::ADMINISTRATORS {
        authority::leave_full_rights(ctx, &mut *work).await?;
    }
    work.commit().await
}

fn granted(ctx: &Ctx, before: &Membership, names: &[CapabilityName], grant: Grant) -> Result<Vec<CapabilityId>> {
    if grant == Grant::Remove {
        let mut left = before.capabilities.clone();
        for name in names {
            let id = authority::named(ctx, name)?.id();
            if !left.contains(&id) {
                return Err(Error::Invalid(format!(
                    "the capability `{name}` is not assigned to every one of these users"
                )));
            }
            left.retain(|known| *known != id);
        }
        return Ok(left);
    }
    let chosen = authority::grant(ctx, before.tenant, before.role, Some(names))?;
    if grant == Grant::Replace {
        return Ok(chosen);
    }
    let mut both = before.capabilities.clone();
    both.extend(chosen.into_iter().filter(|id| !before.capabilities.contains(id)));
    Ok(both)
}

fn some(users: &[Username]) -> Result<()> {
    if users.is_empty() { Err(Error::Invalid("name at least one user in `users`".to_owned())) } else { Ok(()) }
}

/// The place of a member whose account the actor reaches and may change.
async fn member(ctx: &Ctx, work: &mut Work<'_>, tenant: &Tenant, name: &Username) -> Result<Membership> {
    let missing = || Error::NotFound { kind: "user", name: name.to_string() };
    let user = work.user_named(name).await?.ok_or_else(missing)?;
    if !user::is_in_reach(ctx, &mut **work, user.id).await? {
        return Err(missing());
    }
    let place = work.membership(user.id, tenant.id).await?.ok_or_else(missing)?;
    authority::outrank(ctx, std::slice::from_ref(&place))?;
    Ok(place)
}
