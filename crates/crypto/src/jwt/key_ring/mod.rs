//! All keys in force: one signs, all verify.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind, jwk::Jwk};
use robin_model::{KeyId, Timestamp, session::SigningKey};
use serde_json::{Value, json};

use super::{Claims, KeyError, KeyPair};
use crate::SecretKey;

/// A longer text is no login token: those have some 600 characters, and no more than 2,000 with the longest names.
const LONGEST: usize = 8192;

/// By how many seconds the clocks of two servers may differ. It delays no expiry.
const CLOCK_SKEW: i64 = 60;

/// The signing keys in force.
pub struct KeyRing {
    /// Those that begin to sign later come later.
    keys: Vec<Key>,
    validation: Validation,
}

struct Key {
    id: KeyId,
    signs_from: Timestamp,
    header: Header,
    /// What every token signed with this key begins with.
    encoded_header: String,
    signer: EncodingKey,
    verifier: DecodingKey,
    public: Jwk,
}

/// Why no token could be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The ring is empty.
    #[error("there is no key to sign login tokens with")]
    NoKey,
    /// The signer failed.
    #[error("a login token could not be signed")]
    Signer(#[source] jsonwebtoken::errors::Error),
}

/// Why a token is refused. For the log: who showed it learns nothing but that it is no valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no login token.
    #[error("malformed login token")]
    Malformed,
    /// It does not begin as the tokens of a key in force do.
    #[error("login token signed with an unknown key")]
    UnknownKey,
    /// The signature is not that of the key it names.
    #[error("login token with a wrong signature")]
    Signature,
    /// It was issued by, or for, somebody else.
    #[error("login token of another issuer or audience")]
    Foreign,
    /// It was issued in the future.
    #[error("login token from the future")]
    Future,
    /// Its time is over.
    #[error("expired login token")]
    Expired,
}

impl KeyRing {
    /// Opens the stored keys.
    ///
    /// # Errors
    /// When one of them can't be opened, or is not a key for ES256.
    pub fn open(secret_key: &SecretKey, stored: &[SigningKey]) -> Result<Self, KeyError> {
        let mut keys = stored.iter().map(|row| Key::open(secret_key, row)).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by(|a, b| (a.signs_from, &a.id).cmp(&(b.signs_from, &b.id)));
        let mut validation = Validation::new(Algorithm::ES256);
        // Time and names are checked against what the caller says, not against the machine's clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Ok(Self { keys, validation })
    }

    /// The key that signs now: of those that have begun to, the newest. Where none has, as on a server whose clock is
    /// behind that of the one that made the first key, the one that will begin first.
    #[must_use]
    pub fn signs_with(&self, now: Timestamp) -> Option<&KeyId> {
        self.signer(now).map(|key| &key.id)
    }

    /// Signs a login token.
    ///
    /// # Errors
    /// When the ring is empty or the signer fails.
    pub fn sign(&self, claims: &Claims, now: Timestamp) -> Result<String, SignError> {
        let key = self.signer(now).ok_or(SignError::NoKey)?;
        jsonwebtoken::encode(&key.header, claims, &key.signer).map_err(SignError::Signer)
    }

    /// What a login token says, if a key of this ring signed it and it is valid `now` for `issuer`, who is its audience
    /// too.
    ///
    /// # Errors
    /// When any of that is not so.
    pub fn verify(&self, token: &str, issuer: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let header = token.split_once('.').filter(|_| token.len() <= LONGEST).ok_or(TokenError::Malformed)?.0;
        // INVARIANT: beyond this line the header is one that this ring wrote itself: ES256, a known key and nothing else.
        let key = self.keys.iter().find(|key| key.encoded_header == header).ok_or(TokenError::UnknownKey)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifier, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature => TokenError::Signature,
                _ => TokenError::Malformed,
            })?
            .claims;
        if claims.iss != issuer || claims.aud != issuer {
            Err(TokenError::Foreign)
        } else if claims.iat > now.seconds().saturating_add(CLOCK_SKEW) {
            Err(TokenError::Future)
        } else if claims.exp <= now.seconds() {
            Err(TokenError::Expired)
        } else {
            Ok(claims)
        }
    }

    /// The public keys, as a JSON Web Key Set (RFC 7517) for `/.well-known/jwks.json`.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys.iter().map(|key| &key.public).collect::<Vec<_>>() })
    }

    fn signer(&self, now: Timestamp) -> Option<&Key> {
        self.keys.iter().rfind(|key| key.signs_from <= now).or_else(|| self.keys.first())
    }
}

impl Key {
    fn open(secret_key: &SecretKey, stored: &SigningKey) -> Result<Self, KeyError> {
        let pair = KeyPair::open(secret_key, stored)?;
        let foreign = || KeyError::Foreign(stored.id.clone());
        let header = Header { kid: Some(pair.id().0.clone()), ..Header::new(Algorithm::ES256) };
        let json = serde_json::to_vec(&header).map_err(|_| foreign())?;
        Ok(Self {
            id: pair.id().clone(),
            signs_from: stored.signs_from,
            header,
            encoded_header: URL_SAFE_NO_PAD.encode(json),
            signer: pair.private(),
            verifier: DecodingKey::from_jwk(pair.public()).map_err(|_| foreign())?,
            public: pair.public().clone(),
        })
    }
}

#[cfg(test)]
mod tests;
