//! Makes a connection to the first host that can be used.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use ldap3::{LdapConnAsync, LdapConnSettings, LdapResult, StdStream, controls::RawControl};
use robin_model::{
    Secret,
    directory::{ServerSettings, Transport},
};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::address;

use super::{
    Connection, Error, Failure, Failures,
    connection::usable,
    tls,
    wire::{
        guard::{self, Link},
        message,
    },
};

/// Asks for TLS on a plain connection (RFC 4511, section 4.14): message 1, extended operation 1.3.6.1.4.1.1466.20037.
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// How to reach a directory.
pub(super) struct Connector {
    hosts: Vec<String>,
    port: u16,
    transport: Transport,
    tls: Option<Arc<ClientConfig>>,
    /// For a connection to one host to stand, and then for its answer to a login.
    patience: Duration,
    /// For the next message of an answer.
    answer: Duration,
}

impl Connector {
    /// As the settings say.
    ///
    /// # Errors
    /// [`Error::CaCert`] when there is no certificate to trust.
    pub(super) fn new(settings: &ServerSettings) -> Result<Self, Error> {
        let tls = match settings.transport {
            Transport::None => None,
            Transport::Starttls | Transport::Ldaps => Some(tls::config(settings.ca_cert.as_deref())?),
        };
        Ok(Self {
            hosts: settings.hosts.iter().map(str::to_owned).collect(),
            port: settings.port,
            transport: settings.transport,
            tls,
            patience: settings.timeouts.connect,
            answer: settings.timeouts.answer,
        })
    }

    /// How passwords cross the network.
    pub(super) const fn transport(&self) -> Transport {
        self.transport
    }

    /// A connection to the first host that can be used, and what it says to a login on it. A host that takes the connection and
    /// then says nothing can't be used.
    ///
    /// # Errors
    /// [`Error::Unreachable`] with what is wrong with each host; [`Error::Unusable`] for a name or password that is none, before
    /// anything is sent.
    pub(super) async fn log_in(
        &self,
        name: &str,
        password: &Secret,
        controls: &[RawControl],
    ) -> Result<(Connection, LdapResult), Error> {
        usable(name, password)?;
        let mut failures = Vec::new();
        for host in &self.hosts {
            let login = async {
                let connection = self.in_time(self.to(host)).await?;
                let answer = async { connection.bind(name, password, controls.to_vec()).await.map_err(Failure::from) };
                let result = self.in_time(answer).await?;
                Ok((connection, result))
            };
            match login.await {
                Ok(login) => return Ok(login),
                Err(failure) => failures.push((host.clone(), failure)),
            }
        }
        Err(Error::Unreachable(Failures(failures)))
    }

    async fn in_time<T>(&self, step: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        timeout(self.patience, step).await.unwrap_or(Err(Failure::TimedOut(self.patience)))
    }

    async fn to(&self, host: &str) -> Result<Connection, Failure> {
        let mut stream = first_of(&address::resolve(host, self.port).await?).await?;
        // Answers are small and waited for.
        stream.set_nodelay(true).map_err(|error| network(&error))?;
        match (&self.tls, self.transport) {
            (None, _) => self.guarded(stream).await,
            (Some(config), Transport::Starttls) => {
                start_tls(&mut stream).await?;
                self.guarded(encrypted(config, host, stream).await?).await
            }
            (Some(config), _) => self.guarded(encrypted(config, host, stream).await?).await,
        }
    }

    /// Puts the guard between the network and the library, which then sees a socket of this machine.
    async fn guarded<S>(&self, network: S) -> Result<Connection, Failure>
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let local = |error: &dyn std::fmt::Display| Failure::Network(format!("no socket on this machine: {error}"));
        let (ours, theirs) = UnixStream::pair().map_err(|error| local(&error))?;
        let theirs = theirs.into_std().map_err(|error| local(&error))?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(theirs));
        let opened = LdapConnAsync::with_settings(settings, "ldapi:///").await;
        let (driver, ldap) = opened.map_err(|error| local(&error))?;
        let link = Arc::new(Link::default());
        let guard = tokio::spawn(guard::stand(network, ours, Arc::clone(&link)));
        let driver = tokio::spawn(async move { drop(driver.drive().await) });
        Ok(Connection::new(ldap, link, [guard.abort_handle(), driver.abort_handle()], self.answer))
    }
}

/// A connection to the first of these that answers.
async fn first_of(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut failure = Failure::NotFound("it has no address".to_owned());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = network(&error),
        }
    }
    Err(failure)
}

/// Asks for TLS and takes nothing else: a server without it is not spoken to.
async fn start_tls(stream: &mut TcpStream) -> Result<(), Failure> {
    stream.write_all(START_TLS).await.map_err(|error| network(&error))?;
    let answer = guard::read(stream).await.map_err(|error| network(&error))?;
    match message::whole_result(&answer) {
        Some((0, _)) => Ok(()),
        Some((_, text)) => Err(Failure::NoStartTls(text.chars().filter(|char| !char.is_control()).take(200).collect())),
        None => Err(Failure::NoStartTls("it answers something else".to_owned())),
    }
}

async fn encrypted(config: &Arc<ClientConfig>, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, Failure> {
    // The dot that ends a full name is no part of the name in a certificate.
    let name = host.strip_suffix('.').unwrap_or(host).to_owned();
    let name =
        ServerName::try_from(name).map_err(|_| Failure::Tls("no certificate can be for this name".to_owned()))?;
    TlsConnector::from(Arc::clone(config)).connect(name, stream).await.map_err(|error| tls::failure(&error))
}

fn network(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Refused,
        _ => Failure::Network(error.to_string()),
    }
}
