//! Capabilities as they are written down: in a catalogue file, or as a custom one.

use serde::{Deserialize, Serialize};

use crate::{CapabilityId, TenantRole};

/// A capability as it is written down, before its names are looked up.
///
/// The JSON form is that of catalogue files. Members it does not know (such as `derived`) are passed over.
///
/// ```
/// use robin_rbac::{CapabilityId, Definition};
/// let definition: Definition = serde_json::from_str(
///     r#"{"id": 115, "name": "Operators", "capability_group": "Custom", "description": "Start and stop",
///         "hidden": false, "tenant_roles": ["user"], "providers": ["ViewApplications"],
///         "capability_entries": [{"object_type": "APPLICATION", "operation": "start"}]}"#,
/// )?;
/// assert_eq!((definition.id, definition.group.as_str()), (CapabilityId(115), "Custom"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its number, never given to another capability.
    pub id: CapabilityId,
    /// Its name, unique without regard to case.
    pub name: String,
    /// The group it is listed under.
    #[serde(rename = "capability_group")]
    pub group: String,
    /// What it is for, in words.
    pub description: String,
    /// Whether lists leave it out unless asked.
    #[serde(default)]
    pub hidden: bool,
    /// The roles it may be assigned to.
    pub tenant_roles: Vec<TenantRole>,
    /// The names of the capabilities it inherits.
    pub providers: Vec<String>,
    /// The permissions it adds itself.
    #[serde(rename = "capability_entries")]
    pub entries: Vec<Entry>,
}

/// A permission as it is written down.
///
/// ```
/// use robin_rbac::Entry;
/// let entry = Entry { object_type: "USER".into(), operation: "view".into() };
/// assert_eq!(serde_json::to_string(&entry)?, r#"{"object_type":"USER","operation":"view"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// What is protected, such as `APPLICATION`.
    pub object_type: String,
    /// What is done to it, such as `start`.
    pub operation: String,
}
