//! The whole router, and the bounds on what requests may cost.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{answer, app::App, failure, handlers, origin, pages};

/// The router of a server.
pub fn router(app: &Arc<App>) -> Router {
    let panicked = Arc::clone(app);
    handlers::endpoints()
        .into_router()
        .layer(middleware::from_fn_with_state(Arc::clone(app), limit))
        .merge(pages::router(app.version))
        .fallback(|State(app): State<Arc<App>>| async move {
            stray(&app, StatusCode::NOT_FOUND, "there is nothing at this path: see /openapi.json")
        })
        .method_not_allowed_fallback(|State(app): State<Arc<App>>| async move {
            stray(&app, StatusCode::METHOD_NOT_ALLOWED, "this path takes other methods")
        })
        .layer(CatchPanicLayer::custom(move |_| stray(&panicked, StatusCode::INTERNAL_SERVER_ERROR, "internal error")))
        .with_state(Arc::clone(app))
}

/// The answer to what no endpoint answered.
fn stray(app: &App, status: StatusCode, message: &str) -> Response {
    let id = origin::request_id(&app.robin);
    let mut response = failure::refused(status, message, &id);
    answer::stamp(&mut response, &id);
    response
}

/// Bounds how many requests are worked on, and for how long.
async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Ok(_slot) = app.slots.try_acquire() else {
        let text = "the server is at its limit: try again in a second";
        let mut response = stray(&app, StatusCode::SERVICE_UNAVAILABLE, text);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    match tokio::time::timeout(app.limits.time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            stray(&app, StatusCode::SERVICE_UNAVAILABLE, "the request took too long: nothing more is done for it")
        }
    }
}
