//! What an endpoint is, and the answers that all of them share.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::lenient;

/// One thing a caller can ask of the server. The implementing type is its input.
pub trait Endpoint: Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    /// The HTTP method.
    const METHOD: Method;
    /// The paths it answers on; a client uses the first. `{name}` stands for the input's field of that name.
    const PATHS: &'static [&'static str];
    /// Whether it answers a list, and so takes the fields of [`Paging`] besides its own.
    const IS_LIST: bool = false;
    /// Whether it takes [`DryRun`](crate::rehearsal::DryRun) besides its own fields: it then changes nothing and answers with the
    /// [`Differences`](crate::rehearsal::Differences) that it would make.
    const CAN_REHEARSE: bool = false;
    /// The `action` that tells it from others with the same method and path.
    const ACTION: Option<&'static str> = None;
    /// What the caller must hold.
    const NEEDS: Needs;
    /// One sentence on what it does.
    const SUMMARY: &'static str;
    /// What it answers.
    type Reply: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
}

/// An endpoint that answers a list: one page where [`Paging`] asks for one, else everything.
pub trait ListEndpoint: Endpoint<Reply = List<Self::Item>> + Sync {
    /// One element.
    type Item: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
}

/// Which page of a list. Every list takes these fields besides its own.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Paging {
    /// Elements per page, 1 to 1,000; without it everything comes in one answer.
    #[serde(deserialize_with = "lenient::limit", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl Paging {
    /// The names of its fields.
    pub const FIELDS: [&str; 2] = ["limit", "cursor"];
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
    /// A valid token of somebody who may do the one and the other, each an object type and an operation.
    Both((&'static str, &'static str), (&'static str, &'static str)),
    /// A valid token of somebody who may do this operation, or what stands for it, on the object type that the input names.
    OnType(&'static str),
}

/// A list's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct List<T> {
    /// The elements.
    pub items: Vec<T>,
    /// With `limit`: where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Whether something is missing. Only a list that comes from elsewhere, as from a directory, can be partial.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// What is missing, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
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

/// Declares endpoints: `Type = METHOD [path, …] ("action") needs …, "summary" => Reply;`, with `Reply, CAN_REHEARSE` where that
/// holds.
macro_rules! endpoints {
    ($($Input:ty = $method:ident [$($path:expr),+] $(($action:literal))? needs $needs:expr, $summary:literal => $Reply:ty $(, $can:ident)?;)+) => {
        $(impl $crate::Endpoint for $Input {
            const METHOD: http::Method = http::Method::$method;
            $(const $can: bool = true;)?
            const PATHS: &'static [&'static str] = &[$($path),+];
            $(const ACTION: Option<&'static str> = Some($action);)?
            const NEEDS: $crate::Needs = $needs;
            const SUMMARY: &'static str = $summary;
            type Reply = $Reply;
        })+
    };
}

/// Declares endpoints that answer lists: `Type = [path, …] ("action") needs …, "summary" => Item;`
macro_rules! lists {
    ($($Input:ty = [$($path:expr),+] $(($action:literal))? needs $needs:expr, $summary:literal => $Item:ty;)+) => {
        $(impl $crate::Endpoint for $Input {
            const METHOD: http::Method = http::Method::GET;
            const PATHS: &'static [&'static str] = &[$($path),+];
            const IS_LIST: bool = true;
            $(const ACTION: Option<&'static str> = Some($action);)?
            const NEEDS: $crate::Needs = $needs;
            const SUMMARY: &'static str = $summary;
            type Reply = $crate::List<$Item>;
        }

        impl $crate::ListEndpoint for $Input {
            type Item = $Item;
        })+
    };
}

pub(crate) use {base, endpoints, lists};
