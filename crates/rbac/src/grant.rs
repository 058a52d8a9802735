//! Grants: what an access token is narrowed to.
//!
//! A token never gives more than its user has. Grants only take away: with any, a request must be covered by one of them,
//! whole; two that cover half of it each do not add up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Instance, Request};

/// What stands for all in a list.
const ALL: &str = "*";

/// One grant of a token.
///
/// The ids of users and tenants are their numbers, in decimal: a name may be given to another one day.
///
/// ```
/// use robin_rbac::{Grant, Instance, Request};
/// let grant: Grant = serde_json::from_str(
///     r#"{"object_types": ["APPLICATION"], "operations": ["view", "start"], "object_ids": ["web"]}"#,
/// )?;
/// let instance = Instance::Object { id: "web", owner: None, tenant: None, shares: &[] };
/// let start = Request { object_type: "APPLICATION", operation: "start", instance: Some(instance) };
/// assert!(grant.covers(&start));
/// assert!(!grant.covers(&Request { operation: "stop", ..start }));
/// assert!(!grant.covers(&Request { instance: None, ..start }), "one object is not all of them");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The object types it covers.
    pub object_types: Scope,
    /// The operations it covers.
    pub operations: Scope,
    /// The instances it covers. A request about no instance in particular needs all of them.
    pub object_ids: Scope,
}

impl Grant {
    /// The grant that covers every request.
    ///
    /// ```
    /// use robin_rbac::{Grant, Request};
    /// assert!(Grant::all().covers(&Request::on_type("USER", "view")));
    /// ```
    #[must_use]
    pub const fn all() -> Self {
        Self { object_types: Scope::All, operations: Scope::All, object_ids: Scope::All }
    }

    /// Whether it covers the whole request.
    ///
    /// ```
    /// use robin_rbac::{Grant, Request, Scope};
    /// let grant = Grant { operations: Scope::of(["view"]), ..Grant::all() };
    /// assert!(grant.covers(&Request::on_type("USER", "view")));
    /// assert!(!grant.covers(&Request::on_type("USER", "delete")));
    /// ```
    #[must_use]
    pub fn covers(&self, request: &Request<'_>) -> bool {
        self.object_types.contains(request.object_type)
            && self.operations.contains(request.operation)
            && match request.instance {
                None => self.object_ids == Scope::All,
                Some(Instance::Object { id, .. }) => self.object_ids.contains(id),
                Some(Instance::Tenant { id, .. }) => self.object_ids.contains_number(id.0),
                Some(Instance::User { id, .. }) => self.object_ids.contains_number(id.0),
            }
    }
}

/// All of something, or only what is listed. On the wire a list of texts; one that holds `*` is all.
///
/// ```
/// use robin_rbac::Scope;
/// assert_eq!(serde_json::to_string(&Scope::All)?, r#"["*"]"#);
/// assert_eq!(serde_json::from_str::<Scope>(r#"["start", "*"]"#)?, Scope::All);
/// assert!(!Scope::of(Vec::<String>::new()).contains("start"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "BTreeSet<String>", into = "BTreeSet<String>")]
pub enum Scope {
    /// All.
    All,
    /// Only these.
    Only(BTreeSet<String>),
}

impl Scope {
    /// What these texts list.
    ///
    /// ```
    /// use robin_rbac::Scope;
    /// assert_eq!(Scope::of(["*"]), Scope::All);
    /// assert!(Scope::of(["start", "stop"]).contains("stop"));
    /// ```
    pub fn of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        texts.into_iter().map(Into::into).collect::<BTreeSet<String>>().into()
    }

    /// Whether the text is in it. `*` itself is in [`Scope::All`] alone.
    ///
    /// ```
    /// use robin_rbac::Scope;
    /// assert!(Scope::All.contains("*") && !Scope::of(["start"]).contains("*"));
    /// ```
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(listed) => text != ALL && listed.contains(text),
        }
    }

    fn contains_number(&self, number: i64) -> bool {
        match self {
            Self::All => true,
            Self::Only(listed) => listed.iter().any(|text| is_decimal(text, number)),
        }
    }
}

impl From<BTreeSet<String>> for Scope {
    fn from(texts: BTreeSet<String>) -> Self {
        if texts.contains(ALL) { Self::All } else { Self::Only(texts) }
    }
}

impl From<Scope> for BTreeSet<String> {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::All => Self::from([ALL.to_owned()]),
            Scope::Only(listed) => listed,
        }
    }
}

/// Whether the text is how the number is written, without the signs and zeros that parsing would forgive.
fn is_decimal(text: &str, number: i64) -> bool {
    !text.starts_with(['0', '+']) && text.parse() == Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TenantId, UserId};

    #[test]
    fn users_and_tenants_are_listed_by_number() {
        let grant = Grant { object_ids: Scope::of(["12", "+13", "014"]), ..Grant::all() };
        let user =
            |id| Request { instance: Some(Instance::User { id, member: true }), ..Request::on_type("USER", "view") };
        assert!(grant.covers(&user(UserId(12))));
        assert!(
            !grant.covers(&user(UserId(13))) && !grant.covers(&user(UserId(14))) && !grant.covers(&user(UserId(1)))
        );
        let tenant = Instance::Tenant { id: TenantId(12), member: true };
        assert!(grant.covers(&Request { instance: Some(tenant), ..Request::on_type("TENANT", "view") }));
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        for scope in [Scope::All, Scope::of(["start", "stop"]), Scope::of(Vec::<String>::new())] {
            let json = serde_json::to_string(&scope).unwrap();
            assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope, "{json}");
        }
    }

    #[test]
    fn a_star_asked_needs_a_star_granted() {
        let listed = Scope::Only(BTreeSet::from(["*".to_owned()]));
        assert!(!listed.contains("*"), "only `Scope::All` is all, however it came about");
        let grant = Grant { object_types: Scope::of(["USER"]), ..Grant::all() };
        assert!(!grant.covers(&Request::on_type("*", "view")));
    }

    #[test]
    fn a_grant_with_an_unknown_member_is_refused() {
        let text = r#"{"object_types": ["*"], "operations": ["*"], "object_ids": ["*"], "objects": ["web"]}"#;
        assert!(serde_json::from_str::<Grant>(text).is_err());
    }
}
