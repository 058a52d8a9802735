//! Identity providers: is this person who they say they are?
//!
//! A provider checks the password of one account and nothing else: whether the account may log in, and into which tenant,
//! is decided by the caller. New passwords are judged in [`password`].

mod address;
mod breaker;
pub mod ldap;
pub mod local;
pub mod openshift;
pub mod password;
mod provider;

pub use provider::{Account, Error, IdentityProvider, Verdict};
