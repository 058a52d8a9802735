//! Object shares.

use clap::{Args, Subcommand};
use robin_api::shares as api;
use serde::Serialize;

use crate::{
    app::App,
    commands::Rehearsal,
    error::Error,
    output::{Style, Table},
};

/// Commands about object shares.
#[derive(Subcommand)]
pub enum Command {
    ListOptions(ListOptions),
    Add(Add),
    Remove(Remove),
    List(List),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::ListOptions(args) => args.run(app).await,
            Self::Add(args) => app.change::<api::AddShare>(&args).await,
            Self::Remove(args) => app.change::<api::RemoveShare>(&args).await,
            Self::List(args) => args.run(app).await,
        }
    }
}

/// List what can be shared with tenants and users, and for which operations
///
/// Example:  robinctl object-share list-options NAMESPACE --share-type USER
#[derive(Args, Serialize)]
pub struct ListOptions {
    /// Only operations on this type, as in APPLICATION
    object_type: Option<String>,
    /// Shared with whom: TENANT, USER or ALL [default: ALL]
    #[arg(long, value_name = "TYPE")]
    share_type: Option<String>,
}

impl ListOptions {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let options = app.list::<api::ShareOptions>(&self).await?;
        app.output.table(&table(&options), &options)
    }
}

fn table(options: &[api::ShareOption]) -> Table {
    let mut table = Table::new(Style::Boxed, &["Object Type", "Share Type", "Operation"]);
    for option in options {
        table.row([option.object_type.clone(), option.share_type.clone(), option.operation.clone()]);
    }
    table
}

/// Share an object with a tenant or a user
///
/// Example:  robinctl object-share add BACKUP nightly view,share --tenant t2
///
/// What may be shared, and for what, is in  robinctl object-share list-options
#[derive(Args, Serialize)]
pub struct Add {
    /// The object's type, as in APPLICATION
    object_type: String,
    /// The object's id
    object_id: String,
    /// What to share it for, with commas between; view is always included
    operations: String,
    #[command(flatten)]
    #[serde(flatten)]
    with: With,
    /// When the share is over, as in 2026-01-31T12:00:00Z [default: never; a share that is there keeps its end]
    #[arg(long, value_name = "TIME")]
    expires_at: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Stop sharing an object with a tenant or a user
///
/// Example:  robinctl object-share remove BACKUP nightly --tenant t2
#[derive(Args, Serialize)]
pub struct Remove {
    /// The object's type, as in APPLICATION
    object_type: String,
    /// The object's id
    object_id: String,
    /// What to take away, with commas between [default: the whole share]
    operations: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    with: With,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Whom a share is with.
#[derive(Args, Serialize)]
#[group(required = true, multiple = false)]
pub struct With {
    /// The tenant it is shared with
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// The user it is shared with
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
}

/// List shares: of one object, with a tenant, with a user, or all that concern your tenant
///
/// Example:  robinctl object-share list NAMESPACE shop-staging
#[derive(Args, Serialize)]
pub struct List {
    /// The type of the object whose shares to list
    #[arg(requires = "object_id", conflicts_with_all = ["tenant", "username"])]
    object_type: Option<String>,
    /// The id of that object
    object_id: Option<String>,
    /// Only those with this tenant
    #[arg(long, value_name = "TENANT", conflicts_with = "username")]
    tenant: Option<String>,
    /// Only those with this user
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
}

impl List {
    /// The shares of one object.
    pub const fn of(object_type: String, object_id: String) -> Self {
        Self { object_type: Some(object_type), object_id: Some(object_id), tenant: None, username: None }
    }

    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let shares = app.list::<api::ListShares>(&self).await?;
        app.output.table(&listed(&shares), &shares)
    }
}

fn listed(shares: &[api::Share]) -> Table {
    let header = ["Object Type", "Object ID", "Share Type", "Shared With", "Operations", "Expires", "Shared By"];
    let mut table = Table::new(Style::Plain, &header);
    for share in shares {
        let with = share.tenant.clone().or_else(|| share.username.clone()).unwrap_or_default();
        table.row([
            share.object_type.clone(),
            share.object_id.clone(),
            share.share_type.clone(),
            with,
            share.operations.join(","),
            share.expires_at.map(|at| at.to_string()).unwrap_or_default(),
            share.created_by.clone(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::testing::{is_grammar, parsed, understood};

    use super::*;

    fn share(words: &str) -> Command {
        let crate::cli::Command::ObjectShare(command) = parsed(&format!("object-share {words}")) else {
            panic!("{words}")
        };
        command
    }

    #[test]
    fn an_object_is_shared_with_one_tenant_or_user() {
        let Command::Add(args) = share("add BACKUP b view,share --tenant t --expires-at 2030-01-31T12:00:00Z") else {
            panic!()
        };
        let expected = json!({"object_type": "BACKUP", "object_id": "b", "operations": ["view", "share"], "tenant": "t",
            "expires_at": "2030-01-31T12:00:00Z"});
        assert_eq!(understood::<api::AddShare>(&args), expected);
        let Command::Remove(args) = share("remove BACKUP b --username u") else { panic!() };
        let expected = json!({"object_type": "BACKUP", "object_id": "b", "username": "u"});
        assert_eq!(understood::<api::RemoveShare>(&args), expected);
        let Command::Remove(args) = share("remove BACKUP b share --tenant t") else { panic!() };
        let expected = json!({"object_type": "BACKUP", "object_id": "b", "tenant": "t", "operations": ["share"]});
        assert_eq!(understood::<api::RemoveShare>(&args), expected);
        for words in ["add BACKUP b view", "add BACKUP b view --tenant t --username u", "remove BACKUP b"] {
            assert!(!is_grammar(&format!("object-share {words}")), "{words}");
        }
    }

    #[test]
    fn shares_are_listed_by_object_tenant_or_user() {
        for (words, expected) in [
            ("list", json!({})),
            ("list BACKUP b", json!({"object_type": "BACKUP", "object_id": "b"})),
            ("list --tenant t", json!({"tenant": "t"})),
            ("list --username u", json!({"username": "u"})),
        ] {
            let Command::List(args) = share(words) else { panic!() };
            assert_eq!(understood::<api::ListShares>(&args), expected);
        }
        for words in ["list BACKUP", "list --tenant t --username u", "list BACKUP b --tenant t"] {
            assert!(!is_grammar(&format!("object-share {words}")), "{words}");
        }
    }

    #[test]
    fn the_type_and_the_kind_of_share_are_filters() {
        for name in ["object-share", "object-shares"] {
            let words = format!("{name} list-options NAMESPACE --share-type USER");
            let crate::cli::Command::ObjectShare(Command::ListOptions(args)) = parsed(&words) else { panic!() };
            let expected = json!({"share_type": "USER", "object_type": "NAMESPACE"});
            assert_eq!(understood::<api::ShareOptions>(&args), expected);
        }
    }

    #[test]
    fn options_stand_in_a_box() {
        let option = |object_type: &str, share_type: &str, operation: &str| api::ShareOption {
            operation: operation.into(),
            object_type: object_type.into(),
            share_type: share_type.into(),
        };
        let options = [option("APPLICATION", "USER", "manage_instances"), option("K8S_APPLICATION", "TENANT", "view")];
        let expected = "\
+-----------------+------------+------------------+
| Object Type     | Share Type | Operation        |
+-----------------+------------+------------------+
| APPLICATION     | USER       | manage_instances |
| K8S_APPLICATION | TENANT     | view             |
+-----------------+------------+------------------+
";
        assert_eq!(table(&options).render(), expected);
    }
}
