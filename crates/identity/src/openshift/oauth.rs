//! Having the OAuth server of a cluster check a password.

use reqwest::{
    Method, StatusCode, Url,
    header::{LOCATION, WWW_AUTHENTICATE},
};
use robin_model::Secret;
use url::form_urlencoded;

use super::{
    Error,
    peer::{self, Answer, Peer, Trust},
    token::Token,
    wire::{Failure, Metadata},
};

/// The client that every cluster has for those who can answer a challenge.
const CLIENT: &str = "openshift-challenging-client";

/// What the OAuth server calls being down.
const DOWN: [&str; 2] = ["server_error", "temporarily_unavailable"];

/// The OAuth server, wherever the cluster says that it is.
pub(super) struct OAuth(Peer);

/// What a right password brings.
pub(super) struct Grant {
    pub token: Token,
    /// The other server that the token was to be taken to, if it was.
    pub elsewhere: Option<String>,
}

impl OAuth {
    /// Its certificate is often signed by another authority than the API's, so that those of the system are trusted too.
    pub fn new(ca_cert: Option<&str>) -> Result<Self, Error> {
        Peer::new(ca_cert, Trust::NamedAndSystem).map(Self)
    }

    /// What a name and a password bring; `None` when they don't fit together. Without them, whether the server answers as it should.
    ///
    /// # Errors
    /// When there is no answer, or none that settles it.
    pub async fn grant(
        &self,
        metadata: &Metadata,
        credentials: Option<(&str, &Secret)>,
    ) -> Result<Option<Grant>, Error> {
        let invalid = |_| Error::Url(super::error::line(&metadata.authorization_endpoint));
        let endpoint = Url::parse(&metadata.authorization_endpoint).map_err(invalid)?;
        peer::check(&endpoint)?;
        let mut url = endpoint.clone();
        url.query_pairs_mut().append_pair("response_type", "token").append_pair("client_id", CLIENT);
        // Without this header there is no challenge.
        let mut request = self.0.request(Method::GET, url).header("X-CSRF-Token", "1");
        if let Some((name, password)) = credentials {
            request = request.basic_auth(name, Some(password.expose()));
        }
        judge(&endpoint, &self.0.send(request).await?)
    }
}

fn judge(endpoint: &Url, answer: &Answer) -> Result<Option<Grant>, Error> {
    match answer.status {
        StatusCode::FOUND => granted(endpoint, answer).map(Some),
        StatusCode::UNAUTHORIZED => match answer.header(&WWW_AUTHENTICATE) {
            Some(challenge) if challenge.starts_with("Basic ") => Ok(None),
            _ => Err(Error::Unexpected("it refuses without asking for a password".to_owned())),
        },
        StatusCode::OK => {
            Err(Error::Unexpected("it sends a page to log in on, where a challenge was expected".to_owned()))
        }
        other => {
            let failure: Failure = serde_json::from_slice(&answer.body).unwrap_or_default();
            let text = if failure.error.is_empty() {
                answer.text()
            } else {
                super::error::line(&format!("{}: {}", failure.error, failure.error_description))
            };
            if DOWN.contains(&failure.error.as_str()) {
                Err(Error::Down(text))
            } else {
                Err(Error::Refused { status: other.as_u16(), text })
            }
        }
    }
}

/// Reads where the server sends whoever has the right password. The token is in the fragment, which no browser passes on, and nobody
/// goes there.
fn granted(endpoint: &Url, answer: &Answer) -> Result<Grant, Error> {
    let to = answer.header(&LOCATION).and_then(|to| endpoint.join(to).ok());
    let to = to.ok_or_else(|| Error::Unexpected("it refers to nowhere".to_owned()))?;
    let elsewhere = (to.origin() != endpoint.origin()).then(|| peer::shown(&to));
    let field = |text: Option<&str>, name: &str| {
        let mut fields = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
        fields.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let token = field(to.fragment(), "access_token").and_then(|text| Token::new(&text));
    match (token, elsewhere, field(to.query(), "error")) {
        (Some(token), elsewhere, _) => Ok(Grant { token, elsewhere }),
        (None, Some(elsewhere), _) => Err(Error::Redirected(elsewhere)),
        (None, None, Some(error)) if DOWN.contains(&error.as_str()) => Err(Error::Down(error)),
        (None, None, Some(error)) => {
            Err(Error::Unexpected(format!("it refuses with `{}`", super::error::line(&error))))
        }
        (None, None, None) => {
            Err(Error::Unexpected(format!("it gives no token, and refers to `{}`", peer::shown(&to))))
        }
    }
}
