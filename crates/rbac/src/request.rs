//! What a decision is about: who asks, and for what.

use crate::{Grant, PermissionSet, Share, TenantId, TenantRole, UserId};

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
        self.grants.is_none_or(|grants| grants.iter().any(|grant| grant.covers(request)))
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
