//! Users and groups of directories, as the directories have them.

use std::collections::BTreeMap;

use robin_model::{LdapServerName, directory::Dn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, lists},
    lenient,
};

const VIEW: Needs = Needs::Permission("LDAP", "view");

lists! {
    ListLdapUsers = [base!("ldap-users")] needs VIEW, "List users of a directory" => LdapUser;
    ListLdapGroups = [base!("ldap-groups")] needs VIEW, "List groups of a directory" => LdapGroup;
}

/// Lists users of a directory, in its order; by page the cursor is the number of those before.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLdapUsers {
    /// The server.
    pub ldap_server_name: LdapServerName,
    /// Only the users of these names, at most 1,000, who must all be there.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<String>>,
    /// Only the users that this filter finds (RFC 4515), as in `(mail=*@example.com)`; not together with names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap_filter: Option<String>,
    /// Where to look, if not where the server's settings say: a distinguished name, or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
    /// The entries as the directory has them, with all of their attributes but those that hold secrets.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
}

/// Lists groups of a directory with their members, in its order; by page the cursor is the number of those before.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLdapGroups {
    /// The server.
    pub ldap_server_name: LdapServerName,
    /// Only the groups of these names, at most 1,000, which must all be there.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Only the groups that this filter finds (RFC 4515), as in `(cn=dev-*)`; not together with names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap_filter: Option<String>,
    /// Where to look, if not where the server's settings say: a distinguished name, or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
    /// The entries as the directory has them, with all of their attributes but those that hold secrets.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
}

/// A user of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LdapUser {
    /// What Robin reads of it.
    Read(LdapPerson),
    /// With `raw`: its entry.
    Raw(LdapEntry),
}

/// What Robin reads of a user in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapPerson {
    /// The name to log in with.
    pub username: String,
    /// The entry's name.
    pub distinguished_name: String,
    /// The email address.
    pub email_address: Option<String>,
    /// What identifies the account for ever.
    pub object_sid: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The name to log in with that has the form of an email address.
    pub user_principal_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
}

/// A group of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LdapGroup {
    /// What Robin reads of it.
    Read(LdapMembers),
    /// With `raw`: its entry.
    Raw(LdapEntry),
}

/// A group and who is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapMembers {
    /// The group's name.
    pub name: String,
    /// Its members, in the directory's order. Members of groups in it are not among them.
    pub members: Vec<LdapMember>,
}

/// A member of a group: what it is, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LdapMember {
    /// A user.
    User(UserWord, LdapPerson),
    /// Another group.
    Group(GroupWord, LdapGroupName),
}

/// The word for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserWord {
    /// `user`
    User,
}

/// The word for a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupWord {
    /// `group`
    Group,
}

/// A group that is a member of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapGroupName {
    /// Its name.
    pub name: String,
    /// The entry's name.
    pub distinguished_name: String,
}

/// An entry as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LdapEntry {
    /// Its name.
    pub dn: String,
    /// The values of its attributes, in the directory's order.
    pub attributes: BTreeMap<String, Vec<LdapValue>>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LdapValue {
    /// Text.
    Text(String),
    /// What is no text.
    Bytes {
        /// The bytes.
        base64: String,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_says_what_it_is() {
        let user = json!(["user", {
            "username": "a", "distinguished_name": "uid=a", "email_address": null, "object_sid": null, "last_name": null,
            "first_name": null, "user_principal_name": null, "display_name": null,
        }]);
        let group = json!(["group", { "name": "a", "distinguished_name": "cn=a" }]);
        for member in [user, group] {
            let read: LdapMember = serde_json::from_value(member.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), member);
        }
        let mixed = json!(["user", { "name": "a", "distinguished_name": "cn=a" }]);
        assert!(serde_json::from_value::<LdapMember>(mixed).is_err());
    }

    #[test]
    fn raw_and_read_are_told_apart() {
        let raw = json!({ "dn": "uid=a", "attributes": { "uid": ["a"], "objectSid": [{ "base64": "AQ==" }] } });
        assert!(matches!(serde_json::from_value(raw.clone()), Ok(LdapUser::Raw(_))));
        assert!(matches!(serde_json::from_value(raw), Ok(LdapGroup::Raw(_))));
    }
}
