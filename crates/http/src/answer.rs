//! Packing answers.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use robin_api::changes::REVISION;
use robin_model::Revision;
use robin_service::Result;
use serde::Serialize;

/// A JSON body.
pub fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => json_of(Body::from(text)),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An answer whose body is JSON.
pub fn json_of(body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What an answer's id comes in.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives an answer the headers that all answers have.
pub fn stamp(response: &mut Response, request_id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// Says which revision an answer was made from.
pub fn date(response: &mut Response, revision: Revision) {
    const NAME: HeaderName = HeaderName::from_static(REVISION);
    response.headers_mut().insert(NAME, HeaderValue::from(revision.0));
}

/// A part of a list: its elements, and the position from which the next part follows.
pub struct Part<T> {
    pub items: Vec<T>,
    pub next: Option<i64>,
}

/// A whole list, read and sent part by part, so that its length costs no memory. `first` is there already: what can be
/// refused was. A part that fails later breaks the answer off; a list is never silently short.
pub fn list<T, F, R>(first: &Part<T>, more: F) -> Response
where
    T: Serialize + Send + 'static,
    F: Fn(i64) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Part<T>>> + Send,
{
    let mut text = br#"{"items":["#.to_vec();
    if let Err(error) = append(&mut text, &first.items) {
        return json_failed(&error);
    }
    let Some(next) = first.next else {
        text.extend_from_slice(b"]}");
        return json_of(Body::from(text));
    };
    let more = Arc::new(more);
    let rest = stream::unfold(Some(next), move |position| {
        let more = Arc::clone(&more);
        async move {
            let position = position?;
            let (chunk, next) = match following(&*more, position).await {
                Ok((text, next)) => (Ok(Bytes::from(text)), next),
                Err(error) => {
                    tracing::error!("a list broke off: {error}");
                    (Err(error), None)
                }
            };
            Some((chunk, next))
        }
    });
    let start = stream::iter([Ok(Bytes::from(text))]);
    json_of(Body::from_stream(futures_util::StreamExt::chain(start, rest)))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn following<T, F, R>(more: &F, position: i64) -> std::result::Result<(Vec<u8>, Option<i64>), Failure>
where
    T: Serialize,
    F: Fn(i64) -> R,
    R: Future<Output = Result<Part<T>>>,
{
    let part = more(position).await?;
    let mut text = Vec::new();
    if !part.items.is_empty() {
        text.push(b',');
        append(&mut text, &part.items)?;
    }
    if part.next.is_none() {
        text.extend_from_slice(b"]}");
    }
    Ok((text, part.next))
}

fn append<T: Serialize>(text: &mut Vec<u8>, items: &[T]) -> serde_json::Result<()> {
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, item)?;
    }
    Ok(())
}

fn json_failed(error: &serde_json::Error) -> Response {
    tracing::error!(%error, "a list could not be written as JSON");
    http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
