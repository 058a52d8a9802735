//! Who signs.

use std::time::Duration;

use const_oid::db::{rfc4519, rfc5280::ID_KP_CLIENT_AUTH};
use der::asn1::{Ia5String, OctetString};
use robin_model::{Timestamp, Username, certificate::Serial};
use x509_cert::{
    certificate::Version,
    ext::{
        Extension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages,
            SubjectKeyIdentifier,
            crl::dp::DistributionPoint,
            name::{DistributionPointName, GeneralName},
        },
    },
    name::RdnSequence,
    serial_number::SerialNumber,
    time::Validity,
};
use zeroize::Zeroizing;

use crate::{
    ORGANIZATION, SignError,
    key::PublicKey,
    signer::Signer,
    wire::{self, CERTIFICATE, PRIVATE_KEY, ToSign},
};

/// How far certificates begin before they are issued: clocks differ.
const BACKDATED: Duration = Duration::from_mins(5);

/// An authority: its certificate, and the key that belongs to it.
pub struct Authority {
    pub(crate) signer: Signer,
    pub(crate) name: RdnSequence,
    pub(crate) key_id: Vec<u8>,
    pub(crate) der: Vec<u8>,
    pub(crate) pem: String,
    pub(crate) not_after: Timestamp,
    pub(crate) signs_lists: bool,
}

/// A certificate to be issued. Nothing in it comes from who asks for it but the key.
pub struct Order<'a> {
    /// Who it is for.
    pub username: &'a Username,
    /// The key it is for.
    pub key: &'a PublicKey,
    /// Its serial number.
    pub serial: &'a Serial,
    /// The time.
    pub now: Timestamp,
    /// How long it is to be valid. It never outlives the authority.
    pub lifespan: Duration,
    /// Where the list of revoked certificates is served, when that is known.
    pub list_url: Option<&'a str>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The certificate, as PEM.
    pub pem: String,
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it is over.
    pub not_after: Timestamp,
}

impl Authority {
    /// Makes an authority on the curve P-256 that signs itself, and says what its private key is kept as (PKCS#8, PEM).
    ///
    /// # Errors
    /// When there is no key to be had.
    pub fn generate(
        name: &str,
        serial: &Serial,
        now: Timestamp,
        lifespan: Duration,
    ) -> Result<(Self, Zeroizing<String>), SignError> {
        let (signer, kept) = Signer::generate()?;
        let key = PublicKey::p256(signer.public())?;
        let name = wire::name(&[(rfc4519::COMMON_NAME, name)])?;
        let (not_before, not_after) = (whole(now.minus(BACKDATED)), whole(now.plus(lifespan)));
        let key_id = key.id();
        let extensions = vec![
            wire::extension(true, &BasicConstraints { ca: true, path_len_constraint: Some(0) })?,
            wire::extension(true, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?,
            wire::extension(false, &SubjectKeyIdentifier(OctetString::new(key_id.as_slice())?))?,
        ];
        let der = signer.sign(&ToSign {
            version: Version::V3,
            serial: SerialNumber::new(&serial.bytes())?,
            algorithm: signer.algorithm().clone(),
            issuer: name.clone(),
            validity: Validity::new(wire::time(not_before)?, wire::time(not_after)?),
            subject: name.clone(),
            key: key.info().clone(),
            extensions,
        })?;
        let pem = wire::pem(CERTIFICATE, &der)?;
        let kept = Zeroizing::new(wire::pem(PRIVATE_KEY, &kept)?);
        Ok((Self { signer, name, key_id, der, pem, not_after, signs_lists: true }, kept))
    }

    /// Issues a certificate.
    ///
    /// # Errors
    /// When the authority's own is over.
    pub fn issue(&self, order: &Order<'_>) -> Result<Issued, SignError> {
        if order.now >= self.not_after {
            return Err(SignError::Expired(self.not_after));
        }
        let subject =
            wire::name(&[(rfc4519::ORGANIZATION_NAME, ORGANIZATION), (rfc4519::COMMON_NAME, order.username.as_str())])?;
        let not_before = whole(order.now.minus(BACKDATED));
        let not_after = whole(order.now.plus(order.lifespan)).min(self.not_after);
        let der = self.signer.sign(&ToSign {
            version: Version::V3,
            serial: SerialNumber::new(&order.serial.bytes())?,
            algorithm: self.signer.algorithm().clone(),
            issuer: self.name.clone(),
            validity: Validity::new(wire::time(not_before)?, wire::time(not_after)?),
            subject,
            key: order.key.info().clone(),
            extensions: self.extensions(order)?,
        })?;
        Ok(Issued { pem: wire::pem(CERTIFICATE, &der)?, not_before, not_after })
    }

    fn extensions(&self, order: &Order<'_>) -> der::Result<Vec<Extension>> {
        let mut extensions = vec![
            wire::extension(true, &BasicConstraints { ca: false, path_len_constraint: None })?,
            wire::extension(true, &KeyUsage(KeyUsages::DigitalSignature.into()))?,
            wire::extension(false, &ExtendedKeyUsage(vec![ID_KP_CLIENT_AUTH]))?,
            wire::extension(false, &SubjectKeyIdentifier(OctetString::new(order.key.id())?))?,
            wire::extension(false, &self.own_key()?)?,
        ];
        if let Some(url) = order.list_url.filter(|_| self.signs_lists) {
            let place = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
            let point = DistributionPointName::FullName(vec![place]);
            let point = DistributionPoint { distribution_point: Some(point), reasons: None, crl_issuer: None };
            extensions.push(wire::extension(false, &CrlDistributionPoints(vec![point]))?);
        }
        Ok(extensions)
    }

    /// What names the key in everything that it signs.
    pub(crate) fn own_key(&self) -> der::Result<AuthorityKeyIdentifier> {
        let key_identifier = Some(OctetString::new(self.key_id.as_slice())?);
        Ok(AuthorityKeyIdentifier { key_identifier, ..AuthorityKeyIdentifier::default() })
    }

    /// Its certificate, as PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// When its certificate is over.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether its certificate lets it sign lists of revoked certificates. That of a Kubernetes cluster often does not.
    #[must_use]
    pub const fn signs_lists(&self) -> bool {
        self.signs_lists
    }
}

/// A point in time as certificates have it: to the second.
const fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds())
}
