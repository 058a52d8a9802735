//! The client: one server, at most one token.

use std::{fmt, net::IpAddr, time::Duration};

use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{Certificate, Response, redirect};
use robin_api::{Endpoint, ErrorBody, List, ListEndpoint, Paging, changes::REVISION, imports::Step};
use robin_model::Secret;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::{Host, Url};

use crate::{Error, Options, failure, request};

/// Calls one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    authorization: Option<HeaderValue>,
    timeout: Duration,
    may_carry_secrets: bool,
}

impl Client {
    /// Sets a client up; nothing is sent yet. A path in the address is kept as a prefix.
    ///
    /// ```
    /// use robin_client::{Client, Options};
    ///
    /// assert!(Client::new("http://127.0.0.1:29442", Options::default()).is_ok());
    /// assert!(Client::new("127.0.0.1", Options::default()).is_err(), "an address begins with its scheme");
    /// ```
    ///
    /// # Errors
    /// [`Error::Options`] for an address that is not `http://` or `https://` with a host, for certificates that cannot be
    /// read, and for a token that no header can carry.
    pub fn new(base_url: &str, options: Options) -> Result<Self, Error> {
        let base = address(base_url)?;
        let authorization = options.token.as_ref().map(|token| bearer(token.expose())).transpose()?;
        let mut builder = reqwest::Client::builder()
            .user_agent(options.user_agent)
            .redirect(redirect::Policy::none())
            .connect_timeout(options.timeout)
            .read_timeout(options.timeout);
        if let Some(pem) = &options.ca_cert {
            builder = builder.tls_certs_only(authorities(pem)?);
        } else if base.scheme() == "http" {
            // Without TLS nobody needs the system's authorities, and a bare container has none to load.
            builder = builder.tls_certs_only([]);
        }
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| failure::of_setup(&error))?;
        let may_carry_secrets = base.scheme() == "https" || is_loopback(&base) || options.insecure_http;
        Ok(Self { http, base, authorization, timeout: options.timeout, may_carry_secrets })
    }

    /// The same server, over the same connections, with another token.
    ///
    /// # Errors
    /// [`Error::Options`] for a token that no header can carry.
    pub fn with_token(&self, token: &Secret) -> Result<Self, Error> {
        Ok(Self { authorization: Some(bearer(token.expose())?), ..self.clone() })
    }

    /// Sends an input and gives the endpoint's reply.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// let tenant = robin_api::tenants::AddTenant { name: "t1".parse().unwrap(), description: None };
    /// println!("{}", client.send(&tenant).await?.message);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn send<E: Endpoint + Sync>(&self, input: &E) -> Result<E::Reply, Error> {
        self.send_unchecked::<E>(input).await
    }

    /// Sends an input of the endpoint's form whose values only the server judges. Fields that are `null` are left out.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// use robin_api::users::EnableUser;
    ///
    /// let typed_by_a_person = serde_json::json!({ "username": "no such name!" });
    /// assert!(client.send_unchecked::<EnableUser>(&typed_by_a_person).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn send_unchecked<E: Endpoint>(&self, input: &(impl Serialize + Sync)) -> Result<E::Reply, Error> {
        self.read(self.ask::<E>(input).await?).await
    }

    /// As [`send_unchecked`](Self::send_unchecked), for an endpoint that takes long and whose input asks it to tell how far it is.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// use robin_api::imports::ImportLdapGroup;
    ///
    /// let import = serde_json::json!({
    ///     "ldap_server": "ldap1", "group_name": "staff", "tenant": "t1", "tenant_role": "user", "progress": true,
    /// });
    /// let tell = |step: robin_api::imports::Step| println!("{} of {}", step.done, step.total);
    /// println!("{}", client.follow::<ImportLdapGroup>(&import, tell).await?.message);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn follow<E: Endpoint>(
        &self,
        input: &(impl Serialize + Sync),
        mut tell: impl FnMut(Step),
    ) -> Result<E::Reply, Error> {
        let mut answer = self.ask::<E>(input).await?;
        if !answer.status().is_success() {
            return self.read(answer).await;
        }
        let mut text = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| self.explained(&error))? {
            text.extend_from_slice(&part);
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                match serde_json::from_slice(&line) {
                    Ok(step) => tell(step),
                    Err(_) => return self.last_line(&line),
                }
            }
        }
        Err(self.unexpected("an answer that breaks off".to_owned()))
    }

    /// What the last line of an answer in lines says.
    fn last_line<T: DeserializeOwned>(&self, line: &[u8]) -> Result<T, Error> {
        if let Ok(body) = serde_json::from_slice::<ErrorBody>(line) {
            let status = match body.code.as_str() {
                "unauthenticated" => StatusCode::UNAUTHORIZED,
                "denied" => StatusCode::FORBIDDEN,
                "not_found" => StatusCode::NOT_FOUND,
                "conflict" => StatusCode::CONFLICT,
                "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            return Err(Error::Refused { status, body, retry_after: None });
        }
        let unfitting = |error| self.unexpected(format!("a line that does not fit ({error})"));
        serde_json::from_slice(line).map_err(unfitting)
    }

    /// As [`send`](Self::send), with the revision that the reply was made from, where the server says it.
    ///
    /// # Errors
    /// [`Error`] says which.
    pub(crate) async fn send_dated<E: Endpoint + Sync>(&self, input: &E) -> Result<(E::Reply, Option<i64>), Error> {
        let answer = self.ask::<E>(input).await?;
        let revision = answer.headers().get(REVISION).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok((self.read(answer).await?, revision))
    }

    async fn ask<E: Endpoint>(&self, input: &(impl Serialize + Sync)) -> Result<Response, Error> {
        if !self.may_carry_secrets {
            return Err(Error::Insecure { url: self.shown() });
        }
        let parts = request::split::<E>(input)?;
        let mut url = self.at(&parts.path);
        if !parts.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&parts.query);
        }
        let body = parts.body.as_ref().map(Value::to_string);
        self.exchange(E::METHOD, url, self.authorization.as_ref(), body).await
    }

    /// Every item of a list.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// let tenants = client.list(&robin_api::tenants::ListTenants {}).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn list<E: ListEndpoint>(&self, input: &E) -> Result<Vec<E::Item>, Error> {
        let list = self.send(input).await?;
        if list.partial { Err(Error::Partial(list.message.unwrap_or_default())) } else { Ok(list.items) }
    }

    /// One page of a list: up to `limit` items, from where `cursor` says, and where the next page begins.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// let first = client.page(&robin_api::tenants::ListTenants {}, 100, None).await?;
    /// let second = client.page(&robin_api::tenants::ListTenants {}, 100, first.next_cursor).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn page<E: ListEndpoint>(
        &self,
        input: &E,
        limit: u16,
        cursor: Option<String>,
    ) -> Result<List<E::Item>, Error> {
        #[derive(Serialize)]
        struct Page<'a, E> {
            #[serde(flatten)]
            input: &'a E,
            #[serde(flatten)]
            paging: Paging,
        }
        self.send_unchecked::<E>(&Page { input, paging: Paging { limit: Some(limit), cursor } }).await
    }

    /// The server's version. It needs no token, and none is sent.
    ///
    /// ```no_run
    /// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
    /// println!("{}", client.version().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn version(&self) -> Result<String, Error> {
        let answer = self.exchange(Method::GET, self.at("/openapi.json"), None, None).await?;
        let document: Value = self.read(answer).await?;
        let version = document.pointer("/info/version").and_then(Value::as_str);
        version.map(str::to_owned).ok_or_else(|| self.unexpected("a description without a version".to_owned()))
    }

    async fn exchange(
        &self,
        method: Method,
        url: Url,
        authorization: Option<&HeaderValue>,
        body: Option<String>,
    ) -> Result<Response, Error> {
        let mut call = self.http.request(method, url).header(header::ACCEPT, "application/json");
        if let Some(value) = authorization {
            call = call.header(header::AUTHORIZATION, value);
        }
        if let Some(json) = body {
            call = call.header(header::CONTENT_TYPE, "application/json").body(json);
        }
        call.send().await.map_err(|error| self.explained(&error))
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response) -> Result<T, Error> {
        let status = answer.status();
        let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let bytes = answer.bytes().await.map_err(|error| self.explained(&error))?;
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|error| {
                self.unexpected(format!("{} with a body that does not fit ({error})", words(status)))
            });
        }
        match serde_json::from_slice::<ErrorBody>(&bytes) {
            Ok(body) => Err(Error::Refused { status, body, retry_after }),
            Err(_) => Err(self.unexpected(words(status))),
        }
    }

    fn explained(&self, error: &reqwest::Error) -> Error {
        failure::explained(&self.shown(), self.timeout, error)
    }

    fn unexpected(&self, answer: String) -> Error {
        Error::Unexpected { url: self.shown(), answer }
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }

    fn shown(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.shown())
            .field("has_token", &self.authorization.is_some())
            .finish_non_exhaustive()
    }
}

fn words(status: StatusCode) -> String {
    format!("HTTP {status}")
}

fn address(text: &str) -> Result<Url, Error> {
    let invalid =
        |why: &str| Error::Options(format!("`{text}` is no server address: {why}, as in https://robin.example.com"));
    let mut url = Url::parse(text).map_err(|_| invalid("write a scheme and a host"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("it must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Options("a server address cannot hold a password; log in instead".to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("leave out `?` and `#`"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| Error::Options("the token has characters that no token has; log in again".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    match Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::Options("the file of trusted authorities holds no PEM certificate".to_owned())),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
