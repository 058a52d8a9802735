//! Importing users of the cluster.

use clap::Args;
use serde::Serialize;

use crate::commands::Rehearsal;

/// Import users of the OpenShift cluster, all or none
///
/// Example:  robinctl openshift import-users user1,user2 t1 user
#[derive(Args, Serialize)]
pub struct ImportUsers {
    /// The users' names there, with commas between
    users: String,
    /// The tenant to join
    tenant: String,
    /// Role there: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
    /// Users to pass over, with commas between
    #[arg(long, value_name = "USERS")]
    #[serde(rename = "excluded_users")]
    exclude_users: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

#[cfg(test)]
mod tests {
    use robin_api::openshift::ImportOpenshiftUsers;
    use serde_json::json;

    use crate::commands::{
        openshift::Command,
        testing::{parsed, understood},
    };

    #[test]
    fn users_are_imported_under_either_word() {
        for word in ["import-users", "add-users"] {
            let line = format!("openshift {word} 'admin1, user1' t1 tenantadmin A,B --exclude-users user1");
            let crate::cli::Command::Openshift(Command::ImportUsers(args)) = parsed(&line) else { panic!() };
            let expected = json!({
                "users": ["admin1", "user1"], "tenant": "t1", "tenant_role": "tenantadmin",
                "user_capabilities": ["A", "B"], "excluded_users": ["user1"],
            });
            assert_eq!(understood::<ImportOpenshiftUsers>(&args), expected);
        }
        let crate::cli::Command::Openshift(Command::ImportUsers(args)) =
            parsed("openshift import-users u t user --dry-run")
        else {
            panic!()
        };
        assert_eq!(serde_json::to_value(&args).unwrap()["dry_run"], json!(true));
    }
}
