//! One connection that is kept, with no more of HTTP than the servers here speak.

use std::net::SocketAddr;

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server takes connections");
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(64 << 10) }
    }

    /// Sends a request, reads its answer, which must be a 200 that gives its length, and answers with its body.
    pub async fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.ask_for("200", request).await
    }

    /// As [`ask`](Self::ask), for an answer with another status.
    pub async fn ask_for(&mut self, status: &str, request: &[u8]) -> &[u8] {
        self.stream.write_all(request).await.expect("the server reads");
        self.buffer.clear();
        let head = loop {
            self.read().await;
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let said = self.buffer.get("HTTP/1.1 ".len()..).is_some_and(|rest| rest.starts_with(status.as_bytes()));
        assert!(said, "answered otherwise: {}", String::from_utf8_lossy(&self.buffer));
        let end = head + length(&self.buffer[..head]);
        while self.buffer.len() < end {
            self.read().await;
        }
        &self.buffer[head..end]
    }

    /// Sends a request that asks for the end of the connection, and counts the bytes until then.
    pub async fn drain(mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).await.expect("the server reads");
        let mut count = 0;
        loop {
            self.buffer.clear();
            match self.stream.read_buf(&mut self.buffer).await.expect("the server answers") {
                0 => return count,
                read => count += read,
            }
        }
    }

    async fn read(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer).await.expect("the server answers");
        assert!(read > 0, "the server broke off: {}", String::from_utf8_lossy(&self.buffer));
    }
}

/// What an answer's head says of its body's length.
fn length(head: &[u8]) -> usize {
    const NAME: &[u8] = b"\r\ncontent-length: ";
    let start = memmem::find(head, NAME).expect("a length") + NAME.len();
    let digits = head[start..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}
