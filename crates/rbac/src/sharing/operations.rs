//! The operations of a share, as a set.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{ShareType, shareable};

/// Every operation that anything may be shared for, the one that every share includes first.
const NAMES: [&str; 19] = [
    "view",
    "update",
    "share",
    "manage",
    "backup",
    "clone",
    "deploy_app",
    "hydrate",
    "manage_instances",
    "probe",
    "push",
    "restart",
    "restore",
    "rollback",
    "scale",
    "setsnapback",
    "snapshot",
    "start",
    "stop",
];

/// What an object is shared for. It always includes `view`. In JSON it is the list of the names.
///
/// ```
/// use robin_rbac::sharing::Operations;
/// let operations = Operations::parse(["stop", "start"])?;
/// assert!(operations.iter().eq(["view", "start", "stop"]));
/// assert_eq!(serde_json::to_string(&operations).expect("a list"), r#"["view","start","stop"]"#);
/// # Ok::<(), robin_rbac::sharing::UnknownOperation>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operations(u32);

impl Operations {
    /// `view` alone.
    ///
    /// ```
    /// use robin_rbac::sharing::Operations;
    /// assert!(Operations::VIEW.iter().eq(["view"]));
    /// ```
    pub const VIEW: Self = Self(1);

    /// These operations, and `view`.
    ///
    /// ```
    /// use robin_rbac::sharing::Operations;
    /// assert_eq!(Operations::parse::<&str>([])?, Operations::VIEW);
    /// assert!(Operations::parse(["fly"]).is_err());
    /// # Ok::<(), robin_rbac::sharing::UnknownOperation>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnknownOperation`] names the first that nothing can be shared for.
    pub fn parse<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Result<Self, UnknownOperation> {
        names.into_iter().try_fold(Self::VIEW, |set, name| match bit(name.as_ref()) {
            Some(bit) => Ok(Self(set.0 | bit)),
            None => Err(UnknownOperation(name.as_ref().to_owned())),
        })
    }

    /// These operations, and `view`, when objects of that type may be shared for them with targets of that kind.
    ///
    /// ```
    /// use robin_rbac::{ShareType, sharing::Operations};
    /// assert!(Operations::offered("STORAGE_REPO", ShareType::User, ["push"]).is_ok());
    /// assert_eq!(
    ///     Operations::offered("STORAGE_REPO", ShareType::User, ["manage"]).expect_err("for tenants").to_string(),
    ///     "objects of type `STORAGE_REPO` cannot be shared with users for `manage`: use `view`, `push`",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotShareable`] names the first that is not offered, and what is.
    pub fn offered<T: AsRef<str>>(
        object_type: &str,
        share_type: ShareType,
        names: impl IntoIterator<Item = T>,
    ) -> Result<Self, NotShareable> {
        let offered = shareable(object_type, share_type);
        let refusal = |operation: &str| NotShareable {
            object_type: object_type.to_owned(),
            share_type,
            operation: operation.to_owned(),
            offered,
        };
        if offered.is_empty() {
            return Err(refusal("view"));
        }
        let names: Vec<T> = names.into_iter().collect();
        match names.iter().find(|name| !offered.contains(&name.as_ref())) {
            Some(name) => Err(refusal(name.as_ref())),
            // What is on offer is known: a test says so.
            None => {
                Ok(names.iter().filter_map(|name| bit(name.as_ref())).fold(Self::VIEW, |set, bit| Self(set.0 | bit)))
            }
        }
    }

    /// Whether the operation is in the set.
    ///
    /// ```
    /// use robin_rbac::sharing::Operations;
    /// assert!(Operations::VIEW.contains("view") && !Operations::VIEW.contains("start"));
    /// ```
    #[must_use]
    pub fn contains(self, operation: &str) -> bool {
        bit(operation).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Everything that is in this set or in `other`.
    ///
    /// ```
    /// use robin_rbac::sharing::Operations;
    /// let start = Operations::parse(["start"])?;
    /// assert!(start.union(Operations::parse(["stop"])?).iter().eq(["view", "start", "stop"]));
    /// # Ok::<(), robin_rbac::sharing::UnknownOperation>(())
    /// ```
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is left when these are taken away; `None` when `view` is among them, without which there is no share.
    ///
    /// ```
    /// use robin_rbac::sharing::Operations;
    /// let both = Operations::parse(["start", "stop"])?;
    /// assert_eq!(both.without(["stop"]), Some(Operations::parse(["start"])?));
    /// assert_eq!(both.without(["view"]), None);
    /// # Ok::<(), robin_rbac::sharing::UnknownOperation>(())
    /// ```
    #[must_use]
    pub fn without<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Option<Self> {
        let gone = names.into_iter().filter_map(|name| bit(name.as_ref())).fold(0, |all, bit| all | bit);
        Some(Self(self.0 & !gone)).filter(|left| left.contains("view"))
    }

    /// The names, `view` first.
    ///
    /// ```
    /// assert!(robin_rbac::sharing::Operations::VIEW.iter().eq(["view"]));
    /// ```
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().filter(move |name| self.contains(name))
    }
}

fn bit(operation: &str) -> Option<u32> {
    NAMES.iter().position(|name| *name == operation).map(|place| 1 << place)
}

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Operations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Operations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Vec::<String>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// An operation that nothing can be shared for.
///
/// ```
/// use robin_rbac::sharing::Operations;
/// let error = Operations::parse(["fly"]).expect_err("nothing flies");
/// assert_eq!(error.to_string(), "nothing can be shared for `fly`: use an operation that the share options list");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be shared for `{0}`: use an operation that the share options list")]
pub struct UnknownOperation(pub String);

/// A share that the type of the object does not offer.
///
/// ```
/// use robin_rbac::{ShareType, sharing::Operations};
/// let error = Operations::offered("NODE", ShareType::User, ["view"]).expect_err("nodes are not shared");
/// assert_eq!(error.to_string(), "objects of type `NODE` cannot be shared with users");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotShareable {
    /// The type of the object.
    pub object_type: String,
    /// The kind of target.
    pub share_type: ShareType,
    /// The operation that is not offered.
    pub operation: String,
    /// What is.
    pub offered: &'static [&'static str],
}

impl std::error::Error for NotShareable {}

impl fmt::Display for NotShareable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object_type, share_type, operation, offered } = self;
        let targets = match share_type {
            ShareType::Tenant => "tenants",
            ShareType::User => "users",
        };
        write!(f, "objects of type `{object_type}` cannot be shared with {targets}")?;
        if !offered.is_empty() {
            write!(f, " for `{operation}`: use `{}`", offered.join("`, `"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::options;

    #[test]
    fn every_operation_on_offer_can_be_shared_and_no_other() {
        let offered: std::collections::BTreeSet<_> = options(None, None).map(|option| option.operation).collect();
        assert_eq!(offered, NAMES.into_iter().collect());
    }

    #[test]
    fn only_what_a_type_offers_is_taken_and_the_refusal_says_what_that_is() {
        let push = Operations::offered("STORAGE_REPO", ShareType::User, ["push"]).expect("on offer");
        assert_eq!(push, Operations::parse(["push"]).unwrap());
        let refused = |object_type, share_type, name| {
            Operations::offered(object_type, share_type, [name]).expect_err("not on offer").to_string()
        };
        assert_eq!(
            refused("STORAGE_REPO", ShareType::User, "manage"),
            "objects of type `STORAGE_REPO` cannot be shared with users for `manage`: use `view`, `push`"
        );
        assert_eq!(refused("NODE", ShareType::Tenant, "view"), "objects of type `NODE` cannot be shared with tenants");
    }

    #[test]
    fn operations_are_added_taken_away_and_written_by_name() {
        let (start, stop) = (Operations::parse(["start"]).unwrap(), Operations::parse(["stop"]).unwrap());
        let both = start.union(stop);
        assert!(both.iter().eq(["view", "start", "stop"]));
        assert_eq!(format!("{both:?}"), r#"{"view", "start", "stop"}"#);
        assert_eq!((both.without(["stop", "fly"]), both.without(["view"])), (Some(start), None));
        let json = serde_json::to_string(&both).unwrap();
        assert_eq!(json, r#"["view","start","stop"]"#);
        assert_eq!(serde_json::from_str::<Operations>(&json).unwrap(), both);
        for none in [r#"["fly"]"#, "5"] {
            assert!(serde_json::from_str::<Operations>(none).is_err(), "{none}");
        }
    }
}
