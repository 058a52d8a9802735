//! Load over HTTP/1.1 from one thread: as many requests as a few connections carry, or so many a second whatever the
//! answers take.

mod connection;

use std::{
    future::Future,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::cpu::Stopwatch;
pub use connection::Connection;

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What each answer took, in seconds, sorted. Of requests that were due at a time: since that time.
    pub latencies: Vec<f64>,
    /// From the first request to the last answer.
    pub wall: Duration,
    /// What making the load cost.
    pub cpu: Duration,
}

impl Outcome {
    /// Answers in a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.wall.as_secs_f64()
    }

    /// The latency that so many of a hundred answers stayed under, in seconds.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position"
    )]
    pub fn percentile(&self, percent: f64) -> f64 {
        let position = (self.latencies.len() as f64 * percent / 100.0) as usize;
        self.latencies.get(position.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }
}

/// Sends a request on each connection as soon as the last one is answered. Every connection has a request of its own.
#[must_use]
pub fn closed(address: SocketAddr, requests: Vec<Vec<u8>>, duration: Duration) -> thread::JoinHandle<Outcome> {
    run(move |start| {
        requests.into_iter().map(move |request| async move {
            let mut connection = Connection::open(address).await;
            let mut latencies = Vec::new();
            while start.elapsed() < duration {
                let sent = Instant::now();
                connection.ask(&request).await;
                latencies.push(sent.elapsed().as_secs_f64());
            }
            latencies
        })
    })
}

/// Sends so many requests a second, each when it is due, on whichever connection is free first.
#[must_use]
pub fn open(address: SocketAddr, request: Vec<u8>, rate: u32, duration: Duration) -> thread::JoinHandle<Outcome> {
    const CONNECTIONS: usize = 32;
    run(move |start| {
        let interval = Duration::from_secs(1) / rate;
        let (request, next) = (&*request.leak(), &*Box::leak(Box::new(AtomicU64::new(0))));
        (0..CONNECTIONS).map(move |_| async move {
            let mut connection = Connection::open(address).await;
            let mut latencies = Vec::new();
            loop {
                let due = interval * u32::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap();
                if due >= duration {
                    return latencies;
                }
                tokio::time::sleep_until((start + due).into()).await;
                connection.ask(request).await;
                latencies.push((start.elapsed().saturating_sub(due)).as_secs_f64());
            }
        })
    })
}

/// Runs clients on a thread of their own.
fn run<F, I>(clients: impl FnOnce(Instant) -> I + Send + 'static) -> thread::JoinHandle<Outcome>
where
    F: Future<Output = Vec<f64>> + 'static,
    I: Iterator<Item = F>,
{
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (start, watch) = (Instant::now(), Stopwatch::of_thread());
        let mut latencies = tokio::task::LocalSet::new().block_on(&runtime, async {
            let mut running = JoinSet::new();
            clients(start).for_each(|client| drop(running.spawn_local(client)));
            running.join_all().await.concat()
        });
        let (wall, cpu) = (start.elapsed(), watch.elapsed());
        latencies.sort_by(f64::total_cmp);
        Outcome { latencies, wall, cpu }
    })
}
