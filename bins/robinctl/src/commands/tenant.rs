//! Tenants and their members.

use clap::{Args, Subcommand};
use robin_api::tenants as api;
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    commands::Rehearsal,
    error::Error,
    output::{Style, Table},
};

/// Commands about tenants.
#[derive(Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    /// List tenants
    List,
    Rename(Rename),
    UpdateDescription(UpdateDescription),
    AddUsers(AddUsers),
    RemoveUsers(RemoveUsers),
    /// Give members further capabilities
    ///
    /// Example:  robinctl tenant add-user-capabilities t1 user1,user2 CreateBundles
    AddUserCapabilities(MemberCapabilities),
    /// Replace the capabilities of members
    ///
    /// Example:  robinctl tenant update-user-capabilities t1 user1 NoCapabilities
    UpdateUserCapabilities(MemberCapabilities),
    /// Take capabilities away from members
    ///
    /// Example:  robinctl tenant remove-user-capabilities t1 user1 CreateBundles
    RemoveUserCapabilities(MemberCapabilities),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Add(args) => app.change::<api::AddTenant>(&args).await,
            Self::Remove(args) => app.change::<api::RemoveTenant>(&args).await,
            Self::List => list(app).await,
            Self::Rename(args) => app.change::<api::RenameTenant>(&args).await,
            Self::UpdateDescription(args) => app.change::<api::DescribeTenant>(&args).await,
            Self::AddUsers(args) => app.change::<api::AddMembers>(&args).await,
            Self::RemoveUsers(args) => app.change::<api::RemoveMembers>(&args).await,
            Self::AddUserCapabilities(args) => app.change::<api::AddMemberCapabilities>(&args).await,
            Self::UpdateUserCapabilities(args) => app.change::<api::UpdateMemberCapabilities>(&args).await,
            Self::RemoveUserCapabilities(args) => app.change::<api::RemoveMemberCapabilities>(&args).await,
        }
    }
}

async fn list(app: &mut App) -> Result<(), Error> {
    let tenants = app.list::<api::ListTenants>(&json!({})).await?;
    let mut table = Table::new(Style::Plain, &["ID", "Name", "Description"]);
    for tenant in &tenants {
        table.row([tenant.id.to_string(), tenant.name.clone(), tenant.description.clone()]);
    }
    app.output.table(&table, &tenants)
}

/// Add a tenant: a group of users and what they own together
///
/// Example:  robinctl tenant add payments --description "Team Payments"
#[derive(Args, Serialize)]
pub struct Add {
    /// Name of the new tenant
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// Remove a tenant that has no members, namespaces or objects left
#[derive(Args, Serialize)]
pub struct Remove {
    /// The tenant
    name: String,
}

/// Give a tenant another name; everything in it stays
#[derive(Args, Serialize)]
pub struct Rename {
    /// The tenant
    name: String,
    /// Its name from now on
    new_name: String,
}

/// Say anew what a tenant is for
#[derive(Args, Serialize)]
pub struct UpdateDescription {
    /// The tenant
    name: String,
    /// What it is for
    description: String,
}

/// Add users to a tenant, all of them or none
///
/// Example:  robinctl tenant add-users t1 user1,user2 user
#[derive(Args, Serialize)]
pub struct AddUsers {
    /// The tenant
    #[arg(value_name = "TENANT")]
    name: String,
    /// The users, with commas between
    users: String,
    /// Their role there: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Their capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Remove users from a tenant, all of them or none
///
/// Example:  robinctl tenant remove-users t1 user1,user2 --replacement-user admin1
#[derive(Args, Serialize)]
pub struct RemoveUsers {
    /// The tenant
    #[arg(value_name = "TENANT")]
    name: String,
    /// The users, with commas between
    users: String,
    /// The member who takes over what they own there
    #[arg(long, value_name = "USERNAME")]
    replacement_user: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Members of a tenant, and capabilities.
#[derive(Args, Serialize)]
pub struct MemberCapabilities {
    /// The tenant
    #[arg(value_name = "TENANT")]
    name: String,
    /// The members, with commas between
    users: String,
    /// The capabilities, with commas between
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{parsed, understood};

    use super::*;

    fn tenant(words: &str) -> Command {
        let crate::cli::Command::Tenant(command) = parsed(&format!("tenant {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn a_tenant_is_added_with_or_without_description() {
        let Command::Add(args) = tenant("add t1 --description 'Team 1'") else { panic!() };
        assert_eq!(understood::<api::AddTenant>(&args), json!({"name": "t1", "description": "Team 1"}));
        let Command::Add(args) = tenant("add t1") else { panic!() };
        assert_eq!(understood::<api::AddTenant>(&args), json!({"name": "t1"}));
    }

    #[test]
    fn members_come_and_go_as_lists() {
        let Command::AddUsers(args) = tenant("add-users t1 a,b user ViewUsers,ManageUsers") else { panic!() };
        let capabilities = json!(["ViewUsers", "ManageUsers"]);
        let expected =
            json!({"name": "t1", "users": ["a", "b"], "tenant_role": "user", "user_capabilities": capabilities});
        assert_eq!(understood::<api::AddMembers>(&args), expected);
        let Command::RemoveUsers(args) = tenant("remove-users t1 a,b --replacement-user c") else { panic!() };
        let expected = json!({"name": "t1", "users": ["a", "b"], "replacement_user": "c"});
        assert_eq!(understood::<api::RemoveMembers>(&args), expected);
        let Command::UpdateUserCapabilities(args) = tenant("update-user-capabilities t1 a NoCapabilities") else {
            panic!()
        };
        let expected = json!({"name": "t1", "users": ["a"], "user_capabilities": ["NoCapabilities"]});
        assert_eq!(understood::<api::UpdateMemberCapabilities>(&args), expected);
    }

    #[test]
    fn a_tenant_changes_its_name_and_description() {
        let Command::Rename(args) = tenant("rename t1 t2") else { panic!() };
        assert_eq!(understood::<api::RenameTenant>(&args), json!({"name": "t1", "new_name": "t2"}));
        let Command::UpdateDescription(args) = tenant("update-description t1 new") else { panic!() };
        assert_eq!(understood::<api::DescribeTenant>(&args), json!({"name": "t1", "description": "new"}));
    }
}
