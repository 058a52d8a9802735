//! Namespaces.

use clap::{Args, Subcommand};
use robin_api::namespaces as api;
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    commands::{Rehearsal, object_share},
    error::Error,
    output::{self, Details, Style, Table, truth},
};

/// Commands about namespaces.
#[derive(Subcommand)]
pub enum Command {
    List(List),
    Add(Add),
    Remove(Remove),
    Info(Info),
    ChangeOwner(ChangeOwner),
    Share(Share),
    Unshare(Unshare),
    ListShares(ListShares),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::List(args) => args.run(app).await,
            Self::Add(args) => app.change::<api::AddNamespace>(&args).await,
            Self::Remove(args) => args.run(app).await,
            Self::Info(args) => args.run(app).await,
            Self::ChangeOwner(args) => app.change::<api::ChangeNamespaceOwner>(&args).await,
            Self::Share(args) => app.change::<api::ShareNamespace>(&args).await,
            Self::Unshare(args) => app.change::<api::UnshareNamespace>(&args).await,
            Self::ListShares(args) => object_share::List::of("NAMESPACE".to_owned(), args.name).run(app).await,
        }
    }
}

/// List namespaces and their owners
#[derive(Args, Serialize)]
pub struct List {
    /// Only this tenant's
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Only this user's
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
}

impl List {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let mut namespaces = app.list::<api::ListNamespaces>(&self).await?;
        // The server lists them by number; the reference shows them by name.
        namespaces.sort_by(|one, other| one.name.cmp(&other.name));
        let mut table = Table::new(Style::Boxed, &["Name", "Owner/Tenant", "Primary Namespace"]);
        for namespace in &namespaces {
            let owner = format!("{}/{}", namespace.owner, namespace.tenant);
            table.row([namespace.name.clone(), owner, truth(namespace.primary)]);
        }
        app.output.table(&table, &namespaces)
    }
}

/// Add a namespace to your tenant
///
/// Example:  robinctl namespace add shop-staging --username user1
#[derive(Args, Serialize)]
pub struct Add {
    /// Name of the new namespace
    name: String,
    /// The tenant to bind it to [default: the one you are logged into]
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// The member who will own it [default: you]
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// Take the namespace over if Kubernetes has it already
    #[arg(long)]
    import_namespace: bool,
}

/// Remove a namespace, in Kubernetes too
#[derive(Args)]
pub struct Remove {
    /// The namespace
    name: String,
    /// Leave the namespace and what runs in it to Kubernetes
    #[arg(long)]
    keep_k8s_namespace: bool,
    /// Do not ask, delete
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    rehearsal: Rehearsal,
}

impl Remove {
    fn request(&self) -> serde_json::Value {
        let delete = !self.keep_k8s_namespace;
        json!({ "name": self.name, "delete_namespace": delete, "dry_run": self.rehearsal.asked() })
    }

    async fn run(self, app: &mut App) -> Result<(), Error> {
        if self.yes || self.rehearsal.dry_run || app.prompt.confirms_deletion()? {
            return app.change::<api::RemoveNamespace>(&self.request()).await;
        }
        output::note("Nothing was deleted.");
        Ok(())
    }
}

/// Show everything about one namespace
#[derive(Args, Serialize)]
pub struct Info {
    /// The namespace
    name: String,
}

impl Info {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let namespace = app.send::<api::GetNamespace>(&self).await?;
        let details = Details(vec![
            ("Name", namespace.name.clone()),
            ("ID", namespace.id.to_string()),
            ("Tenant", namespace.tenant.clone()),
            ("Owner", namespace.owner.clone()),
            ("Primary Namespace", truth(namespace.primary)),
            ("Created", namespace.created_at.to_string()),
        ]);
        app.output.details(&details, &namespace)
    }
}

/// Give a namespace to another member of its tenant
///
/// Example:  robinctl namespace change-owner shop-staging user2
#[derive(Args, Serialize)]
pub struct ChangeOwner {
    /// The namespace
    name: String,
    /// The new owner
    username: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Share a namespace with a member of its tenant
///
/// Example:  robinctl namespace share shop-staging user2
#[derive(Args, Serialize)]
pub struct Share {
    /// The namespace
    name: String,
    /// The member
    username: String,
    /// What to share it for, with commas between: view, deploy_app [default: both]
    operations: Option<String>,
    /// When the share is over, as in 2026-01-31T12:00:00Z [default: never; a share that is there keeps its end]
    #[arg(long, value_name = "TIME")]
    expires_at: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Stop sharing a namespace with a member of its tenant
///
/// Example:  robinctl namespace unshare shop-staging user2
#[derive(Args, Serialize)]
pub struct Unshare {
    /// The namespace
    name: String,
    /// The member
    username: String,
    /// What to take away, with commas between [default: the whole share]
    operations: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// List with whom a namespace is shared
#[derive(Args)]
pub struct ListShares {
    /// The namespace
    name: String,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{parsed, understood};

    use super::*;

    fn namespace(words: &str) -> Command {
        let crate::cli::Command::Namespace(command) = parsed(&format!("namespace {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn requests_say_what_the_words_say() {
        let Command::List(args) = namespace("list --tenant t3 --username u") else { panic!() };
        assert_eq!(understood::<api::ListNamespaces>(&args), json!({"tenant": "t3", "username": "u"}));
        let Command::Add(args) = namespace("add ns --tenant t --username u --import-namespace") else { panic!() };
        let expected = json!({"name": "ns", "tenant": "t", "username": "u", "import_namespace": true});
        assert_eq!(understood::<api::AddNamespace>(&args), expected);
        let Command::ChangeOwner(args) = namespace("change-owner ns u") else { panic!() };
        assert_eq!(understood::<api::ChangeNamespaceOwner>(&args), json!({"name": "ns", "username": "u"}));
    }

    #[test]
    fn a_namespace_is_shared_with_a_member() {
        let Command::Share(args) = namespace("share ns u") else { panic!() };
        assert_eq!(understood::<api::ShareNamespace>(&args), json!({"name": "ns", "username": "u"}));
        let Command::Share(args) = namespace("share ns u view --expires-at 2030-01-31T12:00:00Z") else { panic!() };
        let expected =
            json!({"name": "ns", "username": "u", "operations": ["view"], "expires_at": "2030-01-31T12:00:00Z"});
        assert_eq!(understood::<api::ShareNamespace>(&args), expected);
        let Command::Unshare(args) = namespace("unshare ns u deploy_app") else { panic!() };
        let expected = json!({"name": "ns", "username": "u", "operations": ["deploy_app"]});
        assert_eq!(understood::<api::UnshareNamespace>(&args), expected);
        let Command::ListShares(args) = namespace("list-shares ns") else { panic!() };
        assert_eq!(args.name, "ns");
    }

    #[test]
    fn a_namespace_is_deleted_in_kubernetes_unless_kept() {
        for (words, deleted) in [("remove ns -y", true), ("remove ns --keep-k8s-namespace", false)] {
            let Command::Remove(args) = namespace(words) else { panic!() };
            let expected = json!({"name": "ns", "delete_namespace": deleted});
            assert_eq!(understood::<api::RemoveNamespace>(&args.request()), expected);
        }
    }
}
