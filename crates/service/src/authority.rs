//! Nobody can grant what they may not: what an actor may hand out, and
//! whose account they may change.

use std::collections::BTreeSet;

use robin_model::{
    CapabilityId, CapabilityName, TenantId, TenantRole,
    user::{Authentication, Membership, User, UserFilter},
};
use robin_rbac::{Capability, Catalogue, Definition, NO_CAPABILITIES, PermissionSet};
use robin_storage::Transaction;

use crate::{Ctx, Error, Result};

/// The capabilities that `names` come to for a member of `tenant` with `role`; without names, everything the role offers.
///
/// # Errors
/// [`Error::Invalid`] for an unknown capability, one that the role can't have, or `superadmin` outside Administrators;
/// [`Error::Denied`] when the role is above the actor's, or a capability holds permissions that the actor lacks.
pub fn grant(
    ctx: &Ctx,
    tenant: TenantId,
    role: TenantRole,
    names: Option<&[CapabilityName]>,
) -> Result<Vec<CapabilityId>> {
    if role == TenantRole::Superadmin && tenant != TenantId::ADMINISTRATORS {
        return Err(Error::Invalid("the role `superadmin` exists in the tenant `Administrators` only".to_owned()));
    }
    if !ctx.actor.is_superadmin() && (tenant != ctx.actor.tenant_id() || role > ctx.actor.role()) {
        return Err(Error::Denied(format!("you can't give the role `{role}`: it is above your own")));
    }
    let capabilities = chosen(ctx, role, names.filter(|names| !names.is_empty()))?;
    hold(ctx, tenant, &capabilities)?;
    Ok(capabilities)
}

/// Asks that each capability is usable with the role, and that the actor holds all it comes to.
///
/// # Errors
/// As [`grant`].
pub fn keep(ctx: &Ctx, tenant: TenantId, role: TenantRole, capabilities: &[CapabilityId]) -> Result<()> {
    for capability in known(ctx, capabilities) {
        usable(capability, role)?;
    }
    hold(ctx, tenant, capabilities)
}

fn chosen(ctx: &Ctx, role: TenantRole, names: Option<&[CapabilityName]>) -> Result<Vec<CapabilityId>> {
    let catalogue = &ctx.whole.catalogue;
    let Some(names) = names else { return Ok(catalogue.default_for(role).into_iter().collect()) };
    let is_none = |name: &CapabilityName| name.as_str().eq_ignore_ascii_case(NO_CAPABILITIES);
    if names.iter().any(is_none) {
        return match names {
            [_] => Ok(Vec::new()),
            _ => Err(Error::Invalid(format!("`{NO_CAPABILITIES}` means none: name it alone"))),
        };
    }
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        let capability = named(ctx, name)?;
        usable(capability, role)?;
        if !ids.contains(&capability.id()) {
            ids.push(capability.id());
        }
    }
    Ok(ids)
}

/// The capability of that name.
///
/// # Errors
/// [`Error::Invalid`] when there is none.
pub fn named<'a>(ctx: &'a Ctx, name: &CapabilityName) -> Result<&'a Capability> {
    let unknown = || Error::Invalid(format!("unknown capability `{name}`: `capabilities list --all` shows them all"));
    ctx.whole.catalogue.capability(name.as_str()).ok_or_else(unknown)
}

fn usable(capability: &Capability, role: TenantRole) -> Result<()> {
    if capability.roles().contains(role) {
        return Ok(());
    }
    let roles: Vec<_> = capability.roles().iter().map(TenantRole::as_str).collect();
    let (name, roles) = (capability.name(), roles.join(", "));
    Err(Error::Invalid(format!("the capability `{name}` can't be assigned to the role `{role}`, only to: {roles}")))
}

fn hold(ctx: &Ctx, tenant: TenantId, capabilities: &[CapabilityId]) -> Result<()> {
    let held = ctx.held(Some(tenant));
    known(ctx, capabilities).try_for_each(|found| covered(ctx, &held, found.name(), found.permissions()))
}

/// The capabilities with these numbers. One that the catalogue has no more gives nothing, and nothing is asked of it.
fn known<'a>(ctx: &'a Ctx, ids: &'a [CapabilityId]) -> impl Iterator<Item = &'a Capability> {
    ids.iter().filter_map(|id| ctx.whole.catalogue.by_id(*id))
}

/// Asks that the actor holds every one of these permissions, those of the capability `name`, in whichever tenant.
///
/// # Errors
/// [`Error::Denied`] naming one that they lack.
pub fn cover(ctx: &Ctx, name: &str, permissions: &PermissionSet) -> Result<()> {
    covered(ctx, &ctx.held(None), name, permissions)
}

fn covered(ctx: &Ctx, held: &PermissionSet, name: &str, permissions: &PermissionSet) -> Result<()> {
    match permissions.difference(held).next() {
        None => Ok(()),
        Some(lacking) => {
            let (object_type, operation) = ctx.whole.catalogue.describe(lacking);
            Err(Error::Denied(format!(
                "the capability `{name}` holds permissions that you don't have, such as {object_type}:{operation}"
            )))
        }
    }
}

/// Whether the actor has every right of whoever has this role and these capabilities in the tenant.
pub fn covers(ctx: &Ctx, tenant: TenantId, role: TenantRole, capabilities: &[CapabilityId]) -> bool {
    let actor = &ctx.actor;
    let in_reach = actor.is_superadmin() || (tenant == actor.tenant_id() && role <= actor.role());
    in_reach && ctx.whole.catalogue.resolve(capabilities.iter().copied()).is_subset(&ctx.held(Some(tenant)))
}

/// Asks that an account, with these memberships, has no right that the actor lacks, so that changing its password, state
/// or place can't be a way up.
///
/// # Errors
/// [`Error::Denied`] when it has.
pub fn outrank(ctx: &Ctx, memberships: &[Membership]) -> Result<()> {
    let actor = &ctx.actor;
    let is_below = |place: &Membership| covers(ctx, place.tenant, place.role, &place.capabilities);
    // A narrowed token has no more of its owner's account than of anybody's.
    let is_oneself = !actor.is_narrowed() && memberships.iter().all(|place| place.user == actor.user_id());
    if memberships.is_empty() || is_oneself || memberships.iter().all(is_below) {
        return Ok(());
    }
    Err(Error::Denied("this user has rights that you don't have".to_owned()))
}

/// Asks that nobody, in a place where they have this capability or one that inherits it, has a right that the actor lacks:
/// what changes in it changes for them.
///
/// # Errors
/// [`Error::Denied`] when somebody has.
pub async fn outrank_holders(
    ctx: &Ctx,
    tx: &mut dyn Transaction,
    catalogue: &Catalogue,
    capability: &Definition,
) -> Result<()> {
    let name = &capability.name;
    let above =
        |_| Error::Denied(format!("the capability `{name}` is held by somebody with rights that you don't have"));
    let (mut seen, mut open) = (BTreeSet::new(), vec![capability.id]);
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let places = tx.memberships_with(id).await?;
            places.chunks(1).try_for_each(|place| outrank(ctx, place)).map_err(above)?;
            open.extend(catalogue.inheritors(id).map(Capability::id));
        }
    }
    Ok(())
}

/// Asks that another active local superadmin is left when `place` no longer is one.
///
/// # Errors
/// [`Error::Conflict`] when none is.
pub async fn leave_a_superadmin(tx: &mut dyn Transaction, place: &Membership) -> Result<()> {
    if place.tenant != TenantId::ADMINISTRATORS || place.role != TenantRole::Superadmin {
        return Ok(());
    }
    let counts = |user: &User| user.is_active() && user.authentication == Authentication::Local;
    match tx.user(place.user).await?.filter(counts) {
        Some(user) if tx.other_local_superadmins(user.id).await? == 0 => Err(Error::Conflict(format!(
            "`{}` is the last local superadmin: make another user one first",
            user.username
        ))),
        _ => Ok(()),
    }
}

/// Asks that an active local superadmin with every right of a superadmin is left: rights that nobody holds, nobody could give
/// back.
///
/// # Errors
/// [`Error::Conflict`] when none is.
pub async fn leave_full_rights(ctx: &Ctx, tx: &mut dyn Transaction) -> Result<()> {
    let catalogue = &ctx.whole.catalogue;
    let all = catalogue.resolve(catalogue.default_for(TenantRole::Superadmin));
    let filter = UserFilter { tenant: Some(TenantId::ADMINISTRATORS), ..UserFilter::default() };
    let mut after = None;
    loop {
        let page = tx.users(&filter, after, 100).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for user in page.iter().filter(|user| user.authentication == Authentication::Local) {
            let place = tx.membership(user.id, TenantId::ADMINISTRATORS).await?;
            let is_full = |place: &Membership| {
                let held = catalogue.resolve(place.capabilities.iter().copied());
                place.role == TenantRole::Superadmin && all.is_subset(&held)
            };
            if place.as_ref().is_some_and(is_full) {
                return Ok(());
            }
        }
    }
    let text = "no local superadmin with all rights would be left, and nobody could give them back: leave one";
    Err(Error::Conflict(text.to_owned()))
}
