//! Logins as fast as they go, while decisions are asked for at a steady rate.

use std::{
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use robin_bench::{
    contest::{ROUNDS, median},
    load,
    report::{Goal, Report, Unit},
};

use crate::stage::Stage;

const CLIENTS: usize = 8;
const DECISIONS: u32 = 200;
const ROUND: Duration = Duration::from_secs(4);
/// An answer that is decided on, from memory: which operations on a namespace can be shared.
const DECISION: &str = "object-shares?action=get_share_options&object_type=NAMESPACE&limit=1";

pub fn measure(report: &mut Report) {
    let stage = Stage::with_users(10_000);
    let decision = stage.request("GET", DECISION, &stage.token(), "");
    let logins: Vec<Vec<u8>> = (1..=CLIENTS)
        .map(|user| {
            let body = format!(r#"{{"username":"user{user}","password":"{}"}}"#, robin_testkit::PASSWORD);
            stage.request("POST", "login", "", &body)
        })
        .collect();

    let (mut hashes, mut shares, mut busy, mut quiet) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        hashes.push(hashes_per_second());
        quiet
            .push(load::open(stage.address(), decision.clone(), DECISIONS, ROUND / 4).join().unwrap().percentile(99.0));
        let logins = load::closed(stage.address(), logins.clone(), ROUND);
        let decisions = load::open(stage.address(), decision.clone(), DECISIONS, ROUND);
        let (logins, decisions) = (logins.join().unwrap(), decisions.join().unwrap());
        let used = (logins.cpu + decisions.cpu).as_secs_f64() / logins.wall.as_secs_f64();
        shares.push(1.0 - used / cores());
        rates.push(logins.rate());
        busy.push(decisions.percentile(99.0));
    }
    let possible = ("the cores, hashing alone, less the load's share", median(hashes) * median(shares));
    let measure = "logins, beside 200 decisions a second";
    report.compare(measure, Unit::Rate, median(rates), possible, Goal::AtLeast(0.8));
    let busy = median(busy);
    report.compare("those decisions, 99th percentile", Unit::Time, busy, ("at most", 0.025), Goal::AtMost(1.0));
    report.note("the same without logins", Unit::Time, median(quiet));
}

/// What all cores hash together when they do nothing else: Argon2id as the server makes it, each in a buffer that is kept. By
/// the clock on the wall, as logins are counted: what others take from the machine, they take from both.
pub fn hashes_per_second() -> f64 {
    const EACH: u32 = 40;
    let hashing = || {
        let params = Params::new(19 * 1024, 2, 1, Some(32)).unwrap();
        let mut memory = vec![Block::new(); params.block_count()];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut output = [0; 32];
        let mut hash = || {
            argon2.hash_password_into_with_memory(b"password", &[7; 16], &mut output, memory.as_mut_slice()).unwrap();
        };
        hash();
        let begun = Instant::now();
        (0..EACH).for_each(|_| hash());
        f64::from(EACH) / begun.elapsed().as_secs_f64()
    };
    let threads: Vec<_> = (0..cores_count()).map(|_| thread::spawn(hashing)).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
}

pub fn cores_count() -> usize {
    thread::available_parallelism().unwrap().get()
}

#[expect(clippy::cast_precision_loss, reason = "few cores")]
fn cores() -> f64 {
    cores_count() as f64
}
