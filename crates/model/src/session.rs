//! Sessions and the keys that sign their tokens.

use robin_rbac::{TenantId, UserId};
use serde::Serialize;

use crate::{KeyId, NamespaceName, SessionId, Timestamp};

/// One log-in of one user into one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its name, the token's `jti`.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The tenant logged into.
    pub tenant: TenantId,
    /// The namespace worked in.
    pub namespace: Option<NamespaceName>,
    /// When it began.
    pub created_at: Timestamp,
    /// When its token expires.
    pub expires_at: Timestamp,
    /// The address it began from.
    pub address: String,
    /// The program it began with, as that program calls itself.
    pub user_agent: String,
}

/// A key pair for signing login tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name, the token's `kid`.
    pub id: KeyId,
    /// The private key, PKCS#8, sealed under the server's secret key.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it begins to sign: later than it was made, so that every server knows it by then.
    pub signs_from: Timestamp,
}
