//! Whose a namespace is.

use robin_model::{NamespaceName, Username};

use super::{find, object_of};
use crate::{Ctx, Error, Result, audit, object};

/// Gives a namespace to another member of its tenant. Needs `NAMESPACE:change_owner` and reach.
///
/// # Errors
/// [`Error::NotFound`] for a namespace or member that is not there or out of reach; [`Error::Denied`] when the actor sees it
/// and may not.
pub async fn change_owner(ctx: &Ctx, name: &NamespaceName, owner: &Username) -> Result<()> {
    ctx.intend("namespace.change_owner", "NAMESPACE", name);
    ctx.permit_some("NAMESPACE", "change_owner")?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, name, "change_owner").await?;
    let missing = || Error::not_found("user", owner);
    let user = work.user_named(owner).await?.ok_or_else(missing)?;
    work.membership(user.id, before.tenant).await?.ok_or_else(missing)?;
    if user.id != before.owner {
        object::hand_over(&mut work, &object_of(&before), Some(user.id)).await?;
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&work.namespace_named(name).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}
