//! Listing access tokens.

use clap::Args;
use robin_api::{access_tokens as api, users};
use serde::Serialize;
use serde_json::json;

use super::Whose;
use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// List your access tokens, or those of others
///
/// Example:  robinctl token list --all
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    whose: Whose,
    /// Those of everybody in your reach
    #[arg(long, conflicts_with_all = ["username", "account"])]
    all: bool,
    /// The users in your reach, each with the state of their access token
    #[arg(long, conflicts_with_all = ["username", "account", "all"])]
    users: bool,
}

/// A user and the state of their access token.
#[derive(Debug, Serialize)]
struct Standing {
    id: i64,
    email: Option<String>,
    username: String,
    access_token: Option<String>,
    access_token_status: Option<String>,
}

impl List {
    pub(super) async fn run(self, app: &mut App) -> Result<(), Error> {
        if self.users {
            let users = app.list::<users::ListUsers>(&json!({})).await?;
            let tokens = app.list::<api::ListTokens>(&json!({ "all": true })).await?;
            let standings = standings(&users, &tokens);
            return app.output.table(&of_users(&standings), &standings);
        }
        let tokens = app.list::<api::ListTokens>(&self.input()).await?;
        app.output.table(&table(&tokens), &tokens)
    }

    fn input(&self) -> serde_json::Value {
        let Whose { username, account } = &self.whose;
        json!({ "username": username, "account": account, "all": self.all })
    }
}

fn table(tokens: &[api::AccessToken]) -> Table {
    let header = ["ID", "Username", "Tenant", "Name", "Token", "Status", "Grants", "Expires", "Last Used"];
    let mut table = Table::new(Style::Plain, &header);
    let time = |at: Option<robin_model::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    for token in tokens {
        table.row([
            token.id.to_string(),
            token.username.clone(),
            token.tenant.clone(),
            token.name.clone(),
            token.prefix.clone().unwrap_or_default(),
            token.status.clone(),
            token.grants.as_ref().map(|grants| grants.len().to_string()).unwrap_or_default(),
            time(token.expires_at),
            time(token.last_used_at),
        ]);
    }
    table
}

/// The users, each with the token that says most: one that is good, else one that is asked for, else the newest.
fn standings(users: &[users::User], tokens: &[api::AccessToken]) -> Vec<Standing> {
    let weight = |token: &&api::AccessToken| match token.status.as_str() {
        "active" => 2,
        "requested" => 1,
        _ => 0,
    };
    let standing = |user: &users::User| {
        let own = tokens.iter().filter(|token| token.user_id == user.user_id);
        let token = own.max_by_key(|token| (weight(token), token.id));
        Standing {
            id: user.user_id,
            email: user.email.clone(),
            username: user.username.clone(),
            access_token: token.and_then(|token| token.prefix.clone()),
            access_token_status: token.map(|token| token.status.clone()),
        }
    };
    users.iter().map(standing).collect()
}

fn of_users(standings: &[Standing]) -> Table {
    let mut table = Table::new(Style::Plain, &["ID", "EMAIL", "ACCESS_TOKEN", "ACCESS_TOKEN_STATUS"]);
    let text = |part: &Option<String>| part.clone().unwrap_or_else(|| "None".to_owned());
    for standing in standings {
        table.row([
            standing.id.to_string(),
            standing.email.clone().unwrap_or_else(|| standing.username.clone()),
            text(&standing.access_token),
            text(&standing.access_token_status),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        cli::Command as Cli,
        commands::{
            testing::{parsed, understood},
            token::Command,
        },
    };

    fn token(id: i64, user: i64, status: &str) -> Value {
        let shown = (status != "requested").then(|| format!("robin_pat_{id}…"));
        json!({
            "id": id, "username": "u", "user_id": user, "tenant": "t1", "name": "ci", "status": status, "prefix": shown,
            "grants": null, "created_at": "2026-01-31T12:00:00Z", "expires_at": null, "last_used_at": null,
            "revoked_at": null,
        })
    }

    fn user(id: i64, email: Option<&str>) -> Value {
        json!({
            "first_name": null, "user_context": null, "tenant": null, "username": format!("u{id}"), "user_context_id": null,
            "tenant_id": null, "permissions": {}, "ldap_server_ref": null, "tenants": [], "authentication": "local",
            "hidden": false, "user_id": id, "email": email, "last_name": null, "user_contexts": [], "current_role": null,
            "deleted": false,
        })
    }

    #[test]
    fn the_words_say_whose() {
        let Cli::Token(Command::List(args)) = parsed("token list -u bob") else { panic!() };
        assert_eq!(understood::<api::ListTokens>(&args.input()), json!({"username": "bob"}));
        let Cli::Token(Command::List(args)) = parsed("token list --all") else { panic!() };
        assert_eq!(understood::<api::ListTokens>(&args.input()), json!({"all": true}));
    }

    #[test]
    fn each_user_has_the_token_that_says_most() {
        let users = json!([user(3, Some("a@example.org")), user(4, None), user(5, None)]);
        let tokens =
            json!([token(1, 3, "active"), token(2, 3, "revoked"), token(3, 4, "requested"), token(4, 4, "revoked")]);
        let (users, tokens): (Vec<users::User>, Vec<api::AccessToken>) =
            (serde_json::from_value(users).unwrap(), serde_json::from_value(tokens).unwrap());
        let expected = "\
ID | EMAIL         | ACCESS_TOKEN | ACCESS_TOKEN_STATUS
---+---------------+--------------+---------------------
3  | a@example.org | robin_pat_1… | active
4  | u4            | None         | requested
5  | u5            | None         | None
";
        assert_eq!(of_users(&standings(&users, &tokens)).render(), expected);
    }

    #[test]
    fn a_list_shows_the_beginning_of_each() {
        let tokens: Vec<api::AccessToken> = serde_json::from_value(json!([token(1, 3, "active")])).unwrap();
        let text = table(&tokens).render();
        assert!(text.contains("robin_pat_1…") && text.contains("active"), "{text}");
    }
}
