//! The list of revoked certificates (RFC 5280, 5).

use robin_model::{
    Timestamp,
    certificate::{Reason, Revoked},
};
use x509_cert::{
    certificate::Version,
    crl::RevokedCert,
    ext::pkix::{CrlNumber, CrlReason},
    serial_number::SerialNumber,
};

use crate::{
    Authority, SignError,
    wire::{self, ListToSign},
};

/// A list to be signed.
pub struct List<'a> {
    /// Its number, larger than that of every one before.
    pub number: u64,
    /// The time.
    pub now: Timestamp,
    /// When the next one is there at the latest.
    pub next_update: Timestamp,
    /// What is revoked.
    pub revoked: &'a [Revoked],
}

impl Authority {
    /// Signs a list of revoked certificates, DER.
    ///
    /// # Errors
    /// When the authority's own certificate is over.
    pub fn list(&self, list: &List<'_>) -> Result<Vec<u8>, SignError> {
        if list.now >= self.not_after {
            return Err(SignError::Expired(self.not_after));
        }
        let revoked = list.revoked.iter().map(entry).collect::<der::Result<Vec<_>>>()?;
        self.signer.sign(&ListToSign {
            version: Version::V2,
            algorithm: self.signer.algorithm().clone(),
            issuer: self.name.clone(),
            this_update: wire::time(list.now)?,
            next_update: wire::time(list.next_update)?,
            // A list of nothing is left out: it may not be empty.
            revoked: Some(revoked).filter(|revoked| !revoked.is_empty()),
            extensions: vec![
                wire::extension(false, &self.own_key()?)?,
                wire::extension(false, &CrlNumber::try_from(list.number)?)?,
            ],
        })
    }
}

fn entry(revoked: &Revoked) -> der::Result<RevokedCert> {
    let reason = match revoked.revocation.reason {
        // RFC 5280, 5.3.1: rather no reason than this one.
        Reason::Unspecified => None,
        Reason::KeyCompromise => Some(CrlReason::KeyCompromise),
        Reason::CessationOfOperation => Some(CrlReason::CessationOfOperation),
        Reason::PrivilegeWithdrawn => Some(CrlReason::PrivilegeWithdrawn),
        Reason::Superseded => Some(CrlReason::Superseded),
    };
    let extension = reason.map(|reason| wire::extension(false, &reason)).transpose()?;
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&revoked.serial.bytes())?,
        revocation_date: wire::time(revoked.revocation.at)?,
        crl_entry_extensions: extension.map(|extension| vec![extension]),
    })
}
