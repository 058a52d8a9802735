//! What a user does to their own account.

use robin_model::{NamespaceName, Secret, TenantName, session::Session, user::Authentication};
use robin_storage::Change;
use serde_json::json;

use super::{begin, end_all};
use crate::{
    Ctx, Error, Result,
    actor::{Credential, Member},
    audit, password,
    session::LoggedIn,
    token,
    work::Work,
};

/// Changes one's own password. Every session of the user ends; the token returned begins a new one.
///
/// # Errors
/// [`Error::Invalid`] for a password that will not do, and where another system keeps it.
pub async fn change_password(ctx: &Ctx, new: &Secret) -> Result<Secret> {
    let user = &ctx.actor.member.user;
    ctx.intend("login.change_password", "USER", &user.username);
    ctx.session()?;
    if user.authentication != Authentication::Local {
        return Err(Error::Invalid(format!(
            "your password is kept elsewhere ({}): change it there",
            user.authentication
        )));
    }
    password::check(ctx, &user.username, &user.profile, new).await?;
    let hash = password::hash(ctx, new).await?;
    let mut work = ctx.change().await?;
    still_here(ctx, &mut work).await?;
    work.set_password(user.id, &hash).await?;
    end_all(&mut work, user.id, None).await?;
    let session = begin(&ctx.robin, &mut work, &ctx.origin, &ctx.actor.member, None).await?;
    work.touch(Change::User(user.id)).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&json!({ "session": session.id }));
    work.append_audit(&entry).await?;
    let token = issue(ctx, &session, &ctx.actor.member)?;
    work.commit().await?;
    Ok(token)
}

/// Logs into another of one's tenants. The session asked in ends.
///
/// # Errors
/// [`Error::Unauthenticated`] for a tenant that is unknown or not one's own; [`Error::Invalid`] for a namespace that is not
/// one's own there.
pub async fn change_tenant(ctx: &Ctx, tenant: &TenantName, namespace: Option<&NamespaceName>) -> Result<LoggedIn> {
    ctx.intend("login.change_tenant", "TENANT", tenant);
    let own = &ctx.session()?.id;
    let mut work = ctx.change().await?;
    still_here(ctx, &mut work).await?;
    let user = ctx.actor.user_id();
    let places = work.memberships_of(&[user]).await?;
    let place = places.iter().find(|place| place.tenant_name.key() == tenant.key()).ok_or(super::REFUSED)?;
    let member = Member::load(&mut *work, &ctx.whole.catalogue, user, place.tenant).await?.ok_or(super::REFUSED)?;
    work.remove_session(own).await?;
    work.touch(Change::Session(own.clone())).await?;
    let session = begin(&ctx.robin, &mut work, &ctx.origin, &member, namespace).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "session": own }));
    entry.after = audit::state(&json!({ "session": session.id, "expires_at": session.expires_at }));
    work.append_audit(&entry).await?;
    let token = issue(ctx, &session, &member)?;
    work.commit().await?;
    Ok(LoggedIn { session, token, member })
}

/// Asks that the session asked in, or the access token, was not ended meanwhile: what ended it must not be undone by what it asked
/// for before.
///
/// # Errors
/// [`Error::Unauthenticated`] when it was.
pub(crate) async fn still_here(ctx: &Ctx, work: &mut Work<'_>) -> Result<()> {
    match &ctx.actor.credential {
        Credential::Session(session) => {
            let session = work.session(&session.id).await?;
            session.map(drop).ok_or(Error::Unauthenticated("the session is over: log in again"))
        }
        Credential::Token(pass) => {
            let token = work.token(pass.token.id).await?.filter(|token| token.is_in_force(ctx.now()));
            token.map(drop).ok_or(token::INVALID)
        }
    }
}

fn issue(ctx: &Ctx, session: &Session, member: &Member) -> Result<Secret> {
    Ok(Secret::new(ctx.robin.memory.whole().tickets.issue(session, member)?))
}
