//! Namespaces: the records of where a tenant's members deploy.

mod list;
mod owner;
mod record;

pub use list::{Filter, get, list};
pub use owner::change_owner;
pub use record::{create, remove};

use robin_model::{
    ContextId, NamespaceId, NamespaceName, TenantId, Timestamp, UserId, Username,
    namespace::{Namespace, NewNamespace},
    tenant::Tenant,
    user::Membership,
};
use robin_rbac::Instance;
use robin_storage::Transaction;

use crate::{Ctx, Error, Result, ctx::Thing, work::Work};

/// What decisions see of a namespace.
fn thing(namespace: &Namespace) -> Thing<'_> {
    let name = namespace.name.as_str();
    let (owner, tenant) = (Some(namespace.owner), Some(namespace.tenant));
    Thing { kind: "namespace", name, instance: Instance::Object { id: name, owner, tenant, shares: &[] } }
}

/// Looks a namespace up for `operation`.
///
/// # Errors
/// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
async fn find(ctx: &Ctx, tx: &mut dyn Transaction, name: &NamespaceName, operation: &str) -> Result<Namespace> {
    let namespace = tx.namespace_named(name).await?.ok_or_else(|| Error::not_found("namespace", name))?;
    ctx.reach("NAMESPACE", operation, &thing(&namespace))?;
    Ok(namespace)
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
    tenant: &Tenant,
    name: Option<&NamespaceName>,
    now: Timestamp,
) -> Result<()> {
    let name = name.cloned().unwrap_or_else(|| NamespaceName::of_member(tenant.id, user));
    let id = match work.namespace_named(&name).await? {
        Some(known) if known.tenant == tenant.id => {
            ctx.reach("NAMESPACE", "change_owner", &thing(&known))?;
            work.set_namespace_owner(known.id, user).await?;
            known.id
        }
        Some(_) => return Err(taken(&name)),
        None => insert(work, name, tenant.id, user, now).await?,
    };
    work.set_primary_namespace(context, Some(id)).await?;
    Ok(())
}

async fn insert(
    work: &mut Work<'_>,
    name: NamespaceName,
    tenant: TenantId,
    owner: UserId,
    created_at: Timestamp,
) -> Result<NamespaceId> {
    if is_reserved(&name) {
        return Err(Error::Invalid(format!("the namespace name `{name}` is reserved for Kubernetes itself")));
    }
    let new = NewNamespace { name, tenant, owner, created_at };
    work.insert_namespace(&new).await?.ok_or_else(|| taken(&new.name))
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
