//! Connections that are cut off when their other end goes on with nothing.
//!
//! The time for a request's head and body is bounded elsewhere. Two waits would else have no end: for the first bytes, by which
//! HTTP/1 is told from HTTP/2, and for somebody who asks and does not read the answers.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How many bytes HTTP/2 begins with (RFC 9113, section 3.4): after as many it is known what is spoken.
const PREFACE: usize = 24;

/// Accepts what another acceptor does, with limited patience.
#[derive(Debug, Clone)]
pub struct Patient<A> {
    /// The other.
    pub acceptor: A,
    /// Time for the first bytes to come.
    pub head: Duration,
    /// Time for a written byte to be taken.
    pub write: Duration,
}

impl<A, I, S> Accept<I, S> for Patient<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
    A::Stream: Send,
    A::Service: Send,
{
    type Stream = Stream<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (accepting, head, write) = (self.acceptor.accept(stream, service), self.head, self.write);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            Ok((
                Stream { inner: stream, heard: 0, opening: Some(Box::pin(sleep(head))), write, stalled: None },
                service,
            ))
        })
    }
}

/// A connection.
#[derive(Debug)]
pub struct Stream<S> {
    inner: S,
    heard: usize,
    /// Ends the wait for the first bytes.
    opening: Option<Pin<Box<Sleep>>>,
    write: Duration,
    /// Ends the wait for what was written to be taken.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Stream<S> {
    /// Lets a write that waits wait no longer than it may.
    fn paced<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            // What the server says, it says to somebody who has asked.
            self.opening = None;
            return outcome;
        }
        let write = self.write;
        ready!(self.stalled.get_or_insert_with(|| Box::pin(sleep(write))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let outcome = Pin::new(&mut self.inner).poll_read(cx, buf);
        let Some(opening) = &mut self.opening else { return outcome };
        if outcome.is_pending() {
            ready!(opening.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.heard += buf.filled().len().saturating_sub(before);
        if self.heard >= PREFACE {
            self.opening = None;
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.paced(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(cx, bytes);
        self.paced(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(cx);
        if outcome.is_pending() { self.paced(cx, outcome) } else { outcome }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_shutdown(cx);
        if outcome.is_pending() { self.paced(cx, outcome) } else { outcome }
    }
}
