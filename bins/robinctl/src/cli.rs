//! The grammar: the options that every command takes, and the command groups.

use std::{path::PathBuf, process::ExitCode};

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, builder::FalseyValueParser};
use robin_model::Secret;

use crate::{commands, output::Format};

/// Robin from the command line: who may do what, and where.
#[derive(Parser)]
#[command(
    name = "robinctl",
    bin_name = "robinctl",
    version,
    disable_version_flag = true,
    subcommand_required = true,
    after_help = "New here? Start with:\n  robinctl login admin\n  robinctl whoami\n  robinctl user list\n\n\
                  Every command answers to --help, most of them with an example."
)]
pub struct Cli {
    /// The options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The options that every command takes.
#[derive(Args, Default)]
#[command(next_help_heading = "Options for every command")]
pub struct Global {
    /// Server to talk to, as in https://robin.example.com:29442 [default: the current context's, else this machine's]
    #[arg(long, global = true, value_name = "URL", env = "ROBINCTL_SERVER", hide_env_values = true)]
    pub server: Option<String>,
    /// Trust only the authorities in this PEM file when checking who the server is
    #[arg(long, global = true, value_name = "FILE", env = "ROBINCTL_CA_CERT", hide_env_values = true)]
    pub server_ca_cert: Option<PathBuf>,
    /// Use the token in this file (mode 0600); login and password change write the new one there
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Send passwords and tokens over plain HTTP to another machine. Everyone on the way can read them
    #[arg(
        long,
        global = true,
        env = "ROBINCTL_INSECURE_HTTP",
        hide_env_values = true,
        action = ArgAction::SetTrue,
        value_parser = FalseyValueParser::new()
    )]
    pub insecure_http: bool,
    /// How to print: tables for people, the rest for programs
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT", default_value_t, hide_default_value = true)]
    pub output: Format,
    /// The token in `ROBINCTL_TOKEN`; no option, because everybody on the machine can read command lines.
    #[arg(skip = token_from_environment())]
    pub token: Option<Secret>,
}

/// Everything robinctl can do.
#[derive(Subcommand)]
pub enum Command {
    #[command(flatten)]
    Login(commands::login::Command),
    /// Change your own password
    #[command(subcommand, arg_required_else_help = true)]
    Password(commands::login::Password),
    /// Add, list, change and remove users
    #[command(subcommand, arg_required_else_help = true)]
    User(commands::user::Command),
    /// Decide what people may do: named sets of permissions
    #[command(subcommand, arg_required_else_help = true)]
    Capabilities(commands::capabilities::Command),
    /// Register objects of other services, and say whose they are
    #[command(subcommand, arg_required_else_help = true, visible_alias = "objects")]
    Object(commands::object::Command),
    /// Share objects with tenants and users, and see what can be shared
    #[command(subcommand, arg_required_else_help = true, visible_alias = "object-shares")]
    ObjectShare(commands::object_share::Command),
    /// Manage tenants and who belongs to them
    #[command(subcommand, arg_required_else_help = true)]
    Tenant(commands::tenant::Command),
    /// Manage namespaces, who owns them and who shares them
    #[command(subcommand, arg_required_else_help = true)]
    Namespace(commands::namespace::Command),
    /// Ask who may do what, and why
    #[command(subcommand, arg_required_else_help = true)]
    Access(commands::access::Command),
    /// Know the directory servers that people are looked up in
    #[command(subcommand, arg_required_else_help = true)]
    Ldap(commands::ldap::Command),
    /// Know the users and groups of the OpenShift cluster that the server runs on
    #[command(subcommand, arg_required_else_help = true)]
    Openshift(commands::openshift::Command),
    /// Give users certificates, renew and revoke them
    #[command(subcommand, arg_required_else_help = true)]
    UserCert(commands::user_cert::Command),
    /// Read who did what, and when
    #[command(subcommand, arg_required_else_help = true)]
    UserAudit(commands::user_audit::Command),
    /// See where you are logged in, and end what should not be
    #[command(subcommand, arg_required_else_help = true)]
    Session(commands::session::Command),
    /// See what runs from time to time, start and stop it
    #[command(subcommand, arg_required_else_help = true)]
    Schedule(commands::schedule::Command),
    /// Make access tokens for programs, grant them and take them back
    #[command(subcommand, arg_required_else_help = true)]
    Token(commands::token::Command),
    /// Manage service accounts: programs that are members of a tenant
    #[command(subcommand, arg_required_else_help = true)]
    Account(commands::account::Command),
    /// Read and change the server's settings
    #[command(subcommand, arg_required_else_help = true)]
    Config(commands::config::Command),
    /// Keep several servers at hand, by name
    #[command(subcommand, arg_required_else_help = true)]
    Context(commands::context::Command),
    #[command(flatten)]
    About(commands::about::Command),
}

fn token_from_environment() -> Option<Secret> {
    std::env::var("ROBINCTL_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new)
}

/// Prints what there is to do. Somebody who types the bare name has done nothing wrong.
pub fn print_help() -> ExitCode {
    drop(Cli::command().print_help());
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_has_a_help_text() {
        fn walk(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some() || name == "help", "{name} has none");
            for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
                assert!(argument.get_help().is_some(), "{name} {} has none", argument.get_id());
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn sec_42_help_never_shows_a_value_from_the_environment() {
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("[env: ROBINCTL_SERVER]"), "{help}");
    }
}
