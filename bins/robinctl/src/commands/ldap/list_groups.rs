//! Listing groups of a directory.

use clap::Args;
use robin_api::ldap_entries::{self as api, LdapGroup, LdapMember, LdapMembers};
use serde::Serialize;

use super::raw;
use crate::{
    app::{App, whole},
    error::Error,
    output::{Format, Style, Table},
};

/// List groups of a directory and who is in them
///
/// Example:  robinctl ldap list-groups ldap1 Mathematicians,Chemists
///
/// Groups that are members are shown by name, without those who are in them. Listing all groups can take a long time.
#[derive(Args, Serialize)]
pub struct ListGroups {
    /// The directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: String,
    /// Only these, with commas between
    groups: Option<String>,
    /// Look for them here, and not where the server's settings say
    #[arg(long, value_name = "DN")]
    search_base: Option<String>,
    /// Only those that this filter finds as well; not together with names
    #[arg(long, value_name = "FILTER")]
    ldap_filter: Option<String>,
    /// Their entries as the directory has them, as LDIF
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    raw: bool,
    /// As JSON: the same as -o json
    #[arg(long)]
    #[serde(skip)]
    json: bool,
}

impl ListGroups {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into; and after printing, that something is missing.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        if self.json {
            app.output.set_format(Format::Json);
        }
        let groups = app.send::<api::ListLdapGroups>(&self).await?;
        let mut table = Table::new(Style::Plain, &["Name", "Members"]);
        let mut entries = Vec::new();
        for group in &groups.items {
            match group {
                LdapGroup::Read(LdapMembers { name, members }) => table.row([name.clone(), joined(members)]),
                LdapGroup::Raw(entry) => entries.push(entry),
            }
        }
        if self.raw {
            app.output.text(&raw::ldif(&entries), &raw::table(&entries), &groups.items)?;
        } else {
            app.output.table(&table, &groups.items)?;
        }
        whole(groups).map(drop)
    }
}

/// Users by username, groups by name.
fn joined(members: &[LdapMember]) -> String {
    let name = |member: &LdapMember| match member {
        LdapMember::User(_, user) => user.username.clone(),
        LdapMember::Group(_, group) => group.name.clone(),
    };
    members.iter().map(name).collect::<Vec<_>>().join(",")
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
    fn groups_are_named_or_searched() {
        let of = |words: &str| {
            let crate::cli::Command::Ldap(Command::ListGroups(args)) =
                parsed(&format!("ldap list-groups ldap1 {words}"))
            else {
                panic!()
            };
            understood::<api::ListLdapGroups>(&args)
        };
        assert_eq!(of("--json"), json!({ "ldap_server_name": "ldap1" }));
        assert_eq!(of("a,b --raw"), json!({ "ldap_server_name": "ldap1", "groups": ["a", "b"], "raw": true }));
        assert_eq!(
            of("--search-base ou=g,dc=x --ldap-filter '(cn=a*)'"),
            json!({ "ldap_server_name": "ldap1", "search_base": "ou=g,dc=x", "ldap_filter": "(cn=a*)" })
        );
    }
}
