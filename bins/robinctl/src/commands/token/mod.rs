//! Access tokens.

mod create;
mod grants;
mod list;
mod span;

use clap::{Args, Subcommand};
use robin_api::access_tokens as api;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{app::App, error::Error, output};

/// Commands about access tokens.
#[derive(Subcommand)]
pub enum Command {
    Create(create::Create),
    List(list::List),
    Request(Request),
    Grant(Grant),
    Revoke(Revoke),
    Regenerate(Regenerate),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Create(args) => args.run(app).await,
            Self::List(args) => args.run(app).await,
            Self::Request(args) => args.run(app).await,
            Self::Grant(args) => args.run(app).await,
            Self::Revoke(args) => app.change::<api::RevokeToken>(&args).await,
            Self::Regenerate(args) => args.run(app).await,
        }
    }
}

/// Whose tokens a command is about.
#[derive(Args, Serialize, Default)]
pub struct Whose {
    /// Whose [default: yours]
    #[arg(long, short, value_name = "USERNAME", conflicts_with = "account")]
    username: Option<String>,
    /// A service account, by number or name
    #[arg(long, value_name = "ID|NAME")]
    account: Option<String>,
}

/// Ask for an access token, for an administrator to grant
#[derive(Args)]
pub struct Request {
    /// What to call it
    #[arg(long)]
    name: Option<String>,
}

impl Request {
    fn input(&self) -> Value {
        json!({ "request": true, "name": self.name })
    }

    async fn run(self, app: &mut App) -> Result<(), Error> {
        let reply = app.send::<api::CreateToken>(&self.input()).await?;
        app.output.said(&reply.message, &reply)
    }
}

/// Grant a user the access token they asked for
///
/// Example:  robinctl token grant -u user5 --expires 30d
///
/// Where they did not ask for one, or theirs was revoked, this asks first.
#[derive(Args)]
pub struct Grant {
    #[command(flatten)]
    whose: Whose,
    /// The tenant it is for [default: the one they asked in]
    #[arg(long)]
    tenant: Option<String>,
    /// How long it is valid, as in 15m, 12h or 30d [default: 90d]
    #[arg(long, value_name = "TIME", value_parser = span::seconds)]
    expires: Option<u64>,
    /// Do not ask, grant
    #[arg(long, short)]
    yes: bool,
}

impl Grant {
    fn input(&self, force: bool) -> Value {
        let Whose { username, account } = &self.whose;
        let Self { tenant, expires, .. } = self;
        json!({ "username": username, "account": account, "tenant": tenant, "expires_in": expires, "force": force })
    }

    async fn run(self, app: &mut App) -> Result<(), Error> {
        let mut outcome = app.send::<api::GrantToken>(&self.input(self.yes)).await;
        if let Some(question) = outcome.as_ref().err().and_then(question) {
            if !app.prompt.confirms(&question, "say --yes to grant it without a question")? {
                output::note("Grant token aborted.");
                return Ok(());
            }
            outcome = app.send::<api::GrantToken>(&self.input(true)).await;
        }
        let reply = outcome?;
        app.output.said(&with_text(&reply), &reply)
    }
}

/// The question that the server leaves open; none where its answer is final.
fn question(error: &Error) -> Option<String> {
    let Error::Call(robin_client::Error::Refused { body, .. }) = error else { return None };
    let (state, _) = body.message.split_once(": say with `force`")?;
    Some(format!("{}, do you want to proceed? [y/n] ", state.replace('`', "'")))
}

/// What was done, and the text of the token.
fn with_text(reply: &api::IssuedToken) -> String {
    match &reply.token {
        Some(text) => format!("{}\n\nToken: {}", reply.message, text.expose()),
        None => reply.message.clone(),
    }
}

/// Revoke an access token, or all that somebody has
///
/// Example:  robinctl token revoke -u user5
#[derive(Args, Serialize)]
pub struct Revoke {
    /// The token, by the number that 'token list' shows
    #[arg(required_unless_present_any = ["username", "account"], conflicts_with_all = ["username", "account"])]
    id: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    whose: Whose,
    /// The tenant the tokens are for
    #[arg(long, conflicts_with = "id")]
    tenant: Option<String>,
}

/// Give an access token another text; the old one is worth nothing from then on
///
/// Example:  robinctl token regenerate 17
///
/// With --all nobody gets a new text: whoever had a token makes another one.
#[derive(Args)]
pub struct Regenerate {
    /// The token, by the number that 'token list' shows [default: the only one]
    id: Option<String>,
    #[command(flatten)]
    whose: Whose,
    /// The tenant the token is for
    #[arg(long)]
    tenant: Option<String>,
    /// Those of everybody
    #[arg(long, conflicts_with_all = ["id", "username", "account", "tenant"])]
    all: bool,
}

impl Regenerate {
    fn input(&self) -> Value {
        let Self { id, whose: Whose { username, account }, tenant, all } = self;
        json!({ "id": id, "username": username, "account": account, "tenant": tenant, "all": all })
    }

    async fn run(self, app: &mut App) -> Result<(), Error> {
        let reply = app.send::<api::RegenerateToken>(&self.input()).await?;
        // The one in use takes the place of the old one; it is shown like any other where it is not kept.
        if let (true, Some(text)) = (reply.current, &reply.token) {
            app.keep_token(text)?;
        }
        app.output.said(&with_text(&reply), &reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::Command as Cli,
        commands::testing::{is_grammar, parsed, understood},
    };

    fn command(words: &str) -> Command {
        let Cli::Token(command) = parsed(&format!("token {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn requests_say_what_the_words_say() {
        let Command::Request(args) = command("request --name ci") else { panic!() };
        assert_eq!(understood::<api::CreateToken>(&args.input()), json!({ "request": true, "name": "ci" }));
        let Command::Grant(args) = command("grant -u user5 --expires 30d") else { panic!() };
        let expected = json!({ "username": "user5", "expires_in": 2_592_000 });
        assert_eq!(understood::<api::GrantToken>(&args.input(false)), expected);
        let Command::Revoke(args) = command("revoke 17") else { panic!() };
        assert_eq!(understood::<api::RevokeToken>(&args), json!({ "id": 17 }));
        let Command::Revoke(args) = command("revoke --account ci --tenant t1") else { panic!() };
        assert_eq!(understood::<api::RevokeToken>(&args), json!({ "account": "ci", "tenant": "t1" }));
        let Command::Regenerate(args) = command("regenerate --all") else { panic!() };
        assert_eq!(understood::<api::RegenerateToken>(&args.input()), json!({ "all": true }));
        let Command::Regenerate(args) = command("regenerate -u bob") else { panic!() };
        assert_eq!(understood::<api::RegenerateToken>(&args.input()), json!({ "username": "bob" }));
    }

    #[test]
    fn what_contradicts_itself_is_no_grammar() {
        for words in
            ["revoke", "revoke 1 -u a", "regenerate --all -u a", "list -u a --account b", "grant --expires soon"]
        {
            assert!(!is_grammar(&format!("token {words}")), "{words}");
        }
    }

    #[test]
    fn only_what_the_server_leaves_open_is_asked() {
        let refused = |message: &str| {
            let body = json!({ "message": message, "code": "conflict", "request_id": "" });
            let body = serde_json::from_value(body).unwrap();
            let status = "409".parse().unwrap();
            Error::Call(robin_client::Error::Refused { status, body, retry_after: None })
        };
        let open = refused("user `a` access token status is revoked: say with `force` that you mean it");
        let expected = "user 'a' access token status is revoked, do you want to proceed? [y/n] ";
        assert_eq!(question(&open).as_deref(), Some(expected));
        assert_eq!(question(&refused("user `a` has already an active access token")), None);
        assert_eq!(question(&Error::No), None);
    }
}
