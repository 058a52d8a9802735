//! Requests of users who keep their keys to themselves (PKCS#10, RFC 2986).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use const_oid::{
    ObjectIdentifier,
    db::{rfc4519, rfc5912, rfc8410},
};
use der::{
    Decode, Encode,
    asn1::{PrintableStringRef, Utf8StringRef},
    pem,
};
use robin_model::Username;
use x509_cert::{attr::AttributeTypeAndValue, name::Name, request::CertReqInfo};

use crate::{
    ORGANIZATION,
    key::{Kind, PublicKey},
    wire::Signed,
};

/// The longest request that is read, in bytes. One with an RSA key of 8,192 bits has some 3,000.
const LONGEST: usize = 16 * 1024;

/// How requests ask for extensions: the standard's way, and Microsoft's.
const EXTENSION_REQUESTS: [ObjectIdentifier; 2] =
    [rfc5912::ID_EXTENSION_REQ, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.1.14")];

/// A request whose sender has the private key: its signature was checked.
#[derive(Debug)]
pub struct Request {
    key: PublicKey,
    subject: Name,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// It is no request.
    #[error("invalid `csr`: use a PKCS#10 request as PEM (`openssl req -new -key FILE -subj /`)")]
    Unreadable,
    /// Its key is weak, or of a kind that no certificate is issued for.
    #[error("invalid `csr`: its key must be P-256, P-384, Ed25519 or RSA of at least 2048 bits")]
    WeakKey,
    /// It was not signed with its own key.
    #[error("invalid `csr`: its signature was not made with its key")]
    Unproved,
    /// It asks for extensions.
    #[error("invalid `csr`: it asks for extensions, and none are granted: leave them out")]
    Extensions,
    /// It is for somebody else.
    #[error("invalid `csr`: its subject must be empty or your own username as the common name alone")]
    Foreign,
}

impl Request {
    /// Reads a request, and asks for proof that its sender has the key.
    ///
    /// # Errors
    /// When it can't be read, its key is weak, its signature not made with the key, or it asks for extensions.
    pub fn read(text: &str) -> Result<Self, RequestError> {
        if text.len() > LONGEST {
            return Err(RequestError::Unreadable);
        }
        let (label, der) = pem::decode_vec(text.trim().as_bytes()).map_err(|_| RequestError::Unreadable)?;
        if !matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") {
            return Err(RequestError::Unreadable);
        }
        let signed = Signed::from_der(&der).map_err(|_| RequestError::Unreadable)?;
        // The very bytes that were signed: an element is written as it was read.
        let content = signed.content.to_der().map_err(|_| RequestError::Unreadable)?;
        let info = CertReqInfo::from_der(&content).map_err(|_| RequestError::Unreadable)?;
        let key = PublicKey::read(info.public_key).ok_or(RequestError::WeakKey)?;
        let signature = signed.signature.as_bytes().ok_or(RequestError::Unproved)?;
        let is_proved = check(key.kind(), signed.algorithm.oid)
            .is_some_and(|check| UnparsedPublicKey::new(check, key.raw()).verify(&content, signature).is_ok());
        if !is_proved {
            return Err(RequestError::Unproved);
        }
        if info.attributes.iter().any(|attribute| EXTENSION_REQUESTS.contains(&attribute.oid)) {
            return Err(RequestError::Extensions);
        }
        Ok(Self { key, subject: info.subject })
    }

    /// The key, for a certificate of this user.
    ///
    /// # Errors
    /// When the request names anybody else, or anything besides.
    pub fn key_for(self, username: &Username) -> Result<PublicKey, RequestError> {
        let is_own = |part: &AttributeTypeAndValue| match part.oid {
            rfc4519::COMMON_NAME => text(part) == Some(username.as_str()),
            rfc4519::ORGANIZATION_NAME => text(part) == Some(ORGANIZATION),
            _ => false,
        };
        let parts: Vec<_> = self.subject.iter().collect();
        let names = parts.iter().filter(|part| part.oid == rfc4519::COMMON_NAME).count();
        let is_named = names == 1 && parts.len() <= 2 && parts.iter().all(|part| is_own(part));
        if parts.is_empty() || is_named { Ok(self.key) } else { Err(RequestError::Foreign) }
    }
}

/// The text of a part of a name.
fn text(part: &AttributeTypeAndValue) -> Option<&str> {
    let utf8 = || Utf8StringRef::try_from(&part.value).ok().map(|text| text.as_str());
    let printable = || PrintableStringRef::try_from(&part.value).ok().map(|text| text.as_str());
    utf8().or_else(printable)
}

/// How such a signature by such a key is checked.
fn check(kind: Kind, signature: ObjectIdentifier) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (kind, signature) {
        (Kind::P256, rfc5912::ECDSA_WITH_SHA_256) => &ECDSA_P256_SHA256_ASN1,
        (Kind::P256, rfc5912::ECDSA_WITH_SHA_384) => &ECDSA_P256_SHA384_ASN1,
        (Kind::P256, rfc5912::ECDSA_WITH_SHA_512) => &ECDSA_P256_SHA512_ASN1,
        (Kind::P384, rfc5912::ECDSA_WITH_SHA_256) => &ECDSA_P384_SHA256_ASN1,
        (Kind::P384, rfc5912::ECDSA_WITH_SHA_384) => &ECDSA_P384_SHA384_ASN1,
        (Kind::P384, rfc5912::ECDSA_WITH_SHA_512) => &ECDSA_P384_SHA512_ASN1,
        (Kind::Ed25519, rfc8410::ID_ED_25519) => &ED25519,
        (Kind::Rsa, rfc5912::SHA_256_WITH_RSA_ENCRYPTION) => &RSA_PKCS1_2048_8192_SHA256,
        (Kind::Rsa, rfc5912::SHA_384_WITH_RSA_ENCRYPTION) => &RSA_PKCS1_2048_8192_SHA384,
        (Kind::Rsa, rfc5912::SHA_512_WITH_RSA_ENCRYPTION) => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}
