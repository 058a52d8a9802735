//! Accounts.

mod add;
mod list;
mod remove;

use clap::{Args, Subcommand};
use robin_api::{login, users as api};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{app::App, commands::Rehearsal, error::Error};

/// Commands about users.
#[derive(Subcommand)]
pub enum Command {
    Add(add::Add),
    Update(Update),
    Remove(remove::Remove),
    List(list::List),
    ChangeTenant(ChangeTenant),
    ChangeTenantRole(ChangeTenantRole),
    /// Let a user log in again
    Enable(Name),
    /// Keep a user from logging in, and end their sessions now
    Disable(Name),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Add(args) => args.run(app).await,
            Self::Update(args) => args.run(app).await,
            Self::Remove(args) => args.run(app).await,
            Self::List(args) => args.run(app).await,
            Self::ChangeTenant(args) => args.run(app).await,
            Self::ChangeTenantRole(args) => app.change::<api::ChangeTenantRole>(&args).await,
            Self::Enable(args) => app.change::<api::EnableUser>(&args).await,
            Self::Disable(args) => app.change::<api::DisableUser>(&args).await,
        }
    }
}

/// Change a user's name, address or password
///
/// Example:  robinctl user update user1 --first-name Ada --email ada@example.com
#[derive(Args)]
pub struct Update {
    /// The user
    username: String,
    /// Ask for a new password; the user's sessions end
    #[arg(long, short)]
    password: bool,
    /// First name; '' for none
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Last name; '' for none
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// E-mail address; '' for none
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The user's distinguished name in their directory, '' for their username; the account belongs to whoever logs in next
    #[arg(long, value_name = "DN")]
    ldap_user_dn: Option<String>,
}

impl Update {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let mut request = self.request();
        if self.password {
            let password = app.prompt.new_password("pipe it in as two lines")?;
            if let Some(info) = request.pointer_mut("/user_info").and_then(Value::as_object_mut) {
                info.insert("password".to_owned(), password.expose().into());
            }
        }
        app.change::<api::UpdateUser>(&request).await
    }

    fn request(&self) -> Value {
        let info = json!({
            "first_name": self.first_name, "last_name": self.last_name, "email": self.email,
            "ldap_user_dn": self.ldap_user_dn,
        });
        json!({ "username": self.username, "user_info": info })
    }
}

/// Work in another tenant of yours
#[derive(Args, Serialize)]
pub struct ChangeTenant {
    /// The tenant
    tenant: String,
    /// The namespace to work in; it must be yours in that tenant
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
}

impl ChangeTenant {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let username = app.send::<login::Whoami>(&json!({})).await?.username;
        let reply = app.send::<login::ChangeTenant>(&self).await.map_err(|error| match error {
            // The token was good a moment ago, so what the server refuses is the tenant.
            Error::TokenRefused(refusal, _) => Error::Call(refusal),
            other => other,
        })?;
        app.keep_token(&reply.token)?;
        super::login::print(app, username.as_str(), &reply)
    }
}

/// Give a user another role in a tenant
///
/// Example:  robinctl user change-tenant-role user1 t1 tenantadmin
#[derive(Args, Serialize)]
pub struct ChangeTenantRole {
    /// The user
    username: String,
    /// The tenant
    tenant: String,
    /// The role there from now on: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// A user.
#[derive(Args, Serialize)]
pub struct Name {
    /// The user
    username: String,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{parsed, understood};

    use super::*;

    fn user(words: &str) -> Command {
        let crate::cli::Command::User(command) = parsed(&format!("user {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn an_update_names_only_what_changes() {
        let Command::Update(args) = user("update u1 --first-name demo-user -p") else { panic!() };
        assert!(args.password);
        let expected = json!({"username": "u1", "user_info": {"first_name": "demo-user"}});
        assert_eq!(understood::<api::UpdateUser>(&args.request()), expected);
        let Command::Update(args) = user("update u1 --ldap-user-dn ''") else { panic!() };
        let expected = json!({"username": "u1", "user_info": {"ldap_user_dn": ""}});
        assert_eq!(understood::<api::UpdateUser>(&args.request()), expected);
    }

    #[test]
    fn a_tenant_and_a_role_are_changed_by_position() {
        let Command::ChangeTenant(args) = user("change-tenant t2") else { panic!() };
        assert_eq!(understood::<login::ChangeTenant>(&args), json!({"tenant": "t2"}));
        let Command::ChangeTenantRole(args) = user("change-tenant-role u t1 user A,B") else { panic!() };
        let expected = json!({"username": "u", "tenant": "t1", "tenant_role": "user", "user_capabilities": ["A", "B"]});
        assert_eq!(understood::<api::ChangeTenantRole>(&args), expected);
    }

    #[test]
    fn a_user_is_disabled_and_enabled_by_name() {
        let Command::Disable(args) = user("disable u") else { panic!() };
        assert_eq!(understood::<api::DisableUser>(&args), json!({"username": "u"}));
    }
}
