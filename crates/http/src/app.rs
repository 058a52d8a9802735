//! What all requests share.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use robin_service::Robin;
use tokio::sync::Semaphore;

/// What a request may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of body.
    pub body: usize,
    /// Time until the answer begins.
    pub time: Duration,
    /// Requests worked on at a time; more are answered 503.
    pub requests: usize,
}

impl Default for Limits {
    /// 4 MiB, 30 seconds, 1,024 requests.
    fn default() -> Self {
        Self { body: 4 << 20, time: Duration::from_secs(30), requests: 1024 }
    }
}

/// The server's state.
pub struct App {
    /// The use cases' side of it.
    pub robin: Arc<Robin>,
    /// What a request may cost.
    pub limits: Limits,
    /// The version that the server says it is.
    pub version: &'static str,
    pub(crate) slots: Semaphore,
    is_draining: AtomicBool,
    /// Drawn at the start, so that no two servers and no two starts give the same request ids.
    start: String,
    requests: AtomicU64,
}

impl App {
    /// A server that takes requests.
    #[must_use]
    pub fn new(robin: Arc<Robin>, limits: Limits, version: &'static str) -> Arc<Self> {
        let slots = Semaphore::new(limits.requests);
        let start = robin_crypto::random::token(&*robin.random, 12);
        let (is_draining, requests) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { robin, limits, version, slots, is_draining, start, requests })
    }

    /// From now on `/readyz` says no, so that no new requests are sent here.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::SeqCst);
    }

    /// A new request's id.
    pub(crate) fn request_id(&self) -> String {
        let mut id = String::with_capacity(self.start.len() + 17);
        id.push_str(&self.start);
        // Writing to a text can't fail.
        let _ = write!(id, "-{:x}", self.requests.fetch_add(1, Ordering::Relaxed));
        id
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst)
    }
}
