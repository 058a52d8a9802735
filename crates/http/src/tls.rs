//! The server's certificate, and its replacement while the server runs.

use std::{io, path::Path, path::PathBuf, sync::Arc, time::Duration};

use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// How often the files are looked at. Kubernetes swaps a mounted secret without a sign.
const INTERVAL: Duration = Duration::from_secs(5);

/// Why a certificate can't be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read as what it should be.
    #[error("can't read {what} from {}: {reason}", .file.display())]
    File {
        /// What it should hold.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The key is not that of the certificate, or of a kind that can't be used.
    #[error("the certificate in {} can't be served with its key: {reason}", .file.display())]
    Pair {
        /// The certificate's file.
        file: PathBuf,
        /// Why not.
        reason: rustls::Error,
    },
}

/// Where the certificate and its key are, in PEM.
#[derive(Debug, Clone)]
pub struct Files {
    /// The certificate, with those between it and the authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Files {
    /// What to serve with.
    ///
    /// # Errors
    /// When a file can't be read, or the two don't fit.
    pub fn load(&self) -> Result<Arc<ServerConfig>, Error> {
        let fault = |what, file: &Path| {
            let file = file.to_owned();
            move |error: rustls::pki_types::pem::Error| Error::File { what, file, reason: error.to_string() }
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(fault("a certificate", &self.certificate))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(fault("a private key", &self.key))?;
        let pair = |reason| Error::Pair { file: self.certificate.clone(), reason };
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(pair)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Replaces the certificate served whenever the files change. A pair that can't be served is passed over, with a line in the
    /// log: the last good one stays.
    pub async fn follow(self, config: RustlsConfig) {
        let mut seen = self.contents().await.ok();
        loop {
            tokio::time::sleep(INTERVAL).await;
            let Ok(now) = self.contents().await else { continue };
            if seen.as_ref() == Some(&now) {
                continue;
            }
            match self.load() {
                Ok(fresh) => {
                    config.reload_from_config(fresh);
                    tracing::info!(file = %self.certificate.display(), "the certificate was replaced");
                }
                Err(error) => tracing::warn!("the certificate was not replaced: {error}"),
            }
            seen = Some(now);
        }
    }

    async fn contents(&self) -> io::Result<[[u8; 32]; 2]> {
        let (certificate, key) = (tokio::fs::read(&self.certificate).await?, tokio::fs::read(&self.key).await?);
        Ok([robin_crypto::digest::sha256(&certificate), robin_crypto::digest::sha256(&key)])
    }
}
