//! A server under full load for a while: its memory and its descriptors stay what they are.

use std::{
    env, fs,
    time::{Duration, Instant},
};

use robin_testkit::{ADMIN, Api, PASSWORD, Server};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time};

/// How many callers ask at a time.
const CALLERS: usize = 6;
/// By how much memory may differ between the second and the last quarter: caches fill, and allocators keep what they had.
const GROWTH_KB: f64 = 16_384.0;
/// By how much the descriptors may.
const DESCRIPTORS: f64 = 8.0;
/// What one second, and one measurement, takes.
const SECOND: Duration = Duration::from_secs(1);

/// How long it lasts; `ROBIN_TEST_SOAK_SECONDS` asks for more than the little that every run takes.
fn seconds() -> u64 {
    env::var("ROBIN_TEST_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20).max(8)
}

crate::on_both_engines!(rel_09_memory_and_descriptors_stay_flat_under_load);

#[expect(clippy::print_stderr, reason = "the figures are for whoever runs it by hand")]
async fn rel_09_memory_and_descriptors_stay_flat_under_load(server: Server) {
    let api = server.api();
    let token = api.login(ADMIN, PASSWORD, "").await;
    for n in 0..200 {
        api.ok("POST", "tenants", &token, json!({ "name": format!("tenant-{n}") })).await;
    }
    let end = Instant::now() + Duration::from_secs(seconds());
    let callers: Vec<JoinHandle<u64>> = (0..CALLERS)
        .map(|caller| {
            // Some keep their connections, some come anew each time.
            let api = if caller % 3 == 0 { server.api() } else { Api::lasting(server.url()) };
            tokio::spawn(call(api, caller, token.clone(), end))
        })
        .collect();
    let (mut memory, mut descriptors) = (Vec::new(), Vec::new());
    while Instant::now() < end {
        time::sleep(SECOND).await;
        memory.push(resident_kb(server.pid()));
        descriptors.push(count(fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count()));
    }
    let mut requests = 0;
    for caller in callers {
        requests += caller.await.unwrap();
    }
    let text = format!(
        "{requests} requests in {} s; memory {:.0} KB at first, {:.0} KB at last, {:+.1} KB/min ({:+.0} KB/h); descriptors \
         {:.1} at first, {:.1} at last, {:+.1}/h",
        seconds(),
        mean(quarter(&memory, 1)),
        mean(quarter(&memory, 3)),
        slope(&memory) * 60.0,
        slope(&memory) * 3600.0,
        mean(quarter(&descriptors, 1)),
        mean(quarter(&descriptors, 3)),
        slope(&descriptors) * 3600.0,
    );
    eprintln!("{text}");
    let grown = |series: &[f64]| mean(quarter(series, 3)) - mean(quarter(series, 1));
    assert!(grown(&memory) < GROWTH_KB, "memory grows: {text}\n{memory:?}");
    assert!(grown(&descriptors) < DESCRIPTORS, "descriptors grow: {text}\n{descriptors:?}");
    assert!(requests > 100, "too few requests to mean anything: {text}");
}

/// Decisions, lists and changes that leave nothing, and now and then a login with its log-out, until `end`.
async fn call(api: Api, caller: usize, token: String, end: Instant) -> u64 {
    let mut requests = 0;
    for round in 0u64.. {
        if Instant::now() > end {
            break;
        }
        for _ in 0..10 {
            api.ok("GET", "login", &token, Value::Null).await;
        }
        api.ok("GET", "tenants", &token, Value::Null).await;
        api.ok("GET", "users?limit=10&permissions=true", &token, Value::Null).await;
        let name = format!("passing-{caller}-{round}");
        api.ok("POST", "tenants", &token, json!({ "name": name })).await;
        api.ok("DELETE", &format!("tenants/{name}"), &token, Value::Null).await;
        requests += 14;
        if round % 8 == 0 {
            let own = api.login(ADMIN, PASSWORD, "").await;
            api.ok("GET", "login", &own, Value::Null).await;
            api.ok("DELETE", "login", &own, Value::Null).await;
            requests += 3;
        }
    }
    requests
}

/// What a process holds in memory.
fn resident_kb(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("not that many"))
}

/// One of four parts of a series. The first is for warming up.
fn quarter(series: &[f64], number: usize) -> &[f64] {
    let length = series.len() / 4;
    &series[number * length..(number + 1) * length]
}

fn mean(series: &[f64]) -> f64 {
    series.iter().sum::<f64>() / count(series.len())
}

/// By how much the series rises per second after the first quarter, by least squares.
fn slope(series: &[f64]) -> f64 {
    let series = &series[series.len() / 4..];
    let middle = (count(series.len()) - 1.0) / 2.0;
    let height = mean(series);
    let rise: f64 = series.iter().enumerate().map(|(at, value)| (count(at) - middle) * (value - height)).sum();
    let width: f64 = (0..series.len()).map(|at| (count(at) - middle).powi(2)).sum();
    rise / width
}

#[test]
fn rel_09_what_rises_is_seen_to_rise() {
    let rising: Vec<f64> = (0..40).map(|second| 100.0 + 3.0 * count(second)).collect();
    assert!((slope(&rising) - 3.0).abs() < 1e-9);
    assert!((mean(quarter(&rising, 3)) - mean(quarter(&rising, 1)) - 60.0).abs() < 1e-9);
}
