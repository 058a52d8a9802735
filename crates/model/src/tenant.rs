//! Tenants.

use robin_rbac::TenantId;
use serde::Serialize;

use crate::{TenantName, Timestamp};

/// A group of users and of what they own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// Its number, never given again.
    pub id: TenantId,
    /// Its name.
    pub name: TenantName,
    /// What it is for.
    pub description: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A tenant to be added.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its name.
    pub name: TenantName,
    /// What it is for.
    pub description: String,
    /// When it is added.
    pub created_at: Timestamp,
}

/// What a tenant holds, and what keeps it from being removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Population {
    /// Members.
    pub members: i64,
    /// Namespaces.
    pub namespaces: i64,
    /// Other registered objects.
    pub objects: i64,
    /// Mappings of directories' groups into it.
    pub mappings: i64,
}
