//! A server that plays back what a real one was recorded to answer.
//!
//! - `recording`: what was asked and answered once, and the shape of a request: names, versions, times and what was sent are holes
//!   in it, all else must be the recording's.
//! - `http`: requests and answers on the wire.
//! - [`Player`]: what stands behind: it knows what is there now, says which recording fits, and fills the holes.
//!
//! A request of no recorded shape is answered with status 599, and the test fails with what was asked when the server is dropped. What
//! no real server was seen to do is called [`Injected`].

mod http;
mod recording;

#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio::{io::AsyncWriteExt, net::TcpStream, runtime, sync::oneshot};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub use self::{
    http::Asked,
    recording::{Recordings, Reply},
};
use crate::certificates::Certificate;

/// What a server does that none was recorded to do.
#[derive(Debug, Clone)]
pub enum Injected {
    /// The connection is reset instead of an answer.
    Reset,
    /// What comes is no HTTP.
    Garbage,
    /// Another answer than any that was recorded.
    Answer(Reply),
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// A recorded answer, with its holes filled.
    Play(Reply),
    /// Something else.
    Inject(Injected),
}

/// What stands behind a server that plays back.
pub trait Player: Send + Sync + 'static {
    /// What was recorded.
    fn recordings(&self) -> &Recordings;

    /// The path under which a request like this was recorded, where it was recorded only for a sibling that one piece of code serves.
    fn recorded_as(&self, path: &str) -> String {
        path.to_owned()
    }

    /// How long to wait before anything is done: injected.
    fn delay(&self, _asked: &Asked) -> Duration {
        Duration::ZERO
    }

    /// What is done.
    fn play(&self, asked: &Asked) -> Act;
}

/// What a server shows, and whom it knows by what they show.
pub struct Tls {
    /// The server's certificate.
    pub certificate: Certificate,
    /// The authority that signed those of clients, as PEM, where clients may show any.
    pub authority: Option<String>,
    /// The clients that are known, each with its certificate.
    pub clients: Vec<(String, Certificate)>,
}

impl From<Certificate> for Tls {
    /// A server to which nobody shows a certificate.
    fn from(certificate: Certificate) -> Self {
        Self { certificate, authority: None, clients: Vec::new() }
    }
}

/// A server that plays back, on a port or several; it ends when this is dropped.
pub struct Replay {
    ports: Vec<u16>,
    seen: Arc<Seen>,
    _stop: oneshot::Sender<()>,
}

#[derive(Default)]
struct Seen {
    asked: Mutex<Vec<Asked>>,
    complaints: Mutex<Vec<String>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Free ports for a server that must know them before it starts.
///
/// # Panics
/// When none is free.
#[must_use]
pub fn listeners(count: usize) -> Vec<TcpListener> {
    let listener = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    (0..count).map(listener).collect()
}

impl Replay {
    /// Serves on these ports.
    ///
    /// # Panics
    /// When a certificate is none.
    #[must_use]
    pub fn start(listeners: Vec<TcpListener>, tls: &Tls, player: Arc<dyn Player>) -> Self {
        let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
        let ports = listeners.iter().map(port).collect();
        let (acceptor, seen) = (TlsAcceptor::from(Arc::new(config(tls))), Arc::new(Seen::default()));
        let known = |(name, client): &(String, Certificate)| (name.clone(), chain(&client.cert).swap_remove(0));
        let clients: Arc<Vec<(String, CertificateDer<'static>)>> = Arc::new(tls.clients.iter().map(known).collect());
        let (stop, mut stopped) = oneshot::channel::<()>();
        let kept = Arc::clone(&seen);
        // A runtime of its own: that of a test may have ended, or be busy, while somebody still asks.
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                for listener in listeners {
                    listener.set_nonblocking(true).expect("a listener");
                    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                    let (acceptor, player, seen) = (acceptor.clone(), Arc::clone(&player), Arc::clone(&kept));
                    let clients = Arc::clone(&clients);
                    tokio::spawn(async move {
                        while let Ok((stream, _)) = listener.accept().await {
                            let to = stream.local_addr();
                            let (acceptor, player, seen) = (acceptor.clone(), Arc::clone(&player), Arc::clone(&seen));
                            let clients = Arc::clone(&clients);
                            tokio::spawn(async move {
                                if let (Ok(to), Ok(stream)) = (to, acceptor.accept(stream).await) {
                                    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                                    let is_shown = |(_, known): &&(String, _)| Some(known) == shown;
                                    let client = clients.iter().find(is_shown).map(|(name, _)| name.clone());
                                    serve(stream, to, client, &*player, &seen).await;
                                }
                            });
                        }
                    });
                }
                // Dropped or sent: either ends it.
                drop((&mut stopped).await);
            });
        });
        Self { ports, seen, _stop: stop }
    }

    /// The ports, in the order of the listeners.
    #[must_use]
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.seen.asked).clone()
    }

    /// Forgets what was asked so far.
    pub fn forget(&self) {
        locked(&self.seen.asked).clear();
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        let complaints = locked(&self.seen.complaints).join("\n");
        assert!(complaints.is_empty() || thread::panicking(), "asked what was never recorded:\n{complaints}");
    }
}

fn chain(pem: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().expect("a certificate")
}

fn config(tls: &Tls) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::from_pem_slice(tls.certificate.key.as_bytes()).expect("a key");
    let versions = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let versions = versions.expect("TLS");
    let asked = match &tls.authority {
        None => versions.with_no_client_auth(),
        Some(pem) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(chain(pem));
            // Like Kubernetes: who shows none is served too, as somebody unknown.
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).allow_unauthenticated();
            versions.with_client_cert_verifier(verifier.build().expect("an authority"))
        }
    };
    asked.with_single_cert(chain(&tls.certificate.cert), key).expect("a certificate with its key")
}

/// Serves one connection to its end.
async fn serve(
    mut stream: TlsStream<TcpStream>,
    to: SocketAddr,
    client: Option<String>,
    player: &dyn Player,
    seen: &Seen,
) {
    while let Some(mut asked) = http::read(&mut stream, to.port()).await {
        asked.client.clone_from(&client);
        locked(&seen.asked).push(asked.clone());
        tokio::time::sleep(player.delay(&asked)).await;
        let reply = match answer(&asked, player) {
            Ok(Act::Play(reply) | Act::Inject(Injected::Answer(reply))) => reply,
            Ok(Act::Inject(Injected::Reset)) => {
                // What was not read yet makes the system reset the connection rather than end it.
                drop(stream.get_ref().0.set_zero_linger());
                return;
            }
            Ok(Act::Inject(Injected::Garbage)) => {
                drop(stream.write_all(b"\x00\x01not http at all\r\n\r\n").await);
                return;
            }
            Err(complaint) => {
                locked(&seen.complaints).push(complaint.clone());
                Reply::text(599, &complaint)
            }
        };
        if http::write(&mut stream, &reply).await.is_err() {
            return;
        }
    }
}

/// What is to be done.
///
/// # Errors
/// What was asked, when it is nothing that was recorded, or what is answered is not what was recorded for it.
fn answer(asked: &Asked, player: &dyn Player) -> Result<Act, String> {
    let recordings = player.recordings();
    let like = Asked { path: player.recorded_as(&asked.path), ..asked.clone() };
    if !recordings.has(asked) && !recordings.has(&like) {
        return Err(asked.to_string());
    }
    let act = player.play(asked);
    if let Act::Play(reply) = &act
        && !recordings.is_of(reply, asked, |path| player.recorded_as(path))
    {
        return Err(format!("{asked}: `{}` was recorded for something else", reply.recording));
    }
    Ok(act)
}
