//! Sessions.

use std::sync::Arc;

use robin_api::{
    Message,
    sessions::{ListSessions, RevokeSession, Session},
};
use robin_model::SessionId;
use robin_service::{Ctx, Page, Result, session};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListSessions, _, _>(list);
    endpoints.closed::<RevokeSession, _, _>(revoke);
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListSessions>, cut: Cut) -> Result<Page<Session>> {
    let sessions = session::list(&ctx, input.username.as_ref()).await?;
    let numbered = (1..).zip(sessions);
    let page = Page::cut(numbered, cut.after, cut.limit, |(nth, _)| *nth);
    Ok(page.map(|(_, detail)| Session {
        id: detail.session.id.to_string(),
        username: detail.username.to_string(),
        tenant: detail.tenant.to_string(),
        created_at: detail.session.created_at,
        expires_at: detail.session.expires_at,
        address: detail.session.address,
        user_agent: detail.session.user_agent,
        current: detail.is_current,
    }))
}

async fn revoke(ctx: Arc<Ctx>, input: RevokeSession) -> Result<Message> {
    session::revoke(&ctx, &SessionId(input.id.clone())).await?;
    done(format!("Session {} has been revoked", input.id))
}
