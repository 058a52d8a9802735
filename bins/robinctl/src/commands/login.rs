//! One's own account: logging in and out, who one is, the password.

use clap::{Args, Subcommand};
use robin_api::{Message, login as api};
use robin_model::{Secret, Timestamp};
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{self, Details},
    token::Source,
};

/// Commands about one's own login.
#[derive(Subcommand)]
pub enum Command {
    Login(Login),
    Logout(Logout),
    Whoami(Whoami),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Login(command) => command.run(app).await,
            Self::Logout(command) => command.run(app).await,
            Self::Whoami(command) => command.run(app).await,
        }
    }
}

/// Log in, and stay logged in until you log out or a day has passed
///
/// Example:  robinctl login robin --tenant Administrators
///
/// The password is asked for; in a script, pipe it in:  robinctl login robin < password-file
#[derive(Args)]
pub struct Login {
    /// The user you are
    #[arg(value_name = "USERNAME")]
    username: String,
    /// The password, for testing only: everyone on this machine can see your command line
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    password: Option<String>,
    /// The tenant to log into [default: the one from last time]
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// The namespace to work in; it must be yours in that tenant
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
}

impl Login {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let Self { username, password, tenant, namespace } = self;
        let password = match password {
            Some(password) => Secret::new(password),
            None => app.prompt.password("Password: ", "pipe it in as one line, or use --password while testing")?,
        };
        let input = json!({ "username": username, "password": password, "tenant": tenant, "namespace": namespace });
        let reply = app.send::<api::Login>(&input).await?;
        app.remember_login(&username, &reply.token)?;
        print(app, &username, &reply)
    }
}

/// Prints where a user is logged in now.
///
/// # Errors
/// When nothing can be written.
pub fn print(app: &mut App, username: &str, reply: &api::LoggedIn) -> Result<(), Error> {
    app.output.said(&format!("User {username} is logged into {} tenant", reply.tenant), reply)
}

/// Log out, here or everywhere
///
/// Example:  robinctl logout --all
#[derive(Args)]
pub struct Logout {
    /// End all your sessions, on every machine
    #[arg(long)]
    all: bool,
}

impl Logout {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let from_context = app.source()? == Some(Source::Context);
        let reply = app.send::<api::Logout>(&json!({ "all": self.all })).await;
        if let (true, Some(context), Ok(_) | Err(Error::TokenRefused(..))) =
            (from_context, &app.connection.context, &reply)
        {
            app.state.forget_token(context)?;
        }
        match reply {
            Ok(message) => app.output.message(&message),
            Err(Error::TokenRefused(..)) if from_context && !self.all => over(app),
            Err(error) => Err(error),
        }
    }
}

/// The token was worth nothing any more: what logging out is for has come about.
fn over(app: &mut App) -> Result<(), Error> {
    output::note("Note: your session was over already.");
    app.output.message(&Message { message: "Logged out".to_owned() })
}

/// Show who you are, where, and until when
#[derive(Args)]
pub struct Whoami {}

impl Whoami {
    async fn run(&self, app: &mut App) -> Result<(), Error> {
        let identity = app.send::<api::Whoami>(&json!({})).await?;
        app.output.details(&described(&identity), &identity)
    }
}

fn described(identity: &api::Identity) -> Details {
    Details(vec![
        ("Username", identity.username.to_string()),
        ("ID", identity.user_id.to_string()),
        ("Authentication", identity.authentication.clone()),
        ("Tenant", identity.tenant.clone()),
        ("Role", identity.role.to_string()),
        ("Namespace", identity.namespace.clone().unwrap_or_default()),
        ("Capabilities", identity.user_capabilities.join(",")),
        ("Permissions", identity.permission_count.to_string()),
        ("Tenants", identity.tenants.join(",")),
        ("Session", identity.session.clone()),
        ("Logged in until", Timestamp::from_seconds(identity.token_timestamp).to_string()),
    ])
}

/// Commands about one's own password.
#[derive(Subcommand)]
pub enum Password {
    /// Change your password; every other session of yours ends
    ///
    /// In a script, pipe the new password in twice, a line each.
    Change,
}

impl Password {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let Self::Change = self;
        if app.source()?.is_none() {
            return Err(Error::NotLoggedIn);
        }
        let password = app.prompt.new_password("pipe the new one in as two lines")?;
        let reply = app.send::<api::ChangePassword>(&json!({ "password": password })).await?;
        app.keep_token(&reply.token)?;
        app.output.said("Password for current user has been updated", &reply)
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{is_grammar, parsed};

    use super::*;

    #[test]
    fn login_takes_the_documented_options() {
        let words = "login robin --password Robin123 --tenant Administrators --namespace ns";
        let crate::cli::Command::Login(Command::Login(login)) = parsed(words) else { panic!("not login") };
        assert_eq!((login.username.as_str(), login.tenant.as_deref()), ("robin", Some("Administrators")));
        assert!(is_grammar("logout --all") && is_grammar("whoami -o json") && is_grammar("password change"));
        assert!(!is_grammar("login"));
    }

    #[test]
    fn an_identity_is_lines() {
        let identity = json!({
            "username": "robin", "user_id": 3, "authentication": "local", "tenant": "t1", "tenant_id": 2, "role": "user",
            "user_capabilities": ["A", "B"], "permission_count": 7, "namespace": null, "tenants": ["t1", "t2"],
            "session": "s1", "token_timestamp": 1_599_752_493,
        });
        let text = described(&serde_json::from_value(identity).unwrap()).render();
        assert!(text.contains("\nCapabilities:    A,B\n"), "{text}");
        assert!(text.ends_with("\nLogged in until: 2020-09-10T15:41:33Z\n"), "{text}");
    }
}
