//! Adding servers.

use robin_model::{Secret, directory::ServerSettings};
use robin_storage::Change;

use super::{LDAP, place, reach, settings, trial};
use crate::{Ctx, Error, Result, audit};

/// Adds a server that can be read as the settings say. Needs `LDAP:create`.
///
/// # Errors
/// [`Error::Invalid`] for settings that can't be, and when the server can't be read; [`Error::Conflict`] when the name is taken.
pub async fn add(ctx: &Ctx, new: &ServerSettings, password: &Secret) -> Result<()> {
    ctx.intend("ldap_server.create", LDAP, &new.name);
    ctx.permit(LDAP, "create")?;
    reach(ctx, "create", new.name.as_str())?;
    settings::check(new)?;
    settings::check_certificates(new)?;
    settings::check_password(password)?;
    let taken = || Error::Conflict(format!("LDAP server `{}` already exists", new.name));
    if ctx.whole.directories.named(&new.name).is_some() {
        return Err(taken());
    }
    trial::of(ctx, new, password).await?;
    let mut work = ctx.change().await?;
    let id = work.insert_ldap_server(new).await?.ok_or_else(taken)?;
    let robin = &ctx.robin;
    let sealed = robin.secret_key.seal(&*robin.random, &place(id), password.expose().as_bytes());
    work.set_ldap_password(id, &sealed).await?;
    work.touch(Change::Directories).await?;
    let mut entry = ctx.record();
    let kept = work.ldap_server_named(&new.name).await?;
    entry.after = audit::state(&kept.map(|kept| kept.server));
    work.append_audit(&entry).await?;
    work.commit().await
}
