//! Everything that crosses the wire, said once: the server mounts it, the client sends it, OpenAPI describes it.
//!
//! An endpoint is a type: its fields are what a caller may say, wherever they say it. The path, the query string and the
//! JSON body are one input; [`Endpoint`] names method, paths, `action` and reply. [`table::each`] walks them all.

mod endpoint;
mod lenient;
pub mod openapi;
pub mod rehearsal;
pub mod table;

pub mod access;
pub mod access_tokens;
pub mod audit;
pub mod capabilities;
pub mod changes;
pub mod config;
pub mod imports;
pub mod ldap;
pub mod ldap_entries;
pub mod login;
pub mod mappings;
pub mod namespaces;
pub mod objects;
pub mod openshift;
pub mod schedules;
pub mod service_accounts;
pub mod sessions;
pub mod shares;
pub mod sync;
pub mod tenants;
pub mod user_certs;
pub mod users;

pub use endpoint::{Endpoint, ErrorBody, List, ListEndpoint, Message, Needs, Paging};
