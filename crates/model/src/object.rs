//! Registered objects: instances of any object type that other services own, and Robin's own namespaces.

use robin_rbac::{TenantId, UserId};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{ObjectId, ObjectName, TenantName, Timestamp, Username};

/// What a service says of its object, as a JSON object. Decisions don't look at it.
pub type Attributes = Map<String, Value>;

/// A registered object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Object {
    /// Its number, never given again.
    pub id: ObjectId,
    /// Its type, as the catalogue writes it.
    pub object_type: String,
    /// What its service calls it, unique within the type.
    pub name: ObjectName,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// That user's name.
    pub owner_name: Option<Username>,
    /// The tenant it is bound to; without one it belongs to the cluster.
    pub tenant: Option<TenantId>,
    /// That tenant's name.
    pub tenant_name: Option<TenantName>,
    /// What its service says of it.
    pub attributes: Attributes,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// An object to be registered.
#[derive(Debug, Clone)]
pub struct NewObject {
    /// Its type.
    pub object_type: String,
    /// What its service calls it.
    pub name: ObjectName,
    /// Who will own it.
    pub owner: Option<UserId>,
    /// The tenant to bind it to.
    pub tenant: Option<TenantId>,
    /// What its service says of it.
    pub attributes: Attributes,
    /// When it is registered.
    pub created_at: Timestamp,
}

/// Which objects a list holds.
#[derive(Debug, Clone)]
pub struct ObjectFilter {
    /// Why they are in it.
    pub source: ObjectSource,
    /// Only those of these types.
    pub types: ObjectTypes,
    /// Only those bound to this tenant.
    pub tenant: Option<TenantId>,
    /// Only those of this owner.
    pub owner: Option<UserId>,
}

/// Where the objects of a list come from. A list of several sources is put together from a list of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectSource {
    /// Being registered is enough.
    Registered,
    /// They belong to the cluster.
    Cluster,
    /// They are shared with the user, and bound to the tenant or shared with it too.
    SharedWithUser {
        /// The user.
        user: UserId,
        /// The tenant that the user is logged into.
        tenant: TenantId,
        /// Shares that have expired by then don't count.
        now: Timestamp,
    },
    /// They are shared with the tenant.
    SharedWithTenant {
        /// The tenant.
        tenant: TenantId,
        /// Shares that have expired by then don't count.
        now: Timestamp,
    },
}

/// The types of the objects of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectTypes {
    /// Whichever they are.
    Every,
    /// This one.
    One(String),
    /// Any of these. No name of a type has a comma in it.
    Any(Vec<String>),
}
