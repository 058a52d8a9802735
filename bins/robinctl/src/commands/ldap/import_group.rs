//! Importing the members of a directory's group.

use clap::Args;
use serde::Serialize;

/// Import everybody in a group of a directory, and in the groups inside it
///
/// Example:  robinctl ldap import-group ldap1 Italians t1 user --exclude-users volta
///
/// Whoever can't be imported is passed over; who and why goes to standard error.
#[derive(Args, Serialize)]
pub struct ImportGroup {
    /// The directory server
    #[arg(value_name = "SERVER")]
    #[serde(rename = "ldap_server")]
    ldap_server_name: String,
    /// The group
    #[arg(value_name = "GROUP")]
    #[serde(rename = "group_name")]
    group: String,
    /// The tenant to join
    tenant: String,
    /// Role there: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
    /// Members to pass over, with commas between
    #[arg(long, value_name = "USERS")]
    #[serde(rename = "excluded_users")]
    exclude_users: Option<String>,
    /// Where to search for the group, as a distinguished name or a domain [default: where the server's settings say]
    #[arg(long, value_name = "BASE")]
    search_base: Option<String>,
    /// Change nothing; show who would be imported
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    /// It may take minutes.
    #[arg(skip = true)]
    progress: bool,
}

#[cfg(test)]
mod tests {
    use robin_api::imports::ImportLdapGroup;
    use serde_json::json;

    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    #[test]
    fn a_group_is_imported_by_name() {
        let line = "ldap import-group ldap1 Italians t1 user A --exclude-users volta,galileo --dry-run";
        let crate::cli::Command::Ldap(Command::ImportGroup(args)) = parsed(line) else { panic!() };
        let expected = json!({
            "group_name": "Italians", "tenant": "t1", "tenant_role": "user", "ldap_server": "ldap1",
            "user_capabilities": ["A"], "excluded_users": ["volta", "galileo"], "dry_run": true,
            "progress": true,
        });
        assert_eq!(understood::<ImportLdapGroup>(&args), expected);
    }
}
