//! Lists: a page where one is asked for, else everything.

use std::sync::Arc;

use axum::response::Response;
use robin_api::{List, ListEndpoint, Paging};
use robin_service::{Ctx, Error, Page, Result};

use crate::{
    answer::{self, Part},
    endpoints::Cut,
};

/// How many elements are read at a time when no `limit` is given.
pub const PART: u16 = 1000;

/// The answer to a request for a list.
pub async fn answer<E, F, R>(ctx: Arc<Ctx>, input: Arc<E>, paging: Paging, handler: F) -> Result<Response>
where
    E: ListEndpoint,
    F: Fn(Arc<Ctx>, Arc<E>, Cut) -> R + Send + Sync + Copy + 'static,
    R: Future<Output = Result<Page<E::Item>>> + Send,
{
    let scope = scope::<E>(&ctx);
    let after = match &paging.cursor {
        Some(cursor) => Some(position(&ctx, &scope, cursor)?),
        None => None,
    };
    let is_paged = paging.limit.is_some() || after.is_some();
    let limit = u32::from(paging.limit.unwrap_or(PART));
    let first = handler(Arc::clone(&ctx), Arc::clone(&input), Cut { after, limit }).await?;
    if is_paged {
        let next_cursor = first.next.map(|position| ctx.robin.cursors.issue(&scope, &position.to_string()));
        return Ok(answer::json(&List { items: first.items, next_cursor, partial: false, message: None }));
    }
    let first = Part { items: first.items, next: first.next };
    Ok(answer::list(&first, move |position| {
        let page = handler(Arc::clone(&ctx), Arc::clone(&input), Cut { after: Some(position), limit });
        async move { page.await.map(|page| Part { items: page.items, next: page.next }) }
    }))
}

/// What a cursor is good for: this list, for this user in this tenant.
pub fn scope<E: ListEndpoint>(ctx: &Ctx) -> String {
    let (path, action) = (E::PATHS.first().unwrap_or(&""), E::ACTION.unwrap_or_default());
    format!("{path}/{action}/{}/{}", ctx.actor.user_id(), ctx.actor.tenant_id())
}

/// Where a cursor points to.
///
/// # Errors
/// [`Error::Invalid`] when it is not one of this list.
pub fn position(ctx: &Ctx, scope: &str, cursor: &str) -> Result<i64> {
    let position = ctx.robin.cursors.read(scope, cursor).and_then(|position| position.parse().ok());
    let stale = || Error::Invalid("`cursor` is not one that this list gave you: begin again without it".to_owned());
    position.ok_or_else(stale)
}
