//! Importing users from directories.

use robin_model::{CapabilityName, TenantName, TenantRole, directory::Dn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, endpoints},
    lenient,
};

endpoints! {
    ImportLdapGroup = PUT [base!("ldap-groups")] ("import") needs Needs::Both(("LDAP", "update"), ("USER", "create")),
        "Import the members of a directory's group; needs USER:create too" => Import;
}

/// Imports everybody in a group of a directory, with the groups inside it. Accounts, memberships, roles and capabilities that are
/// there stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportLdapGroup {
    /// The group.
    pub group_name: String,
    /// The tenant to join.
    pub tenant: TenantName,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The directory server.
    pub ldap_server: String,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
    /// Usernames of members to pass over.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub excluded_users: Option<Vec<String>>,
    /// Where the search for the group starts, if not where the server's settings say: a distinguished name or a domain.
    #[serde(default, deserialize_with = "lenient::optional_search_base", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub search_base: Option<Dn>,
    /// Change nothing, and report what would be done.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Answer in lines (`application/x-ndjson`): how far the import is, as often as it gets on, and in the last line what it came
    /// to, or what it failed of.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub progress: bool,
}

/// How far something is that takes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// So many are done.
    pub done: usize,
    /// Of so many.
    pub total: usize,
}

/// What adding users came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Import {
    /// What was done.
    pub message: String,
    /// What became of each, where users were imported, or not all of them are plainly added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
}

/// What became of each user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Whether nothing was done, and this is what would be; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Those who joined the tenant, with new accounts or those they had.
    pub added: Vec<String>,
    /// Those who were members already; nothing of theirs was changed.
    pub already_there: Vec<String>,
    /// Those of the added whose new accounts are disabled, because they are in the directory.
    pub disabled: Vec<String>,
    /// Those who were passed over.
    pub skipped: Vec<Skipped>,
}

/// Somebody who was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// The username, or what else the directory calls them.
    pub name: String,
    /// Why.
    pub reason: String,
}
