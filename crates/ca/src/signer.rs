//! The authority's private key.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair as RsaKeyPair,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256,
    },
};
use const_oid::db::{rfc5912, rfc8410};
use der::{Any, Encode, asn1::BitStringRef};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::{
    SignError,
    key::{Kind, PublicKey},
    load::LoadError,
    wire::{self, Signed},
};

/// A key that signs, of one of the kinds that certificates are signed with.
pub enum Signer {
    Ecdsa(EcdsaKeyPair, AlgorithmIdentifierOwned),
    Ed25519(Ed25519KeyPair, AlgorithmIdentifierOwned),
    Rsa(RsaKeyPair, AlgorithmIdentifierOwned),
}

impl Signer {
    /// Makes a key on the curve P-256, with what it is kept as. The randomness is AWS-LC's own: it takes no other for keys.
    pub fn generate() -> Result<(Self, Zeroizing<Vec<u8>>), SignError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| SignError::Signing)?;
        let kept = Zeroizing::new(pair.to_pkcs8v1().map_err(|_| SignError::Signing)?.as_ref().to_vec());
        Ok((Self::Ecdsa(pair, wire::algorithm(rfc5912::ECDSA_WITH_SHA_256, None)), kept))
    }

    /// The private half of this very key, in PKCS#8 or in its kind's own form.
    pub fn open(public: &PublicKey, der: &[u8]) -> Result<Self, LoadError> {
        let signer = Self::read(public.kind(), der).ok_or(LoadError::ForeignKey)?;
        if signer.public() == public.raw() { Ok(signer) } else { Err(LoadError::ForeignKey) }
    }

    fn read(kind: Kind, der: &[u8]) -> Option<Self> {
        let plain = |oid| wire::algorithm(oid, None);
        match kind {
            Kind::P256 => EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, der)
                .map(|pair| Self::Ecdsa(pair, plain(rfc5912::ECDSA_WITH_SHA_256)))
                .ok(),
            Kind::P384 => EcdsaKeyPair::from_private_key_der(&ECDSA_P384_SHA384_ASN1_SIGNING, der)
                .map(|pair| Self::Ecdsa(pair, plain(rfc5912::ECDSA_WITH_SHA_384)))
                .ok(),
            Kind::Ed25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                .map(|pair| Self::Ed25519(pair, plain(rfc8410::ID_ED_25519)))
                .ok(),
            Kind::Rsa => RsaKeyPair::from_pkcs8(der)
                .or_else(|_| RsaKeyPair::from_der(der))
                .map(|pair| {
                    let algorithm = wire::algorithm(rfc5912::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::null()));
                    Self::Rsa(pair, algorithm)
                })
                .ok(),
        }
    }

    /// The public half, as a certificate has it.
    pub fn public(&self) -> &[u8] {
        match self {
            Self::Ecdsa(pair, _) => pair.public_key().as_ref(),
            Self::Ed25519(pair, _) => pair.public_key().as_ref(),
            Self::Rsa(pair, _) => pair.public_key().as_ref(),
        }
    }

    /// How its signatures are made.
    pub const fn algorithm(&self) -> &AlgorithmIdentifierOwned {
        match self {
            Self::Ecdsa(_, algorithm) | Self::Ed25519(_, algorithm) | Self::Rsa(_, algorithm) => algorithm,
        }
    }

    /// Signs something encoded, and encodes it with its signature.
    pub fn sign(&self, content: &impl Encode) -> Result<Vec<u8>, SignError> {
        let content = content.to_der()?;
        let signature = self.signature(&content).ok_or(SignError::Signing)?;
        let signed = Signed {
            content: content.as_slice().try_into()?,
            algorithm: self.algorithm().clone(),
            signature: BitStringRef::from_bytes(&signature)?,
        };
        Ok(signed.to_der()?)
    }

    fn signature(&self, content: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Ecdsa(pair, _) => Some(pair.sign(&SystemRandom::new(), content).ok()?.as_ref().to_vec()),
            Self::Ed25519(pair, _) => Some(pair.try_sign(content).ok()?.as_ref().to_vec()),
            Self::Rsa(pair, _) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}
