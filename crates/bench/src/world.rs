//! Who is there, and Robin's own answer.

use std::collections::HashMap;

use robin_rbac::{Catalogue, PermissionSet, Request, Subject, TenantId, TenantRole, UserId, decide};

/// The built-in catalogue's text.
pub const BUILTIN: &str = include_str!("../../rbac/src/catalogue/builtin.json");
/// The capability that everybody has.
pub const CAPABILITY: &str = "AllUserCapabilities";
/// Users 0 to 999.
pub const USERS: i64 = 1000;
/// Tenants 0 to 4.
pub const TENANTS: i64 = 5;

/// The one tenant that a user is in.
#[must_use]
pub const fn tenant_of(user: i64) -> i64 {
    user % TENANTS
}

/// What a service that embeds Robin holds.
pub struct Robin {
    catalogue: Catalogue,
    members: HashMap<(i64, i64), PermissionSet>,
}

impl Robin {
    /// Reads the catalogue and resolves everybody.
    #[must_use]
    pub fn load(text: &str) -> Self {
        let catalogue = Catalogue::parse(text).unwrap();
        let capability = catalogue.capability(CAPABILITY).unwrap().id();
        let members = (0..USERS).map(|user| ((user, tenant_of(user)), catalogue.resolve([capability]))).collect();
        Self { catalogue, members }
    }

    /// Whether a user, logged into a tenant, may.
    #[must_use]
    pub fn may(&self, user: i64, tenant: i64, object_type: &str, operation: &str) -> bool {
        self.may_do(user, tenant, &Request::on_type(object_type, operation))
    }

    /// Whether a user, logged into a tenant, may do what the request says.
    #[must_use]
    pub fn may_do(&self, user: i64, tenant: i64, request: &Request<'_>) -> bool {
        let Some(permissions) = self.members.get(&(user, tenant)) else { return false };
        let (user, tenant, role) = (UserId(user), TenantId(tenant), TenantRole::User);
        let subject = Subject { user, tenant, role, permissions, grants: None };
        decide(&self.catalogue, &subject, request).allowed
    }
}
