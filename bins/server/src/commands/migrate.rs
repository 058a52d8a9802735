//! `migrate`.

use anyhow::Context;

use crate::{console::say, settings::Settings};

/// Brings the database to this version's schema.
///
/// # Errors
/// When it is of a newer version, or can't be reached.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let done = robin_storage_sql::migrate(&settings.database_url()).await.context("can't migrate the database")?;
    match done.from {
        Some(from) if from == done.to => say(format!("The database has schema version {from} already: nothing to do.")),
        Some(from) => say(format!("The database went from schema version {from} to {}.", done.to)),
        None => say(format!("The database was empty and has schema version {} now.", done.to)),
    }
    Ok(())
}
