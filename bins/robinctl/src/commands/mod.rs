//! The commands, one file per group. Each is an `Args` struct, the request it makes, and what it prints.

pub mod about;
pub mod access;
pub mod account;
pub mod capabilities;
pub mod config;
pub mod context;
mod diff;
pub mod ldap;
pub mod login;
pub mod namespace;
pub mod object;
pub mod object_share;
pub mod openshift;
pub mod schedule;
pub mod session;
pub mod tenant;
pub mod token;
pub mod user;
pub mod user_audit;
pub mod user_cert;

#[cfg(test)]
mod testing;

use clap::Args;
use serde::{Serialize, Serializer};

use crate::{
    app::App,
    cli::{Cli, Command},
    error::Error,
};

/// Does what the command line says.
///
/// # Errors
/// Whatever the command runs into.
pub async fn run(cli: Cli) -> Result<(), Error> {
    // Completions are made while packaging too, where there is no home directory.
    if let Command::About(about::Command::Completion(completion)) = cli.command {
        return completion.run();
    }
    let cli = match cli.command {
        Command::Access(access::Command::Diff(diff)) => diff.rehearsed(&cli.global)?,
        command => Cli { command, ..cli },
    };
    let mut app = App::new(cli.global)?;
    let app = &mut app;
    match cli.command {
        Command::Login(command) => command.run(app).await,
        Command::Password(command) => command.run(app).await,
        Command::User(command) => command.run(app).await,
        Command::Capabilities(command) => command.run(app).await,
        Command::Object(command) => command.run(app).await,
        Command::ObjectShare(command) => command.run(app).await,
        Command::Tenant(command) => command.run(app).await,
        Command::Namespace(command) => command.run(app).await,
        Command::Access(command) => command.run(app).await,
        Command::Ldap(command) => command.run(app).await,
        Command::Openshift(command) => command.run(app).await,
        Command::UserAudit(command) => command.run(app).await,
        Command::UserCert(command) => command.run(app).await,
        Command::Session(command) => command.run(app).await,
        Command::Schedule(command) => command.run(app).await,
        Command::Token(command) => command.run(app).await,
        Command::Account(command) => command.run(app).await,
        Command::Config(command) => command.run(app).await,
        Command::Context(command) => command.run(app),
        Command::About(command) => command.run(app).await,
    }
}

/// Whether a change is only rehearsed.
#[derive(Args, Serialize)]
pub struct Rehearsal {
    /// Change nothing; show who would gain or lose what
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

impl Rehearsal {
    /// The field as a request has it, if it has one.
    pub fn asked(&self) -> Option<bool> {
        Some(true).filter(|_| self.dry_run)
    }
}

/// The parts of a comma-separated text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Sends a comma-separated text as a list, where the server takes nothing else.
fn as_list<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(parts(text))
}

/// [`as_list`] for an option.
#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn as_optional_list<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().map(|text| parts(text).collect::<Vec<_>>()).serialize(serializer)
}
