//! Bytes: reading them without trust, and keeping what is not in order away from the library that speaks LDAP.

pub(super) mod ber;
pub(super) mod guard;
pub(super) mod message;
