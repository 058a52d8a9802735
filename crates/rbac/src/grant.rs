//! Grants: what an access token is narrowed to.
//!
//! A token never gives more than its user has. Grants only take away: with any, a request must be covered by one of them,
//! whole; two that cover half of it each do not add up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Instance, Request, TenantId};

/// What stands for all in a list.
const ALL: &str = "*";

/// One grant of a token.
///
/// The ids of users and tenants are their numbers, in decimal: a name may be given to another one day.
///
/// ```
/// use robin_rbac::{Grant, Instance, Request, TenantId};
/// let grant: Grant = serde_json::from_str(
///     r#"{"object_types": ["APPLICATION"], "operations": ["view", "start"], "tenants": ["3"], "object_ids": ["web"]}"#,
/// )?;
/// let tenant = Some(TenantId(3));
/// let instance = Instance::Object { id: "web", owner: None, tenant, shares: &[] };
/// let start = Request { object_type: "APPLICATION", operation: "start", instance: Some(instance) };
/// assert!(grant.covers(&start, tenant));
/// assert!(!grant.covers(&Request { operation: "stop", ..start }, tenant));
/// assert!(!grant.covers(&start, Some(TenantId(4))), "it is for one tenant");
/// assert!(!grant.covers(&Request { instance: None, ..start }, tenant), "one object is not all of them");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The object types it covers.
    pub object_types: Scope,
    /// The operations it covers.
    pub operations: Scope,
    /// The tenants whose things it covers. What belongs to no tenant needs all of them.
    pub tenants: Scope,
    /// The instances it covers. A request about no instance in particular needs all of them.
    pub object_ids: Scope,
}

impl Grant {
    /// The grant that covers every request.
    ///
    /// ```
    /// use robin_rbac::{Grant, Request};
    /// assert!(Grant::all().covers(&Request::on_type("USER", "view"), None));
    /// ```
    #[must_use]
    pub const fn all() -> Self {
        Self { object_types: Scope::All, operations: Scope::All, tenants: Scope::All, object_ids: Scope::All }
    }

    /// Whether it covers the whole request, which is about something of this tenant, or of none.
    ///
    /// ```
    /// use robin_rbac::{Grant, Request, Scope};
    /// let grant = Grant { operations: Scope::of(["view"]), ..Grant::all() };
    /// assert!(grant.covers(&Request::on_type("USER", "view"), None));
    /// assert!(!grant.covers(&Request::on_type("USER", "delete"), None));
    /// ```
    #[must_use]
    pub fn covers(&self, request: &Request<'_>, tenant: Option<TenantId>) -> bool {
        self.touches(request.object_type, request.operation)
            && self.is_for(tenant)
            && match request.instance {
                None => self.object_ids == Scope::All,
                Some(Instance::Object { id, .. }) => self.object_ids.contains(id),
                Some(Instance::Tenant { id, .. }) => self.object_ids.contains_number(id.0),
                Some(Instance::User { id, .. }) => self.object_ids.contains_number(id.0),
            }
    }

    /// Whether it covers the operation on some things of the type, if not on all.
    ///
    /// ```
    /// use robin_rbac::{Grant, Scope};
    /// let grant = Grant { operations: Scope::of(["view"]), object_ids: Scope::of(["web"]), ..Grant::all() };
    /// assert!(grant.touches("APPLICATION", "view") && !grant.touches("APPLICATION", "start"));
    /// ```
    #[must_use]
    pub fn touches(&self, object_type: &str, operation: &str) -> bool {
        self.object_types.contains(object_type) && self.operations.contains(operation)
    }

    /// Whether it covers the operation on everything of the type in this tenant, or without one anywhere.
    ///
    /// ```
    /// use robin_rbac::{Grant, Scope, TenantId};
    /// let grant = Grant { tenants: Scope::of(["3"]), ..Grant::all() };
    /// assert!(grant.holds("USER", "view", Some(TenantId(3))) && !grant.holds("USER", "view", None));
    /// ```
    #[must_use]
    pub fn holds(&self, object_type: &str, operation: &str, tenant: Option<TenantId>) -> bool {
        self.covers(&Request::on_type(object_type, operation), tenant)
    }

    /// Whether it covers every request that the other one covers.
    ///
    /// ```
    /// use robin_rbac::{Grant, Scope};
    /// let narrow = Grant { operations: Scope::of(["view"]), ..Grant::all() };
    /// assert!(Grant::all().contains(&narrow) && !narrow.contains(&Grant::all()));
    /// ```
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.object_types.contains_all(&other.object_types)
            && self.operations.contains_all(&other.operations)
            && self.tenants.contains_all(&other.tenants)
            && self.object_ids.contains_all(&other.object_ids)
    }

    fn is_for(&self, tenant: Option<TenantId>) -> bool {
        match tenant {
            None => self.tenants == Scope::All,
            Some(tenant) => self.tenants.contains_number(tenant.0),
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

    fn contains_all(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(_), Self::Only(listed)) => listed.iter().all(|text| self.contains(text)),
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
        let covers = |instance| grant.covers(&Request { instance, ..Request::on_type("USER", "view") }, None);
        let user = |id| covers(Some(Instance::User { id: UserId(id), member: true }));
        assert!(user(12) && !user(13) && !user(14) && !user(1));
        assert!(covers(Some(Instance::Tenant { id: TenantId(12), member: true })));
        let of_two = Grant { tenants: Scope::of(["2"]), ..Grant::all() };
        let holds = |tenant: Option<i64>| of_two.holds("USER", "view", tenant.map(TenantId));
        assert!(holds(Some(2)) && !holds(Some(3)) && !holds(None));
    }

    #[test]
    fn a_grant_contains_what_is_no_wider_in_any_respect() {
        let grant = Grant {
            object_types: Scope::of(["USER", "TENANT"]),
            operations: Scope::of(["view"]),
            tenants: Scope::of(["2"]),
            object_ids: Scope::of(["7"]),
        };
        assert!(grant.contains(&grant) && Grant::all().contains(&grant));
        assert!(grant.contains(&Grant { object_types: Scope::of(["USER"]), ..grant.clone() }));
        for wider in [
            Grant { object_types: Scope::All, ..grant.clone() },
            Grant { operations: Scope::of(["view", "delete"]), ..grant.clone() },
            Grant { tenants: Scope::All, ..grant.clone() },
            Grant { object_ids: Scope::of(["8"]), ..grant.clone() },
        ] {
            assert!(!grant.contains(&wider), "{wider:?}");
        }
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
        assert!(!grant.covers(&Request::on_type("*", "view"), None));
    }

    #[test]
    fn a_grant_with_an_unknown_member_is_refused() {
        let all = r#""object_types": ["*"], "operations": ["*"], "tenants": ["*"], "object_ids": ["*"]"#;
        assert_eq!(serde_json::from_str::<Grant>(&format!("{{{all}}}")).unwrap(), Grant::all());
        let text = &format!(r#"{{{all}, "objects": ["web"]}}"#);
        assert!(serde_json::from_str::<Grant>(text).is_err());
    }
}
