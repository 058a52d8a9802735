//! The audit trail.

use clap::{Args, Subcommand};
use robin_api::audit as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// Commands about the audit trail.
#[derive(Subcommand)]
pub enum Command {
    List(List),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let Self::List(args) = self;
        args.run(app).await
    }
}

/// List who did what, newest first
///
/// Example:  robinctl user-audit list --action user.create --since 2026-01-31T00:00:00Z
///
/// What a change was, before and after, is in  -o json
#[derive(Args, Serialize)]
pub struct List {
    /// Only what this user did
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// Only this action, as in user.create
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only what was done to the thing of this name
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Only at or after this time, as in 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// At most this many, 1 to 1000 [default: all]
    #[arg(long, value_name = "NUMBER")]
    limit: Option<String>,
}

impl List {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let records = app.list::<api::ListAudit>(&self).await?;
        let header = ["ID", "Time", "Username", "Tenant", "Action", "Type", "Target", "Outcome", "Address"];
        let mut table = Table::new(Style::Plain, &header);
        for record in &records {
            table.row([
                record.id.to_string(),
                record.at.to_string(),
                record.username.clone(),
                record.tenant.clone().unwrap_or_default(),
                record.action.clone(),
                record.target_type.clone(),
                record.target.clone(),
                record.outcome.clone(),
                record.address.clone(),
            ]);
        }
        app.output.table(&table, &records)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::testing::{parsed, understood};

    use super::*;

    #[test]
    fn every_filter_reaches_the_request() {
        let words = "user-audit list --username u --action user.create --target t --since 2026-01-31T12:00:00Z \
                     --until 2026-02-01T00:00:00Z --limit 7";
        let crate::cli::Command::UserAudit(Command::List(args)) = parsed(words) else { panic!() };
        let expected = json!({
            "username": "u", "action": "user.create", "target": "t",
            "since": "2026-01-31T12:00:00Z", "until": "2026-02-01T00:00:00Z", "limit": 7,
        });
        assert_eq!(understood::<api::ListAudit>(&args), expected);
    }
}
