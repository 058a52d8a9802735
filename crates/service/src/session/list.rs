//! Showing sessions.

use std::collections::HashMap;

use robin_model::{TenantId, TenantName, Username, session::Session};

use crate::{Ctx, Result, authority, user};

/// A session, as somebody sees it.
pub struct Detail {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub username: Username,
    /// The tenant logged into.
    pub tenant: TenantName,
    /// Whether it is the one asked in.
    pub is_current: bool,
}

/// The sessions of a user that are not over, newest first: one's own, or with `USER:update` those of a user within reach who
/// has no more rights.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) and [`Error::NotFound`](crate::Error::NotFound) for somebody else's.
pub async fn list(ctx: &Ctx, username: Option<&Username>) -> Result<Vec<Detail>> {
    let own = &ctx.actor.member.user;
    let mut tx = ctx.read().await?;
    let user = match username.filter(|name| name.key() != own.username.key()) {
        None => {
            ctx.permit_own("update")?;
            own.clone()
        }
        Some(name) => {
            ctx.permit_some("USER", "update")?;
            let found = user::find(ctx, &mut *tx, name, "update").await?;
            authority::outrank(ctx, &found.memberships)?;
            found.user
        }
    };
    let places = tx.memberships_of(&[user.id]).await?;
    let names: HashMap<TenantId, TenantName> =
        places.into_iter().map(|place| (place.tenant, place.tenant_name)).collect();
    let sessions = tx.sessions_of(user.id, ctx.now()).await?;
    let detail = |session: Session| {
        let tenant = names.get(&session.tenant)?.clone();
        let is_current = ctx.session().is_ok_and(|own| own.id == session.id);
        Some(Detail { username: user.username.clone(), tenant, is_current, session })
    };
    Ok(sessions.into_iter().filter_map(detail).collect())
}
