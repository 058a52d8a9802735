//! Changing what is known of an account.

use robin_model::{Secret, Username, directory::Dn, profile::Profile, user::Authentication};
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
    /// The name to log in with at the account's directory; without one inside, the username is it. Whoever logs in next is whom the
    /// account belongs to: all sessions of the user end.
    pub dn: Option<Option<Dn>>,
}

/// Changes an account. Another's needs `USER:update`, reach, and no less rights than the account has.
///
/// # Errors
/// [`Error::Invalid`] for a password or a text that can't be, and for a password or a name in a directory that the account has not; [`Error::NotFound`] when it is not there or out of reach;
/// [`Error::Denied`] when the actor may not, or the account has rights that the actor lacks.
pub async fn update(ctx: &Ctx, name: &Username, update: Update) -> Result<()> {
    ctx.intend("user.update", "USER", name);
    // Whose account it is in the directory is not for its user to say.
    if !is_own(ctx, name) || update.dn.is_some() {
        ctx.permit_some("USER", "update")?;
    }
    let found = find(ctx, &mut *ctx.read().await?, name, "update").await?;
    if update.password.is_some() && found.user.id == ctx.actor.user_id() {
        // Who holds a token must not come to the account itself by it.
        ctx.session()?;
    }
    authority::outrank(ctx, &found.memberships)?;
    let profile = found.user.profile.clone().overlaid(update.profile).checked()?;
    if update.dn.is_some() && !matches!(found.user.authentication, Authentication::Ldap { .. }) {
        return Err(Error::Invalid(format!("`ldap_user_dn` is for users of a directory, and `{name}` is none")));
    }
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
    }
    if let Some(dn) = &update.dn {
        work.set_directory_account(before.user.id, dn.as_ref(), None).await?;
    }
    if hash.is_some() || update.dn.is_some() {
        session::end_all(&mut work, before.user.id, None).await?;
    }
    work.touch(Change::User(before.user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before.user.profile);
    let mut after = serde_json::Map::new();
    after.insert("profile".to_owned(), json!(profile));
    after.insert("password_changed".to_owned(), hash.is_some().into());
    if let Some(dn) = &update.dn {
        entry.before =
            audit::state(&json!({ "profile": before.user.profile, "authentication": before.user.authentication }));
        after.insert("ldap_user_dn".to_owned(), json!(dn));
    }
    entry.after = Some(after.into());
    work.append_audit(&entry).await?;
    work.commit().await
}
