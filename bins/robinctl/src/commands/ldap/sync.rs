//! Bringing the accounts of a directory in step with it.

use clap::Args;
use robin_api::sync as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{self, Style, Table},
};

/// Show what would bring the accounts of a directory in step with it, and do it with --apply
///
/// Example:  robinctl ldap sync ldap1 --apply
///
/// Names and mail follow the directory, places in tenants the groups that are mapped ('ldap add-mapping'), and whoever is gone, disabled or
/// locked there is disabled here until they are back.
#[derive(Args, Serialize)]
pub struct Sync {
    /// The directory server
    #[arg(value_name = "SERVER")]
    name: String,
    /// Do it
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    apply: bool,
    /// How many accounts it may disable: a number, or a share of the active ones [default: as the server is set, 10%]
    #[arg(long, value_name = "NUMBER")]
    max_disable: Option<String>,
    /// Give and take the role superadmin too
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_superadmin: bool,
}

impl Sync {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let done = app.send::<api::SyncLdapServer>(&self).await?;
        let mut table = Table::new(Style::Plain, &["User", "What", "Why"]);
        for api::SyncLine { username, what, why } in &done.changes {
            table.row([username.clone(), what.clone(), why.clone()]);
        }
        let rows = if done.changes.is_empty() { String::new() } else { table.render() };
        app.output.text(&format!("{rows}{}\n", done.message), &table, &done)?;
        for note in notes(&done) {
            output::note(&note);
        }
        Ok(())
    }
}

/// What else there is to report, a line each.
fn notes(done: &api::Sync) -> Vec<String> {
    let left = done.left.iter().map(|line| format!("  {}: {}: {}", line.username, line.what, line.why));
    let strangers = done.not_imported.iter().map(|name| format!("  {name}: not imported: there is no account"));
    let refused = done.refused.iter().map(|why| format!("It can't be applied: {why}"));
    let hidden =
        (done.out_of_reach > 0).then(|| format!("Left as they are, out of your reach: {}.", done.out_of_reach));
    left.chain(strangers).chain(hidden).chain(refused).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    use super::*;

    #[test]
    fn a_run_is_asked_for_as_the_words_say() {
        for (words, expected) in [
            ("", json!({"name": "s"})),
            ("--apply --max-disable 10%", json!({"name": "s", "apply": true, "max_disable": "10%"})),
            ("--allow-superadmin --max-disable 3", json!({"name": "s", "allow_superadmin": true, "max_disable": "3"})),
        ] {
            let crate::cli::Command::Ldap(Command::Sync(args)) = parsed(&format!("ldap sync s {words}")) else {
                panic!()
            };
            assert_eq!(understood::<api::SyncLdapServer>(&args), expected);
        }
    }

    #[test]
    fn what_was_not_done_is_reported() {
        let line = api::SyncLine { username: "a".into(), what: "left as it is".into(), why: "b".into() };
        let done = api::Sync {
            message: String::new(),
            applied: false,
            changes: Vec::new(),
            left: vec![line],
            not_imported: vec!["c".into()],
            out_of_reach: 2,
            refused: Some("d".into()),
        };
        let expected = [
            "  a: left as it is: b",
            "  c: not imported: there is no account",
            "Left as they are, out of your reach: 2.",
            "It can't be applied: d",
        ];
        assert_eq!(notes(&done), expected);
    }
}
