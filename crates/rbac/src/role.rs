//! Tenant roles: which instances a member of a tenant reaches.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The role of a member in one tenant. The order is one of reach: `User` < `Tenantadmin` < `Superadmin`.
///
/// ```
/// use robin_rbac::TenantRole;
/// assert_eq!("tenantadmin".parse(), Ok(TenantRole::Tenantadmin));
/// assert!(TenantRole::User < TenantRole::Superadmin);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum TenantRole {
    /// Reaches what they own and what is shared with them.
    User,
    /// Reaches everything bound to the tenant they are logged into.
    Tenantadmin,
    /// Reaches everything while logged into `Administrators`, the only tenant with this role.
    Superadmin,
}

impl TenantRole {
    /// Every role, the one of the widest reach first.
    ///
    /// ```
    /// use robin_rbac::TenantRole;
    /// assert!(TenantRole::ALL.is_sorted_by(|wider, narrower| wider > narrower));
    /// ```
    pub const ALL: [Self; 3] = [Self::Superadmin, Self::Tenantadmin, Self::User];

    /// The role's name on the wire.
    ///
    /// ```
    /// assert_eq!(robin_rbac::TenantRole::User.as_str(), "user");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Tenantadmin => "tenantadmin",
            Self::Superadmin => "superadmin",
        }
    }

    /// The name of the capability that a member with this role gets when none is named.
    ///
    /// ```
    /// use robin_rbac::TenantRole;
    /// assert_eq!(TenantRole::User.default_capability(), "AllUserCapabilities");
    /// ```
    #[must_use]
    pub const fn default_capability(self) -> &'static str {
        match self {
            Self::User => "AllUserCapabilities",
            Self::Tenantadmin => "AllTenantAdminCapabilities",
            Self::Superadmin => "AllSuperAdminCapabilities",
        }
    }
}

impl fmt::Display for TenantRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no tenant role.
///
/// ```
/// use robin_rbac::{TenantRole, UnknownRole};
/// assert_eq!("root".parse::<TenantRole>(), Err(UnknownRole("root".into())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown tenant role `{0}`: use `superadmin`, `tenantadmin` or `user`")]
pub struct UnknownRole(pub String);

impl FromStr for TenantRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

impl TryFrom<String> for TenantRole {
    type Error = UnknownRole;

    fn try_from(text: String) -> Result<Self, UnknownRole> {
        text.parse()
    }
}

/// A set of tenant roles: those a capability may be assigned to.
///
/// ```
/// use robin_rbac::{RoleSet, TenantRole};
/// let roles = RoleSet::from_iter([TenantRole::User, TenantRole::Superadmin]);
/// assert!(roles.contains(TenantRole::User) && !roles.contains(TenantRole::Tenantadmin));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct RoleSet(u8);

impl RoleSet {
    /// Whether `role` is in the set.
    ///
    /// ```
    /// use robin_rbac::{RoleSet, TenantRole};
    /// assert!(!RoleSet::default().contains(TenantRole::User));
    /// ```
    #[must_use]
    pub const fn contains(self, role: TenantRole) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether every role of this set is in `other`.
    ///
    /// ```
    /// use robin_rbac::{RoleSet, TenantRole};
    /// let user = RoleSet::from_iter([TenantRole::User]);
    /// let all = RoleSet::from_iter(TenantRole::ALL);
    /// assert!(user.is_subset(all) && !all.is_subset(user));
    /// ```
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether no role is in the set.
    ///
    /// ```
    /// assert!(robin_rbac::RoleSet::default().is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles of the set, in the order of [`TenantRole::ALL`].
    ///
    /// ```
    /// use robin_rbac::{RoleSet, TenantRole};
    /// assert!(RoleSet::from_iter(TenantRole::ALL).iter().eq(TenantRole::ALL));
    /// ```
    pub fn iter(self) -> impl Iterator<Item = TenantRole> {
        TenantRole::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<TenantRole> for RoleSet {
    fn from_iter<I: IntoIterator<Item = TenantRole>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | 1 << role as u8))
    }
}
