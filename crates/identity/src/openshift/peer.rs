//! One HTTP server of a cluster.

use std::time::Duration;

use reqwest::{
    Certificate, Client, RequestBuilder, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName},
    redirect,
};
use url::Host;

use super::{Error, error::line};
use crate::{address, breaker::Breaker};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a whole answer may take.
const ANSWER: Duration = Duration::from_secs(30);

/// The longest answer, in bytes: a group of 200,000 members fits in.
const LONGEST: usize = 16 << 20;

/// Whom to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The named authorities alone, where there are any.
    Named,
    /// Those that the system trusts, too.
    NamedAndSystem,
}

/// One HTTP server, or several of one kind, and how it does.
pub(super) struct Peer {
    client: Client,
    breaker: Breaker,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header that is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What it says, for a text of ours to quote.
    pub fn text(&self) -> String {
        line(&String::from_utf8_lossy(&self.body))
    }
}

/// Looks names up, and leaves out the addresses at which nobody may be asked.
struct Judged;

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = address::resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Peer {
    /// # Errors
    /// [`Error::CaCert`] when there is no certificate to trust.
    pub fn new(ca_cert: Option<&str>, trust: Trust) -> Result<Self, Error> {
        let unusable = |error: reqwest::Error| Error::CaCert(error.to_string());
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            // Passwords and tokens go to the cluster and to nobody else.
            .no_proxy()
            .dns_resolver(Judged)
            .connect_timeout(CONNECT)
            .timeout(ANSWER);
        if let Some(pem) = ca_cert {
            let named = Certificate::from_pem_bundle(pem.as_bytes()).map_err(unusable)?;
            if named.is_empty() {
                return Err(Error::CaCert("there is no `BEGIN CERTIFICATE` in it".to_owned()));
            }
            builder = match trust {
                Trust::Named => builder.tls_certs_only(named),
                Trust::NamedAndSystem => builder.tls_certs_merge(named),
            };
        }
        Ok(Self { client: builder.build().map_err(unusable)?, breaker: Breaker::default() })
    }

    /// A request for this URL.
    pub fn request(&self, method: reqwest::Method, url: Url) -> RequestBuilder {
        self.client.request(method, url).header(reqwest::header::ACCEPT, "application/json")
    }

    /// Sends it and reads the answer, whatever its status, but for one that says that the server is down.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, Error> {
        self.breaker.admit().map_err(|retry_after| Error::Suspended { retry_after })?;
        let answer = read(request).await;
        self.breaker.note(Error::outcome(&answer));
        answer
    }
}

async fn read(request: RequestBuilder) -> Result<Answer, Error> {
    let broken = |error: reqwest::Error| Error::on_the_way(&error, if error.is_connect() { CONNECT } else { ANSWER });
    let mut response = request.send().await.map_err(broken)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(some) = response.chunk().await.map_err(broken)? {
        body.extend_from_slice(&some);
        if body.len() > LONGEST {
            return Err(Error::Unexpected(format!("the answer is longer than {} MiB", LONGEST >> 20)));
        }
    }
    let answer = Answer { status, headers, body };
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Error::Down(format!("status {}: {}", status.as_u16(), answer.text())));
    }
    Ok(answer)
}

/// Asks whether passwords and tokens may be sent there: over TLS, and not to an address that is special.
///
/// # Errors
/// [`Error::Url`] when not.
pub(super) fn check(url: &Url) -> Result<(), Error> {
    let is_allowed = match url.host() {
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(address)) => !address::is_forbidden(address.into()),
        Some(Host::Ipv6(address)) => !address::is_forbidden(address.into()),
        None => false,
    };
    let is_bare = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && is_allowed && is_bare { Ok(()) } else { Err(Error::Url(shown(url))) }
}

/// A URL without what may be secret in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // A URL that can have no password has none.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    line(url.as_str())
}
