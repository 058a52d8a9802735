//! Being let in with an access token, and writing down that it was used.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use robin_model::{Timestamp, TokenId, access_token::AccessToken};
use robin_storage::Access;

use crate::{Result, Robin};

/// How long after its use was noted a token's next use is.
const COARSE: Duration = Duration::from_mins(1);

/// A token that somebody showed.
pub struct Pass {
    /// The token.
    pub token: AccessToken,
    /// When its use was noted last, in microseconds.
    noted: AtomicI64,
}

impl Pass {
    /// Of a token that was just read.
    pub(crate) fn new(token: AccessToken) -> Self {
        let noted = token.last_used_at.map_or(0, Timestamp::micros);
        Self { token, noted: AtomicI64::new(noted) }
    }
}

/// The tokens that were used since the last time that was written down. Requests wait for no database: that is done once a minute.
#[derive(Default)]
pub struct Uses(Mutex<Vec<TokenId>>);

impl Uses {
    /// Notes that a token is used, unless that was noted a moment ago.
    pub(crate) fn note(&self, pass: &Pass, now: Timestamp) {
        let noted = pass.noted.load(Ordering::Relaxed);
        if now < Timestamp::from_micros(noted).plus(COARSE) {
            return;
        }
        // Of several at once one is enough.
        if pass.noted.compare_exchange(noted, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(pass.token.id);
        }
    }

    fn take(&self) -> Vec<TokenId> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes down which tokens were used since the last call. To be called once a minute.
///
/// # Errors
/// When the database can't take it; it is lost then.
pub async fn write_uses(robin: &Robin) -> Result<()> {
    let used = robin.uses.take();
    if used.is_empty() {
        return Ok(());
    }
    let mut tx = robin.store.begin(Access::Append).await?;
    tx.use_tokens(&used, robin.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The token with this text, if it is in force.
///
/// # Errors
/// When it is not remembered and the database can't answer.
pub(crate) async fn pass(robin: &Robin, text: &str, now: Timestamp) -> Result<Option<Arc<Pass>>> {
    Ok(robin.memory.pass(text).await?.filter(|pass| pass.token.is_in_force(now)))
}
