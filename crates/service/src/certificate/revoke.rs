//! Taking certificates back.

use robin_model::{
    Timestamp, UserId, Username,
    certificate::{Reason, Revocation, RevocationList, Serial},
};
use robin_storage::Change;
use serde_json::json;

use super::{OBJECT_TYPE, subject, target};
use crate::{Ctx, Error, Result, audit, work::Work};

/// Revokes all certificates of a user that are not over: one's own, or with `K8S_USER_CONTEXT:delete` those of a user within reach who
/// has no more rights. The user has none then until one is issued. Says how many they were.
///
/// # Errors
/// [`Error::Denied`] and [`Error::NotFound`] for somebody else; [`Error::Conflict`] when there is none to revoke.
pub async fn revoke(ctx: &Ctx, username: Option<&Username>, reason: Reason) -> Result<usize> {
    ctx.intend("user_certificate.revoke", OBJECT_TYPE, &target(ctx, username));
    let mut work = ctx.change().await?;
    let user = subject(ctx, &mut *work, username, "delete").await?;
    let revoked = revoke_all(&mut work, user.id, Revocation { at: ctx.now(), reason }).await?;
    if revoked.is_empty() {
        return Err(Error::Conflict(format!("user `{}` has no valid certificate to revoke", user.username)));
    }
    work.touch(Change::User(user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "serials": revoked }));
    entry.after = audit::state(&json!({ "reason": reason }));
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(revoked.len())
}

/// Revokes all certificates of a user who is about to be disabled or removed, and leaves them without one. Who calls it
/// [touches](Work::touch) the user.
pub(crate) async fn withdraw(work: &mut Work<'_>, user: UserId, at: Timestamp, reason: Reason) -> Result<()> {
    revoke_all(work, user, Revocation { at, reason }).await?;
    work.retire_certificate_of(user).await?;
    Ok(())
}

async fn revoke_all(work: &mut Work<'_>, user: UserId, revocation: Revocation) -> Result<Vec<Serial>> {
    let revoked = work.revoke_certificates_of(user, revocation).await?;
    // The list is signed anew when it is next asked for, by whichever server that is.
    if !revoked.is_empty()
        && let Some(list) = work.revocation_list().await?
    {
        work.set_revocation_list(&RevocationList { der: None, ..list }).await?;
    }
    Ok(revoked)
}
