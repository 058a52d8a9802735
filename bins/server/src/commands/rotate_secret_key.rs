//! `rotate-secret-key`.

use std::path::Path;

use anyhow::{Context, bail};
use robin_crypto::{SecretKey, SystemRandom};
use robin_model::SystemClock;
use robin_service::offline;

use super::open_existing;
use crate::{console::say, secret_key, settings::Settings};

/// Seals every secret in the database under a new key. The old key stays in a file of its own until somebody deletes it.
///
/// # Errors
/// When the present key is not the database's, or a file can't be written; nothing is changed then.
pub async fn run(settings: &Settings, new_key_file: Option<&Path>) -> anyhow::Result<()> {
    let old = secret_key::find(settings)?.context("there is no secret key yet: nothing to rotate")?;
    let file = secret_key::file(settings);
    let store = open_existing(settings).await?;
    if let Some(given) = new_key_file {
        let new = secret_key::read(given)?;
        let count = offline::rotate_secret_key(&store, &SystemClock, &SystemRandom, &old, &new).await?;
        say(format!("{count} secret(s) are sealed under the new key: start the servers with {}.", given.display()));
        return Ok(());
    }
    if settings.secret_key.is_some() {
        bail!("the key is in ROBIN_SECRET_KEY: name a file with the new one by --new-key-file");
    }
    // The new key is on the disk before anything depends on it, and the old one stays: a crash at any line loses neither.
    let (next, kept) = (file.with_extension("key.new"), file.with_extension("key.old"));
    let new = SecretKey::generate(&SystemRandom);
    secret_key::write(&next, &new)?;
    let count = offline::rotate_secret_key(&store, &SystemClock, &SystemRandom, &old, &new).await?;
    std::fs::rename(&file, &kept).with_context(|| format!("now rename {} to {}", next.display(), file.display()))?;
    std::fs::rename(&next, &file).with_context(|| format!("now rename {} to {}", next.display(), file.display()))?;
    say(format!("{count} secret(s) are sealed under the new key in {}.", file.display()));
    say(format!("The old key is kept in {}: backups made until now need it.", kept.display()));
    Ok(())
}
