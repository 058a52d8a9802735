//! Keys of users.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use const_oid::db::{rfc5912, rfc8410};
use der::{
    Any, Decode, DecodePem, Sequence, Tag, Tagged,
    asn1::{BitString, UintRef},
};
use x509_cert::{Certificate, spki::SubjectPublicKeyInfoOwned};
use zeroize::Zeroizing;

use crate::{
    SignError,
    wire::{self, PRIVATE_KEY},
};

/// The fewest bits of an RSA modulus.
const LEAST_RSA: usize = 2048;

/// What a public key is good for, as far as its kind says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

/// A public key of a kind that certificates are issued for: P-256, P-384, Ed25519, or RSA of at least 2,048 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    info: SubjectPublicKeyInfoOwned,
}

impl PublicKey {
    /// The key, if it is of such a kind.
    pub(crate) fn read(info: SubjectPublicKeyInfoOwned) -> Option<Self> {
        let curve = || info.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        let kind = match info.algorithm.oid {
            rfc5912::ID_EC_PUBLIC_KEY if curve() == Some(rfc5912::SECP_256_R_1) => Kind::P256,
            rfc5912::ID_EC_PUBLIC_KEY if curve() == Some(rfc5912::SECP_384_R_1) => Kind::P384,
            rfc8410::ID_ED_25519 if info.algorithm.parameters.is_none() => Kind::Ed25519,
            rfc5912::RSA_ENCRYPTION
                if info.algorithm.parameters.as_ref().is_some_and(|none| none.tag() == Tag::Null) =>
            {
                Kind::Rsa
            }
            _ => return None,
        };
        let key = Self { kind, info };
        let is_strong = kind != Kind::Rsa || rsa_bits(key.raw()).is_some_and(|bits| bits >= LEAST_RSA);
        is_strong.then_some(key)
    }

    /// The key that a certificate was issued for.
    ///
    /// # Errors
    /// When the text is no certificate, or its key of another kind.
    pub fn of_certificate(pem: &str) -> Result<Self, SignError> {
        let certificate = Certificate::from_pem(pem)?;
        let info = certificate.tbs_certificate().subject_public_key_info().clone();
        Self::read(info).ok_or(SignError::Signing)
    }

    /// A key on the curve P-256.
    pub(crate) fn p256(point: &[u8]) -> der::Result<Self> {
        let algorithm = wire::algorithm(rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from(rfc5912::SECP_256_R_1)));
        let info = SubjectPublicKeyInfoOwned { algorithm, subject_public_key: BitString::from_bytes(point)? };
        Ok(Self { kind: Kind::P256, info })
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The key as certificates have it.
    pub(crate) const fn info(&self) -> &SubjectPublicKeyInfoOwned {
        &self.info
    }

    /// The key without what it is.
    pub(crate) fn raw(&self) -> &[u8] {
        self.info.subject_public_key.raw_bytes()
    }

    /// What names the key: the first 160 bits of its SHA-256 (RFC 7093, 2, method 1).
    pub(crate) fn id(&self) -> Vec<u8> {
        digest(&SHA256, self.raw()).as_ref().iter().copied().take(20).collect()
    }
}

/// How long an RSA key is (RFC 8017, A.1.1), in bits.
fn rsa_bits(key: &[u8]) -> Option<usize> {
    let key = RsaPublicKey::from_der(key).ok()?;
    let modulus = key.modulus.as_bytes();
    let unused = modulus.first()?.leading_zeros();
    (modulus.len() * 8).checked_sub(usize::try_from(unused).ok()?)
}

#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

/// A key pair made here for a user, on the curve P-256.
pub struct UserKey {
    public: PublicKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl UserKey {
    /// Makes a new pair. The randomness is AWS-LC's own: it takes no other for keys.
    ///
    /// # Errors
    /// When AWS-LC makes none.
    pub fn generate() -> Result<Self, SignError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| SignError::Signing)?;
        let pkcs8 = Zeroizing::new(pair.to_pkcs8v1().map_err(|_| SignError::Signing)?.as_ref().to_vec());
        Ok(Self { public: PublicKey::p256(pair.public_key().as_ref())?, pkcs8 })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The private half (PKCS#8), as PEM.
    ///
    /// # Errors
    /// When it can't be written down.
    pub fn pem(&self) -> Result<Zeroizing<String>, SignError> {
        Ok(Zeroizing::new(wire::pem(PRIVATE_KEY, &self.pkcs8)?))
    }
}
