//! What has to be done from time to time, whether anybody asks or not.

use std::time::Duration;

use crate::{Robin, keys, refusals, session, share};

/// How many changes the database keeps a record of, for servers that were away.
const CHANGES: u32 = 100_000;

/// How long certificates are kept after they are over: what is revoked stays on lists for a while.
const PAST: Duration = Duration::from_hours(24 * 30);

/// Does it once: summarises refusals, rotates signing keys, ends shares whose time is over, and forgets what no longer counts. To be called once
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
    if let Err(error) = forget(robin).await {
        tracing::warn!(%error, "what is over could not be forgotten");
    }
}

async fn forget(robin: &Robin) -> crate::Result<()> {
    let mut tx = robin.store.begin(robin_storage::Access::Append).await?;
    tx.remove_expired_sessions(robin.clock.now()).await?;
    tx.forget_changes(CHANGES).await?;
    tx.forget_certificates(robin.clock.now().minus(PAST)).await?;
    tx.commit().await?;
    Ok(())
}
