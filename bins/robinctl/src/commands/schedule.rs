//! What runs from time to time.

use std::time::Duration;

use clap::{Args, Subcommand};
use robin_api::schedules as api;
use robin_model::{Clock, SystemClock, Timestamp};
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// Commands about what runs from time to time.
#[derive(Subcommand)]
pub enum Command {
    /// List what runs from time to time, when it did last and when it will next
    List,
    /// Let a schedule run, from now on
    Start(Named),
    /// Keep a schedule from running; a run that is under way is cut off
    Stop(Named),
}

/// One schedule.
#[derive(Args, Serialize)]
pub struct Named {
    /// The schedule, by the name that 'schedule list' shows
    name: String,
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::List => list(app).await,
            Self::Start(args) => app.change::<api::StartSchedule>(&args).await,
            Self::Stop(args) => app.change::<api::StopSchedule>(&args).await,
        }
    }
}

const HEADER: [&str; 11] = [
    "Name",
    "Function",
    "Interval",
    "Last Run",
    "Last Error",
    "Enabled",
    "Next Run",
    "Running On",
    "Message",
    "Last Time",
    "Mean Time",
];

async fn list(app: &mut App) -> Result<(), Error> {
    let schedules = app.list::<api::ListSchedules>(&json!({})).await?;
    let mut table = Table::new(Style::Ruled, &HEADER);
    for schedule in &schedules {
        table.row(cells(schedule, SystemClock.now()));
    }
    app.output.table(&table, &schedules)
}

fn cells(schedule: &api::Schedule, now: Timestamp) -> [String; 11] {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let back = |at: Timestamp| format!("{} back", roughly(span(at, now)));
    let ahead = |at: Timestamp| format!("In {}", roughly(span(now, at)));
    [
        schedule.name.clone(),
        schedule.function.clone(),
        schedule.interval.to_string(),
        text(&schedule.last_run.map(back)),
        text(&schedule.last_error),
        (if schedule.enabled { "Yes" } else { "No" }).to_owned(),
        text(&schedule.next_run.map(ahead)),
        text(&schedule.running_on),
        text(&schedule.message),
        format!("{:.2}s", schedule.last_time),
        format!("{:.2}s", schedule.mean_time),
    ]
}

/// From the one time to the other; nothing where that is earlier.
fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.micros() - from.micros()).unwrap_or_default())
}

/// In the largest unit of which there is a whole one.
fn roughly(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(24 * 3600, "d"), (3600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    let (length, name) = unit.unwrap_or((1, "s"));
    format!("{}{name}", seconds / length)
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{parsed, understood};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn renewal() -> api::Schedule {
        api::Schedule {
            name: "UserCertificate".to_owned(),
            function: "renew_user_certs_cb".to_owned(),
            interval: 64_800,
            last_run: Some(NOW.minus(Duration::from_millis(4900))),
            last_error: None,
            enabled: true,
            next_run: Some(NOW.plus(Duration::from_secs(64_795))),
            running_on: None,
            message: None,
            last_time: 0.004,
            mean_time: 0.0012,
        }
    }

    #[test]
    fn a_row_is_the_document_s() {
        const ROW: &str =
            "UserCertificate | renew_user_certs_cb | 64800 | 4s back | - | Yes | In 17h | - | - | 0.00s | 0.00s |";
        let mut table = Table::new(Style::Ruled, &HEADER);
        table.row(cells(&renewal(), NOW));
        let text = table.render();
        let rows: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(rows.last().unwrap(), ROW);
        assert_eq!(rows[0], format!("{} |", HEADER.join(" | ")));
    }

    #[test]
    fn what_is_not_yet_and_what_is_over_are_told_apart() {
        let stopped = api::Schedule {
            last_run: None,
            last_error: Some("no".to_owned()),
            enabled: false,
            next_run: None,
            running_on: Some("a-1".to_owned()),
            message: Some("3 changed".to_owned()),
            last_time: 61.278,
            ..renewal()
        };
        let row = cells(&stopped, NOW);
        assert_eq!(row[3..10], ["-", "no", "No", "-", "a-1", "3 changed", "61.28s"].map(str::to_owned));
        // The clocks of the two sides differ a little.
        let ahead =
            api::Schedule { last_run: Some(NOW.plus(Duration::from_secs(1))), next_run: Some(NOW), ..renewal() };
        assert_eq!((&*cells(&ahead, NOW)[3], &*cells(&ahead, NOW)[6]), ("0s back", "In 0s"));
    }

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        for (seconds, text) in
            [(59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_399, "23h"), (86_400, "1d"), (2_592_000, "30d")]
        {
            assert_eq!(roughly(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn schedules_are_started_and_stopped_by_name() {
        for words in ["schedule start UserCertificate", "schedule stop UserCertificate"] {
            let crate::cli::Command::Schedule(Command::Start(args) | Command::Stop(args)) = parsed(words) else {
                panic!()
            };
            assert_eq!(understood::<api::StartSchedule>(&args), json!({"name": "UserCertificate"}));
            assert_eq!(understood::<api::StopSchedule>(&args), json!({"name": "UserCertificate"}));
        }
    }
}
