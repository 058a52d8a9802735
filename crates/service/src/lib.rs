//! The use cases, one function each: what Robin does, without a word of HTTP, SQL or LDAP.
//!
//! Each takes a [`Ctx`] first: who asks, from where, and everything it may use. It asks whether the actor may before it
//! looks anything up, begins a transaction, finds, asks again about the very thing, changes, appends the audit record, and
//! commits as its last fallible step.

pub mod access;
pub mod account;
mod actor;
pub mod audit;
mod authority;
pub mod capability;
pub mod certificate;
pub mod changes;
pub mod config;
mod ctx;
pub mod directory;
mod error;
pub mod housekeeping;
pub mod keys;
mod list;
mod memory;
pub mod namespace;
pub mod object;
pub mod offline;
pub mod openshift;
mod password;
mod progress;
pub mod refusals;
pub mod rehearsal;
mod robin;
pub mod schedule;
pub mod session;
pub mod share;
pub mod startup;
pub mod tenant;
mod text;
mod ticket;
pub mod token;
pub mod user;
mod work;

pub use actor::{Actor, Credential, Member};
pub use ctx::{Ctx, Origin, Thing};
pub use error::{Error, Result};
pub use list::{Flow, Page, Piece};
pub use progress::{Progress, Step};
pub use robin::Robin;
