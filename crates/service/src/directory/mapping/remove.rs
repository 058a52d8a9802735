//! Removing mappings.

use robin_model::{GroupName, LdapServerName, TenantName, directory::Source};

use crate::{
    Ctx, Error, Result, audit, authority,
    directory::{LDAP, people, reach},
    tenant,
};

/// Maps a group of a directory to a tenant no longer. Needs `LDAP:update`, and every right that the mapping gives. Whoever is a member
/// by it stays one.
///
/// # Errors
/// [`Error::NotFound`] for a server, tenant or mapping that is not there or out of reach; [`Error::Denied`] when it gives rights that
/// the actor lacks.
pub async fn remove(ctx: &Ctx, server: &LdapServerName, group: &GroupName, tenant: &TenantName) -> Result<()> {
    ctx.intend("directory_mapping.remove", LDAP, group);
    ctx.permit(LDAP, "update")?;
    reach(ctx, "update", server.as_str())?;
    let source = Source::Ldap(people::server(ctx, server.as_str())?.server().id);
    let mut work = ctx.change().await?;
    let tenant = tenant::named(ctx, &mut *work, tenant).await?;
    let missing = || Error::NotFound { kind: "mapping of group", name: format!("{group}` to tenant `{}", tenant.name) };
    let mapping = work.mapping(source, group, tenant.id).await?.ok_or_else(missing)?;
    if !authority::covers(ctx, mapping.tenant, mapping.role, &mapping.capabilities) {
        return Err(Error::Denied("this mapping gives rights that you don't have".to_owned()));
    }
    work.remove_mapping(mapping.id).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&mapping);
    work.append_audit(&entry).await?;
    work.commit().await
}
