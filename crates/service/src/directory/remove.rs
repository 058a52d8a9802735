//! Removing servers.

use robin_model::{
    LdapServerName,
    directory::{LdapServer, Mapping, Source},
};
use robin_storage::Change;
use serde::Serialize;
use serde_json::json;

use super::{LDAP, missing, reach, sync};
use crate::{Ctx, Error, Result, audit};

/// For the record: the server, and the mappings that go with it.
#[derive(Serialize)]
struct Removed<'a> {
    #[serde(flatten)]
    server: &'a LdapServer,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    mappings: &'a [Mapping],
}

/// Removes a server with its mappings. Needs `LDAP:delete`. Users whose passwords are checked there can't log in any more; with `force` they are left
/// like that.
///
/// # Errors
/// [`Error::NotFound`] when there is no such server; [`Error::Conflict`] while users depend on it, with the count.
pub async fn remove(ctx: &Ctx, name: &LdapServerName, force: bool) -> Result<()> {
    ctx.intend("ldap_server.remove", LDAP, name);
    ctx.permit(LDAP, "delete")?;
    reach(ctx, "delete", name.as_str())?;
    let mut work = ctx.change().await?;
    let server = work.ldap_server_named(name).await?.ok_or_else(|| missing(name))?.server;
    let users = work.ldap_accounts(server.id).await?;
    if users > 0 && !force {
        return Err(Error::Conflict(format!(
            "{users} user(s) log in by way of LDAP server `{name}`: remove them first, or use `force` to lock them out"
        )));
    }
    let mappings = work.mappings_of(Source::Ldap(server.id)).await?;
    sync::forget(&mut work, name).await?;
    work.remove_ldap_server(server.id).await?;
    work.touch(Change::Directories).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&Removed { server: &server, mappings: &mappings });
    if users > 0 {
        entry.after = audit::state(&json!({ "users_left": users }));
    }
    work.append_audit(&entry).await?;
    work.commit().await
}
