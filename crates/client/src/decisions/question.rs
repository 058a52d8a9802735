//! What is asked, and what is answered.

use std::time::Duration;

use robin_api::access::{Action, Evaluate, Evaluation, Resource, Subject, SubjectProperties};

/// May this user, logged into this tenant, do this?
///
/// ```
/// use robin_client::Question;
///
/// let list = Question::about("ann", "t1", "APPLICATION", "view");
/// let start = Question::about("ann", "t1", "APPLICATION", "start").of("web");
/// assert!(list.id.is_none() && start.id.as_deref() == Some("web"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The user.
    pub username: String,
    /// The tenant they are logged into.
    pub tenant: String,
    /// The object type, as the catalogue writes it.
    pub object_type: String,
    /// The operation, as the catalogue writes it.
    pub operation: String,
    /// The instance; without one the question is about the type alone.
    pub id: Option<String>,
}

impl Question {
    /// A question about the object type alone: to create one, or to list those there are.
    #[must_use]
    pub fn about(username: &str, tenant: &str, object_type: &str, operation: &str) -> Self {
        let [username, tenant, object_type, operation] =
            [username, tenant, object_type, operation].map(ToOwned::to_owned);
        Self { username, tenant, object_type, operation, id: None }
    }

    /// The same question about one instance.
    #[must_use]
    pub fn of(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The question as it is asked of the server.
    pub(super) fn wire(&self) -> Evaluate {
        let properties = SubjectProperties { tenant: Some(self.tenant.clone()) };
        Evaluate {
            subject: Subject { kind: "user".to_owned(), id: self.username.clone(), properties: Some(properties) },
            action: Action { name: self.operation.clone() },
            resource: Resource {
                kind: self.object_type.clone(),
                id: self.id.clone().unwrap_or_else(|| "*".to_owned()),
            },
            context: None,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether they may.
    pub allowed: bool,
    /// Why, or why not: a word such as `owner`, `permission_missing` or `not_found`.
    pub reason: String,
}

/// What the server answered, and for how long it holds if nothing changes; `None` where it is not to be remembered.
pub(super) fn read(evaluation: Evaluation) -> (Answer, Option<Duration>) {
    let Evaluation { decision, context } = evaluation;
    // What is not there may be there without anybody saying so.
    let is_lasting = context.reason != "not_found";
    let seconds = context.expires_in.unwrap_or(u64::MAX / 2);
    let life = is_lasting.then(|| Duration::from_secs(seconds).min(LONGEST));
    (Answer { allowed: decision, reason: context.reason.into_owned() }, life)
}

/// Nothing is remembered for longer: what is no longer asked for makes room.
const LONGEST: Duration = Duration::from_mins(10);
