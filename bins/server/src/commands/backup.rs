//! `backup` and `restore`.

use std::path::Path;

use anyhow::Context;
use robin_storage::Store;

use super::open_existing;
use crate::{console::say, secret_key, settings::Settings};

/// Copies everything but the secret key into a new file.
///
/// # Errors
/// When the file is there already, or the database can't be read.
pub async fn run(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let store = open_existing(settings).await?;
    store.backup(file).await.context("no backup was made")?;
    store.close().await;
    say(format!("The database is copied to {}.", file.display()));
    say(format!(
        "The secret key is not in it: keep a copy of {} in another place, without it a restored server can't start.",
        secret_key::file(settings).display()
    ));
    Ok(())
}

/// Fills an empty database from a backup.
///
/// # Errors
/// When the database is not empty, or the file is no backup.
pub async fn restore(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    robin_storage_sql::restore(&settings.database_url(), file).await.context("nothing was restored")?;
    say(format!("The database is filled from {}.", file.display()));
    if secret_key::find(settings)?.is_none() {
        say(format!("Now copy the secret key it was made with to {}.", secret_key::file(settings).display()));
    }
    Ok(())
}
