//! Object shares.

use robin_model::{ObjectName, TenantName, Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("object-shares");

endpoints! {
    AddShare = POST [ALL] needs Needs::OnType("share"), "Share an object with a tenant or a user" => Message, CAN_REHEARSE;
    RemoveShare = DELETE [ALL] needs Needs::OnType("unshare"), "Stop sharing an object with a tenant or a user" => Message, CAN_REHEARSE;
}

lists! {
    ListShares = [ALL] needs Needs::Permission("OBJECT_SHARE", "view"), "List shares" => Share;
    ShareOptions = [ALL, "/api/v5/robin_server/users"] ("get_share_options") needs Needs::Permission("OBJECT_SHARE", "view"), "List the operations that can be shared" => ShareOption;
}

/// Lists the operations that can be shared.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShareOptions {
    /// With whom: `TENANT`, `USER` or `ALL`; by default `ALL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_type: Option<String>,
    /// Only operations on this object type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
}

/// An operation that can be shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShareOption {
    /// The operation.
    pub operation: String,
    /// What it is done to.
    pub object_type: String,
    /// With whom it can be shared: `TENANT` or `USER`.
    pub share_type: String,
}

/// Shares an object, or adds operations to a share of it. Exactly one of `tenant` and `username` says with whom.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddShare {
    /// The object's type.
    pub object_type: String,
    /// The object's id.
    pub object_id: ObjectName,
    /// The kind of the other side, `TENANT` or `USER`; by default that of the one named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_type: Option<String>,
    /// The tenant to share it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// The user to share it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// What to share it for; `view` is always included.
    #[serde(deserialize_with = "lenient::names")]
    pub operations: Vec<String>,
    /// When the share is over; by default never, and a share that is there keeps its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
}

/// Ends a share of an object, or takes operations from it. Exactly one of `tenant` and `username` says with whom it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveShare {
    /// The object's type.
    pub object_type: String,
    /// The object's id.
    pub object_id: ObjectName,
    /// The kind of the other side, `TENANT` or `USER`; by default that of the one named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_type: Option<String>,
    /// The tenant it is shared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// The user it is shared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// The operations to take away; by default the whole share ends, and without `view` it does too.
    #[serde(default, deserialize_with = "lenient::optional_names", skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<String>>,
}

/// Lists shares: of one object, with one tenant, with one user; or else those of the tenant's objects, with the tenant and with
/// oneself, and for a superadmin in Administrators all.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListShares {
    /// The type of the object whose shares to list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// The id of that object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<ObjectName>,
    /// Only those with this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Only those with this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
}

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Its number.
    pub id: i64,
    /// The object's type.
    pub object_type: String,
    /// The object's id.
    pub object_id: String,
    /// With whom: `TENANT` or `USER`.
    pub share_type: String,
    /// The tenant it is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The user it is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What it is for.
    pub operations: Vec<String>,
    /// When it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
}
