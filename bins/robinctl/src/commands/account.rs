//! Service accounts.

use clap::{Args, Subcommand};
use robin_api::service_accounts as api;
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{self, Details, Style, Table},
};

/// Commands about service accounts.
#[derive(Subcommand)]
pub enum Command {
    Create(Create),
    /// List service accounts
    List,
    /// Show a service account
    Show(Name),
    /// Keep a service account out: its tokens are refused until it is resumed
    Suspend(Name),
    /// Let a service account in again, with the tokens it has
    Resume(Name),
    Delete(Delete),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Create(args) => {
                let reply = app.send::<api::AddAccount>(&args).await?;
                app.output.said(&reply.message, &reply)
            }
            Self::List => list(app).await,
            Self::Show(args) => show(app, &args).await,
            Self::Suspend(args) => app.change::<api::SuspendAccount>(&args).await,
            Self::Resume(args) => app.change::<api::ResumeAccount>(&args).await,
            Self::Delete(args) => args.run(app).await,
        }
    }
}

/// Add a service account: a program that is a member of a tenant, and never logs in
///
/// Example:  robinctl account create -n ci --tenant t1 --role user
///
/// It has no access until 'token create --account' makes a token for it.
#[derive(Args, Serialize)]
pub struct Create {
    /// Its name
    #[arg(long, short)]
    name: String,
    /// The tenant it belongs to [default: yours]
    #[arg(long)]
    tenant: Option<String>,
    /// Its role there: superadmin, tenantadmin or user
    #[arg(long, default_value = "user")]
    #[serde(rename = "tenant_role")]
    role: String,
    /// Its capabilities, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(long)]
    #[serde(rename = "user_capabilities")]
    capabilities: Option<String>,
}

/// A service account.
#[derive(Args, Serialize)]
pub struct Name {
    /// Its name
    name: String,
}

/// Remove a service account with its tokens and what it owns
#[derive(Args)]
pub struct Delete {
    /// Its name
    name: String,
    /// Do not ask, delete
    #[arg(long, short)]
    yes: bool,
}

impl Delete {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        if !self.yes && !app.prompt.confirms_deletion()? {
            output::note("Nothing was deleted.");
            return Ok(());
        }
        app.change::<api::RemoveAccount>(&json!({ "name": self.name })).await
    }
}

async fn list(app: &mut App) -> Result<(), Error> {
    let accounts = app.list::<api::ListAccounts>(&json!({})).await?;
    let mut table = Table::new(Style::Plain, &["ID", "Name", "Tenant", "Role", "Capabilities", "Status", "Created"]);
    for account in &accounts {
        table.row([
            account.id.to_string(),
            account.name.clone(),
            account.tenant.clone().unwrap_or_default(),
            account.tenant_role.map(|role| role.to_string()).unwrap_or_default(),
            account.user_capabilities.join(","),
            account.status.clone(),
            account.created_at.to_string(),
        ]);
    }
    app.output.table(&table, &accounts)
}

async fn show(app: &mut App, name: &Name) -> Result<(), Error> {
    let account = app.send::<api::GetAccount>(name).await?;
    let details = Details(vec![
        ("ID", account.id.to_string()),
        ("Name", account.name.clone()),
        ("Tenant", account.tenant.clone().unwrap_or_default()),
        ("Role", account.tenant_role.map(|role| role.to_string()).unwrap_or_default()),
        ("Capabilities", account.user_capabilities.join(",")),
        ("Status", account.status.clone()),
        ("Created", account.created_at.to_string()),
    ]);
    app.output.details(&details, &account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{is_grammar, parsed, understood};

    #[test]
    fn requests_say_what_the_words_say() {
        let words = "account create -n ci --tenant t1 --role tenantadmin --capabilities ViewApplications,ViewBundles";
        let crate::cli::Command::Account(Command::Create(args)) = parsed(words) else { panic!() };
        let expected = json!({
            "name": "ci", "tenant": "t1", "tenant_role": "tenantadmin",
            "user_capabilities": ["ViewApplications", "ViewBundles"],
        });
        assert_eq!(understood::<api::AddAccount>(&args), expected);
        let crate::cli::Command::Account(Command::Suspend(args)) = parsed("account suspend ci") else { panic!() };
        assert_eq!(understood::<api::SuspendAccount>(&args), json!({ "name": "ci" }));
        for words in ["list", "show ci", "resume ci", "delete ci -y"] {
            assert!(is_grammar(&format!("account {words}")), "{words}");
        }
        assert!(!is_grammar("account create") && !is_grammar("account delete"));
    }
}
