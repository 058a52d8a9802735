//! What a decision is about: who asks, and for what.

use crate::{Catalogue, Grant, Permission, PermissionSet, Share, TenantId, TenantRole, UserId, reach::is_of_cluster};

/// Who asks: a user logged into a tenant.
///
/// ```
/// use robin_rbac::{Catalogue, Subject, TenantId, TenantRole, UserId};
/// let catalogue = Catalogue::builtin();
/// let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
/// let subject = Subject {
///     user: UserId(7),
///     tenant: TenantId(3),
///     role: TenantRole::User,
///     permissions: &permissions,
///     grants: None,
/// };
/// assert_eq!(subject.tenant, TenantId(3));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The user.
    pub user: UserId,
    /// The tenant they are logged into.
    pub tenant: TenantId,
    /// Their role there.
    pub role: TenantRole,
    /// What the capabilities assigned to them there give: [`Catalogue::resolve`](crate::Catalogue::resolve).
    pub permissions: &'a PermissionSet,
    /// What the token they came with is narrowed to. `None` is a token that is not narrowed; an empty list is one that
    /// is narrowed to nothing.
    pub grants: Option<&'a [Grant]>,
}

impl Subject<'_> {
    /// Whether they are a superadmin logged into `Administrators`, and so reach everything.
    ///
    /// ```
    /// # use robin_rbac::{PermissionSet, Subject, TenantId, TenantRole, UserId};
    /// # let permissions = PermissionSet::new();
    /// # let (user, role) = (UserId(7), TenantRole::Superadmin);
    /// let subject = Subject { user, tenant: TenantId::ADMINISTRATORS, role, permissions: &permissions, grants: None };
    /// assert!(subject.is_superadmin());
    /// assert!(!Subject { tenant: TenantId(2), ..subject }.is_superadmin());
    /// ```
    #[must_use]
    pub fn is_superadmin(&self) -> bool {
        self.role == TenantRole::Superadmin && self.tenant == TenantId::ADMINISTRATORS
    }

    /// Whether they are a tenantadmin logged into that tenant.
    ///
    /// ```
    /// # use robin_rbac::{PermissionSet, Subject, TenantId, TenantRole, UserId};
    /// # let permissions = PermissionSet::new();
    /// # let (user, role) = (UserId(7), TenantRole::Tenantadmin);
    /// let subject = Subject { user, tenant: TenantId(2), role, permissions: &permissions, grants: None };
    /// assert!(subject.is_tenantadmin_of(TenantId(2)) && !subject.is_tenantadmin_of(TenantId(3)));
    /// ```
    #[must_use]
    pub fn is_tenantadmin_of(&self, tenant: TenantId) -> bool {
        self.role == TenantRole::Tenantadmin && self.tenant == tenant
    }

    /// Whether the token they came with is narrowed to something that covers the request, or not narrowed at all.
    ///
    /// ```
    /// # use robin_rbac::{Grant, PermissionSet, Request, Scope, Subject, TenantId, TenantRole, UserId};
    /// # let permissions = PermissionSet::new();
    /// # let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
    /// let whole = Subject { user, tenant, role, permissions: &permissions, grants: None };
    /// let grants = [Grant { operations: Scope::of(["view"]), ..Grant::all() }];
    /// let narrowed = Subject { grants: Some(&grants), ..whole };
    /// let (view, delete) = (Request::on_type("USER", "view"), Request::on_type("USER", "delete"));
    /// assert!(whole.is_granted(&delete) && narrowed.is_granted(&view) && !narrowed.is_granted(&delete));
    /// ```
    #[must_use]
    #[inline]
    pub fn is_granted(&self, request: &Request<'_>) -> bool {
        self.grants.is_none_or(|grants| self.covering(grants, request).is_some())
    }

    /// Whether the token they came with lets them do this to some things of the type, if not to all.
    ///
    /// ```
    /// # use robin_rbac::{Grant, PermissionSet, Request, Scope, Subject, TenantId, TenantRole, UserId};
    /// # let permissions = PermissionSet::new();
    /// # let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
    /// let grants = [Grant { object_ids: Scope::of(["web"]), ..Grant::all() }];
    /// let subject = Subject { user, tenant, role, permissions: &permissions, grants: Some(&grants) };
    /// assert!(subject.is_touched("APPLICATION", "view"));
    /// assert!(!subject.is_granted(&Request::on_type("APPLICATION", "view")));
    /// ```
    #[must_use]
    pub fn is_touched(&self, object_type: &str, operation: &str) -> bool {
        self.grants.is_none_or(|grants| grants.iter().any(|grant| grant.touches(object_type, operation)))
    }

    /// What they may do to everything of a type in this tenant, or without one anywhere: their permissions, as far as the token
    /// they came with covers them whole. What they may hand on rests on this.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, Grant, Scope, Subject, TenantId, TenantRole, UserId};
    /// let catalogue = Catalogue::builtin();
    /// let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
    /// # let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
    /// let grants = [Grant { operations: Scope::of(["start"]), ..Grant::all() }];
    /// let subject = Subject { user, tenant, role, permissions: &permissions, grants: Some(&grants) };
    /// let held = subject.held(&catalogue, Some(tenant));
    /// let has = |operation| held.contains(catalogue.permission("APPLICATION", operation).expect("built in"));
    /// assert!(has("start") && !has("view"));
    /// ```
    #[must_use]
    pub fn held(&self, catalogue: &Catalogue, tenant: Option<TenantId>) -> PermissionSet {
        let Some(grants) = self.grants else { return self.permissions.clone() };
        let is_held = |permission: &Permission| {
            let (object_type, operation) = catalogue.describe(*permission);
            grants.iter().any(|grant| grant.holds(object_type, operation, tenant))
        };
        self.permissions.iter().filter(is_held).collect()
    }

    /// The place of the first of these grants that covers the request.
    #[cold]
    pub(crate) fn covering(&self, grants: &[Grant], request: &Request<'_>) -> Option<usize> {
        let tenant = self.tenant_of(request);
        grants.iter().position(|grant| grant.covers(request, tenant))
    }

    /// The tenant that a request is about; none where it is about what no tenant bounds.
    fn tenant_of(&self, request: &Request<'_>) -> Option<TenantId> {
        match request.instance {
            _ if is_of_cluster(request.object_type) => None,
            Some(Instance::Object { tenant, .. }) => tenant,
            Some(Instance::Tenant { id, .. }) => Some(id),
            // Somebody who is no member of it is none of its things.
            Some(Instance::User { id, member }) => (member || id == self.user).then_some(self.tenant),
            // Tenants are in no tenant: to make one, or to list all, is for all of them.
            None => (request.object_type != "TENANT").then_some(self.tenant),
        }
    }
}

/// What they ask for: an operation on a type, or on one instance of it.
///
/// ```
/// use robin_rbac::{Instance, Request, TenantId, UserId};
/// let list = Request::on_type("APPLICATION", "view");
/// let instance = Instance::Object { id: "web", owner: Some(UserId(7)), tenant: Some(TenantId(3)), shares: &[] };
/// let start = Request { operation: "start", instance: Some(instance), ..list };
/// assert!(list.instance.is_none() && start.object_type == "APPLICATION");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The object type, as the catalogue writes it.
    pub object_type: &'a str,
    /// The operation, as the catalogue writes it.
    pub operation: &'a str,
    /// The instance, if it is about one that exists.
    pub instance: Option<Instance<'a>>,
}

impl<'a> Request<'a> {
    /// A request that is about no instance: to create one, or to list those one may see.
    ///
    /// ```
    /// assert_eq!(robin_rbac::Request::on_type("USER", "create").operation, "create");
    /// ```
    #[must_use]
    pub const fn on_type(object_type: &'a str, operation: &'a str) -> Self {
        Self { object_type, operation, instance: None }
    }
}

/// An instance, with all that decides who reaches it. Its kind decides by which rule; the request's object type decides
/// which permission is needed.
///
/// ```
/// use robin_rbac::{Instance, TenantId};
/// let tenant = Instance::Tenant { id: TenantId(3), member: true };
/// assert!(matches!(tenant, Instance::Tenant { member: true, .. }));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Instance<'a> {
    /// Anything but a tenant or a user.
    Object {
        /// Its id, unique within its type.
        id: &'a str,
        /// Who owns it.
        owner: Option<UserId>,
        /// The tenant it is bound to; without one it is a thing of the cluster.
        tenant: Option<TenantId>,
        /// The shares of it that are in force. The caller leaves expired ones out.
        shares: &'a [Share],
    },
    /// A tenant.
    Tenant {
        /// Its number.
        id: TenantId,
        /// Whether the subject is a member.
        member: bool,
    },
    /// A user.
    User {
        /// Their number.
        id: UserId,
        /// Whether they are a member of the tenant the subject is logged into.
        member: bool,
    },
}
