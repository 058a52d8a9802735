//! Giving access tokens other texts, so that the old ones are worth nothing.

use std::time::Duration;

use robin_model::{
    TenantName, TenantRole, TokenId, UserId,
    access_token::{AccessToken, TokenFilter},
};
use robin_storage::Change;
use serde_json::json;

use super::{
    Issued, Whose,
    create::target,
    made, missing,
    revoke::none,
    whose::{Owner, reach},
    within,
};
use crate::{Ctx, Error, Result, actor::Credential, audit, authority, session, work::Work};

/// How many tokens are looked at at a time.
const FEW: u32 = 1000;

/// Gives a token another text: the one with this number, or the only one that the account has. It is valid as long again as it was
/// from its beginning. One's own, or with `USER:update` that of a user within reach who has no more rights.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Conflict`] when it is not in force, and where it is not the only
/// one; [`Error::Denied`] for a user with rights that the actor lacks.
pub async fn regenerate(ctx: &Ctx, id: Option<TokenId>, whose: &Whose, tenant: Option<&TenantName>) -> Result<Issued> {
    match id {
        Some(id) => ctx.intend("token.regenerate", "ACCESS_TOKEN", &id),
        None => {
            ctx.intend("token.regenerate", "USER", &target(ctx, whose));
            whose.permit(ctx)?;
        }
    }
    let mut work = ctx.change().await?;
    session::still_here(ctx, &mut work).await?;
    let before = match id {
        Some(id) => {
            let token = work.token(id).await?.ok_or_else(|| missing(id))?;
            reach(ctx, &mut *work, &token).await?;
            token
        }
        None => {
            let owner = whose.find(ctx, &mut *work).await?;
            only_one(ctx, &mut work, &owner, tenant).await?
        }
    };
    let Some(end) = before.expires_at.filter(|_| before.is_in_force(ctx.now())) else {
        let (id, status) = (before.id, before.status(ctx.now()));
        return Err(Error::Conflict(format!("the access token {id} is {status}: make another one")));
    };
    within(ctx, before.grants.as_deref())?;
    let lifetime = u64::try_from(end.micros() - before.created_at.micros()).unwrap_or_default();
    let lifetime = Duration::from_micros(lifetime).min(ctx.whole.config.access_token_lifetime);
    // What was asked with an access token ends when that does.
    let lifetime = if ctx.session().is_ok() { Some(lifetime) } else { None };
    let (secret, mut issue) = made(ctx, lifetime)?;
    if lifetime.is_none() {
        issue.expires_at = issue.expires_at.min(end);
    }
    let token = work.issue_token(before.id, &issue).await?;
    work.touch(Change::Token(before.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&token);
    work.append_audit(&entry).await?;
    work.commit().await?;
    let is_current = matches!(&ctx.actor.credential, Credential::Token(pass) if pass.token.id == token.id);
    Ok(Issued { token, text: Some(secret), is_current })
}

/// The token that an account has in force.
async fn only_one(ctx: &Ctx, work: &mut Work<'_>, owner: &Owner, tenant: Option<&TenantName>) -> Result<AccessToken> {
    let place = owner.place(ctx, tenant)?;
    let filter = TokenFilter { user: Some(place.user), tenant: Some(place.tenant) };
    let mut found = work.tokens(&filter, None, u32::MAX).await?;
    found.retain(|token| token.is_in_force(ctx.now()));
    let username = &owner.user.username;
    match (found.pop(), found.len()) {
        (None, _) => Err(none(username.as_str())),
        (Some(token), 0) => Ok(token),
        (Some(_), others) => Err(Error::Conflict(format!(
            "user `{username}` has {} active access tokens: name one of them by its number",
            others + 1
        ))),
    }
}

/// Makes every token in reach worth nothing, one's own too, and says how many they were: their owners make themselves others. For
/// administrators with `USER:update`; tokens of users who have more rights stay.
///
/// # Errors
/// [`Error::Denied`] for whoever is no administrator, or lacks the permission.
pub async fn regenerate_all(ctx: &Ctx) -> Result<usize> {
    ctx.intend("token.regenerate_all", "USER", "*");
    let tenant = (!ctx.actor.is_superadmin()).then(|| ctx.actor.tenant_id());
    ctx.permit("USER", "update")?;
    ctx.permit_in("USER", "update", tenant)?;
    if ctx.actor.role() == TenantRole::User {
        return Err(Error::Denied("only an administrator can regenerate the tokens of all".to_owned()));
    }
    let mut work = ctx.change().await?;
    let (mut count, mut after) = (0, None);
    loop {
        let page = work.tokens(&TokenFilter { user: None, tenant }, after, FEW).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let users: Vec<UserId> = page.iter().map(|token| token.user).collect();
        let places = work.memberships_of(&users).await?;
        let mut ended = Vec::new();
        for token in page.iter().filter(|token| token.is_in_force(ctx.now())) {
            let place = places.iter().find(|place| (place.user, place.tenant) == (token.user, token.tenant));
            if authority::outrank(ctx, place.map(std::slice::from_ref).unwrap_or_default()).is_ok() {
                work.revoke_token(token.id, ctx.now(), None).await?;
                ended.push(Change::Token(token.id));
            }
        }
        count += ended.len();
        work.touch_all(ended).await?;
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "tokens": count }));
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(count)
}
