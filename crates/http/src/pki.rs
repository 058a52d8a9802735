//! What others need to check certificates of users: the authority's own certificate, and the list of those that are revoked.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use robin_crypto::digest;
use robin_service::{Error, Result, certificate};

use crate::{answer, app::App, dispatch, failure, origin};

/// Both of them.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/pki/ca.crt", get(authority)).route("/pki/crl.der", get(revoked))
}

/// A file for anybody.
struct File {
    content: Vec<u8>,
    kind: &'static str,
    cache: &'static str,
    etag: String,
}

/// The authority's certificate, PEM.
async fn authority(State(app): State<Arc<App>>, request: Request) -> Response {
    serve(&app, request, async {
        let content = certificate::authority_certificate(&app.robin).await?.into_bytes();
        let etag = digest::hex(&digest::sha256(&content));
        // It stays the same for as long as the server runs.
        Ok(File { content, kind: "application/x-pem-file", cache: "public, max-age=600", etag })
    })
    .await
}

/// The list of revoked certificates, DER.
async fn revoked(State(app): State<Arc<App>>, request: Request) -> Response {
    serve(&app, request, async {
        let list = certificate::revocation_list(&app.robin).await?;
        let list = list.ok_or_else(|| Error::not_found("file", "crl.der"))?;
        let (content, etag) = (list.der.clone(), list.etag.clone());
        // A copy is asked about each time: what is revoked counts at once.
        Ok(File { content, kind: "application/pkix-crl", cache: "public, no-cache", etag })
    })
    .await
}

async fn serve(app: &App, request: Request, found: impl Future<Output = Result<File>>) -> Response {
    let (parts, _) = request.into_parts();
    let origin = origin::of(app, &parts);
    let answering = async {
        match found.await {
            Ok(file) => answered(file, &parts.headers, &origin.request_id),
            Err(error) => {
                let mut response = failure::response(&error, &origin);
                answer::stamp(&mut response, &origin.request_id);
                response
            }
        }
    };
    dispatch::bounded(app, answering).await
}

fn answered(file: File, headers: &HeaderMap, request_id: &str) -> Response {
    let etag = format!("\"{}\"", file.etag);
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|known| [etag.as_str(), "*"].contains(&known.trim()));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, file.kind)], file.content).into_response()
    };
    answer::stamp(&mut response, request_id);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(file.cache));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(ETAG, etag);
    }
    response
}
