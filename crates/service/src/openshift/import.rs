//! Importing users of the cluster, and the members of a group.

use std::collections::HashSet;

use robin_model::{CapabilityName, TenantName, TenantRole, Username, directory::Source, profile::Profile};

use super::{GROUP, OPEN_SHIFT, cluster, failed};
use crate::{
    Ctx, Error, Progress, Result, authority,
    directory::{
        Imported,
        import::{Place, carry_out, sift},
        people::Identity,
    },
    tenant,
    user::{self, Added, Join, Known, New, Provider},
};

/// Users who are to have accounts.
pub struct UsersImport {
    /// Their names.
    pub users: Vec<Username>,
    /// Those of them who are passed over.
    pub excluded: Vec<String>,
    /// The tenant that they join.
    pub tenant: TenantName,
    /// Their role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
}

/// A group whose members are to have accounts.
pub struct GroupImport {
    /// The group.
    pub name: String,
    /// The tenant that they join.
    pub tenant: TenantName,
    /// Their role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
    /// Names of members who are passed over.
    pub excluded: Vec<String>,
    /// Whether to find out alone what would happen.
    pub dry_run: bool,
}

/// Imports users, all or none. Needs `OPEN_SHIFT:update` and `USER:create`. It is [`user::create`] otherwise.
///
/// # Errors
/// [`Error::Invalid`] when Robin runs on no cluster; as [`user::create`].
pub async fn import_users(ctx: &Ctx, import: UsersImport) -> Result<Added> {
    let names: Vec<&str> = import.users.iter().take(10).map(Username::as_str).collect();
    ctx.intend("user.create", "USER", &names.join(","));
    permit(ctx)?;
    cluster(ctx, "command")?;
    let UsersImport { users, excluded, tenant, role, capabilities } = import;
    let is_excluded = |user: &Username| excluded.iter().any(|name| name.eq_ignore_ascii_case(user.as_str()));
    let new = |username| {
        let (tenant, capabilities) = (tenant.clone(), capabilities.clone());
        let tenants = vec![Join { tenant, role, capabilities, namespace: None }];
        New { username, provider: Provider::Openshift, password: None, profile: Profile::default(), tenants }
    };
    let users = users.into_iter().filter(|user| !is_excluded(user)).map(new).collect();
    user::create(ctx, users, Known::Joins).await
}

/// Imports everybody in a group. Needs `OPEN_SHIFT:update` and `USER:create`. Accounts, memberships, roles and capabilities that are
/// there stay as they are. `progress` is told of the members that can have an account.
///
/// # Errors
/// [`Error::NotFound`] for a group or a tenant that is not there or out of reach; [`Error::Invalid`] and [`Error::Denied`] for a role
/// or capabilities that can't be given, and the former when Robin runs on no cluster; [`Error::Unavailable`] while that is down;
/// [`Error::Conflict`] when it can't be read as it is set up.
pub async fn import_group(ctx: &Ctx, group: &GroupImport, progress: &Progress) -> Result<Imported> {
    ctx.intend("openshift_group.import", OPEN_SHIFT, &group.name);
    permit(ctx)?;
    let cluster = cluster(ctx, "command")?;
    let tenant = tenant::named(ctx, &mut *ctx.read().await?, &group.tenant).await?;
    let capabilities = authority::grant(ctx, tenant.id, group.role, group.capabilities.as_deref())?;
    let found = cluster.group(&group.name).await.map_err(failed)?;
    let found = found.ok_or_else(|| Error::not_found(GROUP, &group.name))?;
    let mut known = cluster.users_named(&found.users).await.map_err(failed)?;
    let (mut imported, mut people, mut seen) = (Imported::default(), Vec::new(), HashSet::new());
    for name in found.users.iter().filter(|name| seen.insert(*name)) {
        match known.remove(name) {
            Some(user) => people.push((name.clone(), Identity::of_cluster(user))),
            None => imported.skipped.push((name.clone(), "the cluster has no such user".to_owned())),
        }
    }
    let candidates = sift(people, &group.excluded, &mut imported);
    let place = Place { source: Source::Openshift, tenant: &group.tenant, role: group.role, capabilities };
    carry_out(ctx, &place, &candidates, group.dry_run, progress, &mut imported).await?;
    Ok(imported)
}

/// Who imports must see what there is, and may add users.
fn permit(ctx: &Ctx) -> Result<()> {
    ctx.permit(OPEN_SHIFT, "update")?;
    ctx.permit("USER", "create")?;
    ctx.permit(OPEN_SHIFT, "view")
}
