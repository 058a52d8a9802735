//! Users and groups of the OpenShift cluster, and importing them.

use robin_model::{CapabilityName, TenantName, TenantRole, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, endpoints, lists},
    imports::Import,
    lenient,
};

const VIEW: Needs = Needs::Permission("OPEN_SHIFT", "view");
const IMPORT: Needs = Needs::Both(("OPEN_SHIFT", "update"), ("USER", "create"));

lists! {
    ListOpenshiftUsers = [base!("openshift-users")] needs VIEW, "List users of the OpenShift cluster" => OpenshiftUser;
    ListOpenshiftGroups = [base!("openshift-groups")] needs VIEW, "List groups of the OpenShift cluster" => OpenshiftGroup;
}

endpoints! {
    ImportOpenshiftUsers = PUT [base!("openshift-users")] ("import") needs IMPORT,
        "Import users of the OpenShift cluster; needs USER:create too" => Import, CAN_REHEARSE;
    ImportOpenshiftGroup = PUT [base!("openshift-groups")] ("import") needs IMPORT,
        "Import the members of an OpenShift group; needs USER:create too" => Import;
}

/// Lists users of the OpenShift cluster, by name; by page the cursor is the number of those before.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOpenshiftUsers {
    /// Only the users of these names, at most 1,000, who must all be there; in this order.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<String>>,
}

/// Lists groups of the OpenShift cluster with their members, by name; by page the cursor is the number of those before.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOpenshiftGroups {
    /// Only the groups of these names, at most 1,000, which must all be there; in this order.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

/// A user of the OpenShift cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenshiftUser {
    /// The name to log in with.
    pub username: String,
    /// What identifies the user for ever.
    pub uid: String,
    /// The whole name.
    pub full_name: Option<String>,
    /// The groups that the user is in.
    pub groups: Vec<String>,
}

/// A group of the OpenShift cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenshiftGroup {
    /// Its name.
    pub name: String,
    /// What identifies it for ever.
    pub uid: String,
    /// The names of its users, in its order. Some may not be there.
    pub users: Vec<String>,
}

/// Imports users of the OpenShift cluster, all or none. Who has an account already joins the tenant, and whatever else they have stays
/// as it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOpenshiftUsers {
    /// The users, at most 1,000.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// The tenant to join.
    pub tenant: TenantName,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
    /// Those of the users to pass over.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub excluded_users: Option<Vec<String>>,
}

/// Imports everybody in a group of the OpenShift cluster. Accounts, memberships, roles and capabilities that are there stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOpenshiftGroup {
    /// The group.
    pub group: String,
    /// The tenant to join.
    pub tenant: TenantName,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
    /// Members to pass over.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub excluded_users: Option<Vec<String>>,
    /// Change nothing, and report what would be done.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Answer in lines (`application/x-ndjson`): how far the import is, as often as it gets on, and in the last line what it came
    /// to, or what it failed of.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub progress: bool,
}
