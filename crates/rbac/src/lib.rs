//! The core of Robin's access control, for any service to embed: a catalogue of capabilities, their inheritance, and
//! decisions with a reason and, on request, a trace.
//!
//! It is pure: it reads nothing but its arguments, knows no clock and waits for nothing. Who asks and what is asked
//! about are handed in; what comes back is a value.
//!
//! A [`Catalogue`] names *permissions*, each one operation on one type of object, and *capabilities*, each a set of
//! permissions that may inherit others. [`Catalogue::resolve`] turns the capabilities assigned to a member of a tenant
//! into a [`PermissionSet`]. With it the [`Subject`] asks a [`Request`], and [`decide`] answers:
//!
//! ```
//! use robin_rbac::{Catalogue, Instance, Request, Subject, TenantId, TenantRole, UserId, decide};
//!
//! let catalogue = Catalogue::builtin();
//! let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
//! let (user, tenant, role) = (UserId(15), TenantId(3), TenantRole::User);
//! let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
//!
//! let mine = Instance::Object { id: "web", owner: Some(user), tenant: Some(tenant), shares: &[] };
//! let start = Request { object_type: "APPLICATION", operation: "start", instance: Some(mine) };
//! assert!(decide(&catalogue, &subject, &start).allowed);
//!
//! let theirs = Instance::Object { id: "db", owner: Some(UserId(16)), tenant: Some(tenant), shares: &[] };
//! let decision = decide(&catalogue, &subject, &Request { instance: Some(theirs), ..start });
//! assert_eq!((decision.allowed, decision.reason.as_str()), (false, "out_of_reach"));
//! ```
//!
//! [`explain`] answers the same and says which capability, over which chain of inheritance, gave the permission, and which
//! rule gave the instance. [`sharing`] knows what may be shared with whom. A [`Grant`] narrows a token.

mod capability;
mod catalogue;
mod decide;
mod decision;
mod definition;
mod explain;
mod grant;
mod graph;
mod id;
mod index;
mod permission;
mod reach;
mod request;
mod role;
pub mod sharing;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use capability::Capability;
pub use catalogue::{Catalogue, CatalogueError, Fault, NO_CAPABILITIES};
pub use decide::{decide, decide_as};
pub use decision::{Decision, Denial, Reason};
pub use definition::{Definition, Entry};
pub use explain::{Explanation, GrantTrace, InstanceTrace, PermissionTrace, Trace, explain};
pub use grant::{Grant, Scope};
pub use id::{CapabilityId, TenantId, UserId};
pub use permission::{Permission, PermissionSet};
pub use reach::is_of_cluster;
pub use request::{Instance, Request, Subject};
pub use role::{RoleSet, TenantRole, UnknownRole};
pub use sharing::{Share, ShareTarget, ShareType};
