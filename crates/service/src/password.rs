//! New passwords: whether they will do, and their hashes.

use futures_util::future::try_join_all;
use robin_identity::password::Policy;
use robin_model::{PasswordHash, Secret, Username, config::Config, profile::Profile};

use crate::{Ctx, Error, Result};

/// How many passwords of a list are hashed before others get their turn.
pub const BATCH: usize = 8;

/// What the settings ask of a new password.
pub fn policy(config: &Config) -> Policy {
    Policy { min_length: config.password_length, min_strength: config.password_strength }
}

/// Asks whether a new password will do, by the settings in force.
///
/// # Errors
/// [`Error::Invalid`] saying why not.
pub async fn check(ctx: &Ctx, username: &Username, profile: &Profile, password: &Secret) -> Result<()> {
    let policy = policy(&ctx.whole.config);
    let (username, profile, password) = (username.clone(), profile.clone(), password.clone());
    // Estimating how hard a password is to guess can take milliseconds, which other requests on this thread would wait for.
    let estimate = tokio::task::spawn_blocking(move || {
        let Profile { first_name, last_name, email } = profile;
        let words = [first_name, last_name, email].map(Option::unwrap_or_default);
        policy.check(&password, username.as_str(), &words.each_ref().map(String::as_str))
    });
    estimate.await.map_err(Error::internal).and_then(|verdict| verdict.map_err(|weak| Error::Invalid(weak.to_string())))
}

/// Hashes a new password.
///
/// # Errors
/// [`Error::TooMany`] when too many are waiting to be hashed.
pub async fn hash(ctx: &Ctx, password: &Secret) -> Result<PasswordHash> {
    Ok(ctx.robin.passwords.hash(password).await?)
}

/// Hashes several at once, as many in parallel as there are threads for it.
///
/// # Errors
/// As [`hash`].
pub async fn hash_each(ctx: &Ctx, passwords: impl Iterator<Item = &Secret>) -> Result<Vec<PasswordHash>> {
    Ok(try_join_all(passwords.map(|password| ctx.robin.passwords.hash(password))).await?)
}
