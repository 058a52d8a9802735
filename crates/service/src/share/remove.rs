//! Ending shares and narrowing them.

use robin_model::ObjectName;
use robin_rbac::{
    ShareTarget,
    sharing::{self, Operations},
};
use robin_storage::{Change, Stranded, Transaction};

use super::{Target, end::end, end_stranded, is_visible, permit};
use crate::{
    Ctx, Error, Result, audit,
    object::{self, Found},
};

/// Takes operations from a share of an object, or ends it: without operations, and with `view` among them. Needs the operation on the
/// object's type that stands for ending shares, and reach for it. Where a share with a tenant ends, those with its members end too
/// if nothing else holds them up.
///
/// # Errors
/// [`Error::Invalid`] for an unknown type and an operation that can't be shared; [`Error::NotFound`] for an object or share that is
/// not there or out of reach; [`Error::Denied`] when the actor may not.
pub async fn remove(
    ctx: &Ctx,
    object_type: &str,
    name: &ObjectName,
    with: &Target,
    operations: Option<&[String]>,
) -> Result<()> {
    ctx.intend("object_share.remove", object_type, name);
    let operation = permit(ctx, object_type, with.share_type(), sharing::unsharing_operation)?;
    if let Some(operations) = operations {
        Operations::offered(object_type, with.share_type(), operations)
            .map_err(|refusal| Error::Invalid(refusal.to_string()))?;
    }
    let mut work = ctx.change().await?;
    let found = object::find(ctx, &mut *work, object_type, name, operation).await?;
    let missing = || Error::not_found("share", &format!("{object_type}/{name} with {with}"));
    let target = target(ctx, &mut *work, &found, with).await?.ok_or_else(missing)?;
    let share = work.share(found.object.id, target).await?.filter(|share| share.is_in_force(ctx.now()));
    let share = share.ok_or_else(missing)?;
    if let ShareTarget::Tenant(tenant) = target
        && !sharing::may_share_with_tenant(&ctx.actor.subject(), found.object.tenant, tenant)
    {
        let text = "only a superadmin logged into Administrators can end a share with another tenant";
        return Err(Error::Denied(text.to_owned()));
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&share);
    match operations.and_then(|operations| share.operations.without(operations)) {
        Some(left) if left == share.operations => return Ok(()),
        Some(left) => {
            work.set_share(share.id, left, share.expires_at).await?;
            work.touch(Change::Object(object_type.to_owned(), name.clone())).await?;
            entry.after = audit::state(&work.share(found.object.id, target).await?);
        }
        None => {
            end(&mut work, &share).await?;
            end_stranded(&mut work, Stranded::Object(found.object.id), ctx.now()).await?;
        }
    }
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Whom the share is with, if the actor may know of it.
async fn target(ctx: &Ctx, tx: &mut dyn Transaction, found: &Found, with: &Target) -> Result<Option<ShareTarget>> {
    let (target, is_fellow) = match with {
        Target::Tenant(name) => {
            let Some(tenant) = tx.tenant_named(name).await? else { return Ok(None) };
            (ShareTarget::Tenant(tenant.id), false)
        }
        Target::User(name) => {
            let Some(user) = tx.user_named(name).await? else { return Ok(None) };
            let is_fellow = tx.membership(user.id, ctx.actor.tenant_id()).await?.is_some();
            (ShareTarget::User(user.id), is_fellow)
        }
    };
    Ok(Some(target).filter(|target| is_visible(ctx, &found.shared, *target, |_| is_fellow)))
}
