//! What an endpoint is, and the answers that all of them share.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One thing a caller can ask of the server. The implementing type is its input.
pub trait Endpoint: Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    /// The HTTP method.
    const METHOD: Method;
    /// The paths it answers on; a client uses the first. `{name}` stands for the input's field of that name.
    const PATHS: &'static [&'static str];
    /// The `action` that tells it from others with the same method and path.
    const ACTION: Option<&'static str> = None;
    /// What the caller must hold.
    const NEEDS: Needs;
    /// One sentence on what it does.
    const SUMMARY: &'static str;
    /// What it answers.
    type Reply: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
}

/// An endpoint that answers a list, as one page or as a stream of everything.
pub trait ListEndpoint: Endpoint<Reply = List<Self::Item>> + Sync {
    /// One element.
    type Item: Serialize + DeserializeOwned + JsonSchema + Send + 'static;

    /// Elements per page; without, everything in one answer.
    fn limit(&self) -> Option<u16>;

    /// Where the page begins.
    fn cursor(&self) -> Option<&str>;
}

/// What a caller must hold to be let in. Which instances they then reach is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing at all.
    Nothing,
    /// A valid token: it is about the caller's own account.
    Token,
    /// A valid token of somebody who may do this operation on this object type.
    Permission(&'static str, &'static str),
}

/// A list's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct List<T> {
    /// The elements.
    pub items: Vec<T>,
    /// With `limit`: where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The answer of an endpoint that has only this to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// What was done.
    pub message: String,
}

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// What is wrong and what to do, for a person.
    pub message: String,
    /// What is wrong, for a program: `invalid`, `unauthenticated`, `denied`, `not_found`, `conflict`, …
    pub code: String,
    /// The request's id, to be quoted when asking for help.
    pub request_id: String,
}

/// The root of the API's paths.
macro_rules! base {
    ($($rest:literal)?) => {
        concat!("/api/v3/robin_server", $("/", $rest)?)
    };
}

/// Declares endpoints: `Type = METHOD [path, …] ("action") needs …, "summary" => Reply;`
macro_rules! endpoints {
    ($($Input:ty = $method:ident [$($path:expr),+] $(($action:literal))? needs $needs:expr, $summary:literal => $Reply:ty;)+) => {
        $(impl $crate::Endpoint for $Input {
            const METHOD: http::Method = http::Method::$method;
            const PATHS: &'static [&'static str] = &[$($path),+];
            $(const ACTION: Option<&'static str> = Some($action);)?
            const NEEDS: $crate::Needs = $needs;
            const SUMMARY: &'static str = $summary;
            type Reply = $Reply;
        })+
    };
}

/// Declares which endpoints answer lists, and of what.
macro_rules! lists {
    ($($Input:ty => $Item:ty;)+) => {
        $(impl $crate::ListEndpoint for $Input {
            type Item = $Item;

            fn limit(&self) -> Option<u16> {
                self.limit
            }

            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }
        })+
    };
}

pub(crate) use {base, endpoints, lists};
