//! What it means for a caller that a directory has no answer.

use robin_identity::ldap::{self, Directory};
use robin_model::directory::Dn;

use super::Known;
use crate::{Error, Result};

/// The directory, to be asked.
///
/// # Errors
/// [`Error::Conflict`] when it can't be used as it is set up.
pub(super) fn usable(server: &Known) -> Result<&Directory> {
    server.directory().map_err(|error| failed(server, None, error.clone()))
}

/// What it means for the caller that a server has no answer. `base` is where they wanted to look.
pub(super) fn failed(server: &Known, base: Option<&Dn>, error: ldap::Error) -> Error {
    match (error, base) {
        (error, _) if error.is_outage() => unavailable(error),
        (ldap::Error::NoBase { .. }, Some(base)) => Error::not_found("search base", base),
        (error, _) => {
            let name = &server.server().settings.name;
            Error::Conflict(format!("LDAP server `{name}` can't be read: {error}"))
        }
    }
}

/// A directory that is needed is down.
pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Unavailable { what: "the LDAP server", cause: cause.into() }
}
