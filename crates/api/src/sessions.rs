//! Sessions: where one is logged in.

use robin_model::{Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
};

endpoints! {
    RevokeSession = DELETE [base!("sessions/{id}")] needs Needs::Token, "End one session" => Message;
}

lists! {
    ListSessions = [base!("sessions")] needs Needs::Token, "List one's own sessions, or another user's" => Session;
}

/// Lists sessions, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListSessions {
    /// Whose; by default one's own. Another user's need `USER:update` and reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
}

/// Ends one session.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeSession {
    /// The session.
    pub id: String,
}

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// Its name.
    pub id: String,
    /// Whose it is.
    pub username: String,
    /// The tenant logged into.
    pub tenant: String,
    /// When it began.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When its token expires.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// The address it began from.
    pub address: String,
    /// The program it began with.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}
