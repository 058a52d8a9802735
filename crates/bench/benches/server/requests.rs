//! An authenticated request on a token that was seen before, with revocation checked, beside a handler that does nothing.

use std::{net::SocketAddr, time::Duration};

use robin_bench::{
    contest::{ROUNDS, median},
    load::{self, Connection},
    process,
    report::{Goal, Report, Unit},
};

use crate::stage::{Listening, Stage};

const CONNECTIONS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);

pub fn measure(report: &mut Report) {
    let stage = Stage::with_users(10_000);
    let request = stage.request("GET", "login", &stage.token(), "");
    let json = stage.runtime.block_on(async {
        let mut connection = Connection::open(stage.address()).await;
        String::from_utf8(connection.ask(&request).await.to_owned()).unwrap()
    });
    let bare = Listening::bare(&json);

    let (mut ours, mut floor) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        ours.run(stage.address(), &request, stage.server.process());
        floor.run(bare.address, &request, bare.process());
    }
    let measure = "`GET login`, warm token";
    report.compare(measure, Unit::Rate, median(ours.rates), ("bare axum", median(floor.rates)), Goal::AtLeast(0.8));
    let floor_cpu = ("bare axum", median(floor.cpu));
    report.compare("the same, processor time of each", Unit::Time, median(ours.cpu), floor_cpu, Goal::AtMost(1.3));
    let floor_p99 = ("bare axum", median(floor.p99));
    report.compare("the same, 99th percentile", Unit::Time, median(ours.p99), floor_p99, Goal::AtMost(2.0));
}

/// What came of each round.
#[derive(Default)]
pub struct Rounds {
    pub rates: Vec<f64>,
    pub cpu: Vec<f64>,
    pub p99: Vec<f64>,
}

impl Rounds {
    /// A round over as many connections as a busy service has.
    pub fn run(&mut self, address: SocketAddr, request: &[u8], server: u32) {
        self.run_on(CONNECTIONS, address, request, server);
    }

    /// A round over so many connections.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub fn run_on(&mut self, connections: usize, address: SocketAddr, request: &[u8], server: u32) {
        let before = process::cpu(server);
        let outcome = load::closed(address, vec![request.to_owned(); connections], ROUND).join().unwrap();
        let cpu = process::cpu(server).saturating_sub(before);
        self.rates.push(outcome.rate());
        self.cpu.push(cpu.as_secs_f64() / outcome.latencies.len() as f64);
        self.p99.push(outcome.percentile(99.0));
    }
}
