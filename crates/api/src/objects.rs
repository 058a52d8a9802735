//! The register of objects that other services own.

use robin_model::{ObjectName, TenantName, Timestamp, Username, object::Attributes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("objects");
const ONE: &str = base!("objects/{type}/{id}");

endpoints! {
    GetObject = GET [ONE] needs Needs::OnType("view"), "Show one registered object" => Object;
    RegisterObjects = POST [ALL] needs Needs::OnType("create"), "Register one object, or a list of them" => Message;
    UpdateObject = PUT [ONE, ALL] ("update") needs Needs::OnType("update"), "Replace what is said of an object" => Message;
    ChangeObjectOwner = PUT [ONE, ALL] ("change_owner") needs Needs::OnType("change_owner"),
        "Give an object to another member of its tenant" => Message, CAN_REHEARSE;
    RemoveObject = DELETE [ONE, ALL] needs Needs::OnType("delete"), "Take an object off the register, with its shares" => Message, CAN_REHEARSE;
}

lists! {
    ListObjects = [ALL] needs Needs::OnType("view"), "List registered objects" => Object;
}

/// Lists registered objects: of one type, or of all types that one may see.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListObjects {
    /// Only those of this type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Only this tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Only this owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Username>,
}

/// Shows one registered object.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Its id.
    pub id: ObjectName,
}

/// Registers objects, all or none: either one, by `type` and `id`, or a list. What is registered so already stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterObjects {
    /// The object's type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// What its service calls it: 1 to 255 printable ASCII characters, unique within the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectName>,
    /// Who will own it; by default oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Username>,
    /// The tenant to bind it to; by default the one logged into, and none for a superadmin in Administrators: the object then
    /// belongs to the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Whatever its service wants to say of it, as an object of at most 16 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// At most 1,000 objects instead of one.
    #[serde(default, deserialize_with = "lenient::optional_objects", skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<NewObject>>,
}

/// An object to be registered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// What its service calls it.
    pub id: ObjectName,
    /// Who will own it; by default oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Username>,
    /// The tenant to bind it to; by default the one logged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Whatever its service wants to say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

/// Replaces what is said of an object.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Its id.
    pub id: ObjectName,
    /// All that is said of it from now on.
    pub attributes: Attributes,
}

/// Gives an object to another member of its tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeObjectOwner {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Its id.
    pub id: ObjectName,
    /// The new owner.
    pub owner: Username,
}

/// Takes an object off the register, with its shares.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Its id.
    pub id: ObjectName,
}

/// A registered object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Object {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// What its service calls it.
    pub id: String,
    /// Who owns it.
    pub owner: Option<String>,
    /// That user's number.
    pub owner_id: Option<i64>,
    /// The tenant it is bound to; none for an object of the cluster.
    pub tenant: Option<String>,
    /// That tenant's number.
    pub tenant_id: Option<i64>,
    /// What its service says of it.
    pub attributes: Attributes,
    /// When it was registered.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
}
