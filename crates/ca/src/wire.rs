//! What is signed, as it is written down (RFC 5280, 4.1 and 5.1).

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::{
    Any, DateTime, Encode, Sequence,
    asn1::{AnyRef, BitStringRef, OctetString},
    pem::{LineEnding, encode_string},
};
use robin_model::{Timestamp, certificate::Serial};
use x509_cert::{
    attr::AttributeTypeAndValue,
    certificate::Version,
    crl::RevokedCert,
    ext::Extension,
    name::{RdnSequence, RelativeDistinguishedName},
    serial_number::SerialNumber,
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
    time::{Time, Validity},
};

/// The label of a certificate.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// The label of a key in PKCS#8.
pub const PRIVATE_KEY: &str = "PRIVATE KEY";

/// What a certificate says.
#[derive(Sequence)]
pub struct ToSign {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub version: Version,
    pub serial: SerialNumber,
    pub algorithm: AlgorithmIdentifierOwned,
    pub issuer: RdnSequence,
    pub validity: Validity,
    pub subject: RdnSequence,
    pub key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    pub extensions: Vec<Extension>,
}

/// What a list of revoked certificates says.
#[derive(Sequence)]
pub struct ListToSign {
    pub version: Version,
    pub algorithm: AlgorithmIdentifierOwned,
    pub issuer: RdnSequence,
    pub this_update: Time,
    pub next_update: Time,
    #[asn1(optional = "true")]
    pub revoked: Option<Vec<RevokedCert>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub extensions: Vec<Extension>,
}

/// Something signed: what, how, and the signature. Certificates, lists and requests all have this form.
#[derive(Sequence)]
pub struct Signed<'a> {
    pub content: AnyRef<'a>,
    pub algorithm: AlgorithmIdentifierOwned,
    pub signature: BitStringRef<'a>,
}

/// A point in time, to the second; before 1970 there is none.
pub fn time(at: Timestamp) -> der::Result<Time> {
    let seconds = u64::try_from(at.seconds()).unwrap_or_default();
    DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map(Time::from)
}

/// A point in time as a certificate has it.
pub fn timestamp(time: Time) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

/// An algorithm with its parameters.
pub fn algorithm(oid: ObjectIdentifier, parameters: Option<Any>) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters }
}

/// One extension.
pub fn extension<T: AssociatedOid + Encode>(is_critical: bool, value: &T) -> der::Result<Extension> {
    let value = OctetString::new(value.to_der()?)?;
    Ok(Extension { extn_id: T::OID, critical: is_critical, extn_value: value })
}

/// A name of these attributes, each in a set of its own.
pub fn name(attributes: &[(ObjectIdentifier, &str)]) -> der::Result<RdnSequence> {
    let mut name = RdnSequence::default();
    for (oid, text) in attributes {
        let mut part = RelativeDistinguishedName::default();
        part.insert(AttributeTypeAndValue { oid: *oid, value: Any::from(der::asn1::Utf8StringRef::new(text)?) })?;
        name.push(part);
    }
    Ok(name)
}

/// The serial number with these bytes.
///
/// INVARIANT: they are 1 to 20, as those of every certificate that was read.
pub fn serial(bytes: &[u8]) -> Serial {
    #[expect(clippy::expect_used, reason = "only numbers of certificates come here, and those fit")]
    Serial::from_bytes(bytes).expect("a certificate's serial number")
}

/// The text form of something encoded.
pub fn pem(label: &str, der: &[u8]) -> der::Result<String> {
    Ok(encode_string(label, LineEnding::LF, der)?)
}
