//! One's own account: logging in and out, the password, the tenant.

use robin_model::{NamespaceName, Secret, TenantName, TenantRole, Username};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Message, Needs,
    endpoint::{base, endpoints},
    lenient,
};

const LOGIN: &str = base!("login");

endpoints! {
    Login = POST [LOGIN] needs Needs::Nothing, "Log a user into a tenant" => LoggedIn;
    ChangePassword = PUT [LOGIN] ("change_password") needs Needs::Token, "Change one's own password" => NewToken;
    ChangeTenant = PUT [LOGIN] ("change_tenant") needs Needs::Token, "Log into another tenant" => LoggedIn;
    Logout = DELETE [LOGIN] needs Needs::Token, "Log out: end this session, or all of one's own" => Message;
    Whoami = GET [LOGIN] needs Needs::Token, "Say who the token's holder is, and what they may do" => Identity;
}

/// Logs a user into a tenant.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The user.
    pub username: String,
    /// The user's password.
    #[schemars(with = "String")]
    pub password: Secret,
    /// The tenant; by default that of the last login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The namespace to work in; only the user's own in that tenant is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespaceName>,
}

/// Changes one's own password. All sessions end, and the answer begins a new one.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The new password.
    #[schemars(with = "String")]
    pub password: Secret,
}

/// Logs into another tenant. The session asked with ends.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTenant {
    /// The tenant.
    pub tenant: TenantName,
    /// The namespace to work in; only the user's own in that tenant is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespaceName>,
}

/// Logs out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logout {
    /// Ends all of one's own sessions, not this one alone.
    #[serde(default, deserialize_with = "lenient::flag", skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// Asks who one is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Whoami {}

/// What a login comes to.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct LoggedIn {
    /// When the token expires: seconds since 1970-01-01T00:00:00Z.
    pub token_timestamp: i64,
    /// The tenant logged into.
    pub tenant: String,
    /// Always false: Robin serves no storage.
    pub staas: bool,
    /// The login token.
    #[schemars(with = "String")]
    pub token: Secret,
    /// The installation's number.
    pub zoneid: i64,
    /// The user's role in the tenant.
    #[schemars(with = "String")]
    pub role: TenantRole,
    /// Every tenant the user is a member of.
    pub tenants: Vec<String>,
    /// The namespace worked in.
    pub namespace: Option<String>,
}

/// A token that replaces the one asked with.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewToken {
    /// The login token.
    #[schemars(with = "String")]
    pub token: Secret,
}

/// Who a token's holder is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// The username.
    #[schemars(with = "String")]
    pub username: Username,
    /// The user's number.
    pub user_id: i64,
    /// Who checks the password: `local`, `ldap` or `openshift`.
    pub authentication: String,
    /// The tenant logged into.
    pub tenant: String,
    /// That tenant's number.
    pub tenant_id: i64,
    /// The role there.
    #[schemars(with = "String")]
    pub role: TenantRole,
    /// The capabilities assigned there.
    pub user_capabilities: Vec<String>,
    /// How many permissions they come to.
    pub permission_count: usize,
    /// The namespace worked in.
    pub namespace: Option<String>,
    /// Every tenant the user is a member of.
    pub tenants: Vec<String>,
    /// The session, or `token:` and the number of the access token.
    pub session: String,
    /// When the token expires: seconds since 1970-01-01T00:00:00Z.
    pub token_timestamp: i64,
    /// Whether it is an access token that is narrowed by grants; left out when not. What other services decide about its owner is
    /// not narrowed: they should refuse it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub narrowed: bool,
}
