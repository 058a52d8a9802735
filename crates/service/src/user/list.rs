//! Showing accounts.

use std::collections::HashMap;

use robin_model::{
    TenantId, TenantRole, UserId, Username,
    user::{Membership, User, UserFilter},
};
use robin_rbac::PermissionSet;

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
    ctx.permit("USER", "view")?;
    let actor = &ctx.actor;
    let Listing { disabled, hidden, deleted, .. } = listing;
    let filter = UserFilter {
        tenant: (!actor.is_superadmin()).then(|| actor.tenant_id()),
        user: (actor.role() == TenantRole::User).then(|| actor.user_id()),
        disabled,
        hidden,
        deleted,
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
    Ok(page.map(|user| {
        let memberships = places.remove(&user.id).unwrap_or_default();
        detail(ctx, user, memberships, listing.permissions)
    }))
}

/// One account. Another's needs `USER:view` and reach.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission; [`Error::NotFound`](crate::Error::NotFound) when it is
/// not there or out of reach.
pub async fn get(ctx: &Ctx, name: &Username, permissions: bool) -> Result<Detail> {
    if !is_own(ctx, name) {
        ctx.permit("USER", "view")?;
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

fn detail(ctx: &Ctx, user: User, memberships: Vec<Membership>, permissions: bool) -> Detail {
    let resolve = |place: &Membership| ctx.whole.catalogue.resolve(place.capabilities.iter().copied());
    let shown = memberships.iter().filter(|_| permissions);
    let permissions = shown.map(|place| (place.tenant, resolve(place))).collect();
    Detail { user, memberships, permissions }
}
