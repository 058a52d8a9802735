//! Making access tokens.

use clap::{Args, ValueEnum};
use robin_api::access_tokens as api;
use serde_json::{Value, json};

use super::{Whose, grants, span};
use crate::{app::App, commands::parts, error::Error, output};

/// Make an access token, for yourself or for somebody else
///
/// Examples:
///   robinctl token create --expires 15m
///   robinctl token create --account ci --role AuditDeveloper
///   robinctl token create -r APPLICATION,BUNDLE -f view,start -a t1
///   robinctl token create -c grants.yaml
///
/// The token goes to standard output, this once. It may do what its owner may, or less; never more.
#[derive(Args)]
pub struct Create {
    #[command(flatten)]
    whose: Whose,
    /// Whose it is: 'account', with the account in --id
    #[arg(long = "type", short = 't', value_enum, requires = "id", conflicts_with_all = ["username", "account"])]
    kind: Option<Kind>,
    /// The account, by number or name
    #[arg(long, short, requires = "kind", value_name = "ID|NAME")]
    id: Option<String>,
    /// Tenant that its owner is in with it [default: yours, or the one you reach them in]
    #[arg(long)]
    tenant: Option<String>,
    /// What to call it
    #[arg(long, short)]
    name: Option<String>,
    /// How long it is valid, as in 15m, 12h or 30d [default: 90d]
    #[arg(long, value_name = "TIME", value_parser = span::seconds)]
    expires: Option<u64>,
    /// Narrow it to a role: Admin for all that its owner may, AuditDeveloper for all in the owner's tenant and view everywhere
    #[arg(long, conflicts_with_all = ["resources", "functions", "accounts", "entities", "config"])]
    role: Option<String>,
    /// Narrow it to these object types, with commas between; '*' for all
    #[arg(long, short, requires = "functions")]
    resources: Option<String>,
    /// Narrow it to these operations, with commas between; '*' for all
    #[arg(long, short, requires = "resources")]
    functions: Option<String>,
    /// Narrow it to what is of these tenants, with commas between
    #[arg(long, short, requires = "resources", visible_alias = "tenants")]
    accounts: Option<String>,
    /// Narrow it to these instances, with commas between
    #[arg(long, short, requires = "resources")]
    entities: Option<String>,
    /// Narrow it to the grants in this file, YAML or JSON; '-' for standard input
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["resources", "functions", "accounts", "entities"])]
    config: Option<String>,
    /// Make it though the last one was revoked
    #[arg(long)]
    force: bool,
}

/// Kinds of owners that the document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A service account
    Account,
}

impl Create {
    pub(super) async fn run(self, app: &mut App) -> Result<(), Error> {
        let reply = app.send::<api::CreateToken>(&self.input()?).await?;
        let api::IssuedToken { id: Some(id), username: Some(username), tenant: Some(tenant), .. } = &reply else {
            return app.output.said(&reply.message, &reply);
        };
        let until = reply.expires_at.map(|end| format!(", until {end}")).unwrap_or_default();
        output::note(&format!(
            "Access token {id} of user {username} in tenant {tenant}{until}. It is shown this once."
        ));
        let text = reply.token.as_ref().map(|token| token.expose().to_owned()).unwrap_or_default();
        app.output.said(&text, &reply)
    }

    fn input(&self) -> Result<Value, Error> {
        let file = self.config.as_deref().map(grants::read).transpose()?;
        let Self { whose: Whose { username, account }, tenant, name, expires, role, force, .. } = self;
        let mut account = account.as_ref().or(self.id.as_ref()).cloned();
        let mut grants = self.grant().map(|grant| json!([grant]));
        if let Some(file) = file {
            grants = Some(file.grants);
            if account.is_some() && file.account.is_some() && account != file.account {
                let text = "the file names another account than the command; name it in one of them";
                return Err(Error::Usage(text.to_owned()));
            }
            account = account.or(file.account);
        }
        Ok(json!({
            "username": username, "account": account, "tenant": tenant, "name": name, "expires_in": expires, "role": role,
            "grants": grants, "force": force,
        }))
    }

    /// The grant that the options make.
    fn grant(&self) -> Option<Value> {
        let list =
            |text: &Option<String>| parts(text.as_deref().unwrap_or_default()).map(Value::from).collect::<Vec<_>>();
        let Self { resources, functions, accounts, entities, .. } = self;
        resources.as_ref()?;
        Some(json!({
            "resources": list(resources), "functions": list(functions), "tenants": list(accounts), "entities": list(entities),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::Command as Cli,
        commands::{
            testing::{is_grammar, parsed, understood},
            token::Command,
        },
    };

    fn create(words: &str) -> Create {
        let Cli::Token(Command::Create(args)) = parsed(&format!("token create {words}")) else { panic!("{words}") };
        args
    }

    fn input(words: &str) -> Value {
        understood::<api::CreateToken>(&create(words).input().unwrap())
    }

    #[test]
    fn the_documents_switches_make_one_grant() {
        let words = "-t account -f consume -a test -r datasets,models -i aeb78193c526484fa4f5c14d182ba039";
        let grant = json!({"resources": ["datasets", "models"], "functions": ["consume"], "tenants": ["test"]});
        let expected = json!({"account": "aeb78193c526484fa4f5c14d182ba039", "grants": [grant]});
        assert_eq!(input(words), expected);
        assert_eq!(input("-t account -i ci --role AuditDeveloper"), json!({"account": "ci", "role": "AuditDeveloper"}));
        let expected = json!({"username": "u", "name": "ci", "expires_in": 900, "force": true});
        assert_eq!(input("-u u -n ci --expires 15m --force"), expected);
        let grant = json!({"resources": ["*"], "functions": ["view"], "entities": ["a", "b"]});
        assert_eq!(input("-r '*' -f view -e a,b"), json!({"grants": [grant]}));
        assert_eq!(input(""), json!({}));
    }

    #[test]
    fn a_file_names_grants_and_account() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, "account: ci\ngrants: [{resources: [USER], functions: [view]}]").unwrap();
        let file = file.to_str().unwrap();
        let grants = json!([{"resources": ["USER"], "functions": ["view"]}]);
        assert_eq!(input(&format!("-t account -i ci -c {file}")), json!({"account": "ci", "grants": grants}));
        assert_eq!(input(&format!("-c {file}")), json!({"account": "ci", "grants": grants}));
        let error = create(&format!("--account cd -c {file}")).input().unwrap_err();
        assert!(error.to_string().contains("another account"), "{error}");
        assert!(create("-c /nowhere/at/all").input().is_err());
    }

    #[test]
    fn what_contradicts_itself_is_no_grammar() {
        for words in [
            "-r USER",
            "-f view",
            "-a t1",
            "-t account",
            "-i ci",
            "-t user -i u",
            "--role Admin -r USER -f view",
            "-c f -r USER -f view",
            "-t account -i ci -u u",
        ] {
            assert!(!is_grammar(&format!("token create {words}")), "{words}");
        }
    }
}
