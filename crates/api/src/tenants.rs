//! Tenants and their members.

use robin_model::{CapabilityName, TenantName, TenantRole, Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("tenants");
const ONE: &str = base!("tenants/{name}");
const UPDATE: Needs = Needs::Permission("TENANT", "update");

endpoints! {
    GetTenant = GET [ONE] needs Needs::Permission("TENANT", "view"), "Show one tenant" => Tenant;
    AddTenant = POST [ALL] needs Needs::Permission("TENANT", "create"), "Add a tenant" => Message;
    AddMembers = PUT [ONE] ("add_users") needs Needs::Permission("TENANT", "add_users"), "Add users to a tenant" => Message, CAN_REHEARSE;
    RemoveMembers = PUT [ONE] ("remove_users") needs UPDATE, "Remove users from a tenant" => Message, CAN_REHEARSE;
    AddMemberCapabilities = PUT [ONE] ("add_user_capabilities") needs UPDATE,
        "Assign further capabilities to members" => Message, CAN_REHEARSE;
    UpdateMemberCapabilities = PUT [ONE] ("update_user_capabilities") needs UPDATE,
        "Replace the capabilities of members" => Message, CAN_REHEARSE;
    RemoveMemberCapabilities = PUT [ONE] ("remove_user_capabilities") needs UPDATE,
        "Take capabilities from members" => Message, CAN_REHEARSE;
    RenameTenant = PUT [ONE] ("rename") needs UPDATE, "Rename a tenant" => Message;
    DescribeTenant = PUT [ONE] ("update_description") needs UPDATE, "Change a tenant's description" => Message;
    RemoveTenant = DELETE [ONE, ALL] needs Needs::Permission("TENANT", "delete"), "Remove an empty tenant" => Message;
}

lists! {
    ListTenants = [ALL] needs Needs::Permission("TENANT", "view"), "List tenants" => Tenant;
}

/// Lists tenants.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListTenants {}

/// Shows one tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetTenant {
    /// The tenant.
    pub name: TenantName,
}

/// Adds a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTenant {
    /// Its name.
    pub name: TenantName,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Adds users to a tenant, all or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMembers {
    /// The tenant.
    pub name: TenantName,
    /// The users.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// Their role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
}

/// Removes users from a tenant, all or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMembers {
    /// The tenant.
    pub name: TenantName,
    /// The users.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// The member who takes over what they own there; by default it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement_user: Option<Username>,
}

/// Assigns further capabilities to members, all or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMemberCapabilities {
    /// The tenant.
    pub name: TenantName,
    /// The members.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// The capabilities to add.
    #[serde(deserialize_with = "lenient::names")]
    pub user_capabilities: Vec<CapabilityName>,
}

/// Replaces the capabilities of members, all or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMemberCapabilities {
    /// The tenant.
    pub name: TenantName,
    /// The members.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// The capabilities they have from now on; `NoCapabilities` alone for none.
    #[serde(deserialize_with = "lenient::names")]
    pub user_capabilities: Vec<CapabilityName>,
}

/// Takes capabilities from members, all or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMemberCapabilities {
    /// The tenant.
    pub name: TenantName,
    /// The members.
    #[serde(deserialize_with = "lenient::names")]
    pub users: Vec<Username>,
    /// The capabilities to take away.
    #[serde(deserialize_with = "lenient::names")]
    pub user_capabilities: Vec<CapabilityName>,
}

/// Renames a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameTenant {
    /// The tenant.
    pub name: TenantName,
    /// Its new name.
    pub new_name: TenantName,
}

/// Changes a tenant's description.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeTenant {
    /// The tenant.
    pub name: TenantName,
    /// What it is for.
    pub description: String,
}

/// Removes a tenant without members and namespaces.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveTenant {
    /// The tenant.
    pub name: TenantName,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tenant {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it was added.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
}
