//! Decisions for other services: may this user do that to this thing?
//!
//! Nobody learns from an answer what they could not see anyway. About oneself everybody may ask. About somebody else one
//! needs `USER:view` and must reach them, and hears of a thing only what one may see oneself. What is unknown and what is
//! out of sight gets the same answer, and what a permission alone decides is decided before anything is looked up.

mod actions;
mod evaluate;
mod resources;
mod subjects;
mod thing;
mod whom;

pub use actions::search_actions;
pub use evaluate::{MOST, Semantic, evaluate, evaluate_many};
pub use resources::search_resources;
pub use subjects::search_subjects;
pub(crate) use whom::reaches_members_of;

use robin_rbac::{Explanation, Reason};

/// A subject as a question names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// What it is: only `user` is known.
    pub kind: &'a str,
    /// The username.
    pub name: &'a str,
    /// The tenant they are thought of as logged into; without one, that which they are or were last logged into.
    pub tenant: Option<&'a str>,
}

/// May this user do that to this thing?
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The user.
    pub whom: Asked<'a>,
    /// The operation.
    pub operation: &'a str,
    /// The thing's object type.
    pub object_type: &'a str,
    /// Its id, or [`ANY`].
    pub id: &'a str,
    /// Whether the answer is to say how it came about.
    pub explain: bool,
}

/// The id that stands for no thing at all: the question is about the type alone.
pub const ANY: &str = "*";

/// Which part of what a search finds is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Only what comes after this position.
    pub after: Option<i64>,
    /// At most so much.
    pub limit: u32,
}

/// How many things or users are looked at in one page of a search at most, so that one that finds little comes to an end, and
/// goes on with the next page.
const LOOKED_AT: u32 = 10_000;
/// How many of them are read at a time.
const FEW: u32 = 1000;

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Yes or no.
    pub allowed: bool,
    /// Why, as a word.
    pub reason: &'static str,
    /// For how many seconds it holds at most, though nothing changes: a share of the thing ends then.
    pub expires_in: Option<u64>,
    /// How it came about, where asked for; nothing where the answer is that something was not found.
    pub explanation: Option<Box<Explanation>>,
}

impl Answer {
    /// No, because what is asked about is not there, or out of sight.
    pub const NOT_FOUND: Self = Self { allowed: false, reason: "not_found", expires_in: None, explanation: None };
    /// No, because the question is not complete.
    pub const INCOMPLETE: Self = Self { allowed: false, reason: "invalid", expires_in: None, explanation: None };
}

impl From<Reason> for Answer {
    fn from(reason: Reason) -> Self {
        Self { allowed: reason.denial().is_none(), reason: reason.as_str(), expires_in: None, explanation: None }
    }
}
