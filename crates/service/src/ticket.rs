//! Login tokens: issued at login, and verified once each.

use std::sync::Arc;

use robin_crypto::{Claims, KeyRing, SecretKey, digest};
use robin_model::{
    KeyId, SessionId, Timestamp,
    session::{Session, SigningKey},
};

use crate::{Error, Result, actor::Member, memory::Recall};

/// How many verified tokens are remembered at most: some 20 MB when full.
const CAPACITY: usize = 100_000;

/// Issues login tokens, and remembers those whose signature was verified, by their SHA-256. When a key is added or
/// withdrawn another one takes its place, so nothing verified with a withdrawn key is remembered.
pub struct Tickets {
    issuer: String,
    keys: KeyRing,
    ids: Vec<KeyId>,
    verified: Recall<[u8; 32], Verified>,
}

struct Verified {
    session: SessionId,
    expires_at: Timestamp,
}

impl Tickets {
    /// For tokens of this issuer, who is their audience too, signed with these keys.
    ///
    /// # Errors
    /// When a key can't be opened.
    pub fn open(issuer: String, secret_key: &SecretKey, stored: &[SigningKey]) -> Result<Self> {
        let keys = KeyRing::open(secret_key, stored).map_err(Error::internal)?;
        let ids = stored.iter().map(|key| key.id.clone()).collect();
        Ok(Self { issuer, keys, ids, verified: Recall::new(CAPACITY) })
    }

    /// Whether these are the keys in use.
    #[must_use]
    pub fn has_keys(&self, stored: &[SigningKey]) -> bool {
        self.ids.iter().eq(stored.iter().map(|key| &key.id))
    }

    /// Who the tokens say issued them: the server's public URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The keys that others verify the tokens with (RFC 7517).
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        self.keys.jwks()
    }

    /// The login token of a session.
    ///
    /// # Errors
    /// When there is no key to sign with.
    pub fn issue(&self, session: &Session, member: &Member) -> Result<String> {
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: member.user.username.to_string(),
            aud: self.issuer.clone(),
            iat: session.created_at.seconds(),
            exp: session.expires_at.seconds(),
            jti: session.id.clone(),
            user_id: session.user,
            tenant_id: session.tenant,
            tenant: member.membership.tenant_name.to_string(),
            role: member.membership.role,
        };
        self.keys.sign(&claims, session.created_at).map_err(Error::internal)
    }

    /// The session that a token is for; `None` when the token is malformed, forged, foreign or expired. Whether the session
    /// goes on is another question.
    pub fn read(&self, token: &str, now: Timestamp) -> Option<SessionId> {
        let digest = digest::sha256(token.as_bytes());
        if let Some(known) = self.verified.get(&digest) {
            return (known.expires_at > now).then(|| known.session.clone());
        }
        let claims = self.keys.verify(token, &self.issuer, now).ok()?;
        let expires_at = Timestamp::from_seconds(claims.exp);
        self.verified.put(digest, &Arc::new(Verified { session: claims.jti.clone(), expires_at }), || true);
        Some(claims.jti)
    }
}
