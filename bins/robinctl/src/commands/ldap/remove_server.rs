//! Removing a directory server.

use clap::Args;
use robin_api::ldap as api;
use serde::Serialize;

use crate::{app::App, error::Error, output};

/// Remove a directory server
///
/// Example:  robinctl ldap remove-server ldap1 --yes
#[derive(Args, Serialize)]
pub struct RemoveServer {
    /// The directory server
    name: String,
    /// Do not ask, delete
    #[arg(long, short)]
    #[serde(skip)]
    yes: bool,
    /// Even if users log in by way of it, who then can't any more
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    force: bool,
}

impl RemoveServer {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        if !self.yes && !app.prompt.confirms_deletion()? {
            output::note("Nothing was deleted.");
            return Ok(());
        }
        app.change::<api::RemoveLdapServer>(&self).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    use super::*;

    #[test]
    fn users_are_left_without_it_by_force_alone() {
        let of = |words: &str| {
            let crate::cli::Command::Ldap(Command::RemoveServer(args)) = parsed(words) else { panic!() };
            understood::<api::RemoveLdapServer>(&args)
        };
        assert_eq!(of("ldap remove-server ldap1 --yes"), json!({"name": "ldap1"}));
        assert_eq!(of("ldap remove-server ldap1 --force"), json!({"name": "ldap1", "force": true}));
    }
}
