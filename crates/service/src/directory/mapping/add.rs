//! Adding mappings.

use std::time::Duration;

use robin_identity::ldap;
use robin_model::{
    CapabilityName, GroupName, LdapServerName, TenantName, TenantRole,
    directory::{NewMapping, Source},
};

use super::GROUP;
use crate::{
    Ctx, Error, Result, audit, authority,
    directory::{Known, LDAP, missing, people, reach},
    tenant,
};

/// How long the directory may take to say whether it has the group.
const PATIENCE: Duration = Duration::from_secs(10);

/// A group of a directory server, and what it is to give whoever is in it.
#[derive(Debug)]
pub struct Addition {
    /// The directory server.
    pub server: LdapServerName,
    /// The group.
    pub group: GroupName,
    /// The tenant that they join.
    pub tenant: TenantName,
    /// Their role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
}

/// Maps a group of a directory to a tenant. Needs `LDAP:update`, and every right that is given. The directory need not be up; where it
/// can't say whether it has the group, the answer is a warning that says why.
///
/// # Errors
/// [`Error::NotFound`] for a server, tenant or group that is not there or out of reach; [`Error::Invalid`] and [`Error::Denied`] for a
/// role or capabilities that can't be given; [`Error::Conflict`] when the group is mapped to the tenant already, and when several
/// groups have the name.
pub async fn add(ctx: &Ctx, new: &Addition) -> Result<Option<String>> {
    ctx.intend("directory_mapping.create", LDAP, &new.group);
    ctx.permit(LDAP, "update")?;
    reach(ctx, "update", new.server.as_str())?;
    let server = people::server(ctx, new.server.as_str())?;
    let tenant = tenant::named(ctx, &mut *ctx.read().await?, &new.tenant).await?;
    let capabilities = authority::grant(ctx, tenant.id, new.role, new.capabilities.as_deref())?;
    let warning = seek(&server, &new.group).await?;

    let mut work = ctx.change().await?;
    let server = work.ldap_server_named(&new.server).await?.ok_or_else(|| missing(&new.server))?.server;
    let tenant = tenant::named(ctx, &mut *work, &new.tenant).await?;
    let (source, group) = (Source::Ldap(server.id), new.group.clone());
    let mapping = NewMapping { source, group, tenant: tenant.id, role: new.role, capabilities };
    let (group, name) = (&new.group, &server.settings.name);
    let taken = || {
        let rule = "remove that mapping first";
        Error::Conflict(format!(
            "the group `{group}` of LDAP server `{name}` is mapped to the tenant `{}` already: {rule}",
            tenant.name
        ))
    };
    work.insert_mapping(&mapping).await?.ok_or_else(taken)?;
    let mut entry = ctx.record();
    entry.after = audit::state(&work.mapping(source, group, tenant.id).await?);
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(warning)
}

/// Has the directory look for the group. Where it has no answer, that says why.
async fn seek(server: &Known, group: &GroupName) -> Result<Option<String>> {
    let name = &server.server().settings.name;
    let found = match server.directory() {
        Ok(directory) => tokio::time::timeout(PATIENCE, directory.group(group.as_str())).await,
        Err(error) => Ok(Err(error.clone())),
    };
    match found.unwrap_or(Err(ldap::Error::TimedOut(PATIENCE))) {
        Ok(Some(_)) => Ok(None),
        Ok(None) => Err(Error::not_found(GROUP, group)),
        Err(ldap::Error::Ambiguous(_)) => Err(Error::Conflict(format!(
            "several groups of LDAP server `{name}` are named `{group}`: nobody can tell which is meant; narrow its `group_base`"
        ))),
        Err(error) => {
            Ok(Some(format!("nobody can tell whether LDAP server `{name}` has the group `{group}`: {error}")))
        }
    }
}
