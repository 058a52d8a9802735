//! Hearing of changes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use robin_api::changes::WatchChanges;

use super::Line;

/// How long the server may wait for a change before it says that there was none.
const WAIT: u16 = 100;
/// After how long an answer is no longer worth waiting for.
const LATE: Duration = Duration::from_millis(500);
/// The shortest time between two questions: a server at its limit answers at once.
const PACE: Duration = Duration::from_millis(20);
/// How long to leave a server alone that does not answer.
const RECOVERY: Duration = Duration::from_millis(250);

/// Asks the server over and over what has changed, and lets the memory follow.
pub async fn keep(line: Arc<Line>) {
    loop {
        let asked = Instant::now();
        let question = WatchChanges { since: line.cache.revision(), wait: WAIT };
        match tokio::time::timeout(LATE, line.client().send(&question)).await {
            Ok(Ok(news)) => {
                line.cache.forget(&news, asked);
                tokio::time::sleep(PACE.saturating_sub(asked.elapsed())).await;
            }
            // Nothing is confirmed, so that nothing remembered is used: whoever asks sees the error themselves.
            Ok(Err(_)) | Err(_) => tokio::time::sleep(RECOVERY).await,
        }
    }
}
