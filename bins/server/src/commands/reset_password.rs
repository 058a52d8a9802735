//! `reset-password`.

use std::{
    io::{BufRead, IsTerminal},
    num::NonZeroUsize,
    sync::Arc,
};

use anyhow::{Context, bail};
use robin_crypto::SystemRandom;
use robin_identity::local::{HashingPool, Params};
use robin_model::{Secret, SystemClock, Username};
use robin_service::offline;

use super::open_existing;
use crate::{console::say, settings::Settings};

/// Gives a local user a new password, enables the account, and ends its sessions and any delay after failed logins.
///
/// # Errors
/// When there is no such user, or the password will not do.
pub async fn run(settings: &Settings, username: &str) -> anyhow::Result<()> {
    let username: Username = username.parse()?;
    let password = ask()?;
    let store = open_existing(settings).await?;
    let pool = HashingPool::new(Params::default(), NonZeroUsize::MIN, Arc::new(SystemRandom));
    offline::reset_password(&store, &SystemClock, &pool, &username, &password).await?;
    say(format!("Password of user '{username}' has been reset; the account is enabled and its sessions are over."));
    Ok(())
}

/// Asks twice on a terminal; else takes the first line of the input.
fn ask() -> anyhow::Result<Secret> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        let mut line = String::new();
        input.lock().read_line(&mut line).context("can't read the password from the input")?;
        return Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()));
    }
    let first = Secret::new(rpassword::prompt_password("Password: ")?);
    let second = Secret::new(rpassword::prompt_password("Retype password: ")?);
    if first.expose() != second.expose() {
        bail!("the two passwords differ: nothing was changed");
    }
    Ok(first)
}
