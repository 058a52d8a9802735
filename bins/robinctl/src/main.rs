//! The Robin command line.
//!
//! `robinctl` translates: words into a request, a reply into words. It decides nothing; which values are good is the
//! server's to say. A command is an `Args` struct whose serialised form is the endpoint's input, and what it prints.

#![expect(clippy::doc_markdown, reason = "the commands' doc comments are their help texts, where backticks would show")]

mod app;
mod cli;
mod commands;
mod connection;
mod error;
mod output;
mod prompt;
mod state;
mod token;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Fails only when a provider is installed already, and then there is one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    if std::env::args_os().len() < 2 {
        return cli::print_help();
    }
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return error::report(&error::Error::Local(format!("no runtime can be started: {error}"))),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error::report(&error),
    }
}
