//! HTTPS, and a certificate that is replaced while the server runs.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use robin_testkit::{Api, Engine, Robinctl, Server};

/// An authority, and with what it certifies: a server on this machine.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes a new certificate and its key.
    fn certify(&self, certificate: &Path, key: &Path) {
        let pair = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        fs::write(certificate, params.signed_by(&pair, &self.0).unwrap().pem()).unwrap();
        fs::write(key, pair.serialize_pem()).unwrap();
    }
}

#[tokio::test]
async fn a_certificate_is_served_and_replaced() {
    let builder = Server::builder(Engine::Sqlite);
    let (certificate, key) = (builder.dir().join("tls.crt"), builder.dir().join("tls.key"));
    let (first, second) = (Authority::new(), Authority::new());
    first.certify(&certificate, &key);
    let builder =
        builder.env("ROBIN_TLS_CERT", certificate.to_str().unwrap()).env("ROBIN_TLS_KEY", key.to_str().unwrap());
    let server = builder.start().await;
    assert!(server.url().starts_with("https://127.0.0.1:"), "{}", server.url());
    let (old, new) = (Api::new(server.url(), Some(&first.pem())), Api::new(server.url(), Some(&second.pem())));
    assert!(is_trusted(&old).await && !is_trusted(&new).await);

    // The command line trusts whom it is told to.
    let authority = server.how().dir().join("ca.pem");
    fs::write(&authority, first.pem()).unwrap();
    let robinctl = Robinctl::new(server.url());
    let complaint = robinctl.line("login robin --password Robin123").failed(3);
    assert!(complaint.contains("--server-ca-cert"), "{complaint}");
    let robinctl = robinctl.env("ROBINCTL_CA_CERT", authority.to_str().unwrap());
    assert_eq!(robinctl.line("login robin --password Robin123").code, 0);
    let robinctl = robinctl.env("ROBINCTL_CA_CERT", "");
    assert_eq!(robinctl.line("user list").code, 0, "the login remembers the authority");

    // A pair that does not fit is passed over.
    let other = server.how().dir().join("other.key");
    fs::write(&other, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    fs::rename(&other, &key).unwrap();
    until(|| async { server.stderr().contains("the certificate was not replaced") }).await;
    assert!(is_trusted(&old).await, "the last good one stays");

    second.certify(&certificate, &key);
    until(|| is_trusted(&new)).await;
    assert!(!is_trusted(&old).await);
}

#[tokio::test]
async fn a_server_says_why_it_can_not_serve_https() {
    let builder = Server::builder(Engine::Sqlite);
    let (certificate, key) = (builder.dir().join("tls.crt"), builder.dir().join("tls.key"));
    Authority::new().certify(&certificate, &key);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let half = builder.clone().env("ROBIN_TLS_CERT", &text(&certificate)).run(&[], "").failed(1);
    assert!(half.contains("ROBIN_TLS_KEY"), "{half}");
    let swapped =
        builder.clone().env("ROBIN_TLS_CERT", &text(&key)).env("ROBIN_TLS_KEY", &text(&key)).run(&[], "").failed(1);
    assert!(swapped.contains("tls.key"), "{swapped}");
    let open = builder.clone().env("ROBIN_LISTEN", "0.0.0.0:0").run(&[], "").failed(1);
    assert!(open.contains("ROBIN_INSECURE_HTTP"), "{open}");
}

async fn is_trusted(api: &Api) -> bool {
    api.try_send("GET", "/livez", &[], None).await.is_ok_and(|answer| answer.status == 200)
}

/// Waits for what happens within a few seconds.
async fn until<F: Future<Output = bool>>(happens: impl Fn() -> F) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !happens().await {
        assert!(Instant::now() < deadline, "it did not happen");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
