//! Changing what is known of an account.

use robin_model::{Secret, Username, profile::Profile, user::Authentication};
use robin_storage::Change;
use serde_json::json;

use super::{find, is_own};
use crate::{Ctx, Error, Result, audit, authority, password, session};

/// What to change; what is not named stays.
#[derive(Default)]
pub struct Update {
    /// The password: all sessions of the user end.
    pub password: Option<Secret>,
    /// The person; an empty text makes a part unknown.
    pub profile: Profile,
}

/// Changes an account. Another's needs `USER:update`, reach, and no less rights than the account has.
///
/// # Errors
/// [`Error::Invalid`] for a password or a text that can't be; [`Error::NotFound`] when it is not there or out of reach;
/// [`Error::Denied`] when the actor may not, or the account has rights that the actor lacks.
pub async fn update(ctx: &Ctx, name: &Username, update: Update) -> Result<()> {
    ctx.intend("user.update", "USER", name);
    if !is_own(ctx, name) {
        ctx.permit("USER", "update")?;
    }
    let found = find(ctx, &mut *ctx.read().await?, name, "update").await?;
    authority::outrank(ctx, &found.memberships)?;
    let profile = found.user.profile.clone().overlaid(update.profile).checked()?;
    let hash = match &update.password {
        Some(_) if found.user.authentication != Authentication::Local => {
            return Err(Error::Invalid(format!("`{name}`'s password is kept elsewhere: change it there")));
        }
        Some(new) => {
            password::check(ctx, name, &profile, new).await?;
            Some(password::hash(ctx, new).await?)
        }
        None => None,
    };
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, name, "update").await?;
    authority::outrank(ctx, &before.memberships)?;
    work.set_profile(before.user.id, &profile).await?;
    if let Some(hash) = &hash {
        work.set_password(before.user.id, hash).await?;
        session::end_all(&mut work, before.user.id, None).await?;
    }
    work.touch(Change::User(before.user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before.user.profile);
    entry.after = audit::state(&json!({ "profile": profile, "password_changed": hash.is_some() }));
    work.append_audit(&entry).await?;
    work.commit().await
}
