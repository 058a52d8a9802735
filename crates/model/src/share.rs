//! Shares: what lets users and tenants reach objects that are not theirs.

use robin_rbac::{ShareTarget, TenantId, UserId, sharing::Operations};
use serde::{Serialize, Serializer};

use crate::{ObjectId, ObjectName, ShareId, Timestamp, Username};

/// A share of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectShare {
    /// Its number, never given again.
    pub id: ShareId,
    /// The object's number.
    pub object: ObjectId,
    /// The object's type.
    pub object_type: String,
    /// What the object's service calls it.
    pub object_name: ObjectName,
    /// With whom.
    #[serde(rename = "share_type", serialize_with = "share_type")]
    pub with: ShareTarget,
    /// The name of that tenant or user.
    pub with_name: String,
    /// For what.
    pub operations: Operations,
    /// When it is over.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// That user's name.
    pub created_by_name: Username,
}

fn share_type<S: Serializer>(with: &ShareTarget, serializer: S) -> Result<S::Ok, S::Error> {
    with.share_type().serialize(serializer)
}

impl ObjectShare {
    /// Whether it is not over yet.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| expires_at > now)
    }
}

/// A share to be made.
#[derive(Debug, Clone)]
pub struct NewShare {
    /// The object's number.
    pub object: ObjectId,
    /// With whom.
    pub with: ShareTarget,
    /// For what.
    pub operations: Operations,
    /// When it is over.
    pub expires_at: Option<Timestamp>,
    /// When it is made.
    pub created_at: Timestamp,
    /// Who makes it.
    pub created_by: UserId,
}

/// Which shares a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareSource {
    /// All.
    All,
    /// Those of this object.
    Object(ObjectId),
    /// Those of all objects bound to this tenant.
    ObjectsOf(TenantId),
    /// Those with this tenant or user.
    With(ShareTarget),
}
