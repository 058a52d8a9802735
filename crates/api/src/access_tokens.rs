//! Access tokens: what programs come with instead of a login.

use robin_model::{Secret, TenantName, Timestamp, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints, lists},
    lenient,
};

const ALL: &str = base!("access-tokens");
const ONE: &str = base!("access-tokens/{id}");

endpoints! {
    CreateToken = POST [ALL] needs Needs::Token, "Make an access token of one's own, or for another account, or ask for one" => IssuedToken;
    GrantToken = PUT [ALL] ("grant") needs Needs::Permission("USER", "update"), "Grant a user the access token they asked for" => IssuedToken;
    RegenerateToken = PUT [ALL] ("regenerate") needs Needs::Token, "Give an access token another text, or make all of them worth nothing" => IssuedToken;
    RevokeToken = DELETE [ONE, ALL] needs Needs::Token, "Revoke an access token, or all of an account" => Message;
}

lists! {
    ListTokens = [ALL] needs Needs::Token, "List one's own access tokens, or those of others" => AccessToken;
}

/// Lists access tokens.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListTokens {
    /// Whose; by default one's own. Another user's need `USER:update` and reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// In the place of a username: a service account's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Those of everybody within reach. Needs `USER:update`.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// Makes an access token: for oneself, or with `USER:update` for a user or service account within reach who has no more rights. Without
/// `role` and `grants` it may do all that its owner may; it never may more.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateToken {
    /// Whose; by default one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// In the place of a username: a service account's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The tenant that its owner is in with it; by default the one logged into, or for others the one they are reached in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// What to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Narrows it: `Admin` to nothing less than its owner, `AuditDeveloper` to all in the owner's tenant and `view` everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Narrows it to these; each request must be covered by one of them whole.
    #[serde(deserialize_with = "lenient::optional_objects", skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<TokenGrant>>,
    /// For how many seconds it is valid; by default 90 days, at most what the setting `token.max_lifetime` says.
    #[serde(deserialize_with = "lenient::optional_seconds", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub expires_in: Option<u64>,
    /// Only asks for a token of one's own, for an administrator to grant.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub request: bool,
    /// Makes it though the account's last one was revoked.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

/// What a token is good for: these operations on these types, of these tenants, and on these instances. `*` alone is all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenGrant {
    /// The object types.
    #[serde(deserialize_with = "lenient::names")]
    pub resources: Vec<String>,
    /// The operations.
    #[serde(deserialize_with = "lenient::names")]
    pub functions: Vec<String>,
    /// The tenants; none is all.
    #[serde(default, deserialize_with = "lenient::names", skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
    /// The instances; none is all. Users and tenants go by their names.
    #[serde(default, deserialize_with = "lenient::names", skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<String>,
}

/// Grants a user the access token that they asked for. Needs reach, and no less rights than the user has.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GrantToken {
    /// Whose; exactly one of this and `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// In the place of a username: a service account's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The tenant that its owner is in with it; by default the one they asked in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// For how many seconds it is valid; by default 90 days.
    #[serde(deserialize_with = "lenient::optional_seconds", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub expires_in: Option<u64>,
    /// Grants one though none was asked for, even after the last one was revoked.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

/// Gives an access token another text: the old one is worth nothing from then on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegenerateToken {
    /// The token's number; by default the only one that the account has.
    #[serde(deserialize_with = "lenient::optional_number", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub id: Option<i64>,
    /// Whose; by default one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// In the place of a username: a service account's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The tenant that the token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
    /// Makes every token within reach worth nothing; their owners make themselves others. For administrators with `USER:update`.
    #[serde(deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// Revokes one access token, or all of an account and what it has asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RevokeToken {
    /// The token's number.
    #[serde(deserialize_with = "lenient::optional_number", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub id: Option<i64>,
    /// Without a number: whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// In the place of a username: a service account's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The tenant that the tokens are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantName>,
}

/// A token that was just issued or asked for. Its text is shown this once.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct IssuedToken {
    /// What was done.
    pub message: String,
    /// The token's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The tenant that its owner is in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What has become of it: `requested` or `active`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The text to send in `Authorization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub token: Option<Secret>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// Whether it is the one that was asked with; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub current: bool,
}

/// An access token, as lists show it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AccessToken {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub username: String,
    /// Its owner's number.
    pub user_id: i64,
    /// The tenant that its owner is in with it.
    pub tenant: String,
    /// What it is called; may be empty.
    pub name: String,
    /// What has become of it: `requested`, `active`, `expired` or `revoked`.
    pub status: String,
    /// The beginning of its text, with `…` for the rest.
    pub prefix: Option<String>,
    /// What it is narrowed to; nothing where it is not.
    pub grants: Option<Vec<TokenGrant>>,
    /// When it was made, or asked for.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it ends.
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to a minute or so.
    #[schemars(with = "Option<String>")]
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    #[schemars(with = "Option<String>")]
    pub revoked_at: Option<Timestamp>,
}
