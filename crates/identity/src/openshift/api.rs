//! The API of a cluster.

use std::path::PathBuf;

use reqwest::{Method, StatusCode, Url};
use robin_model::Secret;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    Error, Settings,
    peer::{self, Answer, Peer, Trust},
    token::Token,
    wire::{Metadata, Reviewed, Status, TokenReview},
};

/// The API of a cluster.
pub(super) struct Api {
    peer: Peer,
    base: Url,
    token_file: PathBuf,
}

/// Users and groups.
pub(super) const USERS: [&str; 3] = ["apis", "user.openshift.io", "v1"];

impl Api {
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        peer::check(&settings.api_url)?;
        let peer = Peer::new(settings.ca_cert.as_deref(), Trust::Named)?;
        Ok(Self { peer, base: settings.api_url.clone(), token_file: settings.token_file.clone() })
    }

    /// Robin's own token.
    pub async fn own_token(&self) -> Result<Secret, Error> {
        let unusable = |why: String| Error::TokenFile(self.token_file.display().to_string(), why);
        let text = tokio::fs::read_to_string(&self.token_file).await.map_err(|error| unusable(error.to_string()))?;
        let token = text.trim();
        if token.is_empty() { Err(unusable("it is empty".to_owned())) } else { Ok(Secret::new(token.to_owned())) }
    }

    /// What stands at a path, for whoever has the token.
    ///
    /// # Errors
    /// When there is no answer, or it is another one: see [`refusal`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        token: &Secret,
    ) -> Result<T, Error> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.peer.request(Method::GET, url).bearer_auth(token.expose());
        read(&self.peer.send(request).await?)
    }

    /// Where people sign in. Nobody needs a token to know that.
    pub async fn metadata(&self) -> Result<Metadata, Error> {
        let url = self.url(&[".well-known", "oauth-authorization-server"]);
        read(&self.peer.send(self.peer.request(Method::GET, url)).await?)
    }

    /// Ends a token, in its own name. One that is over already is as good.
    pub async fn revoke(&self, token: &Token) -> Result<(), Error> {
        let url = self.url(&["apis", "oauth.openshift.io", "v1", "useroauthaccesstokens", &token.record()]);
        let request = self.peer.request(Method::DELETE, url).bearer_auth(token.secret().expose());
        let answer = self.peer.send(request).await?;
        if answer.status == StatusCode::OK { Ok(()) } else { Err(refusal(&answer)) }
    }

    /// What the cluster knows of a token (Kubernetes API reference, `TokenReview`).
    pub async fn review(&self, token: &Token) -> Result<Reviewed, Error> {
        let url = self.url(&["apis", "authentication.k8s.io", "v1", "tokenreviews"]);
        let body = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": { "token": token.secret().expose() },
        });
        let request = self
            .peer
            .request(Method::POST, url)
            .bearer_auth(self.own_token().await?.expose())
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let answer = self.peer.send(request).await?;
        read::<TokenReview>(&answer).map(|review| review.status)
    }

    /// INVARIANT: no part of a path is `.` or `..`, which would be left out; see [`super::named`].
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    // The parser's words could show what was sent; that it is a page is what people need to know.
    serde_json::from_slice(&answer.body).map_err(|error| {
        let what = if answer.text().starts_with('<') { "it sends a page".to_owned() } else { error.to_string() };
        Error::Unexpected(format!("{what}, where data was asked for: check the API URL"))
    })
}

/// What an answer means that is not the one that was asked for.
fn refusal(answer: &Answer) -> Error {
    let status: Option<Status> = serde_json::from_slice(&answer.body).ok();
    let status = status.filter(|status| status.kind.as_deref() == Some("Status"));
    let is_status = status.is_some();
    let text = status.and_then(|status| status.message).map_or_else(|| answer.text(), |text| super::error::line(&text));
    match answer.status {
        StatusCode::UNAUTHORIZED => Error::Token,
        StatusCode::FORBIDDEN => Error::Forbidden(text),
        StatusCode::NOT_FOUND if is_status => Error::Missing,
        StatusCode::NOT_FOUND => Error::NoApi,
        StatusCode::GONE => Error::Expired,
        other if other.is_redirection() => {
            let to = answer.header(&reqwest::header::LOCATION).and_then(|to| Url::parse(to).ok());
            Error::Redirected(to.map_or_else(|| "another page".to_owned(), |to| peer::shown(&to)))
        }
        other => Error::Refused { status: other.as_u16(), text },
    }
}
