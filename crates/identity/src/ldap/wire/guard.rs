//! Stands between the network and the library that speaks LDAP.
//!
//! The library trusts what it reads: nesting takes its stack, and what it does not expect makes it panic. So each message
//! is looked at as a whole before the library sees it, and the connection ends with the first that is not in order.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::UnixStream,
    sync::Notify,
};

use super::{
    ber,
    message::{self, Asked, LONGEST, Message},
};

/// How many bytes of answers may wait for whoever asked. The library itself would take in all that comes.
const WAITING: usize = 8 << 20;

/// What one connection's guard and user tell each other.
#[derive(Debug, Default)]
pub(in crate::ldap) struct Link {
    asked: AtomicU8,
    end: OnceLock<String>,
    /// The sizes of the messages that nobody took yet, and their sum.
    waiting: Mutex<(VecDeque<usize>, usize)>,
    taken: Notify,
}

impl Link {
    /// Says what is going to be asked.
    pub(in crate::ldap) fn ask(&self, what: Asked) {
        self.asked.store(what as u8, Ordering::Release);
    }

    /// Says that one message of those that came was taken.
    pub(in crate::ldap) fn took_one(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let size = waiting.0.pop_front().unwrap_or_default();
        waiting.1 -= size;
        drop(waiting);
        self.taken.notify_one();
    }

    /// Notes a message that is passed on, and waits while too many wait already.
    async fn room_for(&self, size: usize) {
        loop {
            let freed = self.taken.notified();
            {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if waiting.1 == 0 || waiting.1 + size <= WAITING {
                    waiting.0.push_back(size);
                    waiting.1 += size;
                    return;
                }
            }
            freed.await;
        }
    }

    /// Why the connection ended, if it is known.
    pub(in crate::ldap) fn end(&self) -> Option<&str> {
        self.end.get().map(String::as_str)
    }
}

/// Passes bytes between `network` and `user` until one of them ends.
pub(in crate::ldap) async fn stand<S>(network: S, user: UnixStream, link: Arc<Link>)
where
    S: AsyncRead + AsyncWrite,
{
    let (mut from_network, mut to_network) = tokio::io::split(network);
    let (mut from_user, mut to_user) = user.into_split();
    let out = tokio::io::copy(&mut from_user, &mut to_network);
    let answers = pass_on(&mut from_network, &mut to_user, &link);
    let end = tokio::select! {
        sent = out => sent.err().map(|error| error.to_string()),
        why = answers => Some(why),
    };
    if let Some(end) = end {
        // The first reason is the one that counts.
        let _ = link.end.set(end);
    }
    let _ = to_network.shutdown().await;
}

/// Passes messages on, one by one, and says why there are no more.
async fn pass_on<R, W>(network: &mut R, user: &mut W, link: &Link) -> String
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    loop {
        let message = match read(network).await {
            Ok(message) => message,
            Err(error) => return error.to_string(),
        };
        match message::check(&message, link.asked.load(Ordering::Acquire)) {
            Ok(Message::Answer) => (),
            Ok(Message::Farewell(text)) => return format!("the server said: {text}"),
            Err(what) => return garbage(what).to_string(),
        }
        link.room_for(message.len()).await;
        if let Err(error) = user.write_all(&message).await {
            return error.to_string();
        }
    }
}

/// Reads one whole message and not a byte more.
///
/// # Errors
/// When the connection ends or fails, and when what arrives is no message of LDAP.
pub(in crate::ldap) async fn read<R: AsyncRead + Unpin>(from: &mut R) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 2];
    from.read_exact(&mut bytes).await.map_err(ended)?;
    let (start, length) = loop {
        if bytes.first() != Some(&0x30) {
            return Err(garbage("no message of LDAP"));
        }
        match ber::header(&bytes).map_err(garbage)? {
            Some((_, start, length)) => break (start, length),
            None => bytes.push(from.read_u8().await.map_err(ended)?),
        }
    };
    if length > LONGEST {
        return Err(garbage("a message that is too long"));
    }
    // Memory is taken as bytes arrive, not as they are announced.
    let rest = u64::try_from(start + length - bytes.len()).unwrap_or_default();
    let got = from.take(rest).read_to_end(&mut bytes).await?;
    if u64::try_from(got).ok() != Some(rest) {
        return Err(ended(io::ErrorKind::UnexpectedEof.into()));
    }
    if !ber::is_sound(&bytes) {
        return Err(garbage("a message that is broken or nested too deep"));
    }
    Ok(bytes)
}

fn garbage(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("what it answers is not LDAP: {what}"))
}

fn ended(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::new(error.kind(), "it closed the connection"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::duplex;

    use super::*;

    /// An entry of a megabyte.
    fn entry() -> Vec<u8> {
        let element = |tag: u8, content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x84][..], &length, content].concat()
        };
        let name = element(4, &vec![b'a'; 1 << 20]);
        element(0x30, &[vec![2, 1, 1], element(0x64, &[name, element(0x30, b"")].concat())].concat())
    }

    #[tokio::test]
    async fn rel_06_answers_that_nobody_takes_do_not_fill_the_memory() {
        let (network, mut server) = duplex(1 << 16);
        let (user, mut library) = UnixStream::pair().unwrap();
        let link = Arc::new(Link::default());
        link.ask(Asked::Search);
        tokio::spawn(stand(network, user, Arc::clone(&link)));
        let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = Arc::clone(&sent);
        tokio::spawn(async move {
            let entry = entry();
            while server.write_all(&entry).await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        // The library reads whatever comes.
        tokio::spawn(async move { tokio::io::copy(&mut library, &mut tokio::io::sink()).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let first = sent.load(Ordering::Relaxed);
        assert!((7..12).contains(&first), "{first}");
        for _ in 0..5 {
            link.took_one();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(sent.load(Ordering::Relaxed), first + 5);
    }

    #[tokio::test]
    async fn a_message_is_read_and_not_a_byte_more() {
        let bytes = [0x30, 3, 2, 1, 5, 0x16, 3, 1];
        let mut from = &bytes[..];
        assert_eq!(read(&mut from).await.unwrap(), bytes[..5]);
        assert_eq!(from, &bytes[5..]);
        let announced = [0x30, 0x84, 0x10, 0, 0, 0];
        let error = read(&mut &announced[..]).await.unwrap_err().to_string();
        assert!(error.contains("too long"), "{error}");
    }
}
