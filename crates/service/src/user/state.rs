//! Keeping accounts from logging in, and letting them again.

use robin_model::{Timestamp, UserId, Username, certificate::Reason};
use robin_storage::Change;
use serde_json::json;

use super::find;
use crate::{Ctx, Result, audit, authority, certificate, session, work::Work};

/// Keeps an account from logging in, ends its sessions and revokes its certificates. Needs `USER:update`, reach, and no less rights than it has.
///
/// # Errors
/// As [`update`](super::update), and [`Error::Conflict`](crate::Error::Conflict) for the last active local superadmin.
pub async fn disable(ctx: &Ctx, name: &Username) -> Result<()> {
    set(ctx, name, true).await
}

/// Lets an account log in again, and gives it a certificate. Needs `USER:update`, reach, and no less rights than it has.
///
/// # Errors
/// As [`update`](super::update).
pub async fn enable(ctx: &Ctx, name: &Username) -> Result<()> {
    set(ctx, name, false).await?;
    certificate::provide(ctx, name).await;
    Ok(())
}

/// Ends what a user who is disabled is known by: sessions and certificates. Access tokens stay, and are refused until they are enabled.
///
/// # Errors
/// When the database can't.
pub(crate) async fn lock_out(work: &mut Work<'_>, user: UserId, now: Timestamp) -> Result<()> {
    session::end_all(work, user, None).await?;
    certificate::withdraw(work, user, now, Reason::PrivilegeWithdrawn).await
}

async fn set(ctx: &Ctx, name: &Username, disabled: bool) -> Result<()> {
    ctx.intend(if disabled { "user.disable" } else { "user.enable" }, "USER", name);
    ctx.permit_some("USER", "update")?;
    let mut work = ctx.change().await?;
    let found = find(ctx, &mut *work, name, "update").await?;
    authority::outrank(ctx, &found.memberships)?;
    if disabled {
        for place in &found.memberships {
            authority::leave_a_superadmin(&mut *work, place).await?;
        }
        lock_out(&mut work, found.user.id, ctx.now()).await?;
    }
    work.set_disabled(found.user.id, disabled).await?;
    work.touch(Change::User(found.user.id)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "disabled": found.user.disabled }));
    entry.after = audit::state(&json!({ "disabled": disabled }));
    work.append_audit(&entry).await?;
    work.commit().await
}
