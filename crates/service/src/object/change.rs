//! Changing registered objects and taking them off the register.

use robin_model::{ObjectName, Username, object::Attributes};

use super::{erase, find, hand_over, of_services, permit_some, register::check_attributes};
use crate::{Ctx, Error, Result, audit, user};

/// Replaces what is said of an object. Needs `update` on its type, or what stands for it, and reach.
///
/// # Errors
/// [`Error::Invalid`] for an unknown type, for Robin's own, and for attributes that are too long; [`Error::NotFound`] when the
/// object is not there or out of reach; [`Error::Denied`] when the actor may not.
pub async fn update(ctx: &Ctx, object_type: &str, name: &ObjectName, attributes: &Attributes) -> Result<()> {
    ctx.intend("object.update", object_type, name);
    permit_some(ctx, object_type, "update")?;
    of_services(object_type)?;
    check_attributes(attributes)?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, object_type, name, "update").await?.object;
    work.set_object_attributes(before.id, attributes).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&work.object(before.id).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Gives an object to another member of its tenant, one of the cluster to anybody within reach. Needs `change_owner` on its type
/// and reach, or where the type has no such operation an administrator with `update`.
///
/// # Errors
/// As [`update`], and [`Error::NotFound`] for an owner who is not there, out of reach or no member.
pub async fn change_owner(ctx: &Ctx, object_type: &str, name: &ObjectName, owner: &Username) -> Result<()> {
    ctx.intend("object.change_owner", object_type, name);
    permit_some(ctx, object_type, "change_owner")?;
    of_services(object_type)?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, object_type, name, "change_owner").await?.object;
    let missing = || Error::not_found("user", owner);
    let user = work.user_named(owner).await?.filter(|user| !user.hidden).ok_or_else(missing)?;
    let may_own = match before.tenant {
        Some(tenant) => work.membership(user.id, tenant).await?.is_some(),
        None => user::is_in_reach(ctx, &mut *work, user.id).await?,
    };
    if !may_own {
        return Err(missing());
    }
    if before.owner != Some(user.id) {
        hand_over(&mut work, &before, Some(user.id)).await?;
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&work.object(before.id).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Takes an object off the register, with its shares. Needs `delete` on its type, or what stands for it, and reach.
///
/// # Errors
/// As [`update`].
pub async fn remove(ctx: &Ctx, object_type: &str, name: &ObjectName) -> Result<()> {
    ctx.intend("object.remove", object_type, name);
    permit_some(ctx, object_type, "delete")?;
    of_services(object_type)?;
    let mut work = ctx.change().await?;
    let before = find(ctx, &mut *work, object_type, name, "delete").await?.object;
    erase(&mut work, &before).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    work.append_audit(&entry).await?;
    work.commit().await
}
