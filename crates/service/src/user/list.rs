//! Showing accounts.

use std::collections::HashMap;

use robin_model::{
    TenantId, TenantRole, UserId, Username,
    user::{AccountKind, Membership, User, UserFilter},
};
use robin_rbac::{Instance, PermissionSet, Request};

use super::{find, is_own};
use crate::{Ctx, Result, list::Page};

/// Which accounts a list holds, and how much it says of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listing {
    /// Disabled ones too.
    pub disabled: bool,
    /// Hidden ones too.
    pub hidden: bool,
    /// Deleted ones too.
    pub deleted: bool,
    /// What each may do, too.
    pub permissions: bool,
}

/// An account, as somebody sees it.
pub struct Detail {
    /// The account.
    pub user: User,
    /// Its places in the tenants that the actor reaches.
    pub memberships: Vec<Membership>,
    /// What it may do in each of them, where asked for.
    pub permissions: HashMap<TenantId, PermissionSet>,
}

impl Detail {
    /// The place the account is logged into or was last, or else the first that is shown.
    #[must_use]
    pub fn current(&self) -> Option<&Membership> {
        let current = self.memberships.iter().find(|place| Some(place.tenant) == self.user.current_tenant);
        current.or_else(|| self.memberships.first())
    }
}

/// A page of the accounts that the actor reaches, by number. Needs `USER:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission.
pub async fn list(ctx: &Ctx, listing: Listing, after: Option<UserId>, limit: u32) -> Result<Page<Detail>> {
    ctx.permit_some("USER", "view")?;
    let Listing { disabled, hidden, deleted, permissions } = listing;
    let filter = UserFilter { disabled, hidden, deleted, kind: AccountKind::Person, ..UserFilter::default() };
    page(ctx, filter, "view", permissions, after, limit).await
}

/// A page of those accounts of the filter's kind that the actor reaches for the operation, which they may do.
///
/// # Errors
/// When the database can't answer.
pub(crate) async fn page(
    ctx: &Ctx,
    filter: UserFilter,
    operation: &str,
    permissions: bool,
    after: Option<UserId>,
    limit: u32,
) -> Result<Page<Detail>> {
    let actor = &ctx.actor;
    let filter = UserFilter {
        tenant: (!actor.is_superadmin()).then(|| actor.tenant_id()),
        user: (actor.role() == TenantRole::User).then(|| actor.user_id()),
        ..filter
    };
    let mut tx = ctx.read().await?;
    let page = Page::of(tx.users(&filter, after, limit).await?, limit, |user| user.id.0);
    let ids: Vec<UserId> = page.items.iter().map(|user| user.id).collect();
    let mut places: HashMap<UserId, Vec<Membership>> = HashMap::with_capacity(ids.len());
    for place in tx.memberships_of(&ids).await? {
        if is_visible(ctx, &place) {
            places.entry(place.user).or_default().push(place);
        }
    }
    drop(tx);
    let is_covered = |user: &User| {
        let is_fellow = |place: &Membership| place.tenant == ctx.actor.tenant_id();
        let member = places.get(&user.id).is_some_and(|places| places.iter().any(is_fellow));
        let instance = Some(Instance::User { id: user.id, member });
        ctx.actor.subject().is_granted(&Request { instance, ..Request::on_type("USER", operation) })
    };
    let page = page.filter(is_covered);
    Ok(page.map(|user| {
        let memberships = places.remove(&user.id).unwrap_or_default();
        detail(ctx, user, memberships, permissions)
    }))
}

/// One account. Another's needs `USER:view` and reach.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when it is
/// not there or out of reach.
pub async fn get(ctx: &Ctx, name: &Username, permissions: bool) -> Result<Detail> {
    if !is_own(ctx, name) {
        ctx.permit_some("USER", "view")?;
    }
    let mut tx = ctx.read().await?;
    let found = find(ctx, &mut *tx, name, "view").await?;
    let memberships = found.memberships.into_iter().filter(|place| is_visible(ctx, place)).collect();
    Ok(detail(ctx, found.user, memberships, permissions))
}

/// Whoever is not a superadmin sees nothing of other tenants; oneself one sees whole.
fn is_visible(ctx: &Ctx, place: &Membership) -> bool {
    ctx.actor.is_superadmin() || place.tenant == ctx.actor.tenant_id() || place.user == ctx.actor.user_id()
}

/// The account as it is shown with these of its places.
pub(crate) fn detail(ctx: &Ctx, user: User, memberships: Vec<Membership>, permissions: bool) -> Detail {
    let resolve = |place: &Membership| ctx.whole.catalogue.resolve(place.capabilities.iter().copied());
    let shown = memberships.iter().filter(|_| permissions);
    let permissions = shown.map(|place| (place.tenant, resolve(place))).collect();
    Detail { user, memberships, permissions }
}
