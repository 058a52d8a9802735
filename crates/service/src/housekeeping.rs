//! What has to be done from time to time, whether anybody asks or not.

use std::time::Duration;

use crate::{Robin, keys, refusals, session, share, token};

/// How many changes the database keeps a record of, for servers that were away.
const CHANGES: u32 = 100_000;

/// How long certificates are kept after they are over: what is revoked stays on lists for a while.
const PAST: Duration = Duration::from_hours(24 * 30);

/// For how long lists show access tokens that have ended.
const ENDED: Duration = Duration::from_hours(30 * 24);

/// Does it once: summarises refusals, notes which access tokens were used, rotates signing keys, ends shares whose time is over, and
/// forgets what no longer counts. To be called once
/// a minute. What can't be done now is done the next time; the log says so.
pub async fn tick(robin: &Robin) {
    if let Err(error) = refusals::summarise(robin).await {
        tracing::warn!(%error, "refusals could not be summarised");
    }
    if let Err(error) = keys::rotate(robin).await {
        tracing::warn!(%error, "signing keys could not be rotated");
    }
    if let Err(error) = share::expire(robin).await {
        tracing::warn!(%error, "shares whose time is over could not be ended");
    }
    if let Err(error) = session::forget_failures(robin).await {
        tracing::warn!(%error, "failed logins that no longer count could not be forgotten");
    }
    if let Err(error) = token::write_uses(robin).await {
        tracing::warn!(%error, "which access tokens were used could not be written down");
    }
    if let Err(error) = forget(robin).await {
        tracing::warn!(%error, "what is over could not be forgotten");
    }
}

async fn forget(robin: &Robin) -> crate::Result<()> {
    let mut tx = robin.store.begin(robin_storage::Access::Append).await?;
    let now = robin.clock.now();
    tx.remove_expired_sessions(now).await?;
    tx.remove_ended_tokens(now.minus(ENDED)).await?;
    tx.forget_changes(CHANGES).await?;
    tx.forget_certificates(now.minus(PAST)).await?;
    tx.commit().await?;
    Ok(())
}
