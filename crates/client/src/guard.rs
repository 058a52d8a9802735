//! Guarding the routes of a service: a [`tower`] layer that lets pass who may.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header, request::Parts};
use robin_api::{ErrorBody, login::Identity};
use robin_model::Secret;
use tower::{Layer, Service};

use crate::{Decisions, Error, Question};

/// The instance that a request is about.
type Instance = Arc<dyn Fn(&Parts) -> Option<String> + Send + Sync>;

/// Lets a request pass whose login token belongs to somebody who may do the operation. Everybody else is answered here: 401
/// without a good token, 403 without the permission, 404 for an instance that is not theirs to see, 503 while Robin can't be
/// asked.
///
/// What is guarded finds out who asks by the request's extension [`Caller`].
///
/// ```
/// # async fn example(client: robin_client::Client) {
/// use std::sync::Arc;
///
/// use axum::{Router, routing::get};
/// use robin_client::{Decisions, Guard};
///
/// let guard = Guard::new(Arc::new(Decisions::follow(client)));
/// let router: Router = Router::new()
///     .route("/apps", get(|| async { "all of them" }).layer(guard.needs("APPLICATION", "view")))
///     .route("/apps/{id}", get(|| async { "this one" }).layer(guard.needs("APPLICATION", "view").of_segment(1)));
/// # }
/// ```
#[derive(Clone)]
pub struct Guard {
    decisions: Arc<Decisions>,
}

impl Guard {
    /// A guard that asks these decisions.
    #[must_use]
    pub const fn new(decisions: Arc<Decisions>) -> Self {
        Self { decisions }
    }

    /// The layer for routes that do this operation, on the type alone until an instance is named.
    #[must_use]
    pub fn needs(&self, object_type: &'static str, operation: &'static str) -> Needs {
        Needs { decisions: Arc::clone(&self.decisions), object_type, operation, instance: None }
    }
}

/// The layer that [`Guard::needs`] gives.
#[derive(Clone)]
pub struct Needs {
    decisions: Arc<Decisions>,
    object_type: &'static str,
    operation: &'static str,
    instance: Option<Instance>,
}

impl Needs {
    /// The instance is named in the request's path: by the segment at `place`, counted from 0, percent-decoded.
    #[must_use]
    pub fn of_segment(self, place: usize) -> Self {
        self.of(move |request| {
            let segment = request.uri.path().split('/').skip(1).nth(place).filter(|segment| !segment.is_empty())?;
            percent_encoding::percent_decode_str(segment).decode_utf8().ok().map(Into::into)
        })
    }

    /// The instance is the one that `find` sees in the request; where it sees none, the answer is 404.
    #[must_use]
    pub fn of(self, find: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { instance: Some(Arc::new(find)), ..self }
    }

    /// Who asks, if they may.
    async fn admit(&self, parts: &Parts) -> Result<Caller, Refusal> {
        let token = token(&parts.headers).ok_or(Refusal::Stranger)?;
        let identity = self.decisions.identify(&token).await.map_err(|error| Refusal::of_token(&error))?;
        // What is decided here is decided about the user: it would be more than the token is for.
        if identity.narrowed {
            return Err(Refusal::Narrowed);
        }
        let about = Question::about(identity.username.as_str(), &identity.tenant, self.object_type, self.operation);
        let question = match &self.instance {
            None => about,
            Some(find) => about.of(find(parts).ok_or(Refusal::Missing)?),
        };
        let answer = self.decisions.decide(&question).await.map_err(|error| Refusal::Unavailable(error.to_string()))?;
        match answer.reason.as_str() {
            _ if answer.allowed => Ok(Caller(identity)),
            "not_found" | "out_of_reach" if self.instance.is_some() => Err(Refusal::Missing),
            _ => Err(Refusal::Denied(format!("{}:{}", self.object_type, self.operation))),
        }
    }
}

impl fmt::Debug for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Needs({}:{})", self.object_type, self.operation)
    }
}

/// Who asks: an extension of every request that a [`Guard`] let pass.
#[derive(Debug, Clone)]
pub struct Caller(pub Arc<Identity>);

/// Why a request does not pass.
#[derive(Debug)]
enum Refusal {
    Stranger,
    Narrowed,
    Denied(String),
    Missing,
    Unavailable(String),
}

impl Refusal {
    fn of_token(error: &Error) -> Self {
        match error {
            Error::Refused { status: StatusCode::UNAUTHORIZED, .. } | Error::Options(_) => Self::Stranger,
            other => Self::Unavailable(other.to_string()),
        }
    }

    fn response<B: From<String>>(self) -> Response<B> {
        let (status, code, message) = match self {
            Self::Stranger => (StatusCode::UNAUTHORIZED, "unauthenticated", "log in with Robin first".to_owned()),
            Self::Narrowed => {
                let text = "a token that is narrowed by grants is for Robin alone: come with another one";
                (StatusCode::FORBIDDEN, "denied", text.to_owned())
            }
            Self::Denied(permission) => (StatusCode::FORBIDDEN, "denied", format!("you may not do {permission} here")),
            Self::Missing => (StatusCode::NOT_FOUND, "not_found", "not found".to_owned()),
            // The cause names an address inside the platform: it is for this service's log, not for its callers.
            Self::Unavailable(cause) => {
                tracing::error!(cause, "Robin can't be asked");
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again later".to_owned())
            }
        };
        let body = ErrorBody { message, code: code.to_owned(), request_id: String::new() };
        let mut response = Response::new(serde_json::json!(body).to_string().into());
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The one bearer token (RFC 6750, section 2.1); two are none.
fn token(headers: &HeaderMap) -> Option<Secret> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (given.next()?.to_str().ok()?, given.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    let is_one = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains([' ', ',']);
    is_one.then(|| Secret::new(token.to_owned()))
}

impl<S> Layer<S> for Needs {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { needs: self.clone(), inner }
    }
}

/// A service behind a [`Guard`].
#[derive(Debug, Clone)]
pub struct Guarded<S> {
    needs: Needs,
    inner: S,
}

impl<S, A, B> Service<Request<A>> for Guarded<S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    A: Send + 'static,
    B: From<String>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let needs = self.needs.clone();
        // The one that was found ready is the one to be called.
        let waiting = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, waiting);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match needs.admit(&parts).await {
                Ok(caller) => {
                    parts.extensions.insert(caller);
                    ready.call(Request::from_parts(parts, body)).await
                }
                Err(refusal) => Ok(refusal.response()),
            }
        })
    }
}
