//! Showing servers.

use robin_model::{LdapServerId, LdapServerName, directory::LdapServer};

use super::{LDAP, missing, reach};
use crate::{Ctx, Result, list::Page};

/// A page of the servers, by number. Needs `LDAP:view`, which decides alone: servers belong to the cluster.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission.
pub fn list(ctx: &Ctx, after: Option<LdapServerId>, limit: u32) -> Result<Page<LdapServer>> {
    ctx.permit(LDAP, "view")?;
    let servers = ctx.whole.directories.servers().iter().map(|known| known.server().clone());
    Ok(Page::cut(servers, after.map(|id| id.0), limit, |server| server.id.0))
}

/// One server. Needs `LDAP:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when there is no
/// such server.
pub fn get(ctx: &Ctx, name: &LdapServerName) -> Result<LdapServer> {
    ctx.permit(LDAP, "view")?;
    reach(ctx, "view", name.as_str())?;
    let known = ctx.whole.directories.named(name).ok_or_else(|| missing(name))?;
    Ok(known.server().clone())
}
