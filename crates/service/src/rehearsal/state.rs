//! What decisions rest on, as far as a change has touched it, at one moment.

use std::collections::BTreeMap;

use robin_model::{
    ObjectName, TenantId, UserId,
    share::{ObjectShare, ShareSource},
    user::Membership,
};
use robin_rbac::{Catalogue, PermissionSet, ShareTarget};
use robin_storage::Transaction;

use super::Touched;
use crate::{Ctx, Result, capability, object::SharedObject};

/// The state before a change, or after it.
pub(super) struct State {
    /// The catalogue in force.
    pub catalogue: Catalogue,
    /// Those memberships for which something may be different.
    pub places: BTreeMap<(UserId, TenantId), Membership>,
    /// Those objects about which something may be different.
    pub objects: BTreeMap<(String, ObjectName), Seen>,
}

/// An object with the shares that are in force.
pub(super) struct Seen {
    /// As decisions see it.
    pub object: SharedObject,
    /// The shares, with names.
    pub shares: Vec<ObjectShare>,
}

impl State {
    /// Reads it.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn read(ctx: &Ctx, tx: &mut dyn Transaction, touched: &Touched) -> Result<Self> {
        let catalogue = capability::catalogue(ctx, tx).await?;
        let users: Vec<UserId> = touched.users.iter().copied().collect();
        let places = tx.memberships_of(&users).await?;
        let places = places.into_iter().map(|place| ((place.user, place.tenant), place)).collect();
        let mut objects = BTreeMap::new();
        for (object_type, name) in &touched.objects {
            let Some(object) = tx.object_named(object_type, name).await? else { continue };
            let shares = tx.shares(ShareSource::Object(object.id), ctx.now(), None, u32::MAX).await?;
            let object = SharedObject::new(&object, &shares);
            objects.insert((object_type.clone(), name.clone()), Seen { object, shares });
        }
        Ok(Self { catalogue, places, objects })
    }

    /// What the member may do.
    pub fn permissions(&self, place: &Membership) -> PermissionSet {
        self.catalogue.resolve(place.capabilities.iter().copied())
    }
}

impl Seen {
    /// Those who own the object, or to whom it is shared themselves.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        let shared = self.shares.iter().filter_map(|share| match share.with {
            ShareTarget::User(user) => Some(user),
            ShareTarget::Tenant(_) => None,
        });
        self.object.owner.into_iter().chain(shared)
    }

    /// The tenants that the object is shared with, and their names.
    pub fn tenants(&self) -> impl Iterator<Item = (TenantId, &str)> {
        self.shares.iter().filter_map(|share| match share.with {
            ShareTarget::Tenant(tenant) => Some((tenant, share.with_name.as_str())),
            ShareTarget::User(_) => None,
        })
    }
}
