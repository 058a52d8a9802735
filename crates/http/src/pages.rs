//! The pages that are no endpoints: health, OpenAPI, discovery.

use std::sync::{Arc, OnceLock};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde_json::{Value, json};

use crate::{answer, app::App};

/// All of them.
pub fn router() -> Router<Arc<App>> {
    let openapi = Arc::new(OnceLock::new());
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route(
            "/openapi.json",
            get(move |State(app): State<Arc<App>>| async move {
                openapi_document(openapi.get_or_init(|| robin_api::openapi::document(app.version).to_string().into()))
            }),
        )
        .route("/.well-known/jwks.json", get(jwks))
        .route("/.well-known/openid-configuration", get(openid_configuration))
        .route("/.well-known/authzen-configuration", get(authzen_configuration))
}

async fn livez(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({ "status": "ok", "version": app.version }))
}

async fn readyz(State(app): State<Arc<App>>) -> Response {
    let problem = if app.is_draining() {
        Some("shutting down")
    } else {
        let answered = tokio::time::timeout(app.limits.time, app.robin.store.ping()).await;
        (!matches!(answered, Ok(Ok(())))).then_some("the database does not answer")
    };
    match problem {
        None => answer::json(&json!({ "status": "ok" })),
        Some(problem) => (StatusCode::SERVICE_UNAVAILABLE, answer::json(&json!({ "status": problem }))).into_response(),
    }
}

/// Put together when it is first asked for: most servers never are.
fn openapi_document(text: &Bytes) -> Response {
    ([("content-type", "application/json")], text.clone()).into_response()
}

/// The keys that login tokens are verified with (RFC 7517).
async fn jwks(State(app): State<Arc<App>>) -> Response {
    match tokio::time::timeout(app.limits.time, app.robin.memory.catch_up()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the key set may be out of date"),
        Err(_) => tracing::warn!("the key set may be out of date: the database does not answer"),
    }
    cached(&app.robin.memory.whole().tickets.jwks())
}

/// Where others find what they need to verify login tokens (OpenID Connect Discovery 1.0, section 3).
async fn openid_configuration(State(app): State<Arc<App>>) -> Response {
    let whole = app.robin.memory.whole();
    let issuer = whole.tickets.issuer();
    cached(&json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "jti", "user_id", "tenant_id", "tenant", "role"],
    }))
}

/// Where other services ask for decisions (AuthZEN Authorization API 1.0, "Policy Decision Point Metadata").
async fn authzen_configuration(State(app): State<Arc<App>>) -> Response {
    let whole = app.robin.memory.whole();
    let url = whole.tickets.issuer().trim_end_matches('/');
    cached(&json!({
        "policy_decision_point": whole.tickets.issuer(),
        "access_evaluation_endpoint": format!("{url}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{url}/access/v1/evaluations"),
        "search_subject_endpoint": format!("{url}/access/v1/search/subject"),
        "search_resource_endpoint": format!("{url}/access/v1/search/resource"),
        "search_action_endpoint": format!("{url}/access/v1/search/action"),
    }))
}

/// Keys are published an hour before they sign, so that a copy of ten minutes never misses one.
fn cached(page: &Value) -> Response {
    let mut response = answer::json(page);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    response
}
