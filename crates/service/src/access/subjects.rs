//! Who may do this to that?

use std::{collections::HashMap, sync::Arc};

use robin_model::{
    TenantId, TenantRole, UserId,
    user::{Membership, User, UserFilter},
};
use robin_rbac::{Request, decide};

use super::{
    ANY, Cut, FEW, LOOKED_AT,
    evaluate::is_visible,
    thing::Found,
    whom::{reaches_members_of, tenant},
};
use crate::{Ctx, Member, Result, list::Page};

/// The usernames of those who may do an operation to a thing, or with [`ANY`] to the type: of everybody whom the actor
/// reaches, in the named tenant, or each in the one they are or were last logged into. Needs `USER:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission.
pub async fn search_subjects(
    ctx: &Ctx,
    named: Option<&str>,
    operation: &str,
    object_type: &str,
    id: &str,
    cut: Cut,
) -> Result<Page<String>> {
    ctx.permit("USER", "view")?;
    let nobody = Page { items: Vec::new(), next: None };
    let named = match named {
        None => None,
        Some(name) => match tenant(ctx, name).await? {
            None => return Ok(nobody),
            known => known,
        },
    };
    if ctx.whole.catalogue.judged(object_type, operation).is_none() {
        return Ok(nobody);
    }
    let found = match id {
        ANY => None,
        id => {
            let found = Found::find(ctx, object_type, id).await?;
            let is_visible =
                |found: &Found| is_visible(ctx, object_type, found.seen_by(id, &ctx.actor.member, ctx.now()));
            match found.filter(is_visible) {
                None => return Ok(nobody),
                found => found,
            }
        }
    };
    let may = |member: &Member| {
        let instance = found.as_ref().map(|found| found.seen_by(id, member, ctx.now()));
        decide(&ctx.whole.catalogue, &member.subject(), &Request { object_type, operation, instance }).allowed
    };
    among(ctx, named, cut, may).await
}

/// A page of those whom the actor reaches, by number, for whom `may` holds.
async fn among(ctx: &Ctx, named: Option<TenantId>, cut: Cut, may: impl Fn(&Member) -> bool) -> Result<Page<String>> {
    let filter = candidates(ctx, named);
    let mut tx = ctx.read().await?;
    let (mut items, mut after) = (Vec::new(), cut.after.map(UserId));
    for _ in 0..LOOKED_AT / FEW {
        let users = tx.users(&filter, after, FEW).await?;
        let is_last = u32::try_from(users.len()).is_ok_and(|count| count < FEW);
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut places: HashMap<UserId, Vec<Membership>> = HashMap::with_capacity(ids.len());
        for place in tx.memberships_of(&ids).await? {
            places.entry(place.user).or_default().push(place);
        }
        for user in users {
            after = Some(user.id);
            let name = user.username.to_string();
            let places = places.remove(&user.id).unwrap_or_default();
            if member(ctx, named, user, places).is_some_and(|member| may(&member)) {
                items.push(name);
            }
            if u32::try_from(items.len()).is_ok_and(|count| count >= cut.limit) {
                return Ok(Page { items, next: after.map(|id| id.0) });
            }
        }
        if is_last {
            return Ok(Page { items, next: None });
        }
    }
    Ok(Page { items, next: after.map(|id| id.0) })
}

/// Those who may be in reach.
fn candidates(ctx: &Ctx, named: Option<TenantId>) -> UserFilter {
    let actor = &ctx.actor;
    let tenant = named.or((!actor.is_superadmin()).then(|| actor.tenant_id()));
    let reaches_all =
        actor.is_superadmin() || actor.role() == TenantRole::Tenantadmin && tenant == Some(actor.tenant_id());
    UserFilter { tenant, user: (!reaches_all).then(|| actor.user_id()), ..UserFilter::default() }
}

/// The user in the tenant that the search is about, if the actor reaches them there.
fn member(ctx: &Ctx, named: Option<TenantId>, user: User, places: Vec<Membership>) -> Option<Arc<Member>> {
    let is_oneself = user.id == ctx.actor.user_id();
    let current = if is_oneself { Some(ctx.actor.tenant_id()) } else { user.current_tenant };
    let tenant = named.or(current)?;
    if is_oneself && tenant == ctx.actor.tenant_id() {
        return Some(Arc::clone(&ctx.actor.member));
    }
    if !user.is_active() || !(is_oneself || reaches_members_of(ctx, tenant)) {
        return None;
    }
    Member::of(&ctx.whole.catalogue, user, places, tenant).map(Arc::new)
}
