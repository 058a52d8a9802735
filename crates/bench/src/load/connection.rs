//! One connection that is kept, with no more of HTTP than the servers here speak.

use std::net::SocketAddr;

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
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head]).unwrap();
        let said = text.split(' ').nth(1);
        assert_eq!(said, Some(status), "answered otherwise: {}", String::from_utf8_lossy(&self.buffer));
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        let end = head + length.parse::<usize>().unwrap();
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
