//! Listing groups of the cluster.

use clap::Args;
use robin_api::openshift as api;
use serde::Serialize;

use crate::{
    app::{App, whole},
    error::Error,
    output::{Style, Table},
};

/// List groups of the OpenShift cluster and who is in them
///
/// Example:  robinctl openshift list-groups robin-users
///
/// Listing all groups can take a long time.
#[derive(Args, Serialize)]
pub struct ListGroups {
    /// Only these, with commas between
    groups: Option<String>,
}

impl ListGroups {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into; and after printing, that something is missing.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let groups = app.send::<api::ListOpenshiftGroups>(&self).await?;
        let mut table = Table::new(Style::Plain, &["Name", "UID", "Users"]);
        for group in &groups.items {
            table.row([group.name.clone(), group.uid.clone(), group.users.join(",")]);
        }
        app.output.table(&table, &groups.items)?;
        whole(groups).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::{
        openshift::Command,
        testing::{parsed, understood},
    };

    use super::*;

    #[test]
    fn groups_are_named_or_all() {
        let of = |words: &str| {
            let crate::cli::Command::Openshift(Command::ListGroups(args)) =
                parsed(&format!("openshift list-groups {words}"))
            else {
                panic!()
            };
            understood::<api::ListOpenshiftGroups>(&args)
        };
        assert_eq!(of(""), json!({}));
        assert_eq!(of("a,b"), json!({ "groups": ["a", "b"] }));
    }
}
