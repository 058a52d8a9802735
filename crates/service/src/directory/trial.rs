//! Trying whether a server can be read.

use std::time::Duration;

use robin_identity::ldap::{self, Directory};
use robin_model::{LdapServerName, Secret, directory::ServerSettings};

use super::{LDAP, missing, reach};
use crate::{Ctx, Error, Result};

/// How long a trial may take in all: less than any request.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tries whether a server can be read: that it is there, lets Robin in, and has the bases. Needs `LDAP:update`.
///
/// # Errors
/// [`Error::NotFound`] when there is no such server; [`Error::Invalid`] saying what is wrong with it.
pub async fn test(ctx: &Ctx, name: &LdapServerName) -> Result<()> {
    ctx.permit(LDAP, "update")?;
    reach(ctx, "update", name.as_str())?;
    let known = ctx.whole.directories.named(name).ok_or_else(|| missing(name))?;
    check(known.directory().map_err(|error| unusable(name, error))?).await
}

/// Tries whether a server with these settings and this password can be read.
///
/// # Errors
/// [`Error::Invalid`] saying what is wrong.
pub async fn of(ctx: &Ctx, settings: &ServerSettings, password: &Secret) -> Result<()> {
    let attributes = ctx.whole.directories.attributes().only(settings.server_type);
    let directory = Directory::new(settings, password.clone(), &attributes);
    check(&directory.map_err(|error| unusable(&settings.name, &error))?).await
}

async fn check(directory: &Directory) -> Result<()> {
    let name = &directory.settings().name;
    let late =
        |_| Error::Invalid(format!("LDAP server `{name}` can't be read: no answer within {} s", PATIENCE.as_secs()));
    let checked = tokio::time::timeout(PATIENCE, directory.check()).await.map_err(late)?;
    checked.map_err(|error| unusable(name, &error))
}

fn unusable(name: &LdapServerName, error: &ldap::Error) -> Error {
    Error::Invalid(format!("LDAP server `{name}` can't be read: {error}"))
}
