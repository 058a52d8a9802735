//! Numbers that name things: small, typed, and never mixed up.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("let id = robin_rbac::", stringify!($name), "(3);")]
        /// assert_eq!(id.to_string(), "3");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A user's number. It is never given to another user.
    UserId
}
id! {
    /// A tenant's number. Tenant 1 is [`TenantId::ADMINISTRATORS`].
    TenantId
}
id! {
    /// A capability's number: below 115 built in, from 115 custom, from 10,001 added by other services.
    CapabilityId
}

impl TenantId {
    /// The tenant `Administrators`, which always exists and is the only one with superadmins.
    ///
    /// ```
    /// assert_eq!(robin_rbac::TenantId::ADMINISTRATORS.0, 1);
    /// ```
    pub const ADMINISTRATORS: Self = Self(1);
}

impl CapabilityId {
    /// The first number of custom capabilities.
    ///
    /// ```
    /// use robin_rbac::{CapabilityId, Catalogue};
    /// assert!(Catalogue::builtin().capabilities().all(|builtin| builtin.id() < CapabilityId::FIRST_CUSTOM));
    /// ```
    pub const FIRST_CUSTOM: Self = Self(115);
    /// The first number of capabilities that other services add with [`Catalogue::extend`](crate::Catalogue::extend).
    ///
    /// ```
    /// assert_eq!(robin_rbac::CapabilityId::FIRST_EXTRA.0, 10_001);
    /// ```
    pub const FIRST_EXTRA: Self = Self(10_001);
}
