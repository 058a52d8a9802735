//! Directory servers: where they are, how they are read, what their attributes are called, and what their groups give.

mod attribute;
mod dn;
mod mapping;
mod server;
mod sync;

pub use attribute::{Attribute, AttributeKey, AttributeName, Attributes, InvalidAttribute, ObjectKind};
pub use dn::{Dn, InvalidDn};
pub use mapping::{InvalidSource, Mapping, MappingFilter, NewMapping, Source};
pub use server::{Hosts, InvalidServer, KeptServer, LdapServer, ServerSettings, ServerType, Timeouts, Transport};
pub use sync::{Absence, InvalidMaxDisable, MaxDisable, SyncSettings};
