//! Showing mappings.

use robin_model::{
    GroupName, LdapServerName, MappingId,
    directory::{Mapping, MappingFilter, Source},
};

use crate::{
    Ctx, Result,
    directory::{LDAP, people},
    list::Page,
};

/// A page of the mappings, by number: of one server and of one group, where those are named. Needs `LDAP:view`; whoever is no
/// superadmin in Administrators sees those into the tenant that they are logged into.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when there is no such
/// server.
pub async fn list(
    ctx: &Ctx,
    server: Option<&LdapServerName>,
    group: Option<&GroupName>,
    after: Option<MappingId>,
    limit: u32,
) -> Result<Page<Mapping>> {
    ctx.permit(LDAP, "view")?;
    let server = server.map(|name| people::server(ctx, name.as_str())).transpose()?;
    let filter = MappingFilter {
        source: server.map(|known| Source::Ldap(known.server().id)),
        group: group.cloned(),
        tenant: (!ctx.actor.is_superadmin()).then(|| ctx.actor.tenant_id()),
    };
    let mappings = ctx.read().await?.mappings(&filter, after, limit).await?;
    Ok(Page::of(mappings, limit, |mapping| mapping.id.0))
}
