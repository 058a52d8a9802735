//! Commands about robinctl itself.

use std::io;

use clap::{Args, CommandFactory, Subcommand};
use clap_complete::Shell;
use serde_json::json;

use crate::{app::App, cli::Cli, error::Error, output};

/// Commands about robinctl itself.
#[derive(Subcommand)]
pub enum Command {
    Completion(Completion),
    Version(Version),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When nothing can be written.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Completion(completion) => completion.run(),
            Self::Version(version) => version.run(app).await,
        }
    }
}

/// Print a script that lets the Tab key finish your words
///
/// For bash, once:  robinctl completion bash > ~/.local/share/bash-completion/completions/robinctl
#[derive(Args)]
pub struct Completion {
    /// The shell you type into
    #[arg(value_enum)]
    shell: Shell,
}

impl Completion {
    /// Writes the script.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn run(&self) -> Result<(), Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "robinctl", &mut script);
        Ok(io::Write::write_all(&mut io::stdout().lock(), &script)?)
    }
}

/// Print the version of robinctl, and of the server if one answers
#[derive(Args)]
pub struct Version {}

impl Version {
    async fn run(&self, app: &mut App) -> Result<(), Error> {
        let own = env!("CARGO_PKG_VERSION");
        let url = app.connection.server.clone();
        let (text, server) = match app.connection.client(&app.global, None)?.version().await {
            Ok(version) => (format!("robinctl {own}\nrobin-server {version} at {url}"), Some(version)),
            Err(error) => {
                output::note(&format!("Note: the server's version is unknown: {error}"));
                (format!("robinctl {own}"), None)
            }
        };
        app.output.said(&text, &json!({ "robinctl": own, "server": server, "server_url": url }))
    }
}
