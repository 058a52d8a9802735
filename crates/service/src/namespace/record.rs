//! Adding and removing namespaces.

use robin_model::{NamespaceName, TenantName, TenantRole, Username};

use super::{find, insert};
use crate::{Ctx, Error, Result, audit, tenant, user};

/// Adds a namespace to the tenant logged into, or, for a superadmin in Administrators, to the one named. It is one's own, or
/// an administrator names the member whose it is. Needs `NAMESPACE:create`.
///
/// # Errors
/// [`Error::Conflict`] when the name is taken; [`Error::NotFound`] for a tenant or member that is not there or out of reach;
/// [`Error::Denied`] for naming another owner without being an administrator.
pub async fn create(
    ctx: &Ctx,
    name: &NamespaceName,
    tenant: Option<&TenantName>,
    owner: Option<&Username>,
) -> Result<()> {
    ctx.intend("namespace.create", "NAMESPACE", name);
    ctx.permit("NAMESPACE", "create")?;
    let mut work = ctx.change().await?;
    let (tenant, tenant_name) = match tenant {
        Some(name) => tenant::named(ctx, &mut *work, name).await.map(|tenant| (tenant.id, tenant.name))?,
        None => (ctx.actor.tenant_id(), ctx.actor.member.membership.tenant_name.clone()),
    };
    let owner_id = match owner {
        None => ctx.actor.user_id(),
        Some(name) => {
            // Before the look-up: who is refused must not learn which users there are.
            if name.key() != ctx.actor.member.user.username.key() && ctx.actor.role() == TenantRole::User {
                return Err(Error::Denied("only an administrator can add a namespace for somebody else".to_owned()));
            }
            let missing = || Error::not_found("user", name);
            let user = work.user_named(name).await?.ok_or_else(missing)?;
            if !user::is_in_reach(ctx, &mut *work, user.id).await? {
                return Err(missing());
            }
            user.id
        }
    };
    if work.membership(owner_id, tenant).await?.is_none() {
        let who = owner.map_or_else(|| ctx.actor.member.user.username.to_string(), ToString::to_string);
        return Err(Error::Invalid(format!(
            "`{who}` is not a member of the tenant `{tenant_name}`: name one as the owner"
        )));
    }
    insert(&mut work, name.clone(), tenant, owner_id, ctx.now()).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&work.namespace_named(name).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Removes a namespace. Needs `NAMESPACE:delete` and reach.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
pub async fn remove(ctx: &Ctx, name: &NamespaceName) -> Result<()> {
    ctx.intend("namespace.remove", "NAMESPACE", name);
    ctx.permit("NAMESPACE", "delete")?;
    let mut work = ctx.change().await?;
    let namespace = find(ctx, &mut *work, name, "delete").await?;
    work.remove_namespace(namespace.id).await?;
    work.touch(robin_storage::Change::User(namespace.owner)).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&namespace);
    work.append_audit(&entry).await?;
    work.commit().await
}
