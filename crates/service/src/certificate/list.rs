//! Showing certificates.

use robin_model::{Secret, TenantRole, UserId, Username, certificate::Certificate, user::UserFilter};

use super::{OBJECT_TYPE, signing, subject};
use crate::{Ctx, Error, Result, list::Page};

/// Somebody's current certificate.
pub struct Shown {
    /// Whose it is.
    pub username: Username,
    /// The certificate.
    pub certificate: Certificate,
    /// Whether it is good now.
    pub is_valid: bool,
}

/// Whose certificates the actor reaches: those of everybody for a superadmin in Administrators, of the members for a tenantadmin, and
/// one's own.
pub(super) fn reached(ctx: &Ctx) -> UserFilter {
    let actor = &ctx.actor;
    UserFilter {
        tenant: (!actor.is_superadmin()).then(|| actor.tenant_id()),
        user: (actor.role() == TenantRole::User).then(|| actor.user_id()),
        ..UserFilter::default()
    }
}

/// A page of the current certificates of users, by number of the user: with `K8S_USER_CONTEXT:view` of all whom the actor reaches, else
/// one's own.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't answer.
pub async fn list(ctx: &Ctx, after: Option<UserId>, limit: u32) -> Result<Page<Shown>> {
    let own = UserFilter { user: Some(ctx.actor.user_id()), ..UserFilter::default() };
    let filter = ctx.permit(OBJECT_TYPE, "view").map_or(own, |()| reached(ctx));
    let found = ctx.read().await?.certificates(&filter, after, limit).await?;
    let page = Page::of(found, limit, |(_, certificate)| certificate.user.0);
    Ok(page.map(|(username, certificate)| shown(ctx, username, certificate)))
}

/// A user's current certificate, and the private key if it is one's own, was made here, and no narrowed token asks. Another's needs `K8S_USER_CONTEXT:view`,
/// reach, and no less rights.
///
/// # Errors
/// [`Error::Denied`] and [`Error::NotFound`] for somebody else; [`Error::NotFound`] when there is none.
pub async fn show(ctx: &Ctx, username: &Username) -> Result<(Shown, Option<Secret>)> {
    let mut tx = ctx.read().await?;
    let user = subject(ctx, &mut *tx, Some(username), "view").await?;
    let missing = || Error::not_found("certificate", &Certificate::record_name(username));
    let certificate = tx.certificate_of(user.id).await?.ok_or_else(missing)?;
    let is_own = user.id == ctx.actor.user_id() && !ctx.actor.is_narrowed();
    let key = if is_own { signing::private_key(&ctx.robin, &certificate)? } else { None };
    Ok((shown(ctx, user.username, certificate), key))
}

fn shown(ctx: &Ctx, username: Username, certificate: Certificate) -> Shown {
    let is_valid = certificate.is_valid(ctx.now());
    Shown { username, certificate, is_valid }
}
