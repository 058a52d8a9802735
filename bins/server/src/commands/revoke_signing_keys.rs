//! `revoke-signing-keys`.

use anyhow::Context;
use robin_crypto::SystemRandom;
use robin_model::SystemClock;
use robin_service::offline;

use super::open_existing;
use crate::{console::say, secret_key, settings::Settings};

/// Withdraws every key that signs login tokens, for when somebody may have seen one.
///
/// # Errors
/// When the secret key is not the database's, or the database can't be written; nothing is changed then.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let key = secret_key::find(settings)?.context("there is no secret key yet: nothing was ever signed")?;
    let store = open_existing(settings).await?;
    let count = offline::revoke_signing_keys(&store, &SystemClock, &SystemRandom, &key).await?;
    say(format!("{count} signing key(s) are withdrawn and every session is over: everybody has to log in again."));
    Ok(())
}
