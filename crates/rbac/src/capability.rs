//! Capabilities of a compiled catalogue: names looked up, inheritance resolved.

use crate::{CapabilityId, Permission, PermissionSet, RoleSet, TenantRole};

/// A named set of permissions, its inheritance resolved.
///
/// ```
/// use robin_rbac::{Catalogue, TenantRole};
/// let catalogue = Catalogue::builtin();
/// let manage = catalogue.capability("manageapplications").expect("names match without regard to case");
/// assert_eq!((manage.name(), manage.group(), manage.id().0), ("ManageApplications", "Application", 3));
/// assert_eq!((manage.description(), manage.is_hidden()), ("Manage Applications", false));
/// assert_eq!((manage.providers().len(), manage.entries().len()), (17, 28));
/// assert!(manage.entries().iter().all(|entry| manage.permissions().contains(*entry)));
/// assert!(manage.roles().contains(TenantRole::User));
/// ```
#[derive(Debug, Clone)]
pub struct Capability {
    pub(crate) id: CapabilityId,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) description: String,
    pub(crate) hidden: bool,
    pub(crate) declared_roles: Vec<TenantRole>,
    pub(crate) roles: RoleSet,
    pub(crate) providers: Vec<CapabilityId>,
    pub(crate) entries: Vec<Permission>,
    pub(crate) permissions: PermissionSet,
}

impl Capability {
    /// Its number.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.id().0, 1);
    /// ```
    #[must_use]
    pub const fn id(&self) -> CapabilityId {
        self.id
    }

    /// Its name, as it was written.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.name(), "ViewObjectShares");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The group it is listed under.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.group(), "Infrastructure");
    /// ```
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// What it is for, in words.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.description(), "View object shares");
    /// ```
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether lists leave it out unless asked.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert!(view.is_hidden());
    /// ```
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// The roles it may be assigned to.
    ///
    /// They are the declared ones, except that a capability of the group `Administration` declares none and is usable
    /// with the one role it is the default for, or else with `superadmin`.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, TenantRole};
    /// let catalogue = Catalogue::builtin();
    /// let all = catalogue.capability("AllTenantAdminCapabilities").expect("built in");
    /// assert!(all.declared_roles().is_empty());
    /// assert!(all.roles().iter().eq([TenantRole::Tenantadmin]));
    /// ```
    #[must_use]
    pub const fn roles(&self) -> RoleSet {
        self.roles
    }

    /// The roles as its definition lists them, for showing it as it was written.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.declared_roles().len(), 2);
    /// ```
    #[must_use]
    pub fn declared_roles(&self) -> &[TenantRole] {
        &self.declared_roles
    }

    /// The capabilities it inherits directly, in the order of its definition.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert!(view.providers().is_empty());
    /// ```
    #[must_use]
    pub fn providers(&self) -> &[CapabilityId] {
        &self.providers
    }

    /// The permissions it adds itself, in the order of its definition.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(catalogue.describe(view.entries()[0]), ("OBJECT_SHARE", "view"));
    /// ```
    #[must_use]
    pub fn entries(&self) -> &[Permission] {
        &self.entries
    }

    /// Everything it gives: its own entries and those of every capability it inherits, at whatever distance.
    ///
    /// ```
    /// # let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert_eq!(view.permissions().len(), 1);
    /// ```
    #[must_use]
    pub const fn permissions(&self) -> &PermissionSet {
        &self.permissions
    }
}
