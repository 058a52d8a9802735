//! What an operator reads: standard output for what was asked, standard error for the log and complaints.

use std::io::{IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// Says something. Whoever closed the output did not want to read it.
pub fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// Says why the program ends, with its causes; a cause that only repeats the one before is left out.
pub fn complain(error: &anyhow::Error) {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if said.last().is_none_or(|before| !before.contains(&text)) {
            said.push(text);
        }
    }
    let _ = writeln!(std::io::stderr(), "Error: {}", said.join(": "));
}

/// Starts the log: lines for people on a terminal, JSON for programs anywhere else, unless a format is set.
pub fn log(settings: &Settings) {
    let filter = EnvFilter::try_new(settings.log.as_deref().unwrap_or("info,sqlx=warn"))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let is_text = match settings.log_format {
        Some(format) => format == LogFormat::Text,
        None => std::io::stderr().is_terminal(),
    };
    // A second start in the same process keeps the first log.
    let _ = if is_text { builder.with_ansi(false).try_init() } else { builder.json().try_init() };
}
