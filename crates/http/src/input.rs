//! Unpacking a request's input: path, query string and JSON body are one set of fields.

use std::collections::HashMap;

use axum::{
    RequestPartsExt,
    body::Body,
    extract::{Path, rejection::PathRejection},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts};
use robin_api::{Endpoint, Paging, rehearsal::DryRun};
use robin_service::Error;
use serde_json::{Map, Value};

/// The most values that a body may hold: twice what the longest list of users needs. A value takes many times the memory that
/// its text does.
const VALUES: usize = 100_000;

/// What a request says, not yet read as any endpoint's input.
pub enum Input {
    /// Everything is in the body.
    Body(Bytes),
    /// Fields of all three places.
    Fields(Map<String, Value>),
}

/// Why a request can't be unpacked.
pub enum Unreadable {
    /// A status of its own.
    Status(StatusCode, String),
    /// An invalid request.
    Invalid(String),
}

impl Input {
    /// Collects what the request says. With `apart` its fields can be taken out one by one.
    pub async fn collect(
        parts: &mut Parts,
        body: Body,
        limit: usize,
        apart: bool,
    ) -> std::result::Result<Self, Unreadable> {
        let path = path_fields(parts).await?;
        let query = query_fields(parts.uri.query())?;
        let body = read(parts, body, limit).await?;
        // A list would do for the parser, too: the fields in the order that the source has them.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        if path.is_empty() && query.is_empty() && !apart && is_object {
            return Ok(Self::Body(body));
        }
        let mut fields = if body.is_empty() { Map::new() } else { object(&body)? };
        for (name, text) in query.into_iter().chain(path) {
            match fields.get(&name) {
                Some(known) if known.as_str() != Some(text.as_str()) => {
                    return Err(Unreadable::Invalid(format!("`{name}` is given twice, with different values")));
                }
                _ => fields.insert(name, Value::String(text)),
            };
        }
        Ok(Self::Fields(fields))
    }

    /// Takes the `action` out.
    pub fn take_action(&mut self) -> Option<Value> {
        match self {
            Self::Body(_) => None,
            Self::Fields(fields) => fields.remove("action"),
        }
    }

    /// Takes out which page of a list is asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field that is wrong.
    pub fn take_paging(&mut self) -> Result<Paging, Error> {
        let Self::Fields(fields) = self else { return Ok(Paging::default()) };
        let mut paging = Map::new();
        for name in Paging::FIELDS {
            paging.extend(fields.remove_entry(name));
        }
        serde_path_to_error::deserialize(Value::Object(paging)).map_err(|error| invalid(&error))
    }

    /// Takes out whether the change is only rehearsed.
    ///
    /// # Errors
    /// [`Error::Invalid`] when what the field holds is no flag.
    pub fn take_dry_run(&mut self) -> Result<bool, Error> {
        let Self::Fields(fields) = self else { return Ok(false) };
        let field = fields.remove_entry(DryRun::FIELD).into_iter().collect();
        let read = serde_path_to_error::deserialize(Value::Object(field));
        read.map(|DryRun { dry_run }| dry_run).map_err(|error| invalid(&error))
    }

    /// Reads it as an endpoint's input.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field that is missing, unknown or wrong.
    pub fn read<E: Endpoint>(self) -> Result<E, Error> {
        match self {
            Self::Body(body) => {
                // Where something is wrong is found out only when something is: it takes its time.
                if let Ok(input) = serde_json::from_slice(&body) {
                    return Ok(input);
                }
                let mut deserializer = serde_json::Deserializer::from_slice(&body);
                let input = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| invalid(&error))?;
                deserializer.end().map_err(|error| Error::Invalid(format!("the body is not valid JSON: {error}")))?;
                Ok(input)
            }
            Self::Fields(fields) => {
                serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| invalid(&error))
            }
        }
    }
}

fn invalid(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let place = error.path().to_string();
    let problem = in_words(&error.inner().to_string());
    if place == "." { Error::Invalid(problem) } else { Error::Invalid(format!("`{place}`: {problem}")) }
}

/// The parser's text without the names that types have in the source, and without a text that stands where none belongs: it
/// may be a secret in the wrong place.
fn in_words(text: &str) -> String {
    let text = match (text.strip_prefix("invalid type: string \""), text.rfind("\", expected ")) {
        (Some(_), Some(end)) => format!("invalid type: string{}", text.get(end + 1..).unwrap_or_default()),
        _ => text.to_owned(),
    };
    let Some((before, after)) = text.split_once("expected struct ") else { return text };
    let place = after.find(" at line ").and_then(|at| after.get(at..)).unwrap_or_default();
    format!("{before}expected an object{place}")
}

async fn path_fields(parts: &mut Parts) -> std::result::Result<Vec<(String, String)>, Unreadable> {
    match parts.extract::<Path<Vec<(String, String)>>>().await {
        Ok(Path(fields)) => Ok(fields),
        Err(PathRejection::MissingPathParams(_)) => Ok(Vec::new()),
        Err(error) => Err(Unreadable::Invalid(error.to_string())),
    }
}

fn query_fields(query: Option<&str>) -> std::result::Result<HashMap<String, String>, Unreadable> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Ok(HashMap::new()) };
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|error| Unreadable::Invalid(format!("the query string can't be read: {error}")))?;
    let mut fields = HashMap::with_capacity(pairs.len());
    for (name, text) in pairs {
        if fields.insert(name.clone(), text).is_some() {
            return Err(Unreadable::Invalid(format!("`{name}` is given twice in the query string")));
        }
    }
    Ok(fields)
}

/// The body, whole.
pub async fn read(parts: &Parts, body: Body, limit: usize) -> std::result::Result<Bytes, Unreadable> {
    let body = axum::body::to_bytes(body, limit).await.map_err(|_| {
        let text = format!("the body is larger than {limit} bytes, or broke off");
        Unreadable::Status(StatusCode::PAYLOAD_TOO_LARGE, text)
    })?;
    if !body.is_empty() && !is_json(&parts.headers) {
        let text = "send the body as JSON, with `Content-Type: application/json`".to_owned();
        return Err(Unreadable::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    // Counted before anything is made of them; those inside of texts count too, which no one's texts come near. A short body
    // can't hold as many.
    if body.len() > VALUES && body.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > VALUES {
        let text = format!("the body holds more than {VALUES} values");
        return Err(Unreadable::Status(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    Ok(body)
}

/// A body without a type is taken for JSON: the reference's callers send none.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn object(body: &[u8]) -> std::result::Result<Map<String, Value>, Unreadable> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Unreadable::Invalid("the body must be a JSON object".to_owned())),
        Err(error) => Err(Unreadable::Invalid(format!("the body is not valid JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn sec_42_a_misplaced_text_is_not_repeated() {
        let text = r#"invalid type: string "Se\", cret", expected struct NewUser at line 1 column 9"#;
        assert_eq!(in_words(text), "invalid type: string, expected an object at line 1 column 9");
    }
}
