//! Removing accounts.

use robin_model::{TenantName, Timestamp, Username, certificate::Reason, user::Membership};
use robin_storage::Change;
use serde_json::json;

use super::{Found, find};
use crate::{Ctx, Error, Result, audit, authority, certificate, namespace, object, session, token, work::Work};

/// How an account is removed.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    /// Who takes over what the user owns, by tenant; where nobody does, it is removed too.
    pub replacements: Vec<(TenantName, Username)>,
}

/// Removes an account: its memberships, sessions, objects and shares go, its certificates are revoked, its name is free again and its number is never given
/// to another. Needs `USER:delete`, reach, and no less rights than it has.
///
/// # Errors
/// [`Error::NotFound`] when it, or a replacement, is not there or out of reach; [`Error::Denied`] when the account has rights
/// that the actor lacks; [`Error::Conflict`] for the last active local superadmin; [`Error::Invalid`] for a replacement in a
/// tenant that the user is not in.
pub async fn remove(ctx: &Ctx, name: &Username, removal: &Removal) -> Result<()> {
    ctx.intend("user.remove", "USER", name);
    ctx.permit_some("USER", "delete")?;
    let mut work = ctx.change().await?;
    let found = find(ctx, &mut *work, name, "delete").await?;
    erase(ctx, &mut work, &found, removal).await?;
    work.commit().await
}

/// Removes an account that the actor reaches, as part of a change.
///
/// # Errors
/// As [`remove`], but for one that is not there.
pub(crate) async fn erase(ctx: &Ctx, work: &mut Work<'_>, found: &Found, removal: &Removal) -> Result<()> {
    let name = &found.user.username;
    authority::outrank(ctx, &found.memberships)?;
    for (tenant, _) in &removal.replacements {
        if !found.memberships.iter().any(|place| place.tenant_name.key() == tenant.key()) {
            return Err(Error::Invalid(format!(
                "`{name}` is not a member of the tenant `{tenant}`: nothing to replace there"
            )));
        }
    }
    for place in &found.memberships {
        let of_place = |(tenant, _): &&(TenantName, Username)| tenant.key() == place.tenant_name.key();
        let replacement = removal.replacements.iter().find(of_place).map(|(_, user)| user);
        leave(work, place, replacement, ctx.now()).await?;
    }
    object::disown(work, found.user.id).await?;
    session::end_all(work, found.user.id, None).await?;
    token::end_all(work, found.user.id, None).await?;
    certificate::withdraw(work, found.user.id, ctx.now(), Reason::CessationOfOperation).await?;
    work.mark_user_deleted(found.user.id, ctx.now()).await?;
    work.touch(Change::User(found.user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "user": found.user, "memberships": found.memberships }));
    work.append_audit(&entry).await?;
    Ok(())
}

/// Ends a membership: what the member owns there goes to `replacement`, or is removed, and shares with them end that nothing else
/// holds up.
pub(crate) async fn leave(
    work: &mut Work<'_>,
    place: &Membership,
    replacement: Option<&Username>,
    now: Timestamp,
) -> Result<()> {
    authority::leave_a_superadmin(&mut **work, place).await?;
    let heir = match replacement {
        Some(name) => Some(namespace::heir(work, place, name).await?),
        None => None,
    };
    part(work, place).await?;
    object::settle(work, place, heir, now).await
}

/// Ends a membership, and what its member is known by in the tenant.
///
/// # Errors
/// When the database can't.
pub(crate) async fn part(work: &mut Work<'_>, place: &Membership) -> Result<()> {
    session::end_all(work, place.user, Some(place.tenant)).await?;
    token::end_all(work, place.user, Some(place.tenant)).await?;
    Ok(work.remove_membership(place.id).await?)
}
