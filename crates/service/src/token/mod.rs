//! Access tokens: what programs come with instead of a login. A token belongs to an account inside a tenant, and what it may do
//! is never more than what that member may do now, cut to the grants it has.

mod create;
mod grant;
mod grants;
mod list;
mod nearest;
mod pass;
mod regenerate;
mod revoke;
mod whose;

pub use create::{New, create, request};
pub use grant::grant;
pub use grants::{NewGrant, Wish};
pub use list::{Detail, Listing, ShownGrant, list};
pub(crate) use pass::pass;
pub use pass::{Pass, Uses, write_uses};
pub use regenerate::{regenerate, regenerate_all};
pub use revoke::{revoke, revoke_all};
pub use whose::Whose;

use std::time::Duration;

use robin_crypto::access_token as text;
use robin_model::{
    Secret, TenantId, TokenId, UserId,
    access_token::{AccessToken, Issue},
};
use robin_rbac::Grant;
use robin_storage::Change;

use crate::{Ctx, Error, Result, actor::Credential, work::Work};

/// The answer to every access token that is not good, whatever the reason.
pub(crate) const INVALID: Error = Error::Unauthenticated("Invalid token");

/// How long a token is valid if nobody says.
const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// A token whose text was just made. Nobody will see the text again.
pub struct Issued {
    /// The token.
    pub token: AccessToken,
    /// Its text; none where it is only asked for.
    pub text: Option<Secret>,
    /// Whether it is the one that was asked with.
    pub is_current: bool,
}

/// Makes the text of a token that is valid for `lifetime`.
fn made(ctx: &Ctx, lifetime: Option<Duration>) -> Result<(Secret, Issue)> {
    let now = ctx.now();
    let most = ctx.whole.config.access_token_lifetime;
    if lifetime.is_some_and(|wish| wish.is_zero() || wish > most) {
        return Err(Error::Invalid(format!(
            "invalid `expires_in`: an access token is valid for 1 to {} seconds (`token.max_lifetime`)",
            most.as_secs()
        )));
    }
    let mut expires_at = now.plus(lifetime.unwrap_or(LIFETIME).min(most));
    // Who holds a token for a while must not come to one for longer.
    if let Credential::Token(pass) = &ctx.actor.credential
        && let Some(end) = pass.token.expires_at.filter(|end| *end < expires_at)
    {
        if lifetime.is_some() {
            let text = "an access token can't make one that lasts longer than itself: log in, or name a shorter time";
            return Err(Error::Denied(text.to_owned()));
        }
        expires_at = end;
    }
    let secret = text::new(&*ctx.robin.random);
    let (hash, shown) = (text::digest(secret.expose()), text::shown(&secret));
    Ok((secret, Issue { hash, shown, at: now, expires_at }))
}

/// Asks that what the actor came with, if that is narrowed, covers all that a token with these grants may do.
fn within(ctx: &Ctx, grants: Option<&[Grant]>) -> Result<()> {
    let Some(own) = ctx.actor.credential.grants() else { return Ok(()) };
    let is_within = |grant: &Grant| own.iter().any(|known| known.contains(grant));
    if grants.is_some_and(|grants| grants.iter().all(is_within)) {
        return Ok(());
    }
    Err(Error::Denied("a narrowed token is only good for tokens that are narrowed as much, or more".to_owned()))
}

fn missing(id: TokenId) -> Error {
    Error::not_found("access token", &id)
}

/// Removes all tokens of a user, or those in one tenant, as part of a change.
///
/// # Errors
/// When the database can't.
pub(crate) async fn end_all(work: &mut Work<'_>, user: UserId, tenant: Option<TenantId>) -> Result<()> {
    let ended = work.remove_tokens_of(user, tenant).await?;
    if ended.is_empty() {
        return Ok(());
    }
    work.touch_all(ended.into_iter().map(Change::Token).collect()).await
}
