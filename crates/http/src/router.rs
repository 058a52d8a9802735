//! The whole router.

use std::sync::Arc;

use axum::{Router, extract::State};
use http::StatusCode;

use crate::{app::App, failure, handlers, pages, pki};

/// The router of a server.
pub fn router(app: &Arc<App>) -> Router {
    handlers::endpoints()
        .into_router()
        .merge(pages::router())
        .merge(pki::router())
        .fallback(|State(app): State<Arc<App>>| async move {
            failure::stray(&app, StatusCode::NOT_FOUND, "there is nothing at this path: see /openapi.json")
        })
        .method_not_allowed_fallback(|State(app): State<Arc<App>>| async move {
            failure::stray(&app, StatusCode::METHOD_NOT_ALLOWED, "this path takes other methods")
        })
        .with_state(Arc::clone(app))
}
