//! Granting access tokens that users asked for.

use std::time::Duration;

use robin_model::{TenantName, access_token::NewToken};

use super::{
    Issued, Whose,
    create::{has_one, target, unwilling},
    made, within,
};
use crate::{Ctx, Result, audit, session};

/// Grants a user the token that they asked for, or with `force` one that they did not ask for, even after theirs was revoked. Needs
/// `USER:update`, reach, and no less rights than the user has.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound) for an account or tenant that is not there or out of reach;
/// [`Error::Denied`](crate::Error::Denied) when the actor may not; [`Error::Conflict`](crate::Error::Conflict) when they have one, and
/// without `force` when they did not ask for one; [`Error::Invalid`](crate::Error::Invalid) for a time that can't be.
pub async fn grant(
    ctx: &Ctx,
    whose: &Whose,
    tenant: Option<&TenantName>,
    lifetime: Option<Duration>,
    force: bool,
) -> Result<Issued> {
    ctx.intend("token.grant", "USER", &target(ctx, whose));
    ctx.permit_some("USER", "update")?;
    let (secret, issue) = made(ctx, lifetime)?;
    // Whom it is granted to may do with it whatever they may.
    within(ctx, None)?;
    let mut work = ctx.change().await?;
    session::still_here(ctx, &mut work).await?;
    let owner = whose.find(ctx, &mut *work).await?;
    // Who asked in one tenant and is in another by now gets what they asked for.
    let asked = match work.token_standing(owner.user.id, None, ctx.now()).await?.requested {
        Some(id) if tenant.is_none() && ctx.actor.is_superadmin() => {
            work.token(id).await?.map(|token| token.tenant_name)
        }
        _ => None,
    };
    let place = owner.place(ctx, tenant.or(asked.as_ref()))?;
    let standing = work.token_standing(place.user, Some(place.tenant), ctx.now()).await?;
    if standing.in_force > 0 {
        return Err(has_one(owner.user.username.as_str()));
    }
    let mut entry = ctx.record();
    let token = match standing.requested {
        Some(id) => {
            entry.before = audit::state(&work.token(id).await?);
            work.issue_token(id, &issue).await?
        }
        None if force => {
            let (user, tenant, created_at, created_by) = (place.user, place.tenant, ctx.now(), ctx.actor.user_id());
            let (name, issue) = (String::new(), Some(issue));
            let new = NewToken { user, tenant, name, grants: None, created_at, created_by, issue };
            work.insert_token(&new).await?
        }
        None => return Err(unwilling(&owner.user, &standing)),
    };
    entry.after = audit::state(&token);
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(Issued { token, text: Some(secret), is_current: false })
}
