//! Registered objects: instances of any type that other services own, with owner, tenant and shares. Robin's own namespaces are
//! among them.

mod change;
mod list;
mod place;
mod register;
mod rights;
mod shared;

pub use change::{change_owner, remove, update};
pub use list::{Filter, get, list};
pub(crate) use list::{page, sources};
pub(crate) use place::{Place, home, place};
pub use register::{MOST, New, register};
pub(crate) use rights::{ask, known, permit_some, reach};
pub use shared::SharedObject;

use robin_model::{
    ObjectName, TenantId, Timestamp, UserId,
    namespace::NAMESPACE,
    object::{Object, ObjectFilter, ObjectSource, ObjectTypes},
    user::Membership,
};
use robin_rbac::ShareTarget;
use robin_storage::{Change, Stranded, Transaction};

use crate::{Ctx, Error, Result, share, work::Work};

/// An object that the actor reaches.
pub(crate) struct Found {
    pub object: Object,
    pub shared: SharedObject,
}

/// How messages and records name an object.
fn label(object_type: &str, name: &ObjectName) -> String {
    format!("{object_type}/{name}")
}

/// Looks an object up for `operation`.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
pub(crate) async fn find(
    ctx: &Ctx,
    tx: &mut dyn Transaction,
    object_type: &str,
    name: &ObjectName,
    operation: &str,
) -> Result<Found> {
    let missing = || Error::not_found("object", &label(object_type, name));
    let object = tx.object_named(object_type, name).await?.ok_or_else(missing)?;
    let shared = SharedObject::of(tx, &object).await?;
    reach(ctx, &shared, operation)?;
    Ok(Found { object, shared })
}

/// Asks that the type is not one of Robin's own, whose things have calls of their own.
///
/// # Errors
/// [`Error::Invalid`] when it is.
fn of_services(object_type: &str) -> Result<()> {
    let calls = match object_type {
        "USER" => "users",
        "TENANT" => "tenants",
        NAMESPACE => "namespaces",
        "USER_CAPABILITY" => "user-capabilities",
        _ => return Ok(()),
    };
    Err(Error::Invalid(format!("objects of type `{object_type}` have calls of their own: use `{calls}`")))
}

/// Gives an object to somebody else, or nobody, as part of a change. Who owns it needs no share of it.
///
/// # Errors
/// When the database can't.
pub(crate) async fn hand_over(work: &mut Work<'_>, object: &Object, owner: Option<UserId>) -> Result<()> {
    work.set_object_owner(object.id, owner).await?;
    if let Some(owner) = owner
        && let Some(share) = work.share(object.id, ShareTarget::User(owner)).await?
    {
        work.remove_share(share.id).await?;
    }
    touch(work, object).await
}

/// Removes an object with its shares, as part of a change.
///
/// # Errors
/// When the database can't.
pub(crate) async fn erase(work: &mut Work<'_>, object: &Object) -> Result<()> {
    work.remove_object(object.id).await?;
    touch(work, object).await
}

/// Says that the object is not what it was, nor its owner where it is the namespace that they are in.
async fn touch(work: &mut Work<'_>, object: &Object) -> Result<()> {
    if let (NAMESPACE, Some(owner)) = (object.object_type.as_str(), object.owner) {
        work.touch(Change::User(owner)).await?;
    }
    work.touch(Change::Object(object.object_type.clone(), object.name.clone())).await
}

/// How many objects are read at a time where all of somebody's are gone through.
const FEW: u32 = 100;

/// Settles what hangs on a membership that ends: what the member owns in the tenant goes to `heir` or is removed, and shares
/// with them that nothing else holds up end. The membership is gone already.
///
/// # Errors
/// When the database can't.
pub(crate) async fn settle(
    work: &mut Work<'_>,
    place: &Membership,
    heir: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let filter = owned(place.user, Some(place.tenant));
    loop {
        let few = work.objects(&filter, None, FEW).await?;
        if few.is_empty() {
            break;
        }
        for object in &few {
            match heir {
                Some(heir) => hand_over(work, object, Some(heir)).await?,
                None => erase(work, object).await?,
            }
        }
    }
    share::end_stranded(work, Stranded::User(place.user), now).await
}

/// Leaves what somebody owns, when their account goes, to nobody: what is left then belongs to the cluster. Namespaces, which they have
/// kept in a tenant that a directory took them out of, go: there is none without an owner.
///
/// # Errors
/// When the database can't.
pub(crate) async fn disown(work: &mut Work<'_>, user: UserId) -> Result<()> {
    loop {
        let few = work.objects(&owned(user, None), None, FEW).await?;
        if few.is_empty() {
            return Ok(());
        }
        for object in &few {
            match object.object_type.as_str() {
                NAMESPACE => erase(work, object).await?,
                _ => hand_over(work, object, None).await?,
            }
        }
    }
}

fn owned(user: UserId, tenant: Option<TenantId>) -> ObjectFilter {
    ObjectFilter { source: ObjectSource::Registered, types: ObjectTypes::Every, tenant, owner: Some(user) }
}
