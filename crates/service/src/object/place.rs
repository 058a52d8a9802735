//! Whose something new is, and in which tenant.

use robin_model::{TenantId, TenantName, TenantRole, UserId, Username};
use robin_storage::Transaction;

use crate::{Ctx, Error, Result, tenant, user};

/// The owner of something new, and its tenant where it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub tenant: Option<TenantId>,
    pub owner: UserId,
}

/// The tenant that something new is to be bound to.
pub(crate) struct Home {
    pub id: TenantId,
    pub name: TenantName,
}

/// The tenant named, or without a name the one logged into.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach.
pub(crate) async fn home(ctx: &Ctx, tx: &mut dyn Transaction, name: Option<&TenantName>) -> Result<Home> {
    match name {
        Some(name) => tenant::named(ctx, tx, name).await.map(|tenant| Home { id: tenant.id, name: tenant.name }),
        None => Ok(Home { id: ctx.actor.tenant_id(), name: ctx.actor.member.membership.tenant_name.clone() }),
    }
}

/// Where `what` goes: into the tenant, or to the cluster without one, as one's own or, where an administrator names a member, as
/// theirs.
///
/// # Errors
/// [`Error::Denied`] for naming another owner without being an administrator; [`Error::NotFound`] for an owner who is not there or
/// out of reach; [`Error::Invalid`] for one who is not a member of the tenant.
pub(crate) async fn place(
    ctx: &Ctx,
    tx: &mut dyn Transaction,
    tenant: Option<&Home>,
    owner: Option<&Username>,
    what: &str,
) -> Result<Place> {
    let oneself = &ctx.actor.member.user.username;
    let owner_id = match owner {
        None => ctx.actor.user_id(),
        Some(name) => {
            // Before the look-up: who is refused must not learn which users there are.
            if name.key() != oneself.key() && ctx.actor.role() == TenantRole::User {
                return Err(Error::Denied(format!("only an administrator can add {what} for somebody else")));
            }
            let missing = || Error::not_found("user", name);
            let user = tx.user_named(name).await?.filter(|user| !user.hidden).ok_or_else(missing)?;
            if !user::is_in_reach(ctx, tx, user.id).await? {
                return Err(missing());
            }
            user.id
        }
    };
    if let Some(tenant) = tenant
        && tx.membership(owner_id, tenant.id).await?.is_none()
    {
        let who = owner.unwrap_or(oneself);
        return Err(Error::Invalid(format!(
            "`{who}` is not a member of the tenant `{}`: name one as the owner",
            tenant.name
        )));
    }
    Ok(Place { tenant: tenant.map(|tenant| tenant.id), owner: owner_id })
}
