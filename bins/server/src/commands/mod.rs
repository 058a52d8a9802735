//! What the program can do, one file each.

mod backup;
mod check_config;
mod migrate;
mod reset_password;
mod revoke_signing_keys;
mod rotate_secret_key;
mod serve;

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use robin_storage_sql::{Options, SqlStore};

use crate::settings::Settings;

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Serve (what it does without a command)
    Serve,
    /// Read the settings, say what they come to, and change nothing
    CheckConfig,
    /// Bring the database to this version's schema
    Migrate,
    /// Give a local user a new password, offline; reads it from the terminal or from a line of input
    ResetPassword {
        /// The user
        username: String,
    },
    /// Copy everything but the secret key into a new file, also while servers run
    Backup {
        /// The file to make
        file: PathBuf,
    },
    /// Fill an empty database from a backup
    Restore {
        /// The file that `backup` made
        file: PathBuf,
    },
    /// Withdraw every key that signs login tokens and end every session, also while servers run
    RevokeSigningKeys,
    /// Seal every secret in the database under a new key; stop the servers before
    RotateSecretKey {
        /// File with the new key; without, a new key is made in place of the old one
        #[arg(long, value_name = "FILE")]
        new_key_file: Option<PathBuf>,
    },
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// In one sentence, what is in the way and what to do.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Serve => serve::run(settings).await,
            Self::CheckConfig => check_config::run(settings),
            Self::Migrate => migrate::run(settings).await,
            Self::ResetPassword { username } => reset_password::run(settings, &username).await,
            Self::Backup { file } => backup::run(settings, &file).await,
            Self::Restore { file } => backup::restore(settings, &file).await,
            Self::RevokeSigningKeys => revoke_signing_keys::run(settings).await,
            Self::RotateSecretKey { new_key_file } => rotate_secret_key::run(settings, new_key_file.as_deref()).await,
        }
    }
}

/// The database of an installed server, as it is.
async fn open_existing(settings: &Settings) -> anyhow::Result<SqlStore> {
    SqlStore::open_existing(&settings.database_url(), Options::default()).await.context("can't open the database")
}
