//! Making access tokens, and asking for them.

use std::time::Duration;

use robin_model::{
    TenantName,
    access_token::{NewToken, Standing},
    user::{Membership, User},
};

use super::{Issued, Whose, Wish, made, within};
use crate::{Ctx, Error, Result, audit, session, text};

/// A token to be made.
pub struct New {
    /// Whose.
    pub whose: Whose,
    /// The tenant it is for; without, the one logged into, or for others the one they are reached in.
    pub tenant: Option<TenantName>,
    /// What its owner is to call it; may be empty.
    pub name: String,
    /// What it is to be narrowed to.
    pub wish: Wish,
    /// For how long it is valid; without, 90 days.
    pub lifetime: Option<Duration>,
    /// Whether it is meant though the account's last one was revoked.
    pub force: bool,
}

/// The most tokens in force that an account has in one tenant.
const MOST: i64 = 1000;

/// Makes a token: for oneself, or with `USER:update` for a user within reach who has no more rights.
///
/// # Errors
/// [`Error::Invalid`] for what makes no sense; [`Error::NotFound`] for an account, tenant or entity that is not there or out of reach;
/// [`Error::Denied`] for what its owner or the actor may not themselves, and for oneself after somebody revoked one's own;
/// [`Error::Conflict`] for an account whose last one was revoked, unless that is meant.
pub async fn create(ctx: &Ctx, new: &New) -> Result<Issued> {
    let New { whose, tenant, name, wish, lifetime, force } = new;
    ctx.intend("token.create", "USER", &target(ctx, whose));
    whose.permit(ctx)?;
    text::check("name", name)?;
    let (secret, issue) = made(ctx, *lifetime)?;
    let mut work = ctx.change().await?;
    session::still_here(ctx, &mut work).await?;
    let owner = whose.find(ctx, &mut *work).await?;
    let place = owner.place(ctx, tenant.as_ref())?;
    let grants = wish.grants(ctx, &mut *work, &owner.user, place).await?;
    within(ctx, grants.as_deref())?;
    let standing = work.token_standing(place.user, Some(place.tenant), ctx.now()).await?;
    if owner.is_oneself && standing.is_barred() {
        let text = "your access token was revoked: ask for another one with `token request`";
        return Err(Error::Denied(text.to_owned()));
    }
    if !owner.is_oneself && !force && standing.status() == "revoked" {
        return Err(unwilling(&owner.user, &standing));
    }
    if standing.in_force >= MOST {
        return Err(Error::Conflict(format!(
            "`{}` has {MOST} access tokens already: revoke some",
            owner.user.username
        )));
    }
    let (user, tenant) = (place.user, place.tenant);
    let (name, created_at, created_by) = (name.clone(), ctx.now(), ctx.actor.user_id());
    let new = NewToken { user, tenant, name, grants, created_at, created_by, issue: Some(issue) };
    let token = work.insert_token(&new).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&token);
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(Issued { token, text: Some(secret), is_current: false })
}

/// Whose tokens a record is about.
pub(super) fn target(ctx: &Ctx, whose: &Whose) -> String {
    match whose {
        Whose::Oneself => ctx.actor.member.user.username.to_string(),
        Whose::User(name) => name.to_string(),
        Whose::Account(text) => text.clone(),
    }
}

/// That somebody must say that they mean it.
pub(super) fn unwilling(user: &User, standing: &Standing) -> Error {
    let (username, status) = (&user.username, standing.status());
    Error::Conflict(format!("user `{username}` access token status is {status}: say with `force` that you mean it"))
}

/// Asks for a token of one's own in the tenant logged into, for an administrator to grant.
///
/// # Errors
/// [`Error::Denied`] with an access token; [`Error::Conflict`] when one was asked for already, or there is one.
pub async fn request(ctx: &Ctx, name: &str) -> Result<Issued> {
    let Membership { user, tenant, .. } = ctx.actor.member.membership;
    let username = &ctx.actor.member.user.username;
    ctx.intend("token.request", "USER", username);
    ctx.session()?;
    text::check("name", name)?;
    let mut work = ctx.change().await?;
    session::still_here(ctx, &mut work).await?;
    let standing = work.token_standing(user, Some(tenant), ctx.now()).await?;
    if standing.in_force > 0 {
        return Err(has_one(username.as_str()));
    }
    if standing.requested.is_some() {
        return Err(Error::Conflict(format!(
            "`{username}` has asked for an access token already: wait for the answer"
        )));
    }
    let (name, created_at) = (name.to_owned(), ctx.now());
    let new = NewToken { user, tenant, name, grants: None, created_at, created_by: user, issue: None };
    let token = work.insert_token(&new).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&token);
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(Issued { token, text: None, is_current: false })
}

/// That there is a token already.
pub(super) fn has_one(username: &str) -> Error {
    Error::Conflict(format!("user `{username}` has already an active access token"))
}
