//! A bare HTTP client: it sends what a test says, and knows nothing of the API's types.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::{Value, json};

/// Where the API's paths begin.
const BASE: &str = "/api/v3/robin_server/";

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    url: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A header's text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The error's `message`, and what its `code` says.
    #[must_use]
    pub fn error(&self) -> (String, String) {
        let json = self.json();
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("message"), text("code"))
    }
}

impl Api {
    /// A client of the server at this address. `ca` is the PEM of the one authority to trust, if it is not a public one.
    ///
    /// # Panics
    /// When the authority can't be read.
    #[must_use]
    pub fn new(url: &str, ca: Option<&str>) -> Self {
        // What is proved to one request is no proof for the next, and a server that was restarted meanwhile is no surprise:
        // each makes its own connection.
        Self::with(url, ca, 0)
    }

    /// A client that keeps its connections, for many requests in short time.
    ///
    /// # Panics
    /// Never without an authority.
    #[must_use]
    pub fn lasting(url: &str) -> Self {
        Self::with(url, None, usize::MAX)
    }

    fn with(url: &str, ca: Option<&str>, idle: usize) -> Self {
        let mut builder = Client::builder().no_proxy().pool_max_idle_per_host(idle);
        if let Some(ca) = ca {
            let certificate = reqwest::Certificate::from_pem(ca.as_bytes()).expect("an authority in PEM");
            builder = builder.tls_certs_only([certificate]);
        }
        Self { client: builder.build().expect("a client"), url: url.to_owned() }
    }

    /// Sends a request and gives the whole answer.
    ///
    /// A path without a slash at its start is under `/api/v3/robin_server/`. An empty `token` sends none, and `null` sends
    /// no body.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let body = (!body.is_null()).then(|| body.to_string());
        let answer = self.try_send(method, path, &[("authorization", token)], body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path} was not answered: {error:?}"))
    }

    /// Sends a request as it is: these headers (those with an empty value are left out), this text as the body.
    ///
    /// # Errors
    /// When there is no answer.
    ///
    /// # Panics
    /// When the method is none.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<Answer, reqwest::Error> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, self.address(path));
        if let Some(body) = body {
            let is_typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            request = if is_typed { request } else { request.header("content-type", "application/json") };
            request = request.body(body);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { status, headers, text: answer.text().await? })
    }

    /// Sends bytes that need be no request, over plain HTTP, and gives all that comes back until the server closes.
    ///
    /// # Panics
    /// When nobody listens, or the server neither answers nor closes for half a minute.
    #[must_use]
    pub fn raw(&self, bytes: &[u8]) -> String {
        let address = self.url.strip_prefix("http://").expect("plain HTTP");
        let mut stream = TcpStream::connect(address).expect("somebody listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        // A server may close before all was sent.
        drop(stream.write_all(bytes));
        let mut answer = Vec::new();
        if let Err(error) = stream.read_to_end(&mut answer) {
            assert!(error.kind() == std::io::ErrorKind::ConnectionReset, "no end of the answer: {error}");
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends a request and gives status and JSON.
    ///
    /// # Panics
    /// As [`Api::send`].
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        let answer = self.send(method, path, token, body).await;
        (answer.status, answer.json())
    }

    /// Sends a request that must succeed, and gives the JSON.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn ok(&self, method: &str, path: &str, token: &str, body: Value) -> Value {
        let answer = self.send(method, path, token, body).await;
        assert_eq!(answer.status, 200, "{method} {path} was refused: {}", answer.text);
        answer.json()
    }

    /// Logs in and gives the token. An empty `tenant` names none.
    ///
    /// # Panics
    /// When the login is refused.
    pub async fn login(&self, username: &str, password: &str, tenant: &str) -> String {
        let mut body = json!({ "username": username, "password": password });
        if let (Some(fields), false) = (body.as_object_mut(), tenant.is_empty()) {
            fields.insert("tenant".to_owned(), tenant.into());
        }
        let answer = self.ok("POST", "login", "", body).await;
        answer.get("token").and_then(Value::as_str).expect("a token").to_owned()
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.url) } else { format!("{}{BASE}{path}", self.url) }
    }
}
