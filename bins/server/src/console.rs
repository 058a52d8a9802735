//! What an operator reads: standard output for what was asked, standard error for the log and complaints.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

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
///
/// # Errors
/// When the filter is none.
pub fn log(settings: &Settings) -> anyhow::Result<()> {
    let filter = settings.log.as_deref().unwrap_or("info,sqlx=warn");
    let targets: Targets = filter.parse().with_context(|| {
        format!(
            "`{filter}` is no filter for the log: write a level, like `info`, or more, like `info,robin_http=debug`"
        )
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let is_text = match settings.log_format {
        Some(format) => format == LogFormat::Text,
        None => std::io::stderr().is_terminal(),
    };
    let lines = if is_text { lines.with_ansi(false).boxed() } else { lines.json().boxed() };
    // A second start in the same process keeps the first log.
    let _ = tracing_subscriber::registry().with(lines.with_filter(targets)).try_init();
    Ok(())
}
