//! Importing the members of a group of the cluster.

use clap::Args;
use serde::Serialize;

/// Import everybody in a group of the OpenShift cluster
///
/// Example:  robinctl openshift import-group robin-users t2 user --exclude-users admin1,admin2
///
/// Whoever can't be imported is passed over; who and why goes to standard error.
#[derive(Args, Serialize)]
pub struct ImportGroup {
    /// The group
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
    use robin_api::openshift::ImportOpenshiftGroup;
    use serde_json::json;

    use crate::commands::{
        openshift::Command,
        testing::{parsed, understood},
    };

    #[test]
    fn a_group_is_imported_by_name() {
        let line = "openshift import-group robin-users t2 user A --exclude-users robin,admin1 --dry-run";
        let crate::cli::Command::Openshift(Command::ImportGroup(args)) = parsed(line) else { panic!() };
        let expected = json!({
            "group": "robin-users", "tenant": "t2", "tenant_role": "user", "user_capabilities": ["A"],
            "excluded_users": ["robin", "admin1"], "dry_run": true, "progress": true,
        });
        assert_eq!(understood::<ImportOpenshiftGroup>(&args), expected);
    }
}
