//! The answer to a request, and why it is so.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer.
///
/// ```
/// use robin_rbac::{Catalogue, Denial, PermissionSet, Reason, Request, Subject, TenantId, TenantRole, UserId, decide};
/// let nothing = PermissionSet::new();
/// let role = TenantRole::User;
/// let subject = Subject { user: UserId(7), tenant: TenantId(3), role, permissions: &nothing, grants: None };
/// let decision = decide(&Catalogue::builtin(), &subject, &Request::on_type("USER", "view"));
/// assert_eq!((decision.allowed, decision.reason), (false, Reason::PermissionMissing));
/// assert_eq!(decision.denial(), Some(Denial::Forbidden));
/// assert_eq!(serde_json::to_string(&decision)?, r#"{"allowed":false,"reason":"permission_missing"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Decision {
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: Reason,
}

impl Decision {
    /// How to answer a denied request; `None` for an allowed one.
    ///
    /// ```
    /// use robin_rbac::{Decision, Denial, Reason};
    /// assert_eq!(Decision::from(Reason::Owner).denial(), None);
    /// assert_eq!(Decision::from(Reason::OutOfReach).denial(), Some(Denial::Hidden));
    /// ```
    #[must_use]
    pub const fn denial(self) -> Option<Denial> {
        self.reason.denial()
    }
}

impl From<Reason> for Decision {
    fn from(reason: Reason) -> Self {
        Self { allowed: reason.denial().is_none(), reason }
    }
}

/// What a denied subject may learn.
///
/// ```
/// use robin_rbac::{Denial, Reason};
/// assert_eq!(Reason::OnlyVisible.denial(), Some(Denial::Forbidden));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denial {
    /// The request is malformed: the catalogue has no such object type or operation.
    Unknown,
    /// That it is not allowed.
    Forbidden,
    /// Nothing: the answer must be that for an instance that is not there.
    Hidden,
}

/// Why a request is allowed or denied.
///
/// ```
/// use robin_rbac::Reason;
/// assert_eq!(Reason::UserShare.as_str(), "user_share");
/// assert_eq!(Reason::UserShare.text(), "the instance is shared with the user for this operation");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Allowed: the permission is held, and no instance was asked about.
    Permission,
    /// Allowed: they own the instance, and are logged into its tenant.
    Owner,
    /// Allowed: they are tenantadmin of the instance's tenant, and logged into it.
    TenantAdmin,
    /// Allowed: they are superadmin, and logged into `Administrators`.
    SuperAdmin,
    /// Allowed: the instance is shared with them for this operation, and they are logged into its tenant or one that it
    /// is shared with.
    UserShare,
    /// Allowed: the instance is shared with the tenant they are logged into.
    TenantShare,
    /// Allowed: the instance is a thing of the cluster, which no tenant bounds.
    Cluster,
    /// Allowed: the user asked about is the one who asks.
    #[serde(rename = "self")]
    Oneself,
    /// Allowed: the tenant asked about is one of theirs.
    OwnTenant,
    /// Denied: the catalogue has no such object type.
    UnknownObjectType,
    /// Denied: the catalogue has no such operation on the object type.
    UnknownOperation,
    /// Denied: no grant of the token covers the request.
    NotGranted,
    /// Denied: no assigned capability gives the permission.
    PermissionMissing,
    /// Denied: no assigned capability gives `view` on the type, which an operation on an instance needs too.
    ViewMissing,
    /// Denied: nothing lets them reach the instance, so that they may not learn of it.
    OutOfReach,
    /// Denied: they may see the instance, but nothing lets them do this to it.
    OnlyVisible,
}

impl Reason {
    /// Every reason.
    ///
    /// ```
    /// use robin_rbac::Reason;
    /// assert_eq!(Reason::ALL.into_iter().filter(|reason| reason.denial().is_none()).count(), 9);
    /// ```
    pub const ALL: [Self; 16] = [
        Self::Permission,
        Self::Owner,
        Self::TenantAdmin,
        Self::SuperAdmin,
        Self::UserShare,
        Self::TenantShare,
        Self::Cluster,
        Self::Oneself,
        Self::OwnTenant,
        Self::UnknownObjectType,
        Self::UnknownOperation,
        Self::NotGranted,
        Self::PermissionMissing,
        Self::ViewMissing,
        Self::OutOfReach,
        Self::OnlyVisible,
    ];

    /// The reason on the wire.
    ///
    /// ```
    /// assert_eq!(robin_rbac::Reason::Oneself.as_str(), "self");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::Owner => "owner",
            Self::TenantAdmin => "tenant_admin",
            Self::SuperAdmin => "super_admin",
            Self::UserShare => "user_share",
            Self::TenantShare => "tenant_share",
            Self::Cluster => "cluster",
            Self::Oneself => "self",
            Self::OwnTenant => "own_tenant",
            Self::UnknownObjectType => "unknown_object_type",
            Self::UnknownOperation => "unknown_operation",
            Self::NotGranted => "not_granted",
            Self::PermissionMissing => "permission_missing",
            Self::ViewMissing => "view_missing",
            Self::OutOfReach => "out_of_reach",
            Self::OnlyVisible => "only_visible",
        }
    }

    /// The reason as a person would put it.
    ///
    /// ```
    /// assert_eq!(robin_rbac::Reason::Permission.text(), "the permission is held");
    /// ```
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Permission => "the permission is held",
            Self::Owner => "the user owns the instance and is logged into its tenant",
            Self::TenantAdmin => "the user is tenantadmin of the tenant and logged into it",
            Self::SuperAdmin => "the user is superadmin and logged into Administrators",
            Self::UserShare => "the instance is shared with the user for this operation",
            Self::TenantShare => "the instance is shared with the tenant the user is logged into",
            Self::Cluster => "the instance belongs to the cluster, where the permission decides alone",
            Self::Oneself => "the user asks about themselves",
            Self::OwnTenant => "the user is a member of the tenant",
            Self::UnknownObjectType => "the catalogue has no such object type",
            Self::UnknownOperation => "the catalogue has no such operation on the object type",
            Self::NotGranted => "no grant of the token covers the request",
            Self::PermissionMissing => "no assigned capability gives the permission",
            Self::ViewMissing => "no assigned capability gives `view` on the object type",
            Self::OutOfReach => "the instance is out of the user's reach",
            Self::OnlyVisible => "the user may see the instance but not do this to it",
        }
    }

    /// How to answer a request denied for this reason; `None` when it is a reason to allow.
    ///
    /// ```
    /// use robin_rbac::{Denial, Reason};
    /// assert_eq!(Reason::Cluster.denial(), None);
    /// assert_eq!(Reason::UnknownOperation.denial(), Some(Denial::Unknown));
    /// ```
    #[must_use]
    pub const fn denial(self) -> Option<Denial> {
        match self {
            Self::Permission
            | Self::Owner
            | Self::TenantAdmin
            | Self::SuperAdmin
            | Self::UserShare
            | Self::TenantShare
            | Self::Cluster
            | Self::Oneself
            | Self::OwnTenant => None,
            Self::UnknownObjectType | Self::UnknownOperation => Some(Denial::Unknown),
            Self::NotGranted | Self::PermissionMissing | Self::ViewMissing | Self::OnlyVisible => {
                Some(Denial::Forbidden)
            }
            Self::OutOfReach => Some(Denial::Hidden),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_written_in_json_as_it_names_itself() {
        for reason in Reason::ALL {
            assert_eq!(format!("{reason:>20}"), format!("{:>20}", reason.as_str()));
            let json = serde_json::to_value(reason).unwrap();
            assert_eq!(json, reason.as_str());
            assert_eq!(serde_json::from_value::<Reason>(json).unwrap(), reason);
        }
    }
}
