//! What was done, by whom, to what.

use robin_rbac::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AuditId, Timestamp, user::User};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused: authenticated, but not allowed.
    Denied,
    /// Failed: not authenticated.
    Failure,
}

impl Outcome {
    /// The word in lists and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
            Self::Failure => "failure",
        }
    }
}

/// One audit record, before it has a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: UserId,
    /// The actor's username at that time.
    pub actor_name: String,
    /// The tenant the actor was logged into.
    pub tenant: Option<TenantId>,
    /// That tenant's name at that time.
    pub tenant_name: Option<String>,
    /// What: resource and verb, as in `user.create`.
    pub action: String,
    /// The kind of thing it was done to, as in `USER`.
    pub target_type: String,
    /// The name of the thing it was done to.
    pub target: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The thing before, without secrets; nothing where it was not there.
    pub before: Option<Value>,
    /// The thing after, without secrets; nothing where it is gone.
    pub after: Option<Value>,
    /// The request's id, as the answer carried it.
    pub request_id: String,
    /// The address the request came from.
    pub address: String,
}

impl Entry {
    /// That somebody, by number and name, has done something to a thing, by kind and name. Where they were logged in, the
    /// request and what changed are to be filled in where there is such a thing.
    #[must_use]
    pub fn new(at: Timestamp, (actor, actor_name): (UserId, &str), action: &str, (kind, target): (&str, &str)) -> Self {
        Self {
            at,
            actor,
            actor_name: actor_name.to_owned(),
            tenant: None,
            tenant_name: None,
            action: action.to_owned(),
            target_type: kind.to_owned(),
            target: target.to_owned(),
            outcome: Outcome::Success,
            before: None,
            after: None,
            request_id: String::new(),
            address: String::new(),
        }
    }

    /// As [`new`](Self::new), for what the server or its operator has done.
    #[must_use]
    pub fn by_system(at: Timestamp, action: &str, target: (&str, &str)) -> Self {
        Self::new(at, (User::SYSTEM, "system"), action, target)
    }
}

/// An audit record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Its number.
    pub id: AuditId,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
}

/// Which records a list holds; a filter that is not set lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those by this actor, by username, whatever its case.
    pub actor: Option<String>,
    /// Only those in this tenant.
    pub tenant: Option<TenantId>,
    /// Only those with this action.
    pub action: Option<String>,
    /// Only those about this target.
    pub target: Option<String>,
    /// Only those at or after this time.
    pub since: Option<Timestamp>,
    /// Only those before this time.
    pub until: Option<Timestamp>,
}
