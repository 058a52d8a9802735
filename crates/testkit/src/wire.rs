//! A wire to another machine that can be cut, fall silent, or break at the very moment that something is asked.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    /// Nobody listens, and what was connected is so no more.
    Cut,
    /// Everything is taken and nothing is passed on.
    Silent,
}

/// Passes on what comes to its address; ends when it is dropped.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    state: watch::Sender<State>,
    fuse: Fuse,
    listening: JoinHandle<()>,
}

/// How many statements of PostgreSQL are passed on before a connection breaks, the one that breaks it included; 0 is any number.
/// And which ones there were.
#[derive(Debug, Clone, Default)]
struct Fuse {
    left: Arc<AtomicU32>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// The statements that a connection has prepared, by the names it gave them.
type Prepared = HashMap<Vec<u8>, String>;

impl Fuse {
    /// Whether the connection with these bytes on it is to break now.
    fn blows(&self, bytes: &[u8], prepared: &mut Prepared) -> bool {
        let burn = |left: u32| left.checked_sub(1);
        messages(bytes).filter_map(|message| statement(message, prepared)).any(|statement| {
            self.asked().push(statement);
            // The last one is the one that breaks it.
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, burn) == Ok(1)
        })
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The messages to PostgreSQL in what was read at once: whoever asks waits for the answer, so that it begins with one. Each is a
/// byte for its kind, its length from there on, and the rest (PostgreSQL documentation, "Message Formats").
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = bytes.get(1..5)?.try_into().map(u32::from_be_bytes).ok()?;
        let (message, rest) = bytes.split_at_checked(usize::try_from(length).ok()? + 1)?;
        bytes = rest;
        Some(message)
    })
}

/// The statement that a message runs, if it does. `P` prepares one under a name, `B` binds values to one of a name and so runs it,
/// `Q` runs one without values. A transaction that nobody goes on with is rolled back at some time, which is no statement of
/// anybody's.
fn statement(message: &[u8], prepared: &mut Prepared) -> Option<String> {
    let (kind, rest) = message.split_first()?;
    let mut texts = rest.get(4..)?.split(|byte| *byte == 0);
    let (first, second) = (texts.next()?, texts.next()?);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match kind {
        b'P' => {
            prepared.insert(first.to_owned(), text(second));
            None
        }
        // Before the statement's name comes that of what it is bound to.
        b'B' => Some(prepared.get(second).cloned().unwrap_or_default()),
        b'Q' => Some(text(first)).filter(|text| text != "ROLLBACK"),
        _ => None,
    }
}

impl Wire {
    /// A wire to this `host:port`.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn to(peer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its number");
        let state = watch::Sender::new(State::Whole);
        let fuse = Fuse::default();
        let ends = Ends { peer: peer.to_owned(), fuse: fuse.clone(), state: state.subscribe() };
        let listening = tokio::spawn(listen(Some(listener), address, ends));
        Self { address, state, fuse, listening }
    }

    /// What to connect to instead.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// As when the other machine is off. Returns when nobody is let in any more.
    pub async fn cut(&self) {
        self.state.send_replace(State::Cut);
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// As when a cable is pulled: nobody hears of it.
    pub fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    /// Breaks a connection to PostgreSQL instead of passing on the `nth` statement from now, from 1, whoever asks it; 0 breaks none.
    pub fn break_at(&self, nth: u32) {
        self.fuse.asked().clear();
        self.fuse.left.store(nth, Ordering::SeqCst);
    }

    /// The statements that were asked since [`break_at`](Self::break_at), in their order, by whomever.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.fuse.asked().clone()
    }

    /// Breaks no connection any more, and says whether one was broken since [`break_at`](Self::break_at).
    #[must_use]
    pub fn spare(&self) -> bool {
        self.fuse.left.swap(0, Ordering::SeqCst) == 0
    }

    /// As if nothing had been. Returns when somebody listens.
    pub async fn mend(&self) {
        self.state.send_replace(State::Whole);
        while TcpStream::connect(self.address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// What every connection needs to know.
#[derive(Clone)]
struct Ends {
    peer: String,
    fuse: Fuse,
    state: watch::Receiver<State>,
}

async fn listen(mut listener: Option<TcpListener>, address: SocketAddr, mut ends: Ends) {
    loop {
        if *ends.state.borrow() == State::Cut {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.expect("its own port"));
        }
        let Some(open) = &listener else {
            if ends.state.changed().await.is_err() {
                return;
            }
            continue;
        };
        tokio::select! {
            changed = ends.state.changed() => if changed.is_err() { return },
            accepted = open.accept() => if let Ok((near, _)) = accepted {
                tokio::spawn(connect(near, ends.clone()));
            },
        }
    }
}

async fn connect(near: TcpStream, mut ends: Ends) {
    let Ok(far) = TcpStream::connect(&ends.peer).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let there = pass(near_in, far_out, Some(ends.fuse), ends.state.clone());
    let back = pass(far_in, near_out, None, ends.state.clone());
    tokio::select! {
        // The other machine learns of a break at once and answers by ending its side, when it has undone what was begun.
        () = async { tokio::join!(there, back); } => {}
        _ = ends.state.wait_for(|state| *state == State::Cut) => {}
    }
}

/// Passes on what comes, and in silence keeps it.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, fuse: Option<Fuse>, mut state: watch::Receiver<State>) {
    let (mut bytes, mut prepared) = (vec![0; 1 << 16], Prepared::default());
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let bytes = bytes.get(..count).unwrap_or_default();
        let is_over = fuse.as_ref().is_some_and(|fuse| fuse.blows(bytes, &mut prepared));
        if is_over
            || state.wait_for(|state| *state == State::Whole).await.is_err()
            || to.write_all(bytes).await.is_err()
        {
            return;
        }
    }
}
