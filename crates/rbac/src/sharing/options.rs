//! What may be shared, with whom, for what.

use serde::Serialize;

use super::ShareType;

/// What objects of one type may be shared for with targets of one kind.
struct Offer {
    object_type: &'static str,
    share_type: ShareType,
    operations: &'static [&'static str],
}

/// What the list of options shows, in its order.
const LISTED: [Offer; 9] = [
    user(
        "APPLICATION",
        &[
            "backup",
            "clone",
            "hydrate",
            "manage_instances",
            "probe",
            "restart",
            "restore",
            "rollback",
            "setsnapback",
            "scale",
            "snapshot",
            "start",
            "stop",
            "view",
        ],
    ),
    tenant("BACKUP", &["view", "share", "manage"]),
    user("BACKUP", &["view"]),
    user("CLONE", &["manage_instances", "probe", "restart", "restore", "start", "stop", "view"]),
    user(
        "K8S_APPLICATION",
        &["view", "update", "start", "stop", "snapshot", "backup", "clone", "rollback", "restore", "hydrate"],
    ),
    user("NAMESPACE", &["view", "deploy_app"]),
    user("SNAPSHOT", &["view"]),
    tenant("STORAGE_REPO", &["view", "share", "manage"]),
    user("STORAGE_REPO", &["view", "push"]),
];

/// What may be shared without being on that list.
const UNLISTED: [Offer; 4] = [
    tenant("BUNDLE", &["view"]),
    tenant("IMAGE", &["view"]),
    tenant("DOCKER_REGISTRY", &["view"]),
    tenant("K8S_BACKUP", &["view", "share", "manage"]),
];

const fn user(object_type: &'static str, operations: &'static [&'static str]) -> Offer {
    Offer { object_type, share_type: ShareType::User, operations }
}

const fn tenant(object_type: &'static str, operations: &'static [&'static str]) -> Offer {
    Offer { object_type, share_type: ShareType::Tenant, operations }
}

/// One row of the list of share options.
///
/// ```
/// use robin_rbac::sharing;
/// let row = sharing::options(Some("SNAPSHOT"), None).next().expect("snapshots are shared");
/// assert_eq!(
///     serde_json::to_string(&row)?,
///     r#"{"operation":"view","object_type":"SNAPSHOT","share_type":"USER"}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ShareOption {
    /// What an object may be shared for.
    pub operation: &'static str,
    /// The type of the object.
    pub object_type: &'static str,
    /// The kind of target.
    pub share_type: ShareType,
}

/// The list of share options: all 43, or those of one object type, of one kind of target, or both.
///
/// Some types may be shared with tenants without being listed: see [`shareable`].
///
/// ```
/// use robin_rbac::{ShareType, sharing};
/// assert_eq!(sharing::options(None, None).count(), 43);
/// assert_eq!(sharing::options(Some("STORAGE_REPO"), Some(ShareType::Tenant)).count(), 3);
/// assert_eq!(sharing::options(Some("BUNDLE"), None).count(), 0);
/// ```
pub fn options(object_type: Option<&str>, share_type: Option<ShareType>) -> impl Iterator<Item = ShareOption> {
    let offers = LISTED.iter().filter(move |offer| {
        object_type.is_none_or(|wanted| wanted == offer.object_type)
            && share_type.is_none_or(|wanted| wanted == offer.share_type)
    });
    offers.flat_map(|Offer { object_type, share_type, operations }| {
        operations.iter().map(|operation| ShareOption { operation, object_type, share_type: *share_type })
    })
}

/// What objects of the type may be shared for with targets of that kind; nothing when they may not be shared so.
///
/// ```
/// use robin_rbac::{ShareType, sharing};
/// assert_eq!(sharing::shareable("BUNDLE", ShareType::Tenant), ["view"]);
/// assert!(sharing::shareable("BUNDLE", ShareType::User).is_empty());
/// ```
#[must_use]
pub fn shareable(object_type: &str, share_type: ShareType) -> &'static [&'static str] {
    let mut offers = LISTED.iter().chain(&UNLISTED);
    let offer = offers.find(|offer| offer.object_type == object_type && offer.share_type == share_type);
    offer.map_or(&[], |offer| offer.operations)
}

/// Whether objects of the type may be shared with users for the operation.
pub(crate) fn offers_user(object_type: &str, operation: &str) -> bool {
    shareable(object_type, ShareType::User).contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_options_keep_their_order() {
        let rows: Vec<_> = options(None, None).map(|row| (row.object_type, row.operation)).collect();
        assert_eq!(rows.first(), Some(&("APPLICATION", "backup")));
        assert_eq!(rows.get(9), Some(&("APPLICATION", "scale")));
        assert_eq!(rows.get(17), Some(&("BACKUP", "view")));
        assert_eq!(rows.last(), Some(&("STORAGE_REPO", "push")));
    }
}
