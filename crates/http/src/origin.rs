//! Where a request comes from.

use std::{net::SocketAddr, sync::Arc};

use axum::extract::ConnectInfo;
use http::{HeaderMap, header::USER_AGENT, request::Parts};
use robin_service::Origin;

use crate::app::App;

/// The most of a program's own name that is kept.
const USER_AGENT_LENGTH: usize = 200;

/// The request's id, made here, and its sender.
pub fn of(app: &App, parts: &Parts) -> Arc<Origin> {
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Arc::new(Origin {
        request_id: app.request_id(),
        address: address.map(|info| info.0.ip().to_canonical()),
        user_agent: user_agent(&parts.headers),
    })
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(USER_AGENT_LENGTH).collect()
}
