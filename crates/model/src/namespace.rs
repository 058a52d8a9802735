//! Namespaces: where a tenant's members deploy. Each is an object of the type [`NAMESPACE`].

use robin_rbac::{TenantId, UserId};
use serde::Serialize;
use serde_json::Map;

use crate::{NamespaceName, ObjectId, TenantName, Timestamp, Username, object::NewObject};

/// The object type of namespaces.
pub const NAMESPACE: &str = "NAMESPACE";

/// A namespace bound to a tenant and owned by one of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Namespace {
    /// Its number among the objects, of which it is one.
    pub id: ObjectId,
    /// Its name.
    pub name: NamespaceName,
    /// The tenant it is bound to.
    pub tenant: TenantId,
    /// That tenant's name.
    pub tenant_name: TenantName,
    /// The member who owns it.
    pub owner: UserId,
    /// That member's username.
    pub owner_name: Username,
    /// Whether it is its owner's primary namespace in the tenant.
    pub primary: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

impl NewObject {
    /// A namespace to be added.
    #[must_use]
    pub fn namespace(name: &NamespaceName, tenant: TenantId, owner: UserId, created_at: Timestamp) -> Self {
        Self {
            object_type: NAMESPACE.to_owned(),
            name: name.into(),
            owner: Some(owner),
            tenant: Some(tenant),
            attributes: Map::new(),
            created_at,
        }
    }
}
