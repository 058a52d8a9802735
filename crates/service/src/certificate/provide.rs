//! Seeing to it that every active user has a certificate.

use std::time::Duration;

use robin_model::{UserId, Username, audit::Entry, certificate::Certificate};
use robin_storage::Access;

use super::{BATCH, OBJECT_TYPE, issue::keep, signing};
use crate::{Ctx, Result, Robin, work::Work};

/// How long after the start it is looked for the first time who lacks one: whoever waits for the server comes first.
const SETTLING: Duration = Duration::from_secs(2);

/// How often it is looked for who lacks one though nobody said so: it may not have been possible at once, or have been for a server to
/// do that is gone.
const SWEEP: Duration = Duration::from_mins(1);

/// How long after it could not be done it is tried again, the first time; then after twice as long each time.
const RETRY: Duration = Duration::from_millis(500);

/// Gives a certificate to a user who was just added or enabled and has none. What fails now is done in the background.
pub(crate) async fn provide(ctx: &Ctx, username: &Username) {
    if ctx.rehearsed.get().is_some() {
        return;
    }
    if let Err(error) = give(ctx, username).await {
        tracing::warn!(%error, %username, "a certificate could not be issued yet");
        ctx.robin.certificates.wake();
    }
}

async fn give(ctx: &Ctx, username: &Username) -> Result<()> {
    let found = ctx.read().await?.user_named(username).await?;
    let Some(user) = found.filter(robin_model::user::User::is_active) else { return Ok(()) };
    let (target_type, target) = (OBJECT_TYPE.to_owned(), Certificate::record_name(&user.username));
    let entry = Entry { action: "user_certificate.issue".to_owned(), target_type, target, ..ctx.record() };
    give_each(&ctx.robin, vec![(user.id, user.username)], |_| entry.clone()).await
}

/// Gives certificates to some of the users who have none, and says how many those were.
///
/// # Errors
/// When the database can't answer, or nobody can sign.
pub async fn fill(robin: &Robin) -> Result<usize> {
    let users = robin.store.begin(Access::Read).await?.users_without_certificate(BATCH).await?;
    let count = users.len();
    give_each(robin, users, |username| {
        let target = Certificate::record_name(username);
        Entry::by_system(robin.clock.now(), "user_certificate.issue", (OBJECT_TYPE, &target))
    })
    .await?;
    Ok(count)
}

async fn give_each(robin: &Robin, users: Vec<(UserId, Username)>, entry: impl Fn(&Username) -> Entry) -> Result<()> {
    let mut signed = Vec::with_capacity(users.len());
    for (user, username) in users {
        let certificate = signing::sign(robin, user, &username, None).await?;
        signed.push((certificate, entry(&username)));
    }
    if signed.is_empty() {
        return Ok(());
    }
    let mut work = Work::begin(robin, Access::Change).await?;
    for (certificate, entry) in signed {
        // Another server may have been first.
        if work.certificate_of(certificate.user).await?.is_none() {
            keep(&mut work, &certificate, entry).await?;
        }
    }
    work.commit().await
}

/// Gives certificates to users who have none, a few at a time, whenever there may be some. Never ends.
pub async fn attend(robin: &Robin) {
    let (mut pause, mut retry) = (SETTLING, RETRY);
    loop {
        let woken = tokio::time::timeout(pause, robin.certificates.lacking.notified());
        let _ = woken.await;
        pause = match fill(robin).await {
            Ok(count) => {
                retry = RETRY;
                // There may be more; others come first.
                if count == 0 { SWEEP } else { Duration::ZERO }
            }
            Err(error) => {
                tracing::warn!(%error, "certificates could not be issued");
                let wait = retry;
                retry = (retry * 2).min(SWEEP);
                wait
            }
        };
    }
}
