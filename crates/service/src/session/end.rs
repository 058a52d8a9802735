//! The end of sessions.

use robin_model::{SessionId, TenantId, UserId};
use robin_rbac::Instance;
use robin_storage::Change;
use serde_json::json;

use crate::{Ctx, Error, Result, audit, authority, ctx::Thing, work::Work};

/// Ends the session asked in, or all of the user's, and says how many.
///
/// # Errors
/// [`Error::Denied`] with an access token; when the database can't.
pub async fn logout(ctx: &Ctx, all: bool) -> Result<usize> {
    ctx.intend("logout", "USER", &ctx.actor.member.user.username);
    let own = ctx.session()?.id.clone();
    let mut work = ctx.change().await?;
    let ended = if all {
        end_all(&mut work, ctx.actor.user_id(), None).await?
    } else {
        work.remove_session(&own).await?;
        work.touch(Change::Session(own.clone())).await?;
        vec![own]
    };
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "sessions": ended }));
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(ended.len())
}

/// Ends one session: one's own, or with `USER:update` that of a user within reach who has no more rights.
///
/// # Errors
/// [`Error::NotFound`] when it is over or out of reach; [`Error::Denied`] for the session of a user with rights that the
/// actor lacks.
pub async fn revoke(ctx: &Ctx, id: &SessionId) -> Result<()> {
    ctx.intend("session.revoke", "SESSION", id);
    let mut work = ctx.change().await?;
    let missing = || Error::not_found("session", id);
    let session = work.session(id).await?.ok_or_else(missing)?;
    if session.user == ctx.actor.user_id() {
        ctx.permit_own("update").map_err(|_| missing())?;
    } else {
        let memberships = work.memberships_of(&[session.user]).await?;
        let member = memberships.iter().any(|place| place.tenant == ctx.actor.tenant_id());
        let thing = Thing { kind: "session", name: &id.0, instance: Instance::User { id: session.user, member } };
        // Who may not look at users must not learn which sessions there are.
        ctx.reach("USER", "update", &thing).map_err(|_| missing())?;
        authority::outrank(ctx, &memberships)?;
    }
    work.remove_session(id).await?;
    work.touch(Change::Session(id.clone())).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&session);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Ends all sessions of a user, or those in one tenant, as part of a change.
///
/// # Errors
/// When the database can't.
pub(crate) async fn end_all(work: &mut Work<'_>, user: UserId, tenant: Option<TenantId>) -> Result<Vec<SessionId>> {
    let ended = work.remove_sessions_of(user, tenant).await?;
    for id in &ended {
        work.touch(Change::Session(id.clone())).await?;
    }
    Ok(ended)
}
