//! Showing shares.

use std::collections::{BTreeMap, BTreeSet};

use robin_model::{
    ObjectName, ShareId, TenantName, UserId, Username,
    share::{ObjectShare, ShareSource},
};
use robin_rbac::{Request, ShareTarget};

use super::is_visible;
use crate::{Ctx, Error, Result, list::Page, object, tenant, user};

/// Which shares a list holds: those of one object, with one tenant, or with one user. Without any of them all, or for whoever is not a
/// superadmin in Administrators those of their tenant's objects, with their tenant and with themselves.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of this object.
    pub object: Option<(String, ObjectName)>,
    /// Only those with this tenant.
    pub tenant: Option<TenantName>,
    /// Only those with this user.
    pub user: Option<Username>,
}

/// A page of the shares in force that the actor may see, by number. Needs `OBJECT_SHARE:view`, and `view` on the type of each
/// object shared.
///
/// # Errors
/// [`Error::Invalid`] for several filters and an unknown type; [`Error::Denied`] without the permission; [`Error::NotFound`] for a
/// filter that names what is not there or out of reach.
pub async fn list(ctx: &Ctx, filter: &Filter, after: Option<ShareId>, limit: u32) -> Result<Page<ObjectShare>> {
    ctx.permit("OBJECT_SHARE", "view")?;
    let sources = sources(ctx, filter).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut shown, mut behind) = (Vec::new(), after);
    // What is not shown makes room for more.
    while shown.len() < most {
        let (shares, fellows) = read(ctx, &sources, behind, limit).await?;
        let is_last = shares.len() < most;
        behind = shares.last().map(|share| share.id).or(behind);
        for share in shares {
            if is_shown(ctx, &share, &fellows).await? {
                shown.push(share);
            }
        }
        if is_last {
            break;
        }
    }
    shown.truncate(most);
    Ok(Page::of(shown, limit, |share| share.id.0))
}

async fn sources(ctx: &Ctx, filter: &Filter) -> Result<Vec<ShareSource>> {
    if let Some((object_type, _)) = &filter.object {
        object::permit_some(ctx, object_type, "view")?;
    }
    let mut tx = ctx.read().await?;
    let one = match filter {
        Filter { object: Some((object_type, name)), tenant: None, user: None } => {
            let found = object::find(ctx, &mut *tx, object_type, name, "view").await?;
            ShareSource::Object(found.object.id)
        }
        Filter { object: None, tenant: Some(name), user: None } => {
            ShareSource::With(ShareTarget::Tenant(tenant::named(ctx, &mut *tx, name).await?.id))
        }
        Filter { object: None, tenant: None, user: Some(name) } => {
            ShareSource::With(ShareTarget::User(user::in_reach(ctx, &mut *tx, name).await?))
        }
        Filter { object: None, tenant: None, user: None } if ctx.actor.is_superadmin() => ShareSource::All,
        Filter { object: None, tenant: None, user: None } => {
            let (tenant, user) = (ctx.actor.tenant_id(), ctx.actor.user_id());
            return Ok(vec![
                ShareSource::ObjectsOf(tenant),
                ShareSource::With(ShareTarget::Tenant(tenant)),
                ShareSource::With(ShareTarget::User(user)),
            ]);
        }
        _ => return Err(Error::Invalid("name one object, one tenant or one user, not several of them".to_owned())),
    };
    Ok(vec![one])
}

/// Up to `limit` shares of all sources, by number, and which of the users they are with are members of the tenant logged into.
async fn read(
    ctx: &Ctx,
    sources: &[ShareSource],
    after: Option<ShareId>,
    limit: u32,
) -> Result<(Vec<ObjectShare>, BTreeSet<UserId>)> {
    let mut tx = ctx.read().await?;
    let mut found = BTreeMap::new();
    for source in sources {
        let few = tx.shares(*source, ctx.now(), after, limit).await?;
        found.extend(few.into_iter().map(|share| (share.id, share)));
    }
    let shares: Vec<ObjectShare> = found.into_values().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let user = |share: &ObjectShare| match share.with {
        ShareTarget::User(user) => Some(user),
        ShareTarget::Tenant(_) => None,
    };
    let users: BTreeSet<UserId> = shares.iter().filter_map(user).collect();
    let places = tx.memberships_of(&users.into_iter().collect::<Vec<_>>()).await?;
    let fellows = places.iter().filter(|place| place.tenant == ctx.actor.tenant_id()).map(|place| place.user);
    Ok((shares, fellows.collect()))
}

async fn is_shown(ctx: &Ctx, share: &ObjectShare, fellows: &BTreeSet<UserId>) -> Result<bool> {
    // Whoever reaches every object need not be told about each.
    if ctx.actor.is_superadmin() && ctx.actor.subject().grants.is_none() {
        return Ok(object::ask(ctx, &Request::on_type(&share.object_type, "view")).is_ok());
    }
    let object = ctx.robin.memory.object(&share.object_type, share.object_name.as_str()).await?;
    // It may be gone by now.
    Ok(object.is_some_and(|object| {
        let instance = Some(object.instance(ctx.now()));
        let request = Request { object_type: &share.object_type, operation: "view", instance };
        let sees_object = object::ask(ctx, &request).is_ok();
        sees_object && is_visible(ctx, &object, share.with, |user| fellows.contains(&user))
    }))
}
