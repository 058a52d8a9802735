//! Registering objects.

use std::collections::{BTreeSet, HashMap};

use robin_model::{
    ObjectName, TenantName, Username,
    audit::Entry,
    object::{Attributes, NewObject},
};
use robin_rbac::is_of_cluster;
use robin_storage::Change;

use super::{Place, home, label, of_services, permit_some, place};
use crate::{Ctx, Error, Result, audit, work::Work};

/// An object to be registered.
#[derive(Debug, Clone)]
pub struct New {
    /// Its type.
    pub object_type: String,
    /// What its service calls it.
    pub name: ObjectName,
    /// Who will own it; without, the actor.
    pub owner: Option<Username>,
    /// The tenant to bind it to; without, the one logged into, or none for a superadmin in Administrators.
    pub tenant: Option<TenantName>,
    /// What its service says of it.
    pub attributes: Attributes,
}

/// The most objects that one call registers.
pub const MOST: usize = 1000;

/// The most bytes that what is said of an object has as JSON.
const ATTRIBUTES: usize = 16 << 10;

/// Registers objects, all or none, and says how many are new: one that is there with the same owner, tenant and attributes stays
/// as it is. Needs `create` on each type, or what stands for it.
///
/// # Errors
/// [`Error::Invalid`] for what makes no sense; [`Error::Conflict`] for an object that is there with another owner, tenant or
/// other attributes; [`Error::NotFound`] for a tenant or owner that is not there or out of reach; [`Error::Denied`] for naming
/// another owner without being an administrator.
pub async fn register(ctx: &Ctx, objects: &[New]) -> Result<usize> {
    let (first, names) = named(objects);
    ctx.intend("object.register", first, &names);
    if objects.is_empty() || objects.len() > MOST {
        return Err(Error::Invalid(format!("name 1 to {MOST} objects")));
    }
    let types: BTreeSet<&str> = objects.iter().map(|new| new.object_type.as_str()).collect();
    for object_type in types {
        permit_some(ctx, object_type, "create")?;
        of_services(object_type)?;
    }
    for new in objects {
        check(new).map_err(|error| about(new, objects.len(), error))?;
    }
    let mut work = ctx.change().await?;
    let (mut places, mut count) = (HashMap::new(), 0);
    for new in objects {
        let inserted = insert(ctx, &mut work, new, &mut places).await;
        count += usize::from(inserted.map_err(|error| about(new, objects.len(), error))?);
    }
    work.commit().await?;
    Ok(count)
}

/// What the record calls the change: the type of the first and some names.
fn named(objects: &[New]) -> (&str, String) {
    let first = objects.first().map_or("", |new| new.object_type.as_str());
    let names: Vec<&str> = objects.iter().take(10).map(|new| new.name.as_str()).collect();
    (first, names.join(","))
}

/// Says which object it is about, where that is not clear.
fn about(new: &New, of: usize, error: Error) -> Error {
    match error {
        Error::Invalid(text) if of > 1 => {
            Error::Invalid(format!("object `{}`: {text}", label(&new.object_type, &new.name)))
        }
        other => other,
    }
}

fn check(new: &New) -> Result<()> {
    if is_of_cluster(&new.object_type) && new.tenant.is_some() {
        return Err(Error::Invalid(format!(
            "objects of type `{}` belong to the cluster: leave `tenant` out",
            new.object_type
        )));
    }
    check_attributes(&new.attributes)
}

/// Asks that what is said of an object is not too long.
///
/// # Errors
/// [`Error::Invalid`] when it is.
pub(super) fn check_attributes(attributes: &Attributes) -> Result<()> {
    if !serde_json::to_string(attributes).is_ok_and(|written| written.len() <= ATTRIBUTES) {
        let text = format!("invalid `attributes`: use at most {ATTRIBUTES} bytes of JSON");
        return Err(Error::Invalid(text));
    }
    Ok(())
}

/// Places by the names that they were asked for with.
type Places = HashMap<(Option<String>, Option<String>, bool), Place>;

async fn insert(ctx: &Ctx, work: &mut Work<'_>, new: &New, places: &mut Places) -> Result<bool> {
    let Place { tenant, owner } = placed(ctx, work, new, places).await?;
    ctx.permit_in(&new.object_type, "create", tenant)?;
    let object = NewObject {
        object_type: new.object_type.clone(),
        name: new.name.clone(),
        owner: Some(owner),
        tenant,
        attributes: new.attributes.clone(),
        created_at: ctx.now(),
    };
    if work.insert_object(&object).await?.is_some() {
        work.touch(Change::Object(object.object_type, object.name)).await?;
        let (target_type, target) = (new.object_type.clone(), new.name.to_string());
        let mut entry = Entry { target_type, target, ..ctx.record() };
        entry.after = audit::state(&work.object_named(&new.object_type, &new.name).await?);
        work.append_audit(&entry).await?;
        return Ok(true);
    }
    let known = work.object_named(&new.object_type, &new.name).await?;
    let is_same = |known: &robin_model::object::Object| {
        (known.owner, known.tenant, &known.attributes) == (Some(owner), tenant, &new.attributes)
    };
    if known.as_ref().is_some_and(is_same) {
        return Ok(false);
    }
    Err(Error::Conflict(format!("object `{}` already exists", label(&new.object_type, &new.name))))
}

/// Where the object goes. Many of one call go to the same place, which is looked up once.
async fn placed(ctx: &Ctx, work: &mut Work<'_>, new: &New, places: &mut Places) -> Result<Place> {
    let is_of_cluster = is_of_cluster(&new.object_type) || (new.tenant.is_none() && ctx.actor.is_superadmin());
    let key = (new.tenant.as_ref().map(TenantName::key), new.owner.as_ref().map(Username::key), is_of_cluster);
    if let Some(place) = places.get(&key) {
        return Ok(*place);
    }
    let tenant = if is_of_cluster { None } else { Some(home(ctx, &mut **work, new.tenant.as_ref()).await?) };
    let found = place(ctx, &mut **work, tenant.as_ref(), new.owner.as_ref(), "an object").await?;
    places.insert(key, found);
    Ok(found)
}
