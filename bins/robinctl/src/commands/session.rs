//! Sessions.

use clap::{Args, Subcommand};
use robin_api::sessions as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table, truth},
};

/// Commands about sessions.
#[derive(Subcommand)]
pub enum Command {
    List(List),
    Revoke(Revoke),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::List(args) => args.run(app).await,
            Self::Revoke(args) => app.change::<api::RevokeSession>(&args).await,
        }
    }
}

/// List your sessions, or another user's
#[derive(Args, Serialize)]
pub struct List {
    /// Whose [default: yours]
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
}

impl List {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let sessions = app.list::<api::ListSessions>(&self).await?;
        let header = ["ID", "Username", "Tenant", "Created", "Expires", "Address", "Program", "Current"];
        let mut table = Table::new(Style::Plain, &header);
        for session in &sessions {
            table.row([
                session.id.clone(),
                session.username.clone(),
                session.tenant.clone(),
                session.created_at.to_string(),
                session.expires_at.to_string(),
                session.address.clone(),
                session.user_agent.clone(),
                truth(session.current),
            ]);
        }
        app.output.table(&table, &sessions)
    }
}

/// End one session; whoever uses it has to log in again
#[derive(Args, Serialize)]
pub struct Revoke {
    /// The session, by the ID that 'session list' shows
    #[arg(allow_hyphen_values = true)]
    id: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::testing::{parsed, understood};

    use super::*;

    #[test]
    fn requests_say_what_the_words_say() {
        let crate::cli::Command::Session(Command::List(args)) = parsed("session list --username u") else { panic!() };
        assert_eq!(understood::<api::ListSessions>(&args), json!({"username": "u"}));
        let crate::cli::Command::Session(Command::Revoke(args)) = parsed("session revoke s1") else { panic!() };
        assert_eq!(understood::<api::RevokeSession>(&args), json!({"id": "s1"}));
    }

    #[test]
    fn a_session_may_begin_like_an_option() {
        let words = "session revoke -o json -Zk8";
        let crate::cli::Command::Session(Command::Revoke(args)) = parsed(words) else { panic!() };
        assert_eq!(args.id, "-Zk8");
    }
}
