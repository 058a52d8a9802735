//! From a use case's error to an HTTP answer. This is the one place where errors are logged.

use std::error::Error as _;

use axum::response::{IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};
use robin_api::ErrorBody;
use robin_service::{Error, Origin};

use crate::{answer, app::App};

/// The most characters of a message that are sent.
const MESSAGE: usize = 1000;

/// The answer to a request that failed.
pub fn response(error: &Error, origin: &Origin) -> Response {
    let status = status(error);
    log(error, status, origin);
    let mut response = body(status, error.code(), &error.to_string(), &origin.request_id);
    let headers = response.headers_mut();
    match error {
        Error::Unauthenticated(_) => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Error::TooMany { retry_after } | Error::Delayed { retry_after } => {
            headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        Error::Unavailable { .. } => {
            headers.insert(RETRY_AFTER, HeaderValue::from(1));
        }
        _ => {}
    }
    response
}

/// What is said of a failure where the answer has begun.
pub fn told(error: &Error, origin: &Origin) -> ErrorBody {
    log(error, status(error), origin);
    said(error.code(), &error.to_string(), &origin.request_id)
}

/// The answer to what never reached a use case.
pub fn refused(status: StatusCode, message: &str, request_id: &str) -> Response {
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        StatusCode::INTERNAL_SERVER_ERROR => "internal",
        _ => "invalid",
    };
    body(status, code, message, request_id)
}

/// The answer to what no endpoint answered.
pub fn stray(app: &App, status: StatusCode, message: &str) -> Response {
    let id = app.request_id();
    let mut response = refused(status, message, &id);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
    }
    answer::stamp(&mut response, &id);
    response
}

fn body(status: StatusCode, code: &str, message: &str, request_id: &str) -> Response {
    (status, answer::json(&said(code, message, request_id))).into_response()
}

fn said(code: &str, message: &str, request_id: &str) -> ErrorBody {
    ErrorBody { message: harmless(message), code: code.to_owned(), request_id: request_id.to_owned() }
}

/// A message repeats what came in. It stays one line of bounded length, with nothing in it that could disturb a terminal or
/// pass for another event of the log.
fn harmless(message: &str) -> String {
    let disturbs = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut text = String::with_capacity(message.len().min(MESSAGE));
    for (nth, c) in message.chars().enumerate() {
        if nth >= MESSAGE {
            text.push('…');
            break;
        }
        if disturbs(c) { text.extend(c.escape_unicode()) } else { text.push(c) }
    }
    text
}

const fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Denied(_) => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany { .. } | Error::Delayed { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn log(error: &Error, status: StatusCode, origin: &Origin) {
    let request_id = origin.request_id.as_str();
    let text = harmless(&error.to_string());
    if !status.is_server_error() {
        tracing::debug!(request_id, address = origin.address(), status = status.as_u16(), "{text}");
        return;
    }
    let mut causes = String::new();
    let mut cause = error.source();
    while let Some(next) = cause {
        causes.push_str(": ");
        causes.push_str(&next.to_string());
        cause = next.source();
    }
    tracing::error!(request_id, address = origin.address(), status = status.as_u16(), "{text}{}", harmless(&causes));
}
