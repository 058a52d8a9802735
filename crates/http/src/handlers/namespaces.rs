//! Namespaces.

use std::sync::Arc;

use robin_api::{
    Message,
    namespaces::{
        AddNamespace, ChangeNamespaceOwner, GetNamespace, ListNamespaces, Namespace, RemoveNamespace, ShareNamespace,
        UnshareNamespace,
    },
};
use robin_model::ObjectId;
use robin_service::{
    Ctx, Page, Result,
    namespace::{self, Filter},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListNamespaces, _, _>(list);
    endpoints.closed::<GetNamespace, _, _>(get);
    endpoints.closed::<AddNamespace, _, _>(add);
    endpoints.closed::<ChangeNamespaceOwner, _, _>(change_owner);
    endpoints.closed::<ShareNamespace, _, _>(share);
    endpoints.closed::<UnshareNamespace, _, _>(unshare);
    endpoints.closed::<RemoveNamespace, _, _>(remove);
}

fn shown(found: robin_model::namespace::Namespace) -> Namespace {
    Namespace {
        id: found.id.0,
        name: found.name.into(),
        tenant: found.tenant_name.into(),
        tenant_id: found.tenant.0,
        owner: found.owner_name.into(),
        owner_id: found.owner.0,
        primary: found.primary,
        created_at: found.created_at,
    }
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListNamespaces>, cut: Cut) -> Result<Page<Namespace>> {
    let filter = Filter { tenant: input.tenant.clone(), owner: input.username.clone() };
    Ok(namespace::list(&ctx, &filter, cut.after.map(ObjectId), cut.limit).await?.map(shown))
}

async fn get(ctx: Arc<Ctx>, input: GetNamespace) -> Result<Namespace> {
    namespace::get(&ctx, &input.name).await.map(shown)
}

async fn add(ctx: Arc<Ctx>, input: AddNamespace) -> Result<Message> {
    namespace::create(&ctx, &input.name, input.tenant.as_ref(), input.username.as_ref()).await?;
    done(format!("Successfully added namespace '{}'", input.name))
}

async fn change_owner(ctx: Arc<Ctx>, input: ChangeNamespaceOwner) -> Result<Message> {
    namespace::change_owner(&ctx, &input.name, &input.username).await?;
    done(format!("Owner of namespace '{}' has been changed to '{}'", input.name, input.username))
}

async fn share(ctx: Arc<Ctx>, input: ShareNamespace) -> Result<Message> {
    let ShareNamespace { name, username, operations, expires_at } = input;
    namespace::share(&ctx, &name, &username, operations, expires_at).await?;
    done(format!("Successfully shared namespace '{name}' with user '{username}'"))
}

async fn unshare(ctx: Arc<Ctx>, input: UnshareNamespace) -> Result<Message> {
    let UnshareNamespace { name, username, operations } = input;
    namespace::unshare(&ctx, &name, &username, operations.as_deref()).await?;
    done(format!("Successfully unshared namespace '{name}' with user '{username}'"))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveNamespace) -> Result<Message> {
    namespace::remove(&ctx, &input.name).await?;
    done(format!("Successfully removed namespace '{}'", input.name))
}
