//! What directories call the attributes that Robin reads.

use clap::Args;
use robin_api::ldap as api;
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table, truth},
};

/// List what directories call the attributes that Robin reads
///
/// Example:  robinctl ldap list-attributes --server-type OPEN_LDAP --object-type user
#[derive(Args, Serialize)]
pub struct ListAttributes {
    /// Only for this type of server: OPEN_LDAP or ACTIVE_DIRECTORY
    #[arg(long, value_name = "TYPE")]
    server_type: Option<String>,
    /// Only for this kind of object: user or group, or none for what holds for all
    #[arg(long, alias = "object_type", value_name = "KIND")]
    object_type: Option<String>,
}

/// Say what directories call an attribute
///
/// Example:  robinctl ldap update-attribute OPEN_LDAP group members member,uniqueMember
#[derive(Args, Serialize)]
pub struct UpdateAttribute {
    /// OPEN_LDAP or ACTIVE_DIRECTORY
    server_type: String,
    /// The kind of object: user, group, or none for all
    object_type: String,
    /// What Robin calls the attribute, as list-attributes shows it
    attribute_name: String,
    /// What directories call it; several names with commas between, of which the first that an entry has counts
    value: String,
}

/// Set an attribute back to its default
///
/// Example:  robinctl ldap reset-attribute OPEN_LDAP group members
#[derive(Args, Serialize)]
pub struct ResetAttribute {
    /// OPEN_LDAP or ACTIVE_DIRECTORY
    server_type: String,
    /// The kind of object: user, group, or none for all
    object_type: String,
    /// What Robin calls the attribute
    attribute_name: String,
}

impl ListAttributes {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let attributes = app.list::<api::ListLdapAttributes>(&self).await?;
        let header = ["Server Type", "Object Type", "Attribute Name", "Custom", "Value"];
        let mut table = Table::new(Style::Plain, &header);
        for attribute in &attributes {
            let api::LdapAttribute { custom, attribute_name, value, object_type, server_type } = attribute.clone();
            // As the documents do: only what was changed is marked.
            let custom = if custom { truth(true) } else { String::new() };
            table.row([server_type, object_type, attribute_name, custom, shown(&value)]);
        }
        app.output.table(&table, &attributes)
    }
}

/// A list as the documents write it: `['uid', 'cn']`.
fn shown(value: &api::AttributeValue) -> String {
    match value {
        api::AttributeValue::One(name) => name.clone(),
        api::AttributeValue::Several(names) => {
            let quoted: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
            format!("[{}]", quoted.join(", "))
        }
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
    fn an_attribute_has_a_type_of_server_a_kind_of_object_and_a_name() {
        let Command::UpdateAttribute(args) = ldap("update-attribute OPEN_LDAP none object_class a,b") else { panic!() };
        let expected = json!({
            "server_type": "OPEN_LDAP", "object_type": "none", "attribute_name": "object_class", "value": ["a", "b"],
        });
        assert_eq!(understood::<api::UpdateLdapAttribute>(&args), expected);
        let Command::ResetAttribute(args) = ldap("reset-attribute OPEN_LDAP group members") else { panic!() };
        let expected = json!({"server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members"});
        assert_eq!(understood::<api::ResetLdapAttribute>(&args), expected);
    }

    #[test]
    fn a_list_is_narrowed_under_both_of_its_names() {
        for option in ["--object-type", "--object_type"] {
            let words = format!("list-attributes --server-type ACTIVE_DIRECTORY {option} user");
            let Command::ListAttributes(args) = ldap(&words) else { panic!() };
            let expected = json!({"server_type": "ACTIVE_DIRECTORY", "object_type": "user"});
            assert_eq!(understood::<api::ListLdapAttributes>(&args), expected);
        }
    }
}
