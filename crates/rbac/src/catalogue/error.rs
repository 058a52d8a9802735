//! What can be wrong with a catalogue.

use crate::{CapabilityId, TenantRole};

/// What is wrong with a catalogue, or with a capability that was to be added to one.
///
/// ```
/// use robin_rbac::{Catalogue, CatalogueError};
/// let error = Catalogue::parse("{}").expect_err("a catalogue is a list");
/// assert!(matches!(error, CatalogueError::Json(_)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The text is not JSON, or not that of a list of definitions.
    #[error("the catalogue is not a JSON list of capabilities: {0}")]
    Json(#[from] serde_json::Error),
    /// Something in a catalogue file that is not what should stand there.
    #[error("not a capability as a catalogue has it: {0}")]
    Malformed(String),
    /// A name with other characters than it may have, or too many of them.
    #[error("invalid {kind} `{name}`: use 1 to 64 letters, digits, `.`, `_` and `-`")]
    InvalidName {
        /// What it would be the name of.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A name that stands for something else.
    #[error("the name `{0}` is reserved: choose another")]
    ReservedName(String),
    /// Two capabilities whose names differ in case at most.
    #[error("the capability name `{0}` is taken: choose another, letter case does not count")]
    DuplicateName(String),
    /// Two capabilities with the same number.
    #[error("capability `{name}` has the id {id}, which another capability has: give it one of its own")]
    DuplicateId {
        /// The later one's name.
        name: String,
        /// The number.
        id: CapabilityId,
    },
    /// An extension with a number that is kept for built-in and custom capabilities.
    #[error("capability `{name}` has the id {id}: give it one from {} on", CapabilityId::FIRST_EXTRA)]
    IdTooLow {
        /// Its name.
        name: String,
        /// The number.
        id: CapabilityId,
    },
    /// A provider that no capability is called.
    #[error("capability `{capability}` names the unknown provider `{provider}`: name an existing capability")]
    UnknownProvider {
        /// The capability that names it.
        capability: String,
        /// The name.
        provider: String,
    },
    /// Capabilities that inherit themselves.
    #[error("capabilities inherit each other in a cycle: {}: remove one of these providers", cycle(.members))]
    Cycle {
        /// Each inherits the next, and the last the first.
        members: Vec<String>,
    },
    /// A custom capability usable with a role that its provider is not usable with.
    #[error(
        "capability `{capability}` is usable with the tenant role `{role}`, its provider `{provider}` is not: \
         drop the role or the provider"
    )]
    ProviderRole {
        /// The custom capability.
        capability: String,
        /// The provider.
        provider: String,
        /// The first role the provider lacks.
        role: TenantRole,
    },
    /// An object type that the catalogue does not have.
    #[error("capability `{capability}` names the unknown object type `{object_type}`: use one of the catalogue")]
    UnknownObjectType {
        /// The capability that names it.
        capability: String,
        /// The object type.
        object_type: String,
    },
    /// An operation that the catalogue does not have on the object type.
    #[error(
        "capability `{capability}` names the operation `{operation}`, which the object type `{object_type}` lacks: \
         use one of the catalogue"
    )]
    UnknownOperation {
        /// The capability that names it.
        capability: String,
        /// The object type.
        object_type: String,
        /// The operation.
        operation: String,
    },
    /// A custom capability that is usable with no role.
    #[error("capability `{0}` has no tenant role: name at least one")]
    NoRoles(String),
    /// A custom capability that gives nothing.
    #[error("capability `{0}` gives nothing: name at least one provider or capability entry")]
    Empty(String),
}

fn cycle(members: &[String]) -> String {
    let names: Vec<String> = members.iter().chain(members.first()).map(|name| format!("`{name}`")).collect();
    names.join(" inherits ")
}
