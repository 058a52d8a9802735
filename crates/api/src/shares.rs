//! Object shares.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, lists},
};

lists! {
    ShareOptions = [base!("object-shares"), "/api/v5/robin_server/users"] ("get_share_options") needs Needs::Permission("OBJECT_SHARE", "view"), "List the operations that can be shared" => ShareOption;
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
