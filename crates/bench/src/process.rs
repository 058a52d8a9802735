//! What another process uses, as the kernel tells.

use std::{fs, time::Duration};

/// The memory it holds, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// All that is in memory: its own, and what of its files it has touched.
    pub resident: f64,
    /// The most that `resident` has been since the last [`forget_peak`].
    pub peak: f64,
    /// What it has made itself.
    pub anonymous: f64,
}

/// The memory that a process holds now.
#[must_use]
pub fn memory(process: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
    };
    Memory { resident: field("VmRSS:"), peak: field("VmHWM:"), anonymous: field("RssAnon:") }
}

/// Counts the peak from here.
pub fn forget_peak(process: u32) {
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

/// The processor time it has used, to a hundredth of a second.
#[must_use]
pub fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name, in parentheses, may hold blanks.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
