//! Directory servers, what directories call the attributes that Robin reads, the users and groups in them, importing them,
//! and what groups give.

mod add_server;
mod attributes;
mod import_group;
mod import_users;
mod list_groups;
mod list_servers;
mod list_users;
mod mappings;
mod raw;
mod remove_server;
mod sync;
mod update_server;

use std::{fs, path::Path};

use clap::{Args, Subcommand};
use robin_api::{
    imports, ldap as api,
    mappings::{AddDirectoryMapping, RemoveDirectoryMapping},
};
use serde::Serialize;

use crate::{app::App, error::Error, output};

/// Commands about directories.
#[derive(Subcommand)]
pub enum Command {
    AddServer(add_server::AddServer),
    RemoveServer(remove_server::RemoveServer),
    ListServers(list_servers::ListServers),
    UpdateServer(update_server::UpdateServer),
    TestServer(TestServer),
    Sync(sync::Sync),
    ImportUsers(import_users::ImportUsers),
    ImportGroup(import_group::ImportGroup),
    ListAttributes(attributes::ListAttributes),
    UpdateAttribute(attributes::UpdateAttribute),
    ResetAttribute(attributes::ResetAttribute),
    ListUsers(list_users::ListUsers),
    ListGroups(list_groups::ListGroups),
    AddMapping(mappings::AddMapping),
    ListMappings(mappings::ListMappings),
    RemoveMapping(mappings::RemoveMapping),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::AddServer(args) => args.run(app).await,
            Self::RemoveServer(args) => args.run(app).await,
            Self::ListServers(args) => args.run(app).await,
            Self::UpdateServer(args) => args.run(app).await,
            Self::TestServer(args) => app.change::<api::TestLdapServer>(&args).await,
            Self::Sync(args) => args.run(app).await,
            Self::ImportUsers(args) => args.run(app).await,
            Self::ImportGroup(args) => app.follow::<imports::ImportLdapGroup>(&args).await,
            Self::ListAttributes(args) => args.run(app).await,
            Self::UpdateAttribute(args) => app.change::<api::UpdateLdapAttribute>(&args).await,
            Self::ResetAttribute(args) => app.change::<api::ResetLdapAttribute>(&args).await,
            Self::ListUsers(args) => args.run(app).await,
            Self::ListGroups(args) => args.run(app).await,
            Self::AddMapping(args) => app.change::<AddDirectoryMapping>(&args).await,
            Self::ListMappings(args) => args.run(app).await,
            Self::RemoveMapping(args) => app.change::<RemoveDirectoryMapping>(&args).await,
        }
    }
}

/// Try whether a directory server can be read: that it is there, lets Robin in, and has the bases
#[derive(Args, Serialize)]
pub struct TestServer {
    /// The directory server
    name: String,
}

/// What to do where nobody can answer the question for the password.
const INSTEAD: &str = "pipe it in as two lines, or use --password while testing";

/// The certificates in a file, as the server wants them.
fn certificates(file: &Path) -> Result<String, Error> {
    fs::read_to_string(file).map_err(|error| Error::Local(format!("cannot read '{}': {error}", file.display())))
}

/// Says what is at stake without TLS.
fn warn_of_plain_connections() {
    output::note(
        "Warning: without TLS, passwords cross the network unprotected; --tls starttls or --tls ldaps protects them.",
    );
}
