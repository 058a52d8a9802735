//! What may be shared, with whom, for what.

use serde::Serialize;

use super::ShareType::{self, Tenant, User};

/// An object type, a kind of target, and the operations that objects of that type may be shared for with such targets.
struct Offer(&'static str, ShareType, &'static [&'static str]);

/// What the list of options shows, in its order.
const LISTED: [Offer; 9] = [
    Offer(
        "APPLICATION",
        User,
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
    Offer("BACKUP", Tenant, &["view", "share", "manage"]),
    Offer("BACKUP", User, &["view"]),
    Offer("CLONE", User, &["manage_instances", "probe", "restart", "restore", "start", "stop", "view"]),
    Offer(
        "K8S_APPLICATION",
        User,
        &["view", "update", "start", "stop", "snapshot", "backup", "clone", "rollback", "restore", "hydrate"],
    ),
    Offer("NAMESPACE", User, &["view", "deploy_app"]),
    Offer("SNAPSHOT", User, &["view"]),
    Offer("STORAGE_REPO", Tenant, &["view", "share", "manage"]),
    Offer("STORAGE_REPO", User, &["view", "push"]),
];

/// What may be shared without being on that list.
const UNLISTED: [Offer; 4] = [
    Offer("BUNDLE", Tenant, &["view"]),
    Offer("IMAGE", Tenant, &["view"]),
    Offer("DOCKER_REGISTRY", Tenant, &["view"]),
    Offer("K8S_BACKUP", Tenant, &["view", "share", "manage"]),
];

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
    let offers = LISTED.iter().filter(move |Offer(of_type, with, _)| {
        object_type.is_none_or(|wanted| wanted == *of_type) && share_type.is_none_or(|wanted| wanted == *with)
    });
    offers.flat_map(|Offer(object_type, share_type, operations)| {
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
    let offer = offers.find(|Offer(of_type, with, _)| *of_type == object_type && *with == share_type);
    offer.map_or(&[], |Offer(_, _, operations)| operations)
}

/// Whether objects of the type may be shared with users for the operation.
pub(crate) fn offers_user(object_type: &str, operation: &str) -> bool {
    shareable(object_type, ShareType::User).contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_cut_to_one_type_and_one_kind_of_target() {
        assert_eq!(options(Some("STORAGE_REPO"), Some(ShareType::Tenant)).count(), 3);
        assert_eq!(options(None, Some(ShareType::Tenant)).count() + options(None, Some(ShareType::User)).count(), 43);
    }

    #[test]
    fn the_listed_options_keep_their_order() {
        let rows: Vec<_> = options(None, None).map(|row| (row.object_type, row.operation)).collect();
        assert_eq!(rows.first(), Some(&("APPLICATION", "backup")));
        assert_eq!(rows.get(9), Some(&("APPLICATION", "scale")));
        assert_eq!(rows.get(17), Some(&("BACKUP", "view")));
        assert_eq!(rows.last(), Some(&("STORAGE_REPO", "push")));
    }
}
