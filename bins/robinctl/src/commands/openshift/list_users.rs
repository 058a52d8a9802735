//! Listing users of the cluster.

use clap::Args;
use robin_api::openshift as api;
use serde::Serialize;

use crate::{
    app::{App, whole},
    error::Error,
    output::{Style, Table},
};

/// List users of the OpenShift cluster, and the groups they are in
///
/// Example:  robinctl openshift list-users admin1,user1
#[derive(Args, Serialize)]
pub struct ListUsers {
    /// Only these, with commas between
    users: Option<String>,
}

impl ListUsers {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into; and after printing, that something is missing.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let users = app.send::<api::ListOpenshiftUsers>(&self).await?;
        let mut table = Table::new(Style::Plain, &["Username", "UID", "Groups"]);
        for user in &users.items {
            table.row([user.username.clone(), user.uid.clone(), user.groups.join(",")]);
        }
        app.output.table(&table, &users.items)?;
        whole(users).map(drop)
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
    fn users_are_named_or_all() {
        let of = |words: &str| {
            let crate::cli::Command::Openshift(Command::ListUsers(args)) =
                parsed(&format!("openshift list-users {words}"))
            else {
                panic!()
            };
            understood::<api::ListOpenshiftUsers>(&args)
        };
        assert_eq!(of(""), json!({}));
        assert_eq!(of("admin1,user1"), json!({ "users": ["admin1", "user1"] }));
    }
}
