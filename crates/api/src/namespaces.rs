//! Namespaces.

use robin_model::{NamespaceName, TenantName, Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("namespaces");
const ONE: &str = base!("namespaces/{name}");

endpoints! {
    GetNamespace = GET [ONE] needs Needs::Permission("NAMESPACE", "view"), "Show one namespace" => Namespace;
    AddNamespace = POST [ALL] needs Needs::Permission("NAMESPACE", "create"), "Add a namespace" => Message;
    ChangeNamespaceOwner = PUT [ONE] ("change_owner") needs Needs::Permission("NAMESPACE", "change_owner"),
        "Give a namespace to another member" => Message, CAN_REHEARSE;
    ShareNamespace = PUT [ONE] ("share") needs Needs::Permission("NAMESPACE", "user_share"),
        "Share a namespace with a member of its tenant" => Message, CAN_REHEARSE;
    UnshareNamespace = PUT [ONE] ("unshare") needs Needs::Permission("NAMESPACE", "user_unshare"),
        "Stop sharing a namespace with a member" => Message, CAN_REHEARSE;
    RemoveNamespace = DELETE [ONE, ALL] needs Needs::Permission("NAMESPACE", "delete"), "Remove a namespace" => Message, CAN_REHEARSE;
}

lists! {
    ListNamespaces = [ALL] needs Needs::Permission("NAMESPACE", "view"), "List namespaces" => Namespace;
}

/// Lists namespaces.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListNamespaces {
    /// Only this tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Only this owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
}

/// Shows one namespace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetNamespace {
    /// The namespace.
    pub name: NamespaceName,
}

/// Adds a namespace to the tenant one is logged into; a superadmin in Administrators may name another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNamespace {
    /// Its name.
    pub name: NamespaceName,
    /// The tenant to bind it to; by default the one logged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// The member who will own it; by default oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// Takes over a namespace that the cluster has and Robin does not know.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub import_namespace: bool,
}

/// Gives a namespace to another member of its tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNamespaceOwner {
    /// The namespace.
    pub name: NamespaceName,
    /// The new owner.
    pub username: Username,
}

/// Shares a namespace with a member of its tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareNamespace {
    /// The namespace.
    pub name: NamespaceName,
    /// The member.
    pub username: Username,
    /// What to share it for: `view`, `deploy_app`; by default both.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
    /// When the share is over; by default never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
}

/// Stops sharing a namespace with a member of its tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnshareNamespace {
    /// The namespace.
    pub name: NamespaceName,
    /// The member.
    pub username: Username,
    /// The operations to take away; by default the whole share ends, and without `view` it does too.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
}

/// Removes a namespace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveNamespace {
    /// The namespace.
    pub name: NamespaceName,
    /// Deletes it from the cluster too.
    #[serde(default = "yes", deserialize_with = "lenient::flag")]
    pub delete_namespace: bool,
}

const fn yes() -> bool {
    true
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Namespace {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The tenant it is bound to.
    pub tenant: String,
    /// That tenant's number.
    pub tenant_id: i64,
    /// The member who owns it.
    pub owner: String,
    /// That member's number.
    pub owner_id: i64,
    /// Whether it is its owner's primary namespace in the tenant.
    pub primary: bool,
    /// When it was added.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
}
