//! Service accounts: programs that are members of a tenant.

use robin_model::{CapabilityName, TenantName, TenantRole, Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("service-accounts");
const ONE: &str = base!("service-accounts/{name}");

endpoints! {
    GetAccount = GET [ONE] needs Needs::Permission("USER", "update"), "Show one service account" => ServiceAccount;
    AddAccount = POST [ALL] needs Needs::Permission("USER", "update"), "Add a service account" => AddedAccount;
    SuspendAccount = PUT [ONE] ("suspend") needs Needs::Permission("USER", "update"), "Keep a service account out until it is let in again" => Message;
    ResumeAccount = PUT [ONE] ("resume") needs Needs::Permission("USER", "update"), "Let a service account in again" => Message;
    RemoveAccount = DELETE [ONE, ALL] needs Needs::Permission("USER", "update"), "Remove a service account with its tokens" => Message;
}

lists! {
    ListAccounts = [ALL] needs Needs::Permission("USER", "update"), "List service accounts" => ServiceAccount;
}

/// Lists service accounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAccounts {}

/// Shows one service account.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetAccount {
    /// The account.
    pub name: Username,
}

/// Adds a service account. It has no access until a token is made for it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddAccount {
    /// Its name; people and service accounts share their names.
    pub name: Username,
    /// The tenant that it belongs to; by default the one logged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Its role there; by default `user`.
    #[serde(default = "user")]
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
}

const fn user() -> TenantRole {
    TenantRole::User
}

/// Keeps a service account out: its tokens are refused until it is let in again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspendAccount {
    /// The account.
    pub name: Username,
}

/// Lets a service account in again, with the tokens it has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeAccount {
    /// The account.
    pub name: Username,
}

/// Removes a service account with its tokens and what it owns.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveAccount {
    /// The account.
    pub name: Username,
}

/// A service account that was just added.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AddedAccount {
    /// What was done.
    pub message: String,
    /// The account's number.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// A service account, as lists show it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ServiceAccount {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The tenant that it belongs to.
    pub tenant: Option<String>,
    /// Its role there.
    #[schemars(with = "Option<String>")]
    pub tenant_role: Option<TenantRole>,
    /// The capabilities assigned there.
    pub user_capabilities: Vec<String>,
    /// `active` or `suspended`.
    pub status: String,
    /// When it was added.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
}
