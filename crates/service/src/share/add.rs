//! Making shares and widening them.

use robin_model::{ObjectName, Timestamp, share::NewShare};
use robin_rbac::{
    Request, ShareTarget,
    sharing::{self, Operations},
};
use robin_storage::{Change, Stranded, Transaction};

use super::{Target, end::end, end_stranded, permit};
use crate::{
    Ctx, Error, Result, audit,
    object::{self, Found},
    tenant,
};

/// A share to be made.
#[derive(Debug, Clone)]
pub struct New {
    /// The object's type.
    pub object_type: String,
    /// What its service calls it.
    pub name: ObjectName,
    /// With whom.
    pub with: Target,
    /// For what; `view` is always included.
    pub operations: Vec<String>,
    /// When it is over. A share that is there keeps its end unless another is named, which then holds for all of it.
    pub expires_at: Option<Timestamp>,
}

/// Shares an object, or adds operations to a share of it. Needs the operation on the object's type that stands for sharing, reach
/// for it, and to be able to do oneself what is shared.
///
/// # Errors
/// [`Error::Invalid`] for an unknown type, an operation that can't be shared, an end that has passed, an object of the cluster, and
/// for oneself and the owner; [`Error::NotFound`] for an object, tenant or user that is not there or out of reach;
/// [`Error::Denied`] when the actor may not share it so.
pub async fn add(ctx: &Ctx, new: &New) -> Result<()> {
    let New { object_type, name, with, .. } = new;
    ctx.intend("object_share.add", object_type, name);
    let share_type = with.share_type();
    let operation = permit(ctx, object_type, share_type, sharing::sharing_operation)?;
    let offered = Operations::offered(object_type, share_type, &new.operations);
    let operations = offered.map_err(|refusal| Error::Invalid(refusal.to_string()))?;
    let now = ctx.now();
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(Error::Invalid("invalid `expires_at`: name a time that lies ahead".to_owned()));
    }
    let mut work = ctx.change().await?;
    let found = object::find(ctx, &mut *work, object_type, name, operation).await?;
    let with = target(ctx, &mut *work, &found, with).await?;
    cover(ctx, &found, with, operations)?;

    let mut before = work.share(found.object.id, with).await?;
    if let Some(over) = before.take_if(|share| !share.is_in_force(now)) {
        end(&mut work, &over).await?;
        end_stranded(&mut work, Stranded::Object(found.object.id), now).await?;
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    match before {
        Some(before) => {
            let united = before.operations.union(operations);
            let expires_at = new.expires_at.or(before.expires_at);
            if (united, expires_at) == (before.operations, before.expires_at) {
                return Ok(());
            }
            if before.expires_at.is_some_and(|end| expires_at > Some(end)) {
                cover(ctx, &found, with, united)?;
            }
            work.set_share(before.id, united, expires_at).await?;
        }
        None => {
            let (object, expires_at, created_by) = (found.object.id, new.expires_at, ctx.actor.user_id());
            let share = NewShare { object, with, operations, expires_at, created_at: now, created_by };
            work.insert_share(&share).await?;
        }
    }
    work.touch(Change::Object(object_type.clone(), name.clone())).await?;
    entry.after = audit::state(&work.share(found.object.id, with).await?);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Asks that the actor may share the object with them, and says who they are.
async fn target(ctx: &Ctx, tx: &mut dyn Transaction, found: &Found, with: &Target) -> Result<ShareTarget> {
    let object = &found.object;
    let Some(bound_to) = object.tenant else {
        let text = "belongs to the cluster, where permissions decide alone: there is nothing to share";
        return Err(Error::Invalid(format!("the object `{}` {text}", object.name)));
    };
    match with {
        Target::Tenant(name) => {
            let tenant = tenant::named(ctx, tx, name).await?;
            if !sharing::may_share_with_tenant(&ctx.actor.subject(), Some(bound_to), tenant.id) {
                let text = "only a superadmin logged into Administrators can share with another tenant";
                return Err(Error::Denied(text.to_owned()));
            }
            Ok(ShareTarget::Tenant(tenant.id))
        }
        Target::User(name) => {
            let missing = || Error::not_found("user", name);
            let user = tx.user_named(name).await?.filter(|user| !user.hidden).ok_or_else(missing)?;
            let places = tx.memberships_of(&[user.id]).await?;
            let shares = found.shared.shares(ctx.now());
            // Others than superadmins share with their fellow members.
            let is_near = |tenant| {
                let has_it = tenant == bound_to || shares.iter().any(|share| share.with == ShareTarget::Tenant(tenant));
                has_it && (ctx.actor.is_superadmin() || tenant == ctx.actor.tenant_id())
            };
            if !places.iter().any(|place| is_near(place.tenant)) {
                return Err(missing());
            }
            if user.id == ctx.actor.user_id() {
                return Err(Error::Invalid("you can't share with yourself".to_owned()));
            }
            if Some(user.id) == object.owner {
                return Err(Error::Invalid(format!("`{name}` owns the object: there is nothing to share")));
            }
            Ok(ShareTarget::User(user.id))
        }
    }
}

/// Asks that the actor may do to the object what it is shared for.
fn cover(ctx: &Ctx, found: &Found, with: ShareTarget, operations: Operations) -> Result<()> {
    let object_type = found.object.object_type.as_str();
    for shared in operations.iter() {
        for operation in sharing::given(&ctx.whole.catalogue, object_type, with.share_type(), shared) {
            let instance = Some(found.shared.instance(ctx.now()));
            if object::ask(ctx, &Request { object_type, operation, instance }).is_err() {
                return Err(Error::Denied(format!(
                    "you can't share it for `{shared}`: you may not do {object_type}:{operation} to it yourself"
                )));
            }
        }
    }
    Ok(())
}
