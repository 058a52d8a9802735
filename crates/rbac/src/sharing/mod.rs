//! Sharing: what may be shared with whom, what a share reaches, and who may share.
//!
//! A share with a user is for the operations it lists. A share with a tenant reaches, depending on the type, every member
//! for what their own permissions allow, or only the tenant's administrators.

mod operations;
mod options;

pub use operations::{NotShareable, Operations, UnknownOperation};
pub use options::{ShareOption, options, shareable};

use serde::{Deserialize, Serialize};

use crate::{Catalogue, Subject, TenantId, TenantRole, UserId, vocabulary::VIEW};
pub(crate) use options::offers_user;

/// What a share lets the administrators of a tenant do: share the object with members.
const SHARE: &str = "share";
/// What a share lets the administrators of a tenant do: all else, but what is the owner's and the cluster's.
const MANAGE: &str = "manage";

/// Whom something is shared with, by kind.
///
/// ```
/// use robin_rbac::ShareType;
/// assert_eq!(serde_json::to_string(&ShareType::Tenant)?, r#""TENANT""#);
/// assert_eq!(ShareType::User.as_str(), "USER");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ShareType {
    /// With a tenant.
    Tenant,
    /// With a user.
    User,
}

impl ShareType {
    /// The kind on the wire.
    ///
    /// ```
    /// assert_eq!(robin_rbac::ShareType::Tenant.as_str(), "TENANT");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "TENANT",
            Self::User => "USER",
        }
    }
}

/// Whom something is shared with.
///
/// ```
/// use robin_rbac::{ShareTarget, ShareType, UserId};
/// assert_eq!(ShareTarget::User(UserId(7)).share_type(), ShareType::User);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareTarget {
    /// A tenant.
    Tenant(TenantId),
    /// A user.
    User(UserId),
}

impl ShareTarget {
    /// The kind of the target.
    ///
    /// ```
    /// use robin_rbac::{ShareTarget, ShareType, TenantId};
    /// assert_eq!(ShareTarget::Tenant(TenantId(3)).share_type(), ShareType::Tenant);
    /// ```
    #[must_use]
    pub const fn share_type(self) -> ShareType {
        match self {
            Self::Tenant(_) => ShareType::Tenant,
            Self::User(_) => ShareType::User,
        }
    }
}

/// A share of an object that is in force.
///
/// ```
/// use robin_rbac::{Share, ShareTarget, TenantId, sharing::Operations};
/// let share = Share { with: ShareTarget::Tenant(TenantId(3)), operations: Operations::parse(["manage"])? };
/// assert!(share.operations.contains("view"), "every share includes it");
/// # Ok::<(), robin_rbac::sharing::UnknownOperation>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Share {
    /// With whom.
    pub with: ShareTarget,
    /// For what.
    pub operations: Operations,
}

/// Whether a share with a tenant for `shared` lets its members with that role do the operation.
pub(crate) fn reaches_tenant(object_type: &str, operation: &str, shared: Operations, role: TenantRole) -> bool {
    match object_type {
        "BUNDLE" | "IMAGE" | "DOCKER_REGISTRY" => true,
        "BACKUP" | "K8S_BACKUP" | "STORAGE_REPO" if role == TenantRole::Tenantadmin => match operation {
            VIEW => true,
            "user_share" | "user_unshare" => shared.contains(SHARE),
            "change_owner" => false,
            _ => !operation.starts_with("tenant_") && shared.contains(MANAGE),
        },
        _ => false,
    }
}

/// Whether a share with a tenant shows an object of the type to the tenant's members with that role.
///
/// ```
/// use robin_rbac::{TenantRole, sharing};
/// assert!(sharing::shows_tenant("BUNDLE", TenantRole::User));
/// assert!(sharing::shows_tenant("BACKUP", TenantRole::Tenantadmin) && !sharing::shows_tenant("BACKUP", TenantRole::User));
/// ```
#[must_use]
pub fn shows_tenant(object_type: &str, role: TenantRole) -> bool {
    reaches_tenant(object_type, VIEW, Operations::VIEW, role)
}

/// The operations that a share for `operation` lets its target do, as far as their own permissions go: those that whoever
/// shares for it must be able to do themselves.
///
/// ```
/// use robin_rbac::{Catalogue, ShareType, sharing};
/// let catalogue = Catalogue::builtin();
/// let with_tenant = |operation| sharing::given(&catalogue, "BACKUP", ShareType::Tenant, operation);
/// assert!(with_tenant("share").iter().all(|operation| ["user_share", "user_unshare"].contains(operation)));
/// assert!(with_tenant("manage").contains(&"purge") && !with_tenant("manage").contains(&"tenant_share"));
/// assert_eq!(sharing::given(&catalogue, "APPLICATION", ShareType::User, "start"), ["start"]);
/// ```
#[must_use]
pub fn given<'a>(
    catalogue: &'a Catalogue,
    object_type: &'a str,
    share_type: ShareType,
    operation: &'a str,
) -> Vec<&'a str> {
    let shared = Operations::parse([operation]);
    let (ShareType::Tenant, SHARE | MANAGE, Ok(shared)) = (share_type, operation, shared) else {
        return vec![operation];
    };
    let is_given = |asked: &&str| {
        let is_visible_anyway = operation == SHARE && *asked == VIEW;
        !is_visible_anyway && reaches_tenant(object_type, asked, shared, TenantRole::Tenantadmin)
    };
    catalogue.judged_operations(object_type).filter(is_given).collect()
}

/// The operation on the type whose permission sharing an object of it needs.
///
/// It is the one for the kind of target, or `share` on a type that knows no kinds. `None` when the catalogue has none.
///
/// ```
/// use robin_rbac::{Catalogue, ShareType, sharing};
/// let catalogue = Catalogue::builtin();
/// assert_eq!(sharing::sharing_operation(&catalogue, "NAMESPACE", ShareType::User), Some("user_share"));
/// assert_eq!(sharing::sharing_operation(&catalogue, "K8S_APPLICATION", ShareType::User), Some("share"));
/// assert_eq!(sharing::sharing_operation(&catalogue, "NODE", ShareType::User), None);
/// ```
#[must_use]
pub fn sharing_operation(catalogue: &Catalogue, object_type: &str, share_type: ShareType) -> Option<&'static str> {
    let candidates = match share_type {
        ShareType::Tenant => ["tenant_share"],
        ShareType::User => ["user_share"],
    };
    first_of(catalogue, object_type, &candidates, SHARE)
}

/// The operation on the type whose permission ending a share needs: as [`sharing_operation`], but what may share with
/// tenants may also end that where the catalogue has no operation of its own for it.
///
/// ```
/// use robin_rbac::{Catalogue, ShareType, sharing};
/// let catalogue = Catalogue::builtin();
/// assert_eq!(sharing::unsharing_operation(&catalogue, "BACKUP", ShareType::Tenant), Some("tenant_unshare"));
/// assert_eq!(sharing::unsharing_operation(&catalogue, "BUNDLE", ShareType::Tenant), Some("tenant_share"));
/// assert_eq!(sharing::unsharing_operation(&catalogue, "APPLICATION", ShareType::User), Some("unshare"));
/// ```
#[must_use]
pub fn unsharing_operation(catalogue: &Catalogue, object_type: &str, share_type: ShareType) -> Option<&'static str> {
    let candidates: &[&'static str] = match share_type {
        ShareType::Tenant => &["tenant_unshare", "tenant_share"],
        ShareType::User => &["user_unshare"],
    };
    first_of(catalogue, object_type, candidates, "unshare")
}

/// Whether the subject may share an object of `owning` with `target`: only a superadmin logged into `Administrators`
/// shares with another tenant than the object's own. The permission is judged apart.
///
/// ```
/// use robin_rbac::{PermissionSet, Subject, TenantId, TenantRole, UserId, sharing};
/// # let permissions = PermissionSet::new();
/// # let (user, role) = (UserId(7), TenantRole::Tenantadmin);
/// let subject = Subject { user, tenant: TenantId(3), role, permissions: &permissions, grants: None };
/// assert!(sharing::may_share_with_tenant(&subject, Some(TenantId(3)), TenantId(3)));
/// assert!(!sharing::may_share_with_tenant(&subject, Some(TenantId(3)), TenantId(4)));
/// ```
#[must_use]
pub fn may_share_with_tenant(subject: &Subject<'_>, owning: Option<TenantId>, target: TenantId) -> bool {
    owning == Some(target) || subject.is_superadmin()
}

fn first_of(
    catalogue: &Catalogue,
    object_type: &str,
    candidates: &[&'static str],
    kindless: &'static str,
) -> Option<&'static str> {
    let has = |operation: &&str| catalogue.judged(object_type, operation).is_some();
    let knows_kinds = ["user_share", "user_unshare", "tenant_share", "tenant_unshare"].iter().any(has);
    let kindless = Some(kindless).filter(|operation| !knows_kinds && has(operation));
    candidates.iter().copied().find(has).or(kindless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_of_its_kind() {
        assert_eq!(ShareTarget::User(UserId(7)).share_type(), ShareType::User);
        assert_eq!(ShareTarget::Tenant(TenantId(3)).share_type(), ShareType::Tenant);
    }

    #[test]
    fn only_a_superadmin_shares_with_another_tenant() {
        let permissions = crate::PermissionSet::new();
        let shares = |tenant, role, target| {
            let subject = Subject { user: UserId(7), tenant, role, permissions: &permissions, grants: None };
            may_share_with_tenant(&subject, Some(TenantId(3)), target)
        };
        assert!(shares(TenantId(3), TenantRole::Tenantadmin, TenantId(3)));
        assert!(!shares(TenantId(3), TenantRole::Tenantadmin, TenantId(4)));
        assert!(shares(TenantId::ADMINISTRATORS, TenantRole::Superadmin, TenantId(4)));
    }

    #[test]
    fn managing_leaves_the_owner_and_the_cluster_their_operations() {
        let manage = Operations::parse([MANAGE]).unwrap();
        let reaches = |operation| reaches_tenant("BACKUP", operation, manage, TenantRole::Tenantadmin);
        assert!(["view", "update", "delete", "purge", "export"].into_iter().all(reaches));
        assert!(!["change_owner", "tenant_share", "tenant_unshare", "user_share"].into_iter().any(reaches));
        assert!(!reaches_tenant("NAMESPACE", "view", manage, TenantRole::Tenantadmin));
    }
}
