//! Listing users of a directory.

use clap::Args;
use robin_api::ldap_entries::{self as api, LdapPerson, LdapUser};
use serde::Serialize;

use super::raw;
use crate::{
    app::{App, whole},
    error::Error,
    output::{Format, Style, Table},
};

/// List users of a directory
///
/// Example:  robinctl ldap list-users ldap1 --ldap-filter '(mail=*@example.com)'
///
/// Listing all users can take a long time.
#[derive(Args, Serialize)]
pub struct ListUsers {
    /// The directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: String,
    /// Only these, with commas between
    users: Option<String>,
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

impl ListUsers {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into; and after printing, that something is missing.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        if self.json {
            app.output.set_format(Format::Json);
        }
        let users = app.send::<api::ListLdapUsers>(&self).await?;
        let mut table =
            Table::new(Style::Plain, &["Username", "Email Address", "User Principal Name", "Object SID", "DN"]);
        let mut entries = Vec::new();
        for user in &users.items {
            match user {
                LdapUser::Read(person) => table.row(cells(person)),
                LdapUser::Raw(entry) => entries.push(entry),
            }
        }
        if self.raw {
            app.output.text(&raw::ldif(&entries), &raw::table(&entries), &users.items)?;
        } else {
            app.output.table(&table, &users.items)?;
        }
        whole(users).map(drop)
    }
}

fn cells(person: &LdapPerson) -> [String; 5] {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "None".to_owned());
    [
        person.username.clone(),
        text(&person.email_address),
        text(&person.user_principal_name),
        text(&person.object_sid),
        person.distinguished_name.clone(),
    ]
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
    fn users_are_named_or_searched() {
        let of = |words: &str| {
            let crate::cli::Command::Ldap(Command::ListUsers(args)) = parsed(&format!("ldap list-users ldap1 {words}"))
            else {
                panic!()
            };
            understood::<api::ListLdapUsers>(&args)
        };
        assert_eq!(of("--json"), json!({ "ldap_server_name": "ldap1" }));
        assert_eq!(of("a,b --raw"), json!({ "ldap_server_name": "ldap1", "users": ["a", "b"], "raw": true }));
        assert_eq!(
            of("--search-base example.com --ldap-filter '(uid=a*)'"),
            json!({ "ldap_server_name": "ldap1", "search_base": "dc=example,dc=com", "ldap_filter": "(uid=a*)" })
        );
    }
}
