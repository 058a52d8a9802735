//! User capabilities.

use clap::{ArgGroup, Args, Subcommand};
use robin_api::capabilities as api;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    commands::{Rehearsal, as_list, as_optional_list},
    error::Error,
    output::{Style, Table, truth},
};

/// Commands about user capabilities.
#[derive(Subcommand)]
pub enum Command {
    List(List),
    Add(Add),
    Remove(Remove),
    Update(Update),
    /// Add permissions to a custom capability
    ///
    /// Example:  robinctl capabilities add-capability-entries Backups BUNDLE:view,BUNDLE:create
    AddCapabilityEntries(EntryChange),
    /// Take permissions out of a custom capability
    ///
    /// Example:  robinctl capabilities remove-capability-entries Backups BUNDLE:create
    RemoveCapabilityEntries(EntryChange),
    /// Let a custom capability inherit others
    ///
    /// Example:  robinctl capabilities add-providers Backups CreateImages,CreateBundles
    AddProviders(ProviderChange),
    /// Let a custom capability inherit others no longer
    ///
    /// Example:  robinctl capabilities remove-providers Backups CreateBundles
    RemoveProviders(ProviderChange),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::List(args) => args.run(app).await,
            Self::Add(args) => app.change::<api::AddCapability>(&args).await,
            Self::Remove(args) => app.change::<api::RemoveCapability>(&args).await,
            Self::Update(args) => app.change::<api::UpdateCapability>(&args.request()).await,
            Self::AddCapabilityEntries(args) => app.change::<api::AddEntries>(&args).await,
            Self::RemoveCapabilityEntries(args) => app.change::<api::RemoveEntries>(&args).await,
            Self::AddProviders(args) => app.change::<api::AddProviders>(&args).await,
            Self::RemoveProviders(args) => app.change::<api::RemoveProviders>(&args).await,
        }
    }
}

/// List capabilities: what can be assigned to users, by the role they have in a tenant
///
/// Example:  robinctl capabilities list ManageApplications --full
#[derive(Args)]
#[command(visible_alias = "list-options")]
pub struct List {
    /// Only these, hidden or not, with commas between
    names: Option<String>,
    /// Only this group's, hidden ones too: Application, Infrastructure, User, Administration or Custom
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Hidden ones too
    #[arg(long)]
    all: bool,
    /// Each with its roles, what it inherits, and its own permissions
    #[arg(long)]
    full: bool,
}

impl List {
    fn request(&self) -> Value {
        json!({ "names": self.names, "capability_group": self.group, "all_capabilities": self.all })
    }

    async fn run(self, app: &mut App) -> Result<(), Error> {
        let capabilities = app.list::<api::ListCapabilities>(&self.request()).await?;
        app.output.table(&table(&capabilities, self.full), &capabilities)
    }
}

fn table(capabilities: &[api::Capability], full: bool) -> Table {
    let mut table = Table::new(Style::Plain, &["Group", "Name", "Hidden", "Description"]);
    for capability in capabilities {
        let api::Capability { capability_group, name, description, .. } = capability.clone();
        let cells = vec![capability_group, name, truth(capability.hidden), description];
        table.row_with_lines(cells, if full { lines(capability) } else { Vec::new() });
    }
    table
}

/// What `--full` shows below a capability.
fn lines(capability: &api::Capability) -> Vec<String> {
    let roles = capability.tenant_roles.iter().map(|role| format!("    {role}"));
    let providers = capability.providers.iter().map(|name| format!("    {name}"));
    let entries =
        capability.capability_entries.iter().map(|entry| format!("    {} {}", entry.object_type, entry.operation));
    let mut lines = vec!["Tenant Roles:".to_owned()];
    lines.extend(roles);
    lines.push("Providers:".to_owned());
    lines.extend(providers);
    lines.push("Capability Entries:".to_owned());
    lines.extend(entries);
    lines.push(String::new());
    lines
}

/// Define a capability of your own
///
/// Example:  robinctl capabilities add Backups "Make and keep backups" user,tenantadmin --providers CreateBackups
#[derive(Args, Serialize)]
#[command(group(ArgGroup::new("substance").args(["providers", "capability_entries"]).required(true).multiple(true)))]
pub struct Add {
    /// Name of the new capability
    name: String,
    /// What it is for
    description: String,
    /// The roles it can be assigned to, with commas between: superadmin, tenantadmin, user
    tenant_roles: String,
    /// The capabilities it inherits, with commas between
    #[arg(long, value_name = "NAMES")]
    providers: Option<String>,
    /// Its own permissions, with commas between, as in APPLICATION:start,APPLICATION:stop
    #[arg(long, value_name = "ENTRIES")]
    #[serde(serialize_with = "as_optional_list")]
    capability_entries: Option<String>,
    /// Leave it out of lists
    #[arg(long)]
    hidden: bool,
}

/// Remove a custom capability that nobody holds and none inherits
#[derive(Args, Serialize)]
pub struct Remove {
    /// The capability
    name: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Change a custom capability: what you name is replaced, the rest stays
///
/// Example:  robinctl capabilities update Backups --capability-entries APPLICATION:backup,APPLICATION:restore
#[derive(Args)]
pub struct Update {
    /// The capability
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The roles it can be assigned to, with commas between: superadmin, tenantadmin, user
    #[arg(long, value_name = "ROLES")]
    tenant_roles: Option<String>,
    /// The capabilities it inherits, with commas between; '' for none
    #[arg(long, value_name = "NAMES")]
    providers: Option<String>,
    /// Its own permissions, with commas between, as in APPLICATION:start,APPLICATION:stop; '' for none
    #[arg(long, value_name = "ENTRIES")]
    capability_entries: Option<String>,
    /// Leave it out of lists
    #[arg(long, conflicts_with = "expose")]
    hide: bool,
    /// Show it in lists
    #[arg(long)]
    expose: bool,
    #[command(flatten)]
    rehearsal: Rehearsal,
}

impl Update {
    fn request(&self) -> Value {
        let entries = self.capability_entries.as_deref().map(|text| super::parts(text).collect::<Vec<_>>());
        json!({
            "name": self.name,
            "description": self.description,
            "tenant_roles": self.tenant_roles,
            "providers": self.providers,
            "capability_entries": entries,
            "hidden": (self.hide || self.expose).then_some(self.hide),
            "dry_run": self.rehearsal.asked(),
        })
    }
}

/// A capability, and permissions.
#[derive(Args, Serialize)]
pub struct EntryChange {
    /// The capability
    name: String,
    /// The permissions, with commas between, as in APPLICATION:start,APPLICATION:stop
    #[serde(serialize_with = "as_list")]
    capability_entries: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// A capability, and others.
#[derive(Args, Serialize)]
pub struct ProviderChange {
    /// The capability
    name: String,
    /// The others, with commas between
    providers: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{is_grammar, parsed, understood};

    use super::*;

    fn capabilities(words: &str) -> Command {
        let crate::cli::Command::Capabilities(command) = parsed(&format!("capabilities {words}")) else {
            panic!("{words}")
        };
        command
    }

    fn collapsed(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn custom() -> api::Capability {
        let json = json!({
            "capability_group": "Custom", "id": 115, "description": "Custom user capability", "hidden": false,
            "name": "CustomUserCapability", "providers": ["ManageApplications"],
            "capability_entries": ["APPLICATION:backup", "APPLICATION:restore"],
            "tenant_roles": ["user", "tenantadmin", "superadmin"],
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_list_is_the_documents_table() {
        let expected = "\
Group  | Name                 | Hidden | Description
-------+----------------------+--------+------------------------
Custom | CustomUserCapability | False  | Custom user capability
";
        assert_eq!(table(&[custom()], false).render(), expected);
    }

    #[test]
    fn the_full_list_is_the_documents_but_for_whitespace() {
        let documented = "Group | Name | Hidden | Description \
            -------+----------------------+--------+------------------------ \
            Custom | CustomUserCapability | False | Custom user capability Tenant Roles: user tenantadmin superadmin \
            Providers: ManageApplications Capability Entries: APPLICATION backup APPLICATION restore";
        let text = table(&[custom()], true).render();
        assert_eq!(collapsed(&text), documented);
        assert!(text.contains("\nTenant Roles:\n    user\n    tenantadmin\n"), "{text}");
    }

    #[test]
    fn a_list_may_be_narrowed_by_name_and_group() {
        for name in ["list", "list-options"] {
            let Command::List(args) = capabilities(&format!("{name} A,B --group User --all --full")) else { panic!() };
            let expected = json!({"names": ["A", "B"], "capability_group": "User", "all_capabilities": true});
            assert_eq!(understood::<api::ListCapabilities>(&args.request()), expected);
        }
    }

    #[test]
    fn a_capability_is_added_with_providers_or_entries() {
        let words =
            "add C 'Custom user capability' user,tenantadmin --providers A,B --capability-entries BUNDLE:view --hidden";
        let Command::Add(args) = capabilities(words) else { panic!() };
        let expected = json!({
            "name": "C", "description": "Custom user capability", "tenant_roles": ["user", "tenantadmin"],
            "providers": ["A", "B"], "hidden": true,
            "capability_entries": [{"object_type": "BUNDLE", "operation": "view"}],
        });
        assert_eq!(understood::<api::AddCapability>(&args), expected);
        assert!(!is_grammar("capabilities add C d user"), "one of the two is needed");
    }

    #[test]
    fn an_update_sends_only_what_was_named() {
        let Command::Update(args) = capabilities("update C --tenant-roles user --expose") else { panic!() };
        let expected = json!({"name": "C", "tenant_roles": ["user"], "hidden": false});
        assert_eq!(understood::<api::UpdateCapability>(&args.request()), expected);
        let Command::Update(args) = capabilities("update C --providers '' --capability-entries ''") else { panic!() };
        let expected = json!({"name": "C", "providers": [], "capability_entries": []});
        assert_eq!(understood::<api::UpdateCapability>(&args.request()), expected);
        assert!(!is_grammar("capabilities update C --hide --expose"));
    }

    #[test]
    fn entries_and_providers_come_and_go() {
        let Command::RemoveCapabilityEntries(args) = capabilities("remove-capability-entries C A:x,B:y") else {
            panic!()
        };
        let entries = json!([{"object_type": "A", "operation": "x"}, {"object_type": "B", "operation": "y"}]);
        assert_eq!(understood::<api::RemoveEntries>(&args), json!({"name": "C", "capability_entries": entries}));
        let Command::AddProviders(args) = capabilities("add-providers C A,B") else { panic!() };
        assert_eq!(understood::<api::AddProviders>(&args), json!({"name": "C", "providers": ["A", "B"]}));
    }
}
