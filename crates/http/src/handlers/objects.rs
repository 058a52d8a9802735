//! The register of objects.

use std::sync::Arc;

use robin_api::{
    Message,
    objects::{
        ChangeObjectOwner, GetObject, ListObjects, NewObject, Object, RegisterObjects, RemoveObject, UpdateObject,
    },
};
use robin_model::ObjectId;
use robin_service::{
    Ctx, Error, Page, Result,
    object::{self, Filter, New},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListObjects, _, _>(list);
    endpoints.closed::<GetObject, _, _>(get);
    endpoints.closed::<RegisterObjects, _, _>(register);
    endpoints.closed::<UpdateObject, _, _>(update);
    endpoints.closed::<ChangeObjectOwner, _, _>(change_owner);
    endpoints.closed::<RemoveObject, _, _>(remove);
}

fn shown(found: robin_model::object::Object) -> Object {
    Object {
        object_type: found.object_type,
        id: found.name.into(),
        owner: found.owner_name.map(Into::into),
        owner_id: found.owner.map(|id| id.0),
        tenant: found.tenant_name.map(Into::into),
        tenant_id: found.tenant.map(|id| id.0),
        attributes: found.attributes,
        created_at: found.created_at,
    }
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListObjects>, cut: Cut) -> Result<Page<Object>> {
    let ListObjects { object_type, tenant, owner } = (*input).clone();
    let filter = Filter { object_type, tenant, owner };
    Ok(object::list(&ctx, &filter, cut.after.map(ObjectId), cut.limit).await?.map(shown))
}

async fn get(ctx: Arc<Ctx>, input: GetObject) -> Result<Object> {
    object::get(&ctx, &input.object_type, &input.id).await.map(shown)
}

async fn register(ctx: Arc<Ctx>, input: RegisterObjects) -> Result<Message> {
    let RegisterObjects { object_type, id, owner, tenant, attributes, objects } = input;
    let is_one = object_type.is_some() || id.is_some();
    let is_more = owner.is_some() || tenant.is_some() || attributes.is_some();
    let objects = match (object_type, id, objects) {
        (Some(object_type), Some(id), None) => vec![NewObject { object_type, id, owner, tenant, attributes }],
        (None, None, Some(objects)) if !is_more => objects,
        (_, _, None) if is_one => return Err(Error::Invalid("`type` and `id` are both needed".to_owned())),
        _ => {
            return Err(Error::Invalid(
                "give either `type` and `id`, with what belongs to them, or `objects`".to_owned(),
            ));
        }
    };
    let new: Vec<New> = objects.into_iter().map(new).collect();
    let count = object::register(&ctx, &new).await?;
    match new.as_slice() {
        [one] => done(format!("Successfully registered object '{}' of type {}", one.name, one.object_type)),
        several => done(format!("Successfully registered {} objects, {count} of them new", several.len())),
    }
}

fn new(object: NewObject) -> New {
    let NewObject { object_type, id, owner, tenant, attributes } = object;
    New { object_type, name: id, owner, tenant, attributes: attributes.unwrap_or_default() }
}

async fn update(ctx: Arc<Ctx>, input: UpdateObject) -> Result<Message> {
    let UpdateObject { object_type, id, attributes } = input;
    object::update(&ctx, &object_type, &id, &attributes).await?;
    done(format!("Successfully updated object '{id}' of type {object_type}"))
}

async fn change_owner(ctx: Arc<Ctx>, input: ChangeObjectOwner) -> Result<Message> {
    let ChangeObjectOwner { object_type, id, owner } = input;
    object::change_owner(&ctx, &object_type, &id, &owner).await?;
    done(format!("Owner of object '{id}' of type {object_type} has been changed to '{owner}'"))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveObject) -> Result<Message> {
    let RemoveObject { object_type, id } = input;
    object::remove(&ctx, &object_type, &id).await?;
    done(format!("Successfully removed object '{id}' of type {object_type}"))
}
