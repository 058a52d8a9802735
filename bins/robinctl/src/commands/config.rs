//! The server's settings.

use clap::{Args, Subcommand};
use robin_api::config as api;
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// Commands about settings.
#[derive(Subcommand)]
pub enum Command {
    /// List the settings with their values, and what each decides
    List,
    Update(Update),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::List => list(app).await,
            Self::Update(args) => app.change::<api::UpdateConfig>(&args).await,
        }
    }
}

async fn list(app: &mut App) -> Result<(), Error> {
    let settings = app.list::<api::ListConfig>(&json!({})).await?;
    let mut table = Table::new(Style::Plain, &["Name", "Value", "Default", "Description"]);
    for setting in &settings {
        let api::Attribute { name, value, default, description } = setting.clone();
        table.row([name, value, default, description]);
    }
    app.output.table(&table, &settings)
}

/// Change a setting; it counts at once
///
/// Example:  robinctl config update login.token_lifetime 43200
#[derive(Args, Serialize)]
pub struct Update {
    /// The setting, by the name that 'config list' shows
    name: String,
    /// Its new value
    #[arg(allow_negative_numbers = true)]
    value: String,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{parsed, understood};

    use super::*;

    #[test]
    fn a_setting_has_a_name_and_a_value() {
        let words = "config update login.token_lifetime 43200";
        let crate::cli::Command::Config(Command::Update(args)) = parsed(words) else { panic!() };
        let expected = json!({"name": "login.token_lifetime", "value": "43200"});
        assert_eq!(understood::<api::UpdateConfig>(&args), expected);
    }
}
