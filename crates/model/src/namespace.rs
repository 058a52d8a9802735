//! Namespaces: where a tenant's members deploy.

use robin_rbac::{TenantId, UserId};
use serde::Serialize;

use crate::{NamespaceId, NamespaceName, TenantName, Timestamp, Username};

/// A namespace bound to a tenant and owned by one of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Namespace {
    /// Its number.
    pub id: NamespaceId,
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

/// A namespace to be added.
#[derive(Debug, Clone)]
pub struct NewNamespace {
    /// Its name.
    pub name: NamespaceName,
    /// The tenant to bind it to.
    pub tenant: TenantId,
    /// The member who will own it.
    pub owner: UserId,
    /// When it is added.
    pub created_at: Timestamp,
}

/// Which namespaces a list holds; a filter that is not set lets all through.
#[derive(Debug, Clone, Default)]
pub struct NamespaceFilter {
    /// Only those of this tenant.
    pub tenant: Option<TenantId>,
    /// Only those of this owner.
    pub owner: Option<UserId>,
}
