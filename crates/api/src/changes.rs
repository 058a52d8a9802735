//! What has changed that a decision may rest on, for those who remember decisions.

//!
//! Every answer to somebody who is logged in carries the header [`REVISION`]: what the answer says holds at least as of then.
//! Whoever remembers an answer compares it with the revision that they have heard of: an older answer is not to be remembered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Needs,
    endpoint::{base, endpoints},
    lenient,
};

/// The header with the revision that an answer was made from.
pub const REVISION: &str = "robin-revision";

endpoints! {
    WatchChanges = GET [base!("changes")] needs Needs::Token, "Wait for changes that a remembered decision may rest on" => Changes;
}

/// Waits for changes that a remembered decision may rest on.
///
/// Whoever remembers decisions asks this over and over, each time with the `revision` of the answer before, and forgets what
/// the answer names. Until the next answer is due, what is left may be relied on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WatchChanges {
    /// The revision that is known; without one the answer comes at once and tells where to begin.
    #[serde(deserialize_with = "lenient::revision", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub since: Option<i64>,
    /// How long to wait for a change: milliseconds, up to 10,000. The server may answer earlier.
    #[serde(deserialize_with = "lenient::wait")]
    #[schemars(range(max = 10_000))]
    pub wait: u16,
}

/// What has changed.
///
/// To all but superadmins logged into Administrators the server does not say what: `everything` then stands for any change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// Up to which revision this answer tells.
    pub revision: i64,
    /// Whether any decision may have changed.
    pub everything: bool,
    /// The users about whom decisions may have changed.
    pub users: Vec<String>,
    /// The sessions that are over; access tokens that are revoked are among them, as `token:` and their number.
    pub sessions: Vec<String>,
    /// The objects about which decisions may have changed.
    pub objects: Vec<ChangedObject>,
}

/// An object about which decisions may have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Its id.
    pub id: String,
}
