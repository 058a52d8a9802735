//! The embedded crate beside casbin, Cedar, and the least that could do the same job.
//!
//! The world is the built-in catalogue with a thousand users in five tenants. Times are processor time, medians of
//! alternated rounds.

#![expect(clippy::unwrap_used, reason = "a bench that breaks may stop")]

mod decisions;
mod graph;
mod instances;
mod loading;

use std::process::ExitCode;

use robin_bench::report;

fn main() -> ExitCode {
    report::of(&[
        ("decisions", decisions::measure),
        ("instances", instances::measure),
        ("loading", loading::measure),
        ("graph", graph::measure),
        ("cedar-graph", graph::beside_cedar),
        ("depth", graph::measure_depth),
    ])
}
