//! Robin beside its peers and floors, measured in one run.
//!
//! Machines are noisy and differ, so no figure counts alone. Every contender of a [`contest`] runs in every round, each in
//! turn, and a [`report`] holds the medians of one run against each other and against the goals. `docs/performance.md` keeps
//! what was measured, and how to repeat it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a bench that breaks may stop"
)]

pub mod contest;
pub mod cpu;
pub mod layers;
pub mod load;
pub mod peers;
pub mod process;
pub mod report;
pub mod world;
