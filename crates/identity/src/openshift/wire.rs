//! What the API of a cluster sends. Absent, null and empty are alike in it, and what is not named here is not looked at.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub name: Option<String>,
    pub uid: Option<String>,
    #[serde(rename = "continue")]
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    #[serde(default)]
    pub metadata: Meta,
    #[serde(default = "Option::default")]
    pub items: Option<Vec<T>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub metadata: Meta,
    #[serde(default, rename = "fullName")]
    pub full_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub metadata: Meta,
    #[serde(default)]
    pub users: Option<Vec<String>>,
}

/// A refusal (Kubernetes API reference, `Status`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub kind: Option<String>,
    pub message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TokenReview {
    #[serde(default)]
    pub status: Reviewed,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reviewed {
    pub authenticated: bool,
    pub error: Option<String>,
}

/// Where people sign in (RFC 8414).
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub authorization_endpoint: String,
}

/// A refusal of the OAuth server (RFC 6749, section 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    pub error: String,
    pub error_description: String,
}
