//! What was asked and answered once.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Asked;

/// What may be anything.
const HOLE: &str = "{}";

/// Parameters whose values may be anything.
const FREE: [&str; 2] = ["limit", "continue"];

/// Headers that are about the one connection.
const OWN: [&str; 2] = ["content-length", "date"];

/// Recordings, by name.
pub struct Recordings(BTreeMap<&'static str, (Shape, Reply)>);

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The recording that it is, or was made from; empty where it was made up.
    pub recording: &'static str,
    /// The status.
    pub status: u16,
    /// What the status line says besides.
    pub reason: String,
    /// The headers, some of them twice as they came.
    pub headers: Vec<(String, String)>,
    /// The body: text as text, else JSON.
    pub body: Value,
}

/// What requests have in common that get answers of one kind.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    /// Whether a password is sent, or something else, or nothing.
    credentials: &'static str,
    /// Whether there is a header against forged requests, without which the OAuth server answers otherwise.
    is_guarded: bool,
    body: Value,
}

impl Reply {
    /// An answer that was made up.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        let headers = vec![("Content-Type".to_owned(), "text/plain; charset=utf-8".to_owned())];
        Self { recording: "", status, reason: "Injected".to_owned(), headers, body: text.into() }
    }

    /// With another value of a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

impl Recordings {
    /// Reads recordings, each a name and a JSON text.
    ///
    /// # Panics
    /// When one of them is none.
    #[must_use]
    pub fn new(texts: &[(&'static str, &'static str)]) -> Self {
        let read = |(name, text): &(&'static str, &'static str)| {
            let recording: Value = serde_json::from_str(text).expect("a recording");
            (*name, (shape_of_recording(&recording["request"]), reply(name, &recording["response"])))
        };
        Self(texts.iter().map(read).collect())
    }

    /// The answer of the recording of that name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn reply(&self, name: &str) -> Reply {
        self.0.get(name).unwrap_or_else(|| panic!("there is no recording `{name}`")).1.clone()
    }

    /// Whether such a request was recorded.
    pub(super) fn has(&self, asked: &Asked) -> bool {
        let shape = shape_of(asked);
        self.0.values().any(|(known, _)| *known == shape)
    }

    /// Whether an answer was recorded for such a request; a refusal may have been recorded with other parameters.
    pub(super) fn is_of(&self, reply: &Reply, asked: &Asked, recorded_as: impl Fn(&str) -> String) -> bool {
        let shape = shape_of(asked);
        self.0.get(reply.recording).is_some_and(|(known, _)| {
            let is_same = known.method == shape.method && recorded_as(&known.path) == recorded_as(&shape.path);
            is_same && (reply.status >= 400 || known.query.keys().eq(shape.query.keys()))
        })
    }
}

fn reply(name: &'static str, response: &Value) -> Reply {
    let headers = pairs(&response["headers"]).into_iter();
    Reply {
        recording: name,
        status: response["status"].as_u64().and_then(|status| status.try_into().ok()).expect("a status"),
        reason: response["reason"].as_str().unwrap_or_default().to_owned(),
        headers: headers.filter(|(name, _)| !OWN.contains(&name.to_lowercase().as_str())).collect(),
        body: response["body"].clone(),
    }
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    value.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn shape_of_recording(request: &Value) -> Shape {
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let headers = pairs(&request["headers"]).into_iter().map(|(name, value)| (name.to_lowercase(), value));
    let body = if request["body"].is_null() { Vec::new() } else { request["body"].to_string().into_bytes() };
    let asked = Asked {
        port: 0,
        client: None,
        method: text("method"),
        path: text("path"),
        query: text("query"),
        headers: headers.collect(),
        body,
    };
    let mut shape = shape_of(&asked);
    shape.credentials = match text("auth").as_str() {
        "none" => "none",
        "basic" => "password",
        _ => "known",
    };
    shape
}

fn shape_of(asked: &Asked) -> Shape {
    let query = url::form_urlencoded::parse(asked.query.as_bytes());
    let value = |name: &str, value: &str| match value.split_once('=').filter(|_| name.ends_with("Selector")) {
        Some((field, _)) => format!("{field}={HOLE}"),
        None if FREE.contains(&name) => HOLE.to_owned(),
        None => value.to_owned(),
    };
    Shape {
        method: asked.method.clone(),
        path: path(&asked.path),
        query: query.map(|(name, text)| (name.to_string(), value(&name, &text))).collect(),
        credentials: match asked.header("authorization") {
            Some(text) if text.starts_with("Basic ") => "password",
            None if asked.client.is_none() => "none",
            _ => "known",
        },
        is_guarded: asked.header("x-csrf-token").is_some(),
        body: holes(&asked.json(), true),
    }
}

/// A path with holes for names, as Kubernetes makes them: `/apis/GROUP/VERSION/namespaces/NAME/RESOURCE/NAME/SUBRESOURCE`. `~` is no name.
fn path(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    let first = match parts.get(1) {
        Some(&"apis") => 5,
        Some(&"api") => 4,
        _ => return path.to_owned(),
    };
    let is_inside = parts.get(first - 1) == Some(&"namespaces") && parts.len() > first + 1;
    for place in [Some(first), is_inside.then_some(first + 2)].into_iter().flatten() {
        if let Some(name) = parts.get_mut(place).filter(|name| **name != "~") {
            *name = HOLE;
        }
    }
    parts.join("/")
}

/// A body with holes for what was sent. What kind of thing it is stays.
fn holes(value: &Value, is_top: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let is_kept = |name: &str| is_top && ["kind", "apiVersion"].contains(&name);
            let field = |(name, value): (&String, &Value)| {
                (name.clone(), if is_kept(name) { value.clone() } else { holes(value, false) })
            };
            fields.iter().map(field).collect::<Map<_, _>>().into()
        }
        Value::Null => Value::Null,
        _ => HOLE.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, target: &str, authorization: &str) -> Asked {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = [("authorization", authorization)].into_iter().filter(|(_, value)| !value.is_empty());
        Asked {
            port: 0,
            client: None,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn names_and_marks_are_holes_and_all_else_is_the_recording_s() {
        let all = Recordings::new(&[
            ("user_get", include_str!("../fixtures/openshift/user_get.json")),
            ("user_list_limit", include_str!("../fixtures/openshift/user_list_limit.json")),
            ("token_user_self", include_str!("../fixtures/openshift/token_user_self.json")),
        ]);
        let users = "/apis/user.openshift.io/v1/users";
        for known in ["/ada", "?limit=7", "/~"] {
            assert!(all.has(&asked("GET", &format!("{users}{known}"), "Bearer x")), "{known}");
        }
        for other in ["", "/ada/x", "?limit=7&continue=x", "?limit=7&watch=1", "?watch=1"] {
            assert!(!all.has(&asked("GET", &format!("{users}{other}"), "Bearer x")), "{other}");
        }
        assert!(!all.has(&asked("DELETE", &format!("{users}/ada"), "Bearer x")));
        assert!(!all.has(&asked("GET", &format!("{users}/ada"), "")));
        assert!(!all.has(&asked("GET", &format!("{users}/ada"), "Basic eA==")));
        let reply = all.reply("user_get");
        assert!(all.is_of(&reply, &asked("GET", &format!("{users}/ada"), "Bearer x"), str::to_owned));
        assert!(!all.is_of(&reply, &asked("GET", &format!("{users}/~"), "Bearer x"), str::to_owned));
    }

    #[test]
    fn paths_of_namespaces_have_two_names() {
        assert_eq!(path("/api/v1/namespaces/a"), "/api/v1/namespaces/{}");
        assert_eq!(path("/api/v1/namespaces/a/secrets"), "/api/v1/namespaces/{}/secrets");
        assert_eq!(
            path("/api/v1/namespaces/a/serviceaccounts/b/token"),
            "/api/v1/namespaces/{}/serviceaccounts/{}/token"
        );
        assert_eq!(path("/apis/x/v1/csrs/a/approval"), "/apis/x/v1/csrs/{}/approval");
        assert_eq!(path("/oauth/authorize"), "/oauth/authorize");
    }
}
