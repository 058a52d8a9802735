//! Taking access tokens back.

use robin_model::{
    TenantName, TokenId,
    access_token::{AccessToken, TokenFilter, TokenState},
};
use robin_storage::Change;

use super::{Whose, create::target, missing, whose::reach};
use crate::{Ctx, Error, Result, audit, work::Work};

/// Revokes a token: one's own, or with `USER:update` that of a user within reach who has no more rights.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Conflict`] when it is revoked already; [`Error::Denied`] for a
/// user with rights that the actor lacks.
pub async fn revoke(ctx: &Ctx, id: TokenId) -> Result<AccessToken> {
    ctx.intend("token.revoke", "ACCESS_TOKEN", &id);
    let mut work = ctx.change().await?;
    let token = work.token(id).await?.ok_or_else(|| missing(id))?;
    reach(ctx, &mut *work, &token).await?;
    if token.state == TokenState::Revoked {
        return Err(Error::Conflict(format!("the access token {id} is revoked already")));
    }
    let token = end(ctx, &mut work, token).await?;
    work.commit().await?;
    Ok(token)
}

/// Revokes all tokens of an account in a tenant, and what it has asked for.
///
/// # Errors
/// As [`revoke`]; [`Error::Conflict`] when there is none.
pub async fn revoke_all(ctx: &Ctx, whose: &Whose, tenant: Option<&TenantName>) -> Result<Vec<AccessToken>> {
    ctx.intend("token.revoke", "USER", &target(ctx, whose));
    whose.permit(ctx)?;
    let mut work = ctx.change().await?;
    let owner = whose.find(ctx, &mut *work).await?;
    let place = owner.place(ctx, tenant)?;
    let filter = TokenFilter { user: Some(place.user), tenant: Some(place.tenant) };
    let mut revoked = Vec::new();
    for token in work.tokens(&filter, None, u32::MAX).await? {
        if token.state == TokenState::Requested || token.is_in_force(ctx.now()) {
            revoked.push(end(ctx, &mut work, token).await?);
        }
    }
    if revoked.is_empty() {
        return Err(none(owner.user.username.as_str()));
    }
    work.commit().await?;
    Ok(revoked)
}

/// That an account has no token to do it to.
pub(super) fn none(username: &str) -> Error {
    Error::Conflict(format!("user `{username}` does not have an active access token"))
}

async fn end(ctx: &Ctx, work: &mut Work<'_>, token: AccessToken) -> Result<AccessToken> {
    let after = work.revoke_token(token.id, ctx.now(), Some(ctx.actor.user_id())).await?;
    work.touch(Change::Token(token.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&token);
    entry.after = audit::state(&after);
    work.append_audit(&entry).await?;
    Ok(after)
}
