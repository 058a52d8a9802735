//! Showing registered objects.

use std::collections::BTreeMap;

use robin_model::{
    ObjectId, ObjectName, TenantId, TenantName, TenantRole, Timestamp, UserId, Username,
    object::{Object, ObjectFilter, ObjectSource, ObjectTypes},
};
use robin_rbac::{Instance, Request, ShareType, Subject, sharing};
use robin_storage::Transaction;

use super::{find, permit_some};
use crate::{Ctx, Result, list::Page, tenant, user};

/// Which objects a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of this type.
    pub object_type: Option<String>,
    /// Only those bound to this tenant.
    pub tenant: Option<TenantName>,
    /// Only those of this owner.
    pub owner: Option<Username>,
}

/// A page of the objects that the actor may see, by number. Needs `view` on the type named; without one it holds those of all
/// types that the actor may see, of which there must be one.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for an unknown type; [`Error::Denied`](crate::Error::Denied) without the
/// permission; [`Error::NotFound`](crate::Error::NotFound) for a filter that names what is not there or out of reach.
pub async fn list(ctx: &Ctx, filter: &Filter, after: Option<ObjectId>, limit: u32) -> Result<Page<Object>> {
    let types = match &filter.object_type {
        Some(object_type) => {
            permit_some(ctx, object_type, "view")?;
            vec![object_type.clone()]
        }
        None => visible_types(ctx)?,
    };
    let mut tx = ctx.read().await?;
    let tenant = match &filter.tenant {
        Some(name) => Some(tenant::named(ctx, &mut *tx, name).await?.id),
        None => None,
    };
    let owner = match &filter.owner {
        Some(name) => Some(user::in_reach(ctx, &mut *tx, name).await?),
        None => None,
    };
    let sources = sources(&ctx.actor.subject(), &types, tenant, owner, ctx.now());
    let objects = page(&mut *tx, &sources, after, limit).await?;
    Ok(Page::of(objects, limit, |object| object.id.0).filter(|object| is_covered(ctx, object)))
}

/// One object. Needs `view` on its type and reach.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for an unknown type; [`Error::Denied`](crate::Error::Denied) without the
/// permission; [`Error::NotFound`](crate::Error::NotFound) when it is not there or out of reach.
pub async fn get(ctx: &Ctx, object_type: &str, name: &ObjectName) -> Result<Object> {
    permit_some(ctx, object_type, "view")?;
    find(ctx, &mut *ctx.read().await?, object_type, name, "view").await.map(|found| found.object)
}

/// Whether the token that the actor came with lets them see the object, which they reach.
fn is_covered(ctx: &Ctx, object: &Object) -> bool {
    let Object { owner, tenant, .. } = *object;
    let instance = Some(Instance::Object { id: object.name.as_str(), owner, tenant, shares: &[] });
    ctx.actor.subject().is_granted(&Request { object_type: &object.object_type, operation: "view", instance })
}

fn visible_types(ctx: &Ctx) -> Result<Vec<String>> {
    let is_visible = |object_type: &&str| permit_some(ctx, object_type, "view").is_ok();
    let types: Vec<String> = ctx.whole.catalogue.object_types().filter(is_visible).map(str::to_owned).collect();
    // The type of whatever there may be: nobody is told whether there is anything.
    if types.is_empty() { Err(ctx.missing("APPLICATION", "view")) } else { Ok(types) }
}

/// Where the objects of these types come from that the subject may see, given `view` on each type: what the instance rule of
/// `robin_rbac` lets them reach, as lists that the database has an index for. The tenant and the owner are ones that the subject
/// reaches.
pub(crate) fn sources(
    subject: &Subject<'_>,
    types: &[String],
    tenant: Option<TenantId>,
    owner: Option<UserId>,
    now: Timestamp,
) -> Vec<ObjectFilter> {
    let all = match types {
        [one] => ObjectTypes::One(one.clone()),
        several => ObjectTypes::Any(several.to_vec()),
    };
    let registered = ObjectFilter { source: ObjectSource::Registered, types: all.clone(), tenant, owner };
    if subject.is_superadmin() {
        return vec![registered];
    }
    let mut sources = vec![ObjectFilter { source: ObjectSource::Cluster, ..registered.clone() }];
    // The only tenant in reach is the one logged into, and who is no administrator there reaches nobody else.
    let owner = if subject.role == TenantRole::User { Some(subject.user) } else { owner };
    sources.push(ObjectFilter { tenant: Some(subject.tenant), owner, ..registered.clone() });
    // Few types can be shared, and each of them has an index by number.
    for object_type in types {
        let types = ObjectTypes::One(object_type.clone());
        let shared = ObjectFilter { types, ..registered.clone() };
        if !sharing::shareable(object_type, ShareType::User).is_empty() {
            let source = ObjectSource::SharedWithUser { user: subject.user, tenant: subject.tenant, now };
            sources.push(ObjectFilter { source, ..shared.clone() });
        }
        if sharing::shows_tenant(object_type, subject.role) {
            let source = ObjectSource::SharedWithTenant { tenant: subject.tenant, now };
            sources.push(ObjectFilter { source, ..shared });
        }
    }
    sources
}

/// Up to `limit` objects after `after` of all these sources, by number, each once.
///
/// # Errors
/// When the database can't answer.
pub(crate) async fn page(
    tx: &mut dyn Transaction,
    sources: &[ObjectFilter],
    after: Option<ObjectId>,
    limit: u32,
) -> Result<Vec<Object>> {
    let mut found = BTreeMap::new();
    for source in sources {
        // The first of them all are among the first of each.
        let few = tx.objects(source, after, limit).await?;
        found.extend(few.into_iter().map(|object| (object.id, object)));
    }
    Ok(found.into_values().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}
