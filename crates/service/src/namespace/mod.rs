//! Namespaces: the records of where a tenant's members deploy.

mod list;
mod owner;
mod record;
mod share;

pub use list::{Filter, get, list};
pub use owner::change_owner;
pub use record::{create, remove};
pub use share::{share, unshare};

use robin_model::{
    ContextId, NamespaceName, ObjectId, TenantId, Timestamp, UserId, Username,
    namespace::{NAMESPACE, Namespace},
    object::{Attributes, NewObject, Object},
    user::Membership,
};
use robin_storage::{Change, Transaction};

use crate::{
    Ctx, Error, Result,
    ctx::Thing,
    object::{self, SharedObject},
    work::Work,
};

/// Looks a namespace up for `operation`.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
async fn find(ctx: &Ctx, tx: &mut dyn Transaction, name: &NamespaceName, operation: &str) -> Result<Namespace> {
    let missing = || Error::not_found("namespace", name);
    let namespace = tx.namespace_named(name).await?.ok_or_else(missing)?;
    reach(ctx, tx, &namespace, operation).await?;
    Ok(namespace)
}

/// Asks whether the actor may do this to the namespace.
///
/// # Errors
/// [`Error::NotFound`] when it is out of reach; [`Error::Denied`] when the actor sees it and may not.
async fn reach(ctx: &Ctx, tx: &mut dyn Transaction, namespace: &Namespace, operation: &str) -> Result<()> {
    let shared = SharedObject::of(tx, &object_of(namespace)).await?;
    let instance = shared.instance(ctx.now());
    ctx.reach(NAMESPACE, operation, &Thing { kind: "namespace", name: namespace.name.as_str(), instance })
}

/// The object that a namespace is. Nothing is said of it besides.
fn object_of(namespace: &Namespace) -> Object {
    Object {
        id: namespace.id,
        object_type: NAMESPACE.to_owned(),
        name: (&namespace.name).into(),
        owner: Some(namespace.owner),
        owner_name: Some(namespace.owner_name.clone()),
        tenant: Some(namespace.tenant),
        tenant_name: Some(namespace.tenant_name.clone()),
        attributes: Attributes::new(),
        created_at: namespace.created_at,
    }
}

/// Gives a new member their primary namespace: the one named, made if it is new and taken over if the tenant has it, or one
/// called after tenant and user.
///
/// # Errors
/// [`Error::Conflict`] when the name is bound to another tenant; [`Error::Denied`] when the actor may not take it over.
pub(crate) async fn provide(
    ctx: &Ctx,
    work: &mut Work<'_>,
    context: ContextId,
    user: UserId,
    tenant: TenantId,
    name: Option<&NamespaceName>,
    now: Timestamp,
) -> Result<()> {
    let name = name.cloned().unwrap_or_else(|| NamespaceName::of_member(tenant, user));
    let id = match work.namespace_named(&name).await? {
        Some(known) if known.tenant == tenant => {
            reach(ctx, &mut **work, &known, "change_owner").await?;
            object::hand_over(work, &object_of(&known), Some(user)).await?;
            known.id
        }
        Some(_) => return Err(taken(&name)),
        None => insert(work, &name, tenant, user, now).await?,
    };
    work.set_primary_namespace(context, Some(id)).await?;
    Ok(())
}

/// Gives a member whom no request made one the namespace that is called after tenant and user: a new one, or the one that is
/// theirs from when they were a member before. Where it is somebody else's, they get none.
///
/// # Errors
/// When the database can't.
pub(crate) async fn settle_in(
    work: &mut Work<'_>,
    context: ContextId,
    user: UserId,
    tenant: TenantId,
    now: Timestamp,
) -> Result<()> {
    let name = NamespaceName::of_member(tenant, user);
    let id = match work.namespace_named(&name).await? {
        None => insert(work, &name, tenant, user, now).await?,
        Some(known) if known.tenant == tenant && known.owner == user => known.id,
        Some(_) => return Ok(()),
    };
    work.set_primary_namespace(context, Some(id)).await?;
    Ok(())
}

async fn insert(
    work: &mut Work<'_>,
    name: &NamespaceName,
    tenant: TenantId,
    owner: UserId,
    created_at: Timestamp,
) -> Result<ObjectId> {
    if is_reserved(name) {
        return Err(Error::Invalid(format!("the namespace name `{name}` is reserved for Kubernetes itself")));
    }
    let new = NewObject::namespace(name, tenant, owner, created_at);
    let id = work.insert_object(&new).await?.ok_or_else(|| taken(name))?;
    work.touch(Change::Object(new.object_type, new.name)).await?;
    Ok(id)
}

/// The names that Kubernetes keeps for itself (Kubernetes documentation, "Namespaces").
fn is_reserved(name: &NamespaceName) -> bool {
    name.as_str().starts_with("kube-") || name.as_str() == "default"
}

fn taken(name: &NamespaceName) -> Error {
    Error::Conflict(format!("namespace `{name}` already exists"))
}

/// The member who takes over what the member at `place` owns.
///
/// # Errors
/// [`Error::NotFound`] when there is no such member; [`Error::Invalid`] for the member themselves.
pub(crate) async fn heir(work: &mut Work<'_>, place: &Membership, name: &Username) -> Result<UserId> {
    let missing = || Error::not_found("replacement user", name);
    let user = work.user_named(name).await?.ok_or_else(missing)?;
    if user.id == place.user {
        return Err(Error::Invalid(format!("`{name}` can't be their own replacement")));
    }
    work.membership(user.id, place.tenant).await?.ok_or_else(missing)?;
    Ok(user.id)
}
