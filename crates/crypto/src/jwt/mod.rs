//! Login tokens: JSON Web Tokens (RFC 7519) signed with ES256, and the keys they are signed with.
//!
//! A token is accepted only in the very form in which [`KeyRing::sign`] writes it, so nothing in it is ever obeyed: not
//! its algorithm, not a key or an address of one that it brings along. Whether the session it names goes on is for the
//! caller to ask.

mod key_pair;
mod key_ring;

use robin_model::{SessionId, TenantId, TenantRole, UserId};
use serde::{Deserialize, Serialize};

pub use key_pair::{KeyError, KeyPair};
pub use key_ring::{KeyRing, SignError, TokenError};

/// What a login token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// The username it was issued to.
    pub sub: String,
    /// Who it is meant for.
    pub aud: String,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// When it expires, in seconds since the epoch.
    pub exp: i64,
    /// The session it belongs to.
    pub jti: SessionId,
    /// The number of the user it was issued to.
    pub user_id: UserId,
    /// The number of the tenant logged into.
    pub tenant_id: TenantId,
    /// The name of the tenant logged into.
    pub tenant: String,
    /// The user's role there.
    pub role: TenantRole,
}
