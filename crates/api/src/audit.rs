//! The audit trail.

use robin_model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Needs,
    endpoint::{base, lists},
};

lists! {
    ListAudit = [base!("user-audit")] needs Needs::Permission("USER_AUDIT", "view"), "List audit records, newest first" => Record;
}

/// Lists audit records, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListAudit {
    /// Only those by this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Only those with this action, as in `user.create`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Only those about the thing of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Only those at or after this time (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// Only those before this time (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
}

/// An audit record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Its number; later records have larger ones.
    pub id: i64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// By whom: the username at that time.
    pub username: String,
    /// By whom: the user's number.
    pub user_id: i64,
    /// The tenant they were logged into.
    pub tenant: Option<String>,
    /// What: resource and verb, as in `user.create`.
    pub action: String,
    /// The kind of thing it was done to.
    pub target_type: String,
    /// The name of the thing it was done to.
    pub target: String,
    /// `success`, `denied` or `failure`.
    pub outcome: String,
    /// The thing before.
    pub before: Option<Value>,
    /// The thing after.
    pub after: Option<Value>,
    /// The request's id.
    pub request_id: String,
    /// The address the request came from.
    pub address: String,
}
