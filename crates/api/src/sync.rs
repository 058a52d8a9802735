//! Keeping accounts in step with their directory.

use robin_model::{LdapServerName, directory::MaxDisable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, endpoints},
    lenient,
};

endpoints! {
    SyncLdapServer = PUT [base!("ldap-servers/{name}")] ("sync") needs Needs::Both(("LDAP", "update"), ("USER", "update")),
        "Bring the accounts of a directory in step with it" => Sync;
}

/// Brings the accounts of a directory in step with it: names and mail, what mapped groups give, and who may log in. Without `apply` it only
/// says what would change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncLdapServer {
    /// The server.
    pub name: LdapServerName,
    /// Whether to change anything.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub apply: bool,
    /// How many accounts it may disable: a number, or a share of the active ones like `10%`; by default what the server's settings say.
    #[serde(default, deserialize_with = "lenient::optional_parsed", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub max_disable: Option<MaxDisable>,
    /// Whether it gives and takes the role `superadmin`; by default what the server's settings say.
    #[serde(default, deserialize_with = "lenient::optional_flag", skip_serializing_if = "Option::is_none")]
    pub allow_superadmin: Option<bool>,
}

/// What a run came to, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sync {
    /// How much it was.
    pub message: String,
    /// Whether it was done.
    pub applied: bool,
    /// What was changed, or would be.
    pub changes: Vec<SyncLine>,
    /// What the directory asks for and was left as it is.
    pub left: Vec<SyncLine>,
    /// Users of the directory whose groups give them a place, and who have no account.
    pub not_imported: Vec<String>,
    /// How many accounts are out of the caller's reach, and left as they are.
    pub out_of_reach: u64,
    /// Why applying it is refused, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What is done about somebody, or is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncLine {
    /// Their username.
    pub username: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}
