//! The words Robin speaks in: typed ids, validated names, the records of its domain, and the two things a program
//! must be given rather than take, time and randomness.
//!
//! No I/O and no rules: what may be done with these records is decided in `robin-service`, by `robin-rbac`.

pub mod access_token;
pub mod audit;
pub mod certificate;
pub mod config;
pub mod directory;
mod id;
pub mod name;
pub mod namespace;
pub mod object;
pub mod profile;
mod random;
pub mod schedule;
pub mod secret;
pub mod session;
pub mod share;
pub mod span;
pub mod tenant;
mod timestamp;
pub mod user;

pub use id::{
    AuditId, ContextId, KeyId, LdapServerId, MappingId, ObjectId, Revision, ScheduleId, SessionId, ShareId, TokenId,
};
pub use name::{
    CapabilityName, GroupName, InvalidName, LdapServerName, NamespaceName, ObjectName, ScheduleName, TenantName,
    Username,
};
pub use random::Random;
pub use robin_rbac::{CapabilityId, TenantId, TenantRole, UserId};
pub use secret::{PasswordHash, Secret};
pub use timestamp::{Clock, InvalidTimestamp, SystemClock, Timestamp};
