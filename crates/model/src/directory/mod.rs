//! Directory servers: where they are, how they are read, and what their attributes are called.

mod attribute;
mod dn;
mod server;

pub use attribute::{Attribute, AttributeKey, AttributeName, Attributes, InvalidAttribute, ObjectKind};
pub use dn::{Dn, InvalidDn};
pub use server::{Hosts, InvalidServer, KeptServer, LdapServer, ServerSettings, ServerType, Timeouts, Transport};
