//! From the start of the program to its first answer, and what it holds when it idles.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use robin_bench::{
    contest::{ROUNDS, median},
    process,
    report::{Goal, Report, Unit},
};

use crate::stage::{Listening, Stage};

/// What one thread hashes a password in.
const HASH_MEMORY: f64 = 19.0 * 1024.0 * 1024.0;

pub fn measure(report: &mut Report) {
    let mut stage = Stage::with_users(10_000);
    drop(stage.server.stop());
    let how = stage.server.how();
    let (mut ours, mut bare) = (Measured::default(), Measured::default());
    for _ in 0..ROUNDS {
        ours.add(|| Listening::start(how.command()), "/livez");
        bare.add(|| Listening::bare("{}"), "/");
    }
    let (floor, ours) = (bare.medians(), ours.medians());
    report.compare(
        "start to first answer, 10,000 users",
        Unit::Time,
        ours.start,
        ("bare axum", floor.start),
        Goal::AtMost(3.0),
    );
    let floor = ("bare axum", floor.resident);
    report.compare("idle memory, 10,000 users", Unit::Bytes, ours.resident, floor, Goal::AtMost(3.0));
    let buffer = ("one hash's buffer", HASH_MEMORY);
    report.compare("of that its own, before any login", Unit::Bytes, ours.anonymous, buffer, Goal::AtMost(0.5));
}

#[derive(Default)]
struct Measured {
    start: Vec<f64>,
    resident: Vec<f64>,
    anonymous: Vec<f64>,
}

struct Medians {
    start: f64,
    resident: f64,
    anonymous: f64,
}

impl Measured {
    fn add(&mut self, start: impl FnOnce() -> Listening, path: &str) {
        let begun = Instant::now();
        let running = start();
        ask(running.address, path);
        self.start.push(begun.elapsed().as_secs_f64());
        // What it still does after its first answer.
        thread::sleep(Duration::from_millis(500));
        let memory = process::memory(running.process());
        self.resident.push(memory.resident);
        self.anonymous.push(memory.anonymous);
    }

    fn medians(self) -> Medians {
        Medians { start: median(self.start), resident: median(self.resident), anonymous: median(self.anonymous) }
    }
}

fn ask(address: SocketAddr, path: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
