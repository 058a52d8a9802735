//! What groups of directories give whoever is in them.

use robin_model::{CapabilityName, GroupName, LdapServerName, TenantName, TenantRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const MAPPINGS: &str = base!("directory-mappings");
const UPDATE: Needs = Needs::Permission("LDAP", "update");

endpoints! {
    AddDirectoryMapping = POST [MAPPINGS] needs UPDATE, "Map a directory's group to a tenant" => AddedMapping;
    RemoveDirectoryMapping = DELETE [MAPPINGS] needs UPDATE, "Map a directory's group to a tenant no longer" => Message;
}

lists! {
    ListDirectoryMappings = [MAPPINGS] needs Needs::Permission("LDAP", "view"), "List what groups of directories give" => DirectoryMapping;
}

/// Lists what groups of directories give.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListDirectoryMappings {
    /// Only for groups of this directory server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ldap_server_name: Option<LdapServerName>,
    /// Only for groups of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<GroupName>,
}

/// Maps a group of a directory to a tenant: whoever is in it, or in a group inside it, gets a place there. A directory that can be
/// asked must have the group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddDirectoryMapping {
    /// The directory server.
    pub ldap_server_name: LdapServerName,
    /// The group.
    pub group_name: GroupName,
    /// The tenant.
    pub tenant: TenantName,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities to assign; by default everything the role offers; `NoCapabilities` alone for none.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub user_capabilities: Option<Vec<CapabilityName>>,
}

/// Maps a group of a directory to a tenant no longer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveDirectoryMapping {
    /// The directory server.
    pub ldap_server_name: LdapServerName,
    /// The group.
    pub group_name: GroupName,
    /// The tenant.
    pub tenant: TenantName,
}

/// A mapping was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddedMapping {
    /// What was done.
    pub message: String,
    /// Why nobody can tell whether the directory has the group, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// What a group of a directory gives whoever is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryMapping {
    /// Its number.
    pub id: i64,
    /// The directory server.
    pub ldap_server_name: Option<String>,
    /// The group.
    pub group_name: String,
    /// The tenant.
    pub tenant: String,
    /// The role there.
    #[schemars(with = "String")]
    pub tenant_role: TenantRole,
    /// The capabilities there; `NoCapabilities` for none.
    pub user_capabilities: Vec<String>,
}
