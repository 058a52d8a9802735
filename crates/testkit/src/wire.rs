//! A wire to another machine that can be cut, or fall silent.

use std::net::SocketAddr;

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
pub struct Wire {
    address: SocketAddr,
    state: watch::Sender<State>,
    listening: JoinHandle<()>,
}

impl Wire {
    /// A wire to this `host:port`.
    pub async fn to(peer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its number");
        let state = watch::Sender::new(State::Whole);
        let listening = tokio::spawn(listen(Some(listener), address, peer.to_owned(), state.subscribe()));
        Self { address, state, listening }
    }

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

async fn listen(
    mut listener: Option<TcpListener>,
    address: SocketAddr,
    peer: String,
    mut state: watch::Receiver<State>,
) {
    loop {
        if *state.borrow() == State::Cut {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.expect("its own port"));
        }
        let Some(open) = &listener else {
            if state.changed().await.is_err() {
                return;
            }
            continue;
        };
        tokio::select! {
            changed = state.changed() => if changed.is_err() { return },
            accepted = open.accept() => if let Ok((near, _)) = accepted {
                tokio::spawn(connect(near, peer.clone(), state.clone()));
            },
        }
    }
}

async fn connect(near: TcpStream, peer: String, mut state: watch::Receiver<State>) {
    let Ok(far) = TcpStream::connect(peer).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let (there, back) = (pass(near_in, far_out, state.clone()), pass(far_in, near_out, state.clone()));
    tokio::select! {
        () = async { tokio::join!(there, back); } => {}
        _ = state.wait_for(|state| *state == State::Cut) => {}
    }
}

/// Passes on what comes, and in silence keeps it.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<State>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if state.wait_for(|state| *state == State::Whole).await.is_err() || to.write_all(&bytes[..count]).await.is_err()
        {
            return;
        }
    }
}
