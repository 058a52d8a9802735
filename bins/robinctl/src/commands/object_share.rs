//! Object shares.

use clap::{Args, Subcommand};
use robin_api::shares as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// Commands about object shares.
#[derive(Subcommand)]
pub enum Command {
    ListOptions(ListOptions),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let Self::ListOptions(args) = self;
        args.run(app).await
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::testing::{parsed, understood};

    use super::*;

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
