//! Object shares.

use std::sync::Arc;

use robin_api::{
    Message,
    shares::{AddShare, ListShares, RemoveShare, Share, ShareOption, ShareOptions},
};
use robin_model::{ShareId, TenantName, Username, share::ObjectShare};
use robin_rbac::ShareType;
use robin_service::{
    Ctx, Error, Page, Result,
    share::{self, Filter, New, Target},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ShareOptions, _, _>(options);
    endpoints.list::<ListShares, _, _>(list);
    endpoints.closed::<AddShare, _, _>(add);
    endpoints.closed::<RemoveShare, _, _>(remove);
}

async fn options(ctx: Arc<Ctx>, input: Arc<ShareOptions>, cut: Cut) -> Result<Page<ShareOption>> {
    let share_type = match input.share_type.as_deref() {
        None | Some("ALL") => None,
        Some("TENANT") => Some(ShareType::Tenant),
        Some("USER") => Some(ShareType::User),
        Some(_) => return Err(Error::Invalid("`share_type` is `TENANT`, `USER` or `ALL`".to_owned())),
    };
    let page = share::options(&ctx, input.object_type.as_deref(), share_type, cut.after, cut.limit)?;
    Ok(page.map(|option| ShareOption {
        operation: option.operation.to_owned(),
        object_type: option.object_type.to_owned(),
        share_type: option.share_type.as_str().to_owned(),
    }))
}

fn shown(found: ObjectShare) -> Share {
    let share_type = found.with.share_type();
    let name_of = |kind| Some(found.with_name.clone()).filter(|_| share_type == kind);
    Share {
        id: found.id.0,
        object_type: found.object_type,
        object_id: found.object_name.into(),
        share_type: share_type.as_str().to_owned(),
        tenant: name_of(ShareType::Tenant),
        username: name_of(ShareType::User),
        operations: found.operations.iter().map(str::to_owned).collect(),
        expires_at: found.expires_at,
        created_at: found.created_at,
        created_by: found.created_by_name.into(),
    }
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListShares>, cut: Cut) -> Result<Page<Share>> {
    let ListShares { object_type, object_id, tenant, username } = (*input).clone();
    let object = match (object_type, object_id) {
        (Some(object_type), Some(id)) => Some((object_type, id)),
        (None, None) => None,
        _ => return Err(Error::Invalid("`object_type` and `object_id` are needed together".to_owned())),
    };
    let filter = Filter { object, tenant, user: username };
    Ok(share::list(&ctx, &filter, cut.after.map(ShareId), cut.limit).await?.map(shown))
}

/// With whom, from the one field of three that names them, and the one that may say what they are.
fn target(share_type: Option<&str>, tenant: Option<TenantName>, username: Option<Username>) -> Result<Target> {
    match (share_type, tenant, username) {
        (None | Some("TENANT"), Some(tenant), None) => Ok(Target::Tenant(tenant)),
        (None | Some("USER"), None, Some(username)) => Ok(Target::User(username)),
        (None | Some("TENANT" | "USER"), ..) => {
            let text = "name the tenant of a `TENANT` share in `tenant`, the user of a `USER` share in `username`";
            Err(Error::Invalid(text.to_owned()))
        }
        (Some(_), ..) => Err(Error::Invalid("`share_type` is `TENANT` or `USER`".to_owned())),
    }
}

async fn add(ctx: Arc<Ctx>, input: AddShare) -> Result<Message> {
    let AddShare { object_type, object_id, share_type, tenant, username, operations, expires_at } = input;
    let with = target(share_type.as_deref(), tenant, username)?;
    let new = New { object_type, name: object_id, with, operations, expires_at };
    share::add(&ctx, &new).await?;
    done(format!("Successfully shared object '{}' of type {} with {}", new.name, new.object_type, named(&new.with)))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveShare) -> Result<Message> {
    let RemoveShare { object_type, object_id, share_type, tenant, username, operations } = input;
    let with = target(share_type.as_deref(), tenant, username)?;
    share::remove(&ctx, &object_type, &object_id, &with, operations.as_deref()).await?;
    done(format!("Successfully unshared object '{object_id}' of type {object_type} with {}", named(&with)))
}

fn named(with: &Target) -> String {
    match with {
        Target::Tenant(name) => format!("tenant '{name}'"),
        Target::User(name) => format!("user '{name}'"),
    }
}
