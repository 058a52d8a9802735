//! Whom to trust, and what went wrong when trust was refused.

use std::{io, sync::Arc};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, Error as TlsError, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{Error, Failure};

/// How connections are encrypted: TLS 1.2 or 1.3, and the certificate of the host that was named.
///
/// # Errors
/// [`Error::CaCert`] when `ca_cert`, or without it the system, has no certificate to trust.
pub(super) fn config(ca_cert: Option<&str>) -> Result<Arc<ClientConfig>, Error> {
    let roots = match ca_cert {
        Some(pem) => named(pem)?,
        None => known_to_the_system()?,
    };
    // Named here: a choice left to the library fails when another part of the program brings a second provider.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(|error| Error::CaCert(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn named(pem: &str) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| Error::CaCert(error.to_string()))?;
        roots.add(certificate).map_err(|error| Error::CaCert(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(Error::CaCert("there is no `BEGIN CERTIFICATE` in it".to_owned()));
    }
    Ok(roots)
}

fn known_to_the_system() -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Error::CaCert("this machine trusts none: install `ca-certificates` or name one".to_owned()));
    }
    Ok(roots)
}

/// What a failed handshake means.
pub(super) fn failure(error: &io::Error) -> Failure {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) else {
        return Failure::Tls(error.to_string());
    };
    match tls {
        TlsError::InvalidCertificate(certificate) => certificate_failure(certificate),
        TlsError::InvalidMessage(_) => Failure::NotTls,
        TlsError::AlertReceived(AlertDescription::ProtocolVersion) => {
            Failure::Tls("it speaks no version of TLS from 1.2 on".to_owned())
        }
        other => Failure::Tls(other.to_string()),
    }
}

fn certificate_failure(error: &CertificateError) -> Failure {
    match error {
        CertificateError::UnknownIssuer => Failure::UnknownCertificate,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Failure::ExpiredCertificate,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Failure::CertificateOfAnother
        }
        other => Failure::Tls(format!("its certificate is not valid: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_to_trust_are_read_or_refused() {
        let made = rcgen::generate_simple_self_signed(vec!["ldap.test".to_owned()]).unwrap();
        assert!(config(Some(&made.cert.pem())).is_ok());
        for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(matches!(config(Some(pem)), Err(Error::CaCert(_))), "{pem}");
        }
    }
}
