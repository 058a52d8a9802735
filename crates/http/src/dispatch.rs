//! A request's way to the endpoint that it is for, and the answer's way back.

use std::sync::Arc;

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderValue, Method, StatusCode, request::Parts};
use robin_service::{Ctx, Error, Origin, Result};
use serde_json::Value;

use crate::{
    answer::{self, X_REQUEST_ID},
    app::App,
    credentials,
    endpoints::{Choice, Closed, Open},
    failure,
    input::{self, Input, Unreadable},
    origin,
};

/// The largest body that is taken from strangers: a login is far smaller, and any number of them may be on their way.
const STRANGERS_BODY: usize = 64 << 10;

/// Answers for anybody. A stranger's body takes no place among the requests that are worked on until it is there: else a few
/// hundred slow ones would keep out everybody.
pub async fn open(app: Arc<App>, choices: &[Choice<Open>], request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let arriving = input::read(&parts, body, app.limits.body.min(STRANGERS_BODY));
    match tokio::time::timeout(app.limits.time, arriving).await {
        Ok(Ok(body)) => {
            let request = Request::from_parts(parts, Body::from(body));
            bounded(&app, answer_openly(Arc::clone(&app), choices, request)).await
        }
        Ok(Err(unreadable)) => {
            let origin = origin::of(&app, &parts);
            stamped(refused(&unreadable, &origin), &origin)
        }
        Err(_) => too_late(&app),
    }
}

/// Answers for those who are logged in.
pub async fn closed(app: Arc<App>, choices: &[Choice<Closed>], request: Request) -> Response {
    let theirs = callers_id(&request);
    let mut response = bounded(&app, answer_the_known(Arc::clone(&app), choices, request)).await;
    if let Some(id) = theirs {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// The id that the caller gave a request for decisions, which the answer must carry (AuthZEN Authorization API 1.0,
/// "Request Identification"). Elsewhere, and in records, requests go by the server's own ids.
fn callers_id(request: &Request) -> Option<HeaderValue> {
    let is_theirs = request.uri().path().starts_with("/access/");
    request.headers().get(X_REQUEST_ID).filter(|_| is_theirs).cloned()
}

/// Bounds how many requests are worked on, and for how long.
pub async fn bounded(app: &App, answering: impl Future<Output = Response>) -> Response {
    let Ok(_slot) = app.slots.try_acquire() else {
        let text = "the server is at its limit: try again in a second";
        return failure::stray(app, StatusCode::SERVICE_UNAVAILABLE, text);
    };
    let in_time = tokio::time::timeout(app.limits.time, answering).await;
    in_time.unwrap_or_else(|_| too_late(app))
}

fn too_late(app: &App) -> Response {
    let text = "the request took too long: nothing more is done for it";
    failure::stray(app, StatusCode::SERVICE_UNAVAILABLE, text)
}

async fn answer_openly(app: Arc<App>, choices: &[Choice<Open>], request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let origin = origin::of(&app, &parts);
    let response = match unpack(&app, choices, &mut parts, body).await {
        Ok((run, input)) => {
            let outcome = run(Arc::clone(&app), Arc::clone(&origin), input).await;
            outcome.unwrap_or_else(|error| stranger_failed(&app, &origin, &error))
        }
        Err(unreadable) => refused(&unreadable, &origin),
    };
    stamped(response, &origin)
}

/// Who asks comes first: from strangers nothing is read, and they learn nothing of what an endpoint takes.
async fn answer_the_known(app: Arc<App>, choices: &[Choice<Closed>], request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let origin = origin::of(&app, &parts);
    let ctx = match authenticate(&app, &origin, &parts).await {
        Ok(ctx) => Arc::new(ctx),
        Err(error) => return stamped(stranger_failed(&app, &origin, &error), &origin),
    };
    let mut response = match unpack(&app, choices, &mut parts, body).await {
        Ok((run, input)) => match run(Arc::clone(&ctx), input).await {
            Ok(response) => response,
            Err(error) => {
                record(&ctx, &error).await;
                failure::response(&error, &origin)
            }
        },
        Err(unreadable) => refused(&unreadable, &origin),
    };
    answer::date(&mut response, ctx.revision);
    stamped(response, &origin)
}

async fn authenticate(app: &Arc<App>, origin: &Arc<Origin>, parts: &Parts) -> Result<Ctx> {
    Ctx::authenticate(&app.robin, credentials::token(&parts.headers)?, Arc::clone(origin)).await
}

/// The endpoint that the request is for, and its input.
async fn unpack<'a, R>(
    app: &App,
    choices: &'a [Choice<R>],
    parts: &mut Parts,
    body: Body,
) -> std::result::Result<(&'a R, Input), Unreadable> {
    let has_actions = choices.iter().any(|choice| choice.action.is_some());
    // Lists take paging out of their input, and some changes whether they are only rehearsed.
    let can_rehearse = choices.iter().any(|choice| choice.can_rehearse);
    let apart = has_actions || can_rehearse || parts.method == Method::GET;
    let mut input = Input::collect(parts, body, app.limits.body, apart).await?;
    let action = if has_actions { input.take_action() } else { None };
    let asked = action.as_ref().map(|action| action.as_str().unwrap_or_default());
    if let Some(choice) = choices.iter().find(|choice| choice.action == asked) {
        return Ok((&choice.run, input));
    }
    let names: Vec<&str> = choices.iter().filter_map(|choice| choice.action).collect();
    let problem = match action {
        Some(action) => format!("unknown `action` {}", shown(&action)),
        None => "`action` is missing".to_owned(),
    };
    Err(Unreadable::Invalid(format!("{problem}: use one of {}", names.join(", "))))
}

fn shown(action: &Value) -> String {
    let whole = action.to_string();
    let text: String = whole.chars().take(80).collect();
    let more = if text.len() < whole.len() { "…" } else { "" };
    format!("{}{more}", text.escape_debug())
}

fn refused(unreadable: &Unreadable, origin: &Origin) -> Response {
    match unreadable {
        Unreadable::Invalid(text) => failure::refused(StatusCode::BAD_REQUEST, text, &origin.request_id),
        Unreadable::Status(status, text) => failure::refused(*status, text, &origin.request_id),
    }
}

/// The answer to what failed before anybody was known.
fn stranger_failed(app: &App, origin: &Origin, error: &Error) -> Response {
    if matches!(error, Error::Unauthenticated(_)) {
        app.robin.refusals.count_unauthenticated(&origin.address());
    }
    failure::response(error, origin)
}

/// A refusal goes on record: a change's as itself, a read's as a count.
async fn record(ctx: &Ctx, error: &Error) {
    match error {
        Error::Denied(_) if !ctx.is_change() => ctx.robin.refusals.count_denied_read(&ctx.origin.address()),
        Error::Denied(_) => {
            if let Err(lost) = robin_service::audit::denied(ctx, error).await {
                tracing::error!(request_id = ctx.origin.request_id, "a refusal could not be recorded: {lost}");
            }
        }
        Error::Unauthenticated(_) => ctx.robin.refusals.count_unauthenticated(&ctx.origin.address()),
        _ => {}
    }
}

fn stamped(mut response: Response, origin: &Origin) -> Response {
    answer::stamp(&mut response, &origin.request_id);
    response
}
