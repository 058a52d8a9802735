//! `robin-server`: reads its settings, puts the server together, and serves; or does one thing offline.

mod catalogue;
mod commands;
mod console;
mod openshift;
mod secret_key;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::{commands::Command, settings::Settings};

/// Identity and access for multi-tenant platforms on Kubernetes.
///
/// Without a command it serves: on SQLite under ./robin-data, on 127.0.0.1:29442, until it is told otherwise.
#[derive(Parser)]
#[command(name = "robin-server", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    let outcome = settings.with_file().and_then(|settings| run(&settings, command.unwrap_or(Command::Serve)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings, command: Command) -> anyhow::Result<()> {
    console::log(settings)?;
    Settings::warn_of_unknown_variables();
    // The one crypto provider; a second call in the same process changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(command.run(settings))
}
