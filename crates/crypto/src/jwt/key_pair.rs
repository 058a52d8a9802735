//! One pair of keys for login tokens.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash},
};
use robin_model::{KeyId, Random, Timestamp, session::SigningKey};
use zeroize::Zeroizing;

use crate::{OpenError, SecretKey};

/// A pair of keys on the curve P-256, named by the RFC 7638 thumbprint of its public half.
pub struct KeyPair {
    id: KeyId,
    pkcs8: Zeroizing<Vec<u8>>,
    public: Jwk,
}

/// Why there is no usable key pair.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It can't be opened.
    #[error("signing key `{0}` can't be read")]
    Open(KeyId, #[source] OpenError),
    /// What was sealed is no private key for ES256, or another one than its name says.
    #[error("signing key `{0}` is not the key that its name says")]
    Foreign(KeyId),
}

impl KeyPair {
    /// Makes a new pair. The randomness is AWS-LC's own: it takes no other for keys.
    ///
    /// # Panics
    /// When AWS-LC makes none.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness no key can be made: going on would be worse")]
    pub fn generate() -> Self {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let pkcs8 = Zeroizing::new(made.expect("AWS-LC makes keys").as_ref().to_vec());
        Self::from_pkcs8(pkcs8).expect("a key of AWS-LC is one for ES256")
    }

    /// Opens a stored pair.
    ///
    /// # Errors
    /// When it was stored under another secret key or another name, or is damaged.
    pub fn open(secret_key: &SecretKey, stored: &SigningKey) -> Result<Self, KeyError> {
        let pkcs8 = secret_key
            .open(&context(&stored.id), &stored.sealed)
            .map_err(|error| KeyError::Open(stored.id.clone(), error))?;
        Self::from_pkcs8(pkcs8).filter(|pair| pair.id == stored.id).ok_or_else(|| KeyError::Foreign(stored.id.clone()))
    }

    /// The pair as it is stored, to sign from `signs_from` on.
    #[must_use]
    pub fn seal(
        &self,
        secret_key: &SecretKey,
        random: &dyn Random,
        created_at: Timestamp,
        signs_from: Timestamp,
    ) -> SigningKey {
        let sealed = secret_key.seal(random, &context(&self.id), &self.pkcs8);
        SigningKey { id: self.id.clone(), sealed, created_at, signs_from }
    }

    /// The pair's name, the `kid` of its tokens.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The public half, as verifiers get it.
    pub(super) fn public(&self) -> &Jwk {
        &self.public
    }

    /// The private half, as the signer wants it.
    pub(super) fn private(&self) -> EncodingKey {
        EncodingKey::from_ec_der(&self.pkcs8)
    }

    fn from_pkcs8(pkcs8: Zeroizing<Vec<u8>>) -> Option<Self> {
        let mut public = Jwk::from_encoding_key(&EncodingKey::from_ec_der(&pkcs8), Algorithm::ES256).ok()?;
        let id = public.thumbprint(ThumbprintHash::SHA256).ok()?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_algorithm = Some(KeyAlgorithm::ES256);
        Some(Self { id: KeyId(id), pkcs8, public })
    }
}

fn context(id: &KeyId) -> String {
    format!("signing_keys/{id}/sealed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_seconds(1000);

    fn secret_key() -> SecretKey {
        SecretKey::from_bytes([1; 32])
    }

    #[test]
    fn a_stored_pair_opens_to_the_same_pair() {
        let pair = KeyPair::generate();
        let stored = pair.seal(&secret_key(), &crate::SystemRandom, AT, AT);
        let opened = KeyPair::open(&secret_key(), &stored).unwrap();
        assert_eq!((opened.id(), opened.public()), (pair.id(), pair.public()));
    }

    #[test]
    fn a_pair_stored_under_another_name_or_secret_key_does_not_open() {
        let pair = KeyPair::generate();
        let mut stored = pair.seal(&secret_key(), &crate::SystemRandom, AT, AT);
        assert!(matches!(KeyPair::open(&SecretKey::from_bytes([2; 32]), &stored), Err(KeyError::Open(..))));
        stored.id = KeyPair::generate().id().clone();
        assert!(matches!(KeyPair::open(&secret_key(), &stored), Err(KeyError::Open(..))));
    }

    #[test]
    fn what_is_no_private_key_is_refused() {
        let id = KeyId("k".into());
        let sealed = secret_key().seal(&crate::SystemRandom, &context(&id), b"no key");
        let stored = SigningKey { id, sealed, created_at: AT, signs_from: AT };
        assert!(matches!(KeyPair::open(&secret_key(), &stored), Err(KeyError::Foreign(_))));
    }
}
