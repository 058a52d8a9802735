//! An authority that somebody else made, such as a cluster's.

use const_oid::AssociatedOid;
use der::{Decode, Encode, pem};
use robin_model::Timestamp;
use x509_cert::{
    Certificate,
    ext::pkix::{BasicConstraints, KeyUsage, SubjectKeyIdentifier},
    name::RdnSequence,
};
use zeroize::Zeroizing;

use crate::{
    authority::Authority,
    key::PublicKey,
    signer::Signer,
    wire::{self, CERTIFICATE},
};

/// Why certificate and key make no authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// There is no certificate, or a damaged one.
    #[error("there is no readable certificate: give one as PEM (`-----BEGIN CERTIFICATE-----`)")]
    NoCertificate,
    /// There are several.
    #[error("there are several certificates: give the one that signs, alone")]
    Several,
    /// It does not sign others.
    #[error("the certificate is not an authority's: it needs CA:TRUE, and keyCertSign where it names usages")]
    NoAuthority,
    /// It is not valid yet.
    #[error("the certificate is not valid before {0}: check the clock, or give another one")]
    NotYet(Timestamp),
    /// It is over.
    #[error("the certificate has expired on {0}: give another one")]
    Expired(Timestamp),
    /// Its key is of a kind that is not signed with.
    #[error("the certificate's key is of no usable kind: use P-256, P-384, Ed25519 or RSA of at least 2048 bits")]
    UnusableKey,
    /// There is no key.
    #[error("there is no readable key: give one as PEM (`-----BEGIN PRIVATE KEY-----`)")]
    NoKey,
    /// The key needs a password.
    #[error("the key is encrypted: give it without a password (`openssl pkey -in FILE`)")]
    Encrypted,
    /// The key is another certificate's.
    #[error("the key does not belong to the certificate: give the one that it was made with")]
    ForeignKey,
}

impl Authority {
    /// The authority with this certificate and key, both PEM.
    ///
    /// # Errors
    /// When one of them can't be read, they don't belong together, or the certificate is over, or not an authority's.
    pub fn load(certificate: &str, key: &str, now: Timestamp) -> Result<Self, LoadError> {
        let certificate = only_certificate(certificate)?;
        let content = certificate.tbs_certificate();
        let signs_lists = usages(&certificate)?;
        let (not_before, not_after) = (content.validity().not_before, content.validity().not_after);
        let (not_before, not_after) = (wire::timestamp(not_before), wire::timestamp(not_after));
        if now < not_before {
            return Err(LoadError::NotYet(not_before));
        }
        if now >= not_after {
            return Err(LoadError::Expired(not_after));
        }
        let public = PublicKey::read(content.subject_public_key_info().clone()).ok_or(LoadError::UnusableKey)?;
        let signer = Signer::open(&public, &private_key(key)?)?;
        let key_id = match extension::<SubjectKeyIdentifier>(&certificate)? {
            Some(named) => named.0.as_bytes().to_vec(),
            None => public.id(),
        };
        let name = RdnSequence::from(content.subject().clone());
        let der = certificate.to_der().map_err(|_| LoadError::NoCertificate)?;
        let pem = wire::pem(CERTIFICATE, &der).map_err(|_| LoadError::NoCertificate)?;
        Ok(Self { signer, name, key_id, der, pem, not_after, signs_lists })
    }
}

fn only_certificate(text: &str) -> Result<Certificate, LoadError> {
    let mut blocks = blocks(text).filter(|(label, _)| label == CERTIFICATE);
    let (_, block) = blocks.next().ok_or(LoadError::NoCertificate)?;
    if blocks.next().is_some() {
        return Err(LoadError::Several);
    }
    let der = pem::decode_vec(block.as_bytes()).map_err(|_| LoadError::NoCertificate)?.1;
    Certificate::from_der(&der).map_err(|_| LoadError::NoCertificate)
}

fn private_key(text: &str) -> Result<Zeroizing<Vec<u8>>, LoadError> {
    let (label, block) = blocks(text).find(|(label, _)| label.ends_with("PRIVATE KEY")).ok_or(LoadError::NoKey)?;
    // What was encrypted by older programs says so in a line of its own.
    if label.starts_with("ENCRYPTED") || block.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(LoadError::Encrypted);
    }
    pem::decode_vec(block.as_bytes()).map(|(_, der)| Zeroizing::new(der)).map_err(|_| LoadError::NoKey)
}

/// The blocks of a PEM file, with their labels. Files often have more than one, and text between them.
fn blocks(text: &str) -> impl Iterator<Item = (String, &str)> {
    const BEGIN: &str = "-----BEGIN ";
    text.match_indices(BEGIN).filter_map(move |(at, _)| {
        let rest = text.get(at..)?;
        let label = rest.get(BEGIN.len()..)?.split("-----").next()?;
        let end = format!("-----END {label}-----");
        let block = rest.get(..rest.find(&end)? + end.len())?;
        Some((label.to_owned(), block))
    })
}

/// Asks that the certificate lets its key sign others, and says whether it lets it sign lists of revoked ones.
fn usages(certificate: &Certificate) -> Result<bool, LoadError> {
    let is_authority = extension::<BasicConstraints>(certificate)?.is_some_and(|constraints| constraints.ca);
    let usage = extension::<KeyUsage>(certificate)?;
    if !is_authority || usage.is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(LoadError::NoAuthority);
    }
    Ok(usage.is_none_or(|usage| usage.crl_sign()))
}

fn extension<T>(certificate: &Certificate) -> Result<Option<T>, LoadError>
where
    T: for<'a> Decode<'a, Error = der::Error> + AssociatedOid,
{
    let found = certificate.tbs_certificate().get_extension::<T>().map_err(|_| LoadError::NoCertificate)?;
    Ok(found.map(|(_, value)| value))
}
