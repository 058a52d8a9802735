//! Servers that are no directory: they say whatever a test wants.

use std::{future::Future, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A server that treats every connection in the same way, until it is dropped.
pub(in crate::ldap) struct Fake {
    pub(in crate::ldap) port: u16,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// Treats connections as `how` does.
    pub(in crate::ldap) async fn new<F>(how: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                tokio::spawn(how(stream));
            }
        });
        Self { port, task }
    }

    /// Says nothing, ever.
    pub(in crate::ldap) async fn silent() -> Self {
        Self::new(|stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await
    }

    /// Reads whatever comes, and says this to everybody once something came.
    pub(in crate::ldap) async fn saying(what: Vec<u8>) -> Self {
        Self::new(move |mut stream| {
            let what = what.clone();
            async move {
                let mut some = [0; 64];
                let _ = stream.read(&mut some).await;
                let _ = stream.write_all(&what).await;
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
            }
        })
        .await
    }

    /// Ends every connection once something came.
    pub(in crate::ldap) async fn closing() -> Self {
        Self::new(|mut stream| async move {
            let mut some = [0; 64];
            let _ = stream.read(&mut some).await;
        })
        .await
    }

    /// Answers each message as `answer` says: it gets the message's number, the tag of its operation and what is in it, and gives
    /// operations, each sent as a message of that number.
    pub(in crate::ldap) async fn answering(
        answer: impl Fn(u8, &[u8]) -> Vec<Vec<u8>> + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::new(move |mut stream| {
            let answer = answer.clone();
            async move {
                while let Some((number, tag, content)) = request(&mut stream).await {
                    for operation in answer(tag, &content) {
                        send(&mut stream, number.clone(), operation).await;
                    }
                }
            }
        })
        .await
    }
}

/// Reads a request: its number as it was sent, its operation's tag, and its content.
pub(in crate::ldap) async fn request(stream: &mut TcpStream) -> Option<(Vec<u8>, u8, Vec<u8>)> {
    let message = super::super::wire::guard::read(stream).await.ok()?;
    let mut reader = super::super::wire::ber::Reader(&message).next()?.inside();
    let number = reader.next()?;
    let operation = reader.next()?;
    Some((element(number.tag, number.content), operation.tag, operation.content.to_vec()))
}

/// Sends an operation, with the number of the request that it answers.
pub(in crate::ldap) async fn send(stream: &mut TcpStream, number: Vec<u8>, operation: Vec<u8>) {
    let _ = stream.write_all(&element(0x30, &[number, operation].concat())).await;
}

/// One element in the encoding of LDAP.
pub(in crate::ldap) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}

/// The operation that ends an answer.
pub(in crate::ldap) fn result(tag: u8, code: u8, text: &str) -> Vec<u8> {
    let parts = [element(0x0a, &[code]), element(4, b""), element(4, text.as_bytes())];
    element(tag, &parts.concat())
}

/// An entry of an answer.
pub(in crate::ldap) fn entry(dn: &str, attributes: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let attribute = |(name, values): &(&str, &[&[u8]])| {
        let values: Vec<u8> = values.iter().flat_map(|value| element(4, value)).collect();
        element(0x30, &[element(4, name.as_bytes()), element(0x31, &values)].concat())
    };
    let attributes: Vec<u8> = attributes.iter().flat_map(attribute).collect();
    element(0x64, &[element(4, dn.as_bytes()), element(0x30, &attributes)].concat())
}
