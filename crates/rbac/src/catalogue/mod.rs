//! The catalogue in force: every word and every capability, compiled once and then only read.

mod compile;
mod error;
mod file;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use error::CatalogueError;
pub use file::Fault;

use crate::{
    Capability, CapabilityId, Definition, Permission, PermissionSet, TenantRole,
    graph::Links,
    index::{Index, hash_folded},
    vocabulary::{Row, Vocabulary},
};
use compile::{Found, Rules, compile};

/// What is assigned to a member who is to have no capability at all. No capability has this name.
///
/// ```
/// use robin_rbac::{Catalogue, NO_CAPABILITIES};
/// assert!(Catalogue::builtin().capability(NO_CAPABILITIES).is_none());
/// ```
pub const NO_CAPABILITIES: &str = "NoCapabilities";

const BUILTIN: &str = include_str!("builtin.json");

/// Object types, operations and capabilities, with every inheritance resolved.
///
/// A catalogue never changes: a change makes a new one, which is then shared in an `Arc`. It takes the built-in file,
/// what other services add to it, and the custom capabilities, in this order:
///
/// ```
/// use robin_rbac::{Catalogue, Definition};
/// let custom: Vec<Definition> = serde_json::from_str(
///     r#"[{"id": 115, "name": "Operators", "capability_group": "Custom", "description": "", "tenant_roles": ["user"],
///          "providers": ["ViewApplications"],
///          "capability_entries": [{"object_type": "APPLICATION", "operation": "start"}]}]"#,
/// )?;
/// let catalogue = Catalogue::builtin().with_custom(&custom)?;
/// assert_eq!(catalogue.capability("Operators").expect("just added").permissions().len(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    vocabulary: Arc<Vocabulary>,
    // INVARIANT: in the order of their numbers; `names` and `inheritors` speak of positions in this list.
    capabilities: Vec<Capability>,
    names: Index,
    inheritors: Links,
}

impl Catalogue {
    /// The built-in catalogue.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert_eq!(catalogue.capabilities().count(), 109);
    /// assert_eq!((catalogue.object_types().count(), catalogue.permissions().count()), (48, 263));
    /// ```
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the embedded text is fixed, and tested")]
    pub fn builtin() -> Self {
        Self::parse(BUILTIN).expect("the built-in catalogue is sound")
    }

    /// The catalogue of a file: a JSON list of [`Definition`]s.
    ///
    /// ```
    /// use robin_rbac::Catalogue;
    /// let catalogue = Catalogue::parse(
    ///     r#"[{"id": 1, "name": "Read", "capability_group": "Books", "description": "Read books",
    ///          "tenant_roles": ["user"], "providers": [],
    ///          "capability_entries": [{"object_type": "BOOK", "operation": "view"}]}]"#,
    /// )?;
    /// assert!(catalogue.has_object_type("BOOK"));
    /// # Ok::<(), robin_rbac::CatalogueError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CatalogueError`], as [`Catalogue::from_definitions`], and when the text is not such a list.
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        Self::from_definitions(serde_json::from_str(json)?)
    }

    /// The catalogue of these definitions, whose entries are its words. It is taken as it is: a provider need not be
    /// usable with every role of those it provides for.
    ///
    /// ```
    /// let empty = robin_rbac::Catalogue::from_definitions(Vec::new())?;
    /// assert_eq!(empty.capabilities().count(), 0);
    /// # Ok::<(), robin_rbac::CatalogueError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when a name is malformed, reserved or given twice, a number is given twice, a provider is not
    /// there, or capabilities inherit each other in a cycle.
    pub fn from_definitions(definitions: Vec<Definition>) -> Result<Self, CatalogueError> {
        let pairs: Vec<_> = pairs(&definitions).collect();
        let vocabulary = Arc::new(Vocabulary::new(pairs.into_iter()));
        compile(vocabulary, &[], definitions, Rules::File).map_err(first)
    }

    /// This catalogue with what another service adds: object types, operations, and capabilities numbered from
    /// [`CapabilityId::FIRST_EXTRA`]. The capability `AllCapabilities`, where there is one, inherits them all.
    ///
    /// ```
    /// use robin_rbac::{Catalogue, Definition};
    /// let extra: Vec<Definition> = serde_json::from_str(
    ///     r#"[{"id": 10001, "name": "ViewQueues", "capability_group": "Queues", "description": "View queues",
    ///          "tenant_roles": ["user"], "providers": ["ViewApplications"],
    ///          "capability_entries": [{"object_type": "QUEUE", "operation": "view"}]}]"#,
    /// )?;
    /// let catalogue = Catalogue::builtin().extend(extra)?;
    /// assert_eq!((catalogue.object_types().count(), catalogue.permissions().count()), (49, 264));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CatalogueError`], as [`Catalogue::from_definitions`], and when a number is too low.
    pub fn extend(&self, extra: Vec<Definition>) -> Result<Self, CatalogueError> {
        self.extended(extra).map_err(first)
    }

    /// As [`Catalogue::extend`], with the text of the file that says what is added: a JSON list of [`Definition`]s.
    ///
    /// ```
    /// let file = r#"[
    ///   {"id": 69, "name": "ViewQueues", "capability_group": "Queues", "description": "View queues",
    ///    "tenant_roles": ["user"], "providers": ["ViewNothing"], "capability_entries": []}
    /// ]"#;
    /// let faults = robin_rbac::Catalogue::builtin().extend_with(file).expect_err("two faults");
    /// assert_eq!((faults[0].line, faults[1].line), (2, 3));
    /// ```
    ///
    /// # Errors
    ///
    /// Every [`Fault`] with its line. Malformed definitions come alone, and so does a cycle: what follows from them is
    /// not told.
    pub fn extend_with(&self, file: &str) -> Result<Self, Vec<Fault>> {
        file::read(file, |definitions| self.extended(definitions))
    }

    fn extended(&self, extra: Vec<Definition>) -> Result<Self, Vec<Found>> {
        let pairs: Vec<_> = pairs(&extra).collect();
        let vocabulary = Arc::new(self.vocabulary.extended(pairs.into_iter()));
        compile(vocabulary, &self.capabilities, extra, Rules::Extension)
    }

    /// This catalogue with custom capabilities, which may inherit each other in any order and add no words.
    ///
    /// To change or remove one, start again from the catalogue without any.
    ///
    /// ```
    /// use robin_rbac::{Catalogue, CatalogueError, Definition};
    /// let custom: Vec<Definition> = serde_json::from_str(
    ///     r#"[{"id": 115, "name": "Mine", "capability_group": "Custom", "description": "", "tenant_roles": ["user"],
    ///          "providers": ["ManageUsers"], "capability_entries": []}]"#,
    /// )?;
    /// let refused = Catalogue::builtin().with_custom(&custom).expect_err("users may not manage users");
    /// assert!(matches!(refused, CatalogueError::ProviderRole { .. }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when a name is malformed, reserved or given twice, a number is given twice, a provider is not
    /// there or not usable with every role of the capability, an object type or operation is unknown, a capability
    /// has no role, or neither providers nor entries, or capabilities inherit each other in a cycle.
    pub fn with_custom(&self, custom: &[Definition]) -> Result<Self, CatalogueError> {
        compile(Arc::clone(&self.vocabulary), &self.capabilities, custom.to_vec(), Rules::Custom).map_err(first)
    }

    /// The capability of that name, without regard to case.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert_eq!(catalogue.capability("viewusers").map(|found| found.name()), Some("ViewUsers"));
    /// assert!(catalogue.capability("ViewNothing").is_none());
    /// ```
    #[must_use]
    pub fn capability(&self, name: &str) -> Option<&Capability> {
        let named = |position| self.at(position).is_some_and(|found| found.name.eq_ignore_ascii_case(name));
        self.at(self.names.find(hash_folded(name), named)?)
    }

    /// The capability with that number.
    ///
    /// ```
    /// use robin_rbac::{CapabilityId, Catalogue};
    /// let catalogue = Catalogue::builtin();
    /// assert_eq!(catalogue.by_id(CapabilityId(3)).map(|found| found.name()), Some("ManageApplications"));
    /// ```
    #[must_use]
    pub fn by_id(&self, id: CapabilityId) -> Option<&Capability> {
        self.capabilities.get(self.position(id)?)
    }

    /// Every capability, in the order of their numbers.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert!(catalogue.capabilities().is_sorted_by_key(|capability| capability.id()));
    /// ```
    pub fn capabilities(&self) -> impl Iterator<Item = &Capability> {
        self.capabilities.iter()
    }

    /// The capabilities that inherit that one directly, in the order of their numbers.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// let view = catalogue.capability("ViewObjectShares").expect("built in");
    /// assert!(catalogue.inheritors(view.id()).all(|heir| heir.providers().contains(&view.id())));
    /// ```
    pub fn inheritors(&self, id: CapabilityId) -> impl Iterator<Item = &Capability> {
        let heirs = self.position(id).map(|position| self.inheritors.of(crate::index::number(position)));
        let mut last = None;
        heirs.unwrap_or_default().iter().filter_map(move |heir| {
            // A provider named twice is inherited once.
            (last.replace(*heir) != Some(*heir)).then(|| self.at(*heir)).flatten()
        })
    }

    /// The permission that the catalogue has for the pair.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert!(catalogue.permission("USER", "delete").is_some());
    /// assert!(catalogue.permission("USER", "start").is_none());
    /// ```
    #[must_use]
    pub fn permission(&self, object_type: &str, operation: &str) -> Option<Permission> {
        self.vocabulary.permission(object_type, operation)
    }

    /// The permission that a request for the pair is judged by: the pair's own, or for an operation on a `CLONE` that
    /// the catalogue lacks, that operation on an `APPLICATION`.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert_eq!(catalogue.permission("CLONE", "start"), None);
    /// assert_eq!(catalogue.judged("CLONE", "start"), catalogue.permission("APPLICATION", "start"));
    /// ```
    #[must_use]
    pub fn judged(&self, object_type: &str, operation: &str) -> Option<Permission> {
        self.row(object_type, operation).map(|row| row.permission)
    }

    /// Whether there is such an object type.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert!(catalogue.has_object_type("BUNDLE") && !catalogue.has_object_type("bundle"));
    /// ```
    #[must_use]
    pub fn has_object_type(&self, object_type: &str) -> bool {
        self.vocabulary.has_type(object_type)
    }

    /// Every object type, in the order of their first appearance.
    ///
    /// ```
    /// assert!(robin_rbac::Catalogue::builtin().object_types().any(|object_type| object_type == "SNAPSHOT"));
    /// ```
    pub fn object_types(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.types()
    }

    /// The operations that the catalogue has on the object type, in the order of their first appearance.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert!(catalogue.operations("CLONE").eq(["view"]));
    /// assert_eq!(catalogue.operations("NOTHING").count(), 0);
    /// ```
    pub fn operations(&self, object_type: &str) -> impl Iterator<Item = &str> {
        let permissions = self.vocabulary.permissions_on(object_type).iter();
        permissions.map(|permission| self.describe(*permission).1)
    }

    /// The operations that may be asked for on the object type: its own, and those of [`Catalogue::judged`].
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// assert_eq!(catalogue.judged_operations("CLONE").count(), catalogue.operations("APPLICATION").count());
    /// ```
    pub fn judged_operations(&self, object_type: &str) -> impl Iterator<Item = &str> {
        self.operations(object_type).chain(self.vocabulary.borrowed_on(object_type))
    }

    /// Every permission, in order.
    ///
    /// ```
    /// assert_eq!(robin_rbac::Catalogue::builtin().permissions().count(), 263);
    /// ```
    pub fn permissions(&self) -> impl Iterator<Item = Permission> + use<> {
        self.vocabulary.permissions()
    }

    /// Object type and operation of a permission; two empty texts for one of another catalogue that this one lacks.
    ///
    /// ```
    /// let catalogue = robin_rbac::Catalogue::builtin();
    /// let delete = catalogue.permission("USER", "delete").expect("built in");
    /// assert_eq!(catalogue.describe(delete), ("USER", "delete"));
    /// ```
    #[must_use]
    pub fn describe(&self, permission: Permission) -> (&str, &str) {
        self.vocabulary.describe(permission).unwrap_or_default()
    }

    /// Everything that these capabilities together give. A number without a capability gives nothing.
    ///
    /// ```
    /// use robin_rbac::{Catalogue, TenantRole};
    /// let catalogue = Catalogue::builtin();
    /// assert_eq!(catalogue.resolve(catalogue.default_for(TenantRole::Tenantadmin)).len(), 185);
    /// ```
    #[must_use]
    pub fn resolve(&self, ids: impl IntoIterator<Item = CapabilityId>) -> PermissionSet {
        ids.into_iter().filter_map(|id| self.by_id(id)).fold(PermissionSet::new(), |mut union, capability| {
            union.union_with(capability.permissions());
            union
        })
    }

    /// The capability that a member with this role gets when none is named, if the catalogue has it.
    ///
    /// ```
    /// use robin_rbac::{CapabilityId, Catalogue, TenantRole};
    /// let default = Catalogue::builtin().default_for(TenantRole::User);
    /// assert_eq!(default, Some(CapabilityId(107)));
    /// ```
    #[must_use]
    pub fn default_for(&self, role: TenantRole) -> Option<CapabilityId> {
        self.capability(role.default_capability()).map(Capability::id)
    }

    #[inline]
    pub(crate) fn row(&self, object_type: &str, operation: &str) -> Option<&Row> {
        self.vocabulary.row(object_type, operation)
    }

    fn at(&self, position: u32) -> Option<&Capability> {
        self.capabilities.get(position as usize)
    }

    fn position(&self, id: CapabilityId) -> Option<usize> {
        self.capabilities.binary_search_by_key(&id, |capability| capability.id).ok()
    }
}

fn pairs(definitions: &[Definition]) -> impl Iterator<Item = (&str, &str)> {
    let entries = definitions.iter().flat_map(|definition| &definition.entries);
    entries.map(|entry| (entry.object_type.as_str(), entry.operation.as_str()))
}

/// The first of the faults: there is at least one.
fn first(faults: Vec<Found>) -> CatalogueError {
    faults.into_iter().map(|fault| fault.error).next().unwrap_or(CatalogueError::Malformed(String::new()))
}
