//! Users and groups of the OpenShift cluster, and importing them.

mod import_group;
mod import_users;
mod list_groups;
mod list_users;

use clap::Subcommand;
use robin_api::openshift as api;

use crate::{app::App, error::Error};

/// Commands about the OpenShift cluster.
#[derive(Subcommand)]
pub enum Command {
    ListUsers(list_users::ListUsers),
    ListGroups(list_groups::ListGroups),
    #[command(visible_alias = "add-users")]
    ImportUsers(import_users::ImportUsers),
    ImportGroup(import_group::ImportGroup),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::ListUsers(args) => args.run(app).await,
            Self::ListGroups(args) => args.run(app).await,
            Self::ImportUsers(args) => app.change::<api::ImportOpenshiftUsers>(&args).await,
            Self::ImportGroup(args) => app.follow::<api::ImportOpenshiftGroup>(&args).await,
        }
    }
}
