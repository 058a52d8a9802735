//! What groups of a directory give whoever is in them.

use clap::Args;
use robin_api::mappings as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// Map a group of a directory to a tenant: what whoever is in it gets there
///
/// Example:  robinctl ldap add-mapping ldap1 Scientists t1 user
///
/// Those whose first login makes an account get their place in tenants so: see update-server --create-on-login. Of several groups, the
/// highest role counts, and the capabilities of all.
#[derive(Args, Serialize)]
pub struct AddMapping {
    /// The directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: String,
    /// The group
    #[arg(value_name = "GROUP")]
    #[serde(rename = "group_name")]
    group: String,
    /// The tenant
    tenant: String,
    /// Role there: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
}

/// List what groups of directories are mapped to
///
/// Example:  robinctl ldap list-mappings ldap1
#[derive(Args, Serialize)]
pub struct ListMappings {
    /// Only groups of this directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: Option<String>,
    /// Only this group
    #[arg(long, value_name = "GROUP")]
    #[serde(rename = "group_name")]
    group: Option<String>,
}

/// Map a group of a directory to a tenant no longer; whoever is a member there stays one
///
/// Example:  robinctl ldap remove-mapping ldap1 Scientists t1
#[derive(Args, Serialize)]
pub struct RemoveMapping {
    /// The directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: String,
    /// The group
    #[arg(value_name = "GROUP")]
    #[serde(rename = "group_name")]
    group: String,
    /// The tenant
    tenant: String,
}

impl ListMappings {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let mappings = app.list::<api::ListDirectoryMappings>(&self).await?;
        let header = ["LDAP Server", "Group", "Tenant", "Tenant Role", "User Capabilities"];
        let mut table = Table::new(Style::Plain, &header);
        for mapping in &mappings {
            let api::DirectoryMapping { ldap_server_name, group_name, tenant, tenant_role, .. } = mapping.clone();
            let capabilities = mapping.user_capabilities.join(",");
            let server = ldap_server_name.unwrap_or_default();
            table.row([server, group_name, tenant, tenant_role.to_string(), capabilities]);
        }
        app.output.table(&table, &mappings)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    use super::*;

    fn ldap(words: &str) -> Command {
        let crate::cli::Command::Ldap(command) = parsed(&format!("ldap {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn a_mapping_names_a_group_and_a_place_in_a_tenant() {
        let Command::AddMapping(args) = ldap("add-mapping ldap1 'Domain Users' t1 user A,B") else { panic!() };
        let expected = json!({
            "ldap_server_name": "ldap1", "group_name": "Domain Users", "tenant": "t1", "tenant_role": "user",
            "user_capabilities": ["A", "B"],
        });
        assert_eq!(understood::<api::AddDirectoryMapping>(&args), expected);
        let Command::RemoveMapping(args) = ldap("remove-mapping ldap1 Chemists t1") else { panic!() };
        let expected = json!({"ldap_server_name": "ldap1", "group_name": "Chemists", "tenant": "t1"});
        assert_eq!(understood::<api::RemoveDirectoryMapping>(&args), expected);
    }

    #[test]
    fn a_list_is_narrowed_to_a_server_and_a_group() {
        let Command::ListMappings(args) = ldap("list-mappings") else { panic!() };
        assert_eq!(understood::<api::ListDirectoryMappings>(&args), json!({}));
        let Command::ListMappings(args) = ldap("list-mappings ldap1 --group Chemists") else { panic!() };
        let expected = json!({"ldap_server_name": "ldap1", "group_name": "Chemists"});
        assert_eq!(understood::<api::ListDirectoryMappings>(&args), expected);
    }
}
