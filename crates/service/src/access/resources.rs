//! To what may this user do this?

use std::{collections::HashMap, sync::Arc};

use robin_model::{
    ObjectId, TenantId, TenantRole, UserId,
    config::ATTRIBUTES,
    object::Object,
    tenant::Tenant,
    user::{User, UserFilter},
};
use robin_rbac::{Request, decide};
use robin_storage::Transaction;

use super::{
    Asked, Cut, FEW, LOOKED_AT,
    evaluate::{is_permitted, is_visible},
    thing::Found,
    whom::Whom,
};
use crate::{
    Ctx, Result,
    list::Page,
    memory::Account,
    object::{self, SharedObject},
};

/// The ids of the type's things to which the user may do the operation, as far as the actor may see them. Needs what
/// [`evaluate`](super::evaluate()) needs. The time it takes grows with what the user reaches, not with what there is.
///
/// # Errors
/// As there.
pub async fn search_resources(
    ctx: &Ctx,
    asked: Asked<'_>,
    operation: &str,
    object_type: &str,
    cut: Cut,
) -> Result<Page<String>> {
    let nothing = Page { items: Vec::new(), next: None };
    let whom = Whom::find(ctx, asked).await?;
    let Some(whom) = whom.filter(|_| ctx.whole.catalogue.judged(object_type, operation).is_some()) else {
        return Ok(nothing);
    };
    let search = Search { ctx, whom: &whom, object_type, operation };
    if !is_permitted(ctx, &whom.subject(ctx), object_type, operation) {
        return Ok(nothing);
    }
    match object_type {
        "USER" => search.users(cut).await,
        "TENANT" => search.tenants(cut).await,
        "USER_CAPABILITY" => {
            let capabilities = ctx.whole.catalogue.capabilities();
            Ok(search.of_cluster(capabilities.map(|capability| (capability.id().0, capability.name())), cut))
        }
        "CONFIG" => search.settings(cut).await,
        _ => search.objects(cut).await,
    }
}

struct Search<'a> {
    ctx: &'a Ctx,
    whom: &'a Whom,
    object_type: &'a str,
    operation: &'a str,
}

impl Search<'_> {
    /// Whether the user may do it to this thing, which the actor sees.
    fn matches(&self, id: &str, found: &Found) -> bool {
        let Self { ctx, whom, object_type, operation } = *self;
        let instance = Some(found.seen_by(id, &whom.member, ctx.now()));
        decide(&ctx.whole.catalogue, &whom.subject(ctx), &Request { object_type, operation, instance }).allowed
            && (whom.is_oneself || is_visible(ctx, object_type, found.seen_by(id, &ctx.actor.member, ctx.now())))
    }

    /// Whether the user reaches everything there is.
    fn reaches_all(&self) -> bool {
        self.whom.subject(self.ctx).is_superadmin()
    }

    /// Things of the cluster that are in memory, with their positions.
    fn of_cluster<'b>(&self, things: impl Iterator<Item = (i64, &'b str)>, cut: Cut) -> Page<String> {
        let matching = things.filter(|(_, id)| self.matches(id, &Found::OfCluster));
        Page::cut(matching, cut.after, cut.limit, |(position, _)| *position).map(|(_, id)| id.to_owned())
    }

    /// Settings are things of the cluster, and so is what services register as such: the settings come first.
    async fn settings(&self, cut: Cut) -> Result<Page<String>> {
        let names = ATTRIBUTES.iter().rev().map(|attribute| attribute.name);
        let mut numbered: Vec<(i64, &str)> = (1..).map(|number: i64| -number).zip(names).collect();
        numbered.reverse();
        let mut page = self.of_cluster(numbered.into_iter(), cut);
        if page.next.is_none() {
            let count = u32::try_from(page.items.len()).unwrap_or(u32::MAX);
            let after = cut.after.filter(|after| *after > 0);
            let rest = self.objects(Cut { after, limit: cut.limit.saturating_sub(count).max(1) }).await?;
            page.items.extend(rest.items);
            page.next = rest.next;
        }
        Ok(page)
    }

    async fn tenants(&self, cut: Cut) -> Result<Page<String>> {
        let mut tx = self.ctx.read().await?;
        let mut tenants = Vec::new();
        if self.reaches_all() {
            tenants = tx.tenants(cut.after.map(TenantId), cut.limit).await?;
        } else {
            for name in &self.whom.member.tenants {
                tenants.extend(tx.tenant_named(name).await?);
            }
            tenants.sort_by_key(|tenant| tenant.id);
        }
        let page: Page<Tenant> = Page::cut(tenants.into_iter(), cut.after, cut.limit, |tenant| tenant.id.0);
        let named = page.map(|tenant| (tenant.name.to_string(), Found::Tenant(Arc::new(tenant))));
        Ok(self.matching(named))
    }

    async fn users(&self, cut: Cut) -> Result<Page<String>> {
        let member = &self.whom.member;
        let (tenant, role) = (member.membership.tenant, member.membership.role);
        let filter = UserFilter {
            tenant: (!self.reaches_all() && role != TenantRole::User).then_some(tenant),
            user: (role == TenantRole::User).then_some(member.user.id),
            disabled: true,
            hidden: true,
            ..UserFilter::default()
        };
        let mut tx = self.ctx.read().await?;
        let page: Page<User> =
            Page::of(tx.users(&filter, cut.after.map(UserId), cut.limit).await?, cut.limit, |user| user.id.0);
        let ids: Vec<UserId> = page.items.iter().map(|user| user.id).collect();
        let mut tenants: HashMap<UserId, Vec<TenantId>> = HashMap::with_capacity(ids.len());
        for place in tx.memberships_of(&ids).await? {
            tenants.entry(place.user).or_default().push(place.tenant);
        }
        let accounts = page.map(|user| {
            let tenants = tenants.remove(&user.id).unwrap_or_default();
            (user.username.to_string(), Found::User(Arc::new(Account { user, tenants })))
        });
        Ok(self.matching(accounts))
    }

    /// Those of a page that match; the next page follows the whole of it.
    fn matching(&self, page: Page<(String, Found)>) -> Page<String> {
        let matching = page.items.into_iter().filter(|(id, found)| self.matches(id, found));
        Page { items: matching.map(|(id, _)| id).collect(), next: page.next }
    }

    async fn objects(&self, cut: Cut) -> Result<Page<String>> {
        let types = [self.object_type.to_owned()];
        let sources = object::sources(&self.whom.subject(self.ctx), &types, None, None, self.ctx.now());
        let mut tx = self.ctx.read().await?;
        let (mut items, mut after) = (Vec::new(), cut.after.map(ObjectId));
        for _ in 0..LOOKED_AT / FEW {
            let few = cut.limit.min(FEW);
            let objects = object::page(&mut *tx, &sources, after, few).await?;
            let is_last = u32::try_from(objects.len()).is_ok_and(|count| count < few);
            for object in objects {
                after = Some(object.id);
                if self.matches_object(&mut *tx, &object).await? {
                    items.push(object.name.to_string());
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

    /// Shares are read only where it depends on them.
    async fn matches_object(&self, tx: &mut dyn Transaction, object: &Object) -> Result<bool> {
        let id = object.name.as_str();
        let unshared = Found::Object(Arc::new(SharedObject::new(object, &[])));
        if self.matches(id, &unshared) {
            return Ok(true);
        }
        let shared = Found::Object(Arc::new(SharedObject::of(tx, object).await?));
        Ok(self.matches(id, &shared))
    }
}
