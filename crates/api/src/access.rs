//! Decisions for other services: the OpenID AuthZEN Authorization API 1.0.
//!
//! Fields that are not known here are passed over, as that specification wants it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Needs, endpoint::endpoints, lenient};

endpoints! {
    Evaluate = POST ["/access/v1/evaluation"] needs Needs::Token, "Ask whether a user may do something" => Evaluation;
    EvaluateMany = POST ["/access/v1/evaluations"] needs Needs::Token, "Ask many such questions at once" => Evaluations;
    SearchSubjects = POST ["/access/v1/search/subject"] needs Needs::Permission("USER", "view"), "Ask who may do something" => Results<Subject>;
    SearchResources = POST ["/access/v1/search/resource"] needs Needs::Token, "Ask to what a user may do something" => Results<Resource>;
    SearchActions = POST ["/access/v1/search/action"] needs Needs::Token, "Ask what a user may do to something" => Results<Action>;
}

/// Asks whether a user may do something. About another user it needs `USER:view`, and reach.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Evaluate {
    /// Who.
    #[serde(deserialize_with = "lenient::object")]
    pub subject: Subject,
    /// Does what.
    #[serde(deserialize_with = "lenient::object")]
    pub action: Action,
    /// To what.
    #[serde(deserialize_with = "lenient::object")]
    pub resource: Resource,
    /// How to answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// `user`; nobody else is known.
    #[serde(rename = "type")]
    pub kind: String,
    /// The username.
    pub id: String,
    /// More about them.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub properties: Option<SubjectProperties>,
}

/// More about a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubjectProperties {
    /// The tenant they are thought of as logged into; without one, that which they are or were last logged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// Its name, as in `view`.
    pub name: String,
}

/// A thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// The object type, as in `APPLICATION`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The thing's id, or `*` for the type alone.
    pub id: String,
}

/// How to answer. Whatever else is in it counts for nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// Whether the answer is to say how it came about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

/// Asks many questions at once. What stands beside the list holds for every question that does not say otherwise; without a
/// list it is the question.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct EvaluateMany {
    /// Who.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectPart>,
    /// Does what.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionPart>,
    /// To what.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourcePart>,
    /// How to answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// How to go through the list.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// The questions, at most 1,000.
    #[serde(default, deserialize_with = "lenient::optional_objects", skip_serializing_if = "Option::is_none")]
    pub evaluations: Option<Vec<Question>>,
}

/// One of many questions. What it leaves out is said beside the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Who.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectPart>,
    /// Does what.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionPart>,
    /// To what.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourcePart>,
    /// How to answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
}

/// A user, or what is said of one so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SubjectPart {
    /// `user`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// More about them.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub properties: Option<SubjectProperties>,
}

/// An operation, or nothing yet.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ActionPart {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A thing, or what is said of one so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ResourcePart {
    /// The object type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The thing's id, or `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// How to go through a list of questions.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// When to stop.
    #[serde(default)]
    pub evaluations_semantic: Semantic,
}

/// When to stop answering a list of questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Semantic {
    /// After the last.
    #[default]
    ExecuteAll,
    /// After the first whose answer is no.
    DenyOnFirstDeny,
    /// After the first whose answer is yes.
    PermitOnFirstPermit,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// Yes or no.
    pub decision: bool,
    /// Why.
    pub context: Why,
}

/// Why a question is answered as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// The reason, as a word: `owner`, `permission_missing`, `not_found`, …
    pub reason: Cow<'static, str>,
    /// For how many seconds the answer holds at most, though nothing changes: a share of the thing ends then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// What is wrong with a question that is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// With `explain`: how it came about, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// With `explain`: how it came about, for a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Box<Trace>>,
}

/// What is wrong with one question of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The status that it would have had on its own.
    pub status: u16,
    /// What is wrong.
    pub message: Cow<'static, str>,
}

/// The answers to many questions, in their order, up to where the semantic stops; the answer alone where there is no list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Evaluations {
    /// Answers to a list.
    Many {
        /// One for each question.
        evaluations: Vec<Evaluation>,
    },
    /// The answer to a question without a list.
    One(Evaluation),
}

/// What was looked at, in this order, until the answer was found; what was not looked at is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The grants of the token, when it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<GrantTrace>,
    /// The permission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<PermissionTrace>,
    /// `view` on the object type, which an operation on a thing needs too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<PermissionTrace>,
    /// The thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceTrace>,
}

/// Whether the grants of the token cover the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantTrace {
    /// The place of the first one that does, from 1.
    pub covered_by: Option<usize>,
}

/// Where a permission comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermissionTrace {
    /// Its object type, which need not be the one asked about: clones are judged as applications.
    pub object_type: String,
    /// Its operation.
    pub operation: String,
    /// Whether the user has it.
    pub held: bool,
    /// The chain that gives it: a capability assigned to the user, what that inherits, and so on to the one that holds the
    /// permission itself.
    pub chain: Vec<String>,
}

/// How a thing is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceTrace {
    /// The rule that lets the user do this to it, if one does.
    pub rule: Option<String>,
    /// The rule that lets the user see it, if one does.
    pub visible_by: Option<String>,
}

/// Asks who may do something, among those whom the caller reaches.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SearchSubjects {
    /// Who they are.
    #[serde(deserialize_with = "lenient::object")]
    pub subject: SubjectKind,
    /// Does what.
    #[serde(deserialize_with = "lenient::object")]
    pub action: Action,
    /// To what.
    #[serde(deserialize_with = "lenient::object")]
    pub resource: Resource,
    /// Which part of the answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// Asks to what a user may do something.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SearchResources {
    /// Who.
    #[serde(deserialize_with = "lenient::object")]
    pub subject: Subject,
    /// Does what.
    #[serde(deserialize_with = "lenient::object")]
    pub action: Action,
    /// To things of which kind.
    #[serde(deserialize_with = "lenient::object")]
    pub resource: ResourceKind,
    /// Which part of the answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// Asks what a user may do to something.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SearchActions {
    /// Who.
    #[serde(deserialize_with = "lenient::object")]
    pub subject: Subject,
    /// To what.
    #[serde(deserialize_with = "lenient::object")]
    pub resource: Resource,
    /// Which part of the answer.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// Users.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SubjectKind {
    /// `user`; nobody else is known.
    #[serde(rename = "type")]
    pub kind: String,
    /// More about them.
    #[serde(default, deserialize_with = "lenient::optional_object", skip_serializing_if = "Option::is_none")]
    pub properties: Option<SubjectProperties>,
}

/// Things of one type.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ResourceKind {
    /// The object type.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Which part of an answer is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The `next_token` of the part before, with the same question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// How much at most, from 1; more than 1,000 comes in no part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit: Option<u32>,
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Results<T> {
    /// Which part this is.
    pub page: NextPage,
    /// What was found, in an order that stays.
    pub results: Vec<T>,
}

/// Which part of an answer this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextPage {
    /// The `token` of the part that follows; empty where none does. A part may be short, or empty, and another follow.
    pub next_token: String,
    /// How much is in this part.
    pub count: usize,
}
