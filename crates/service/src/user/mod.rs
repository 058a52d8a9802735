//! Accounts.

mod create;
mod list;
mod remove;
mod role;
mod state;
mod update;

pub use create::{Added, Join, Known, New, Provider, create};
pub use list::{Detail, Listing, get, list};
pub(crate) use list::{detail, page};
pub use remove::{Removal, remove};
pub(crate) use remove::{erase, leave, part};
pub use role::change_role;
pub(crate) use state::lock_out;
pub use state::{disable, enable};
pub use update::{Update, update};

use robin_model::{
    TenantRole, UserId, Username,
    user::{Membership, User},
};
use robin_rbac::Instance;
use robin_storage::Transaction;

use crate::{Ctx, Error, Result, ctx::Thing};

/// An account that the actor reaches, with its memberships.
pub(crate) struct Found {
    pub user: User,
    pub memberships: Vec<Membership>,
}

/// Whether it is the actor's own account: looking at it and changing what it says of them needs no permission. A narrowed token
/// must cover it all the same, as anybody's.
fn is_own(ctx: &Ctx, name: &Username) -> bool {
    name.key() == ctx.actor.member.user.username.key()
}

/// Looks an account up for `operation`, which the caller has asked the permission for. One's own is always within reach.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
pub(crate) async fn find(ctx: &Ctx, tx: &mut dyn Transaction, name: &Username, operation: &str) -> Result<Found> {
    let missing = || Error::not_found("user", name);
    let user = tx.user_named(name).await?.ok_or_else(missing)?;
    let memberships = tx.memberships_of(&[user.id]).await?;
    let member = memberships.iter().any(|place| place.tenant == ctx.actor.tenant_id());
    let instance = Instance::User { id: user.id, member };
    if is_own(ctx, name) {
        ctx.permit_own(operation)?;
    } else {
        ctx.reach("USER", operation, &Thing { kind: "user", name: name.as_str(), instance })?;
    }
    // The built-in users are nobody's to change.
    if user.hidden && operation != "view" {
        return Err(Error::Denied(format!("`{name}` is built in and can't be changed")));
    }
    Ok(Found { user, memberships })
}

/// The account that another call's input names, where the actor reaches it.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach.
pub(crate) async fn in_reach(ctx: &Ctx, tx: &mut dyn Transaction, name: &Username) -> Result<UserId> {
    let missing = || Error::not_found("user", name);
    let user = tx.user_named(name).await?.ok_or_else(missing)?;
    if is_in_reach(ctx, tx, user.id).await? { Ok(user.id) } else { Err(missing()) }
}

/// Whether the actor reaches this account: everybody's for a superadmin in Administrators, fellow members' for a tenantadmin,
/// and one's own.
///
/// # Errors
/// When the database can't answer.
pub(crate) async fn is_in_reach(ctx: &Ctx, tx: &mut dyn Transaction, user: UserId) -> Result<bool> {
    let actor = &ctx.actor;
    if actor.is_superadmin() || user == actor.user_id() {
        return Ok(true);
    }
    Ok(actor.role() != TenantRole::User && tx.membership(user, actor.tenant_id()).await?.is_some())
}
