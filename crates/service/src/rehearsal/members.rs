//! What would be different for members of tenants.

use std::collections::BTreeSet;

use robin_model::{TenantId, UserId};
use robin_rbac::{Catalogue, PermissionSet};

use super::{MemberDifference, is_shown, state::State};
use crate::Ctx;

/// The differences, by user and tenant, without the users' names.
pub(super) fn differences(ctx: &Ctx, before: &State, after: &State) -> Vec<(UserId, MemberDifference)> {
    let keys: BTreeSet<&(UserId, TenantId)> = before.places.keys().chain(after.places.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let (was, is) = (before.places.get(key), after.places.get(key));
        let Some(place) = was.or(is).filter(|place| is_shown(ctx, place)) else { continue };
        let had = was.map(|place| before.permissions(place)).unwrap_or_default();
        let has = is.map(|place| after.permissions(place)).unwrap_or_default();
        let role = (was.map(|place| place.role), is.map(|place| place.role));
        if had != has || role.0 != role.1 {
            let difference = MemberDifference {
                username: String::new(),
                tenant: place.tenant_name.to_string(),
                gains: words(&after.catalogue, &has, &had),
                loses: words(&before.catalogue, &had, &has),
                role,
            };
            found.push((place.user, difference));
        }
    }
    found
}

/// The permissions that are in `one` and not in `other`.
fn words(catalogue: &Catalogue, one: &PermissionSet, other: &PermissionSet) -> Vec<String> {
    let word = |permission| {
        let (object_type, operation) = catalogue.describe(permission);
        format!("{object_type}:{operation}")
    };
    one.difference(other).map(word).collect()
}
