//! What the embedded crate keeps in memory, beside casbin, Cedar and bare bits. Apart from the times, because counting what
//! is allocated makes allocating slower.

#![expect(clippy::unwrap_used, reason = "a bench that breaks may stop")]

use std::{alloc::System, process::ExitCode};

use robin_bench::{
    layers,
    peers::{casbin, cedar, floor},
    report::{self, Goal, Report, Unit},
    world::{BUILTIN, Robin},
};
use robin_rbac::Catalogue;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    report::of(&[("policy", weigh_policy), ("layers", weigh_layers)])
}

fn weigh_policy(report: &mut Report) {
    let runtime = Runtime::new().unwrap();
    let (rules, policies) = (casbin::policy(), cedar::policies());
    let ours = kept(|| Robin::load(BUILTIN));
    let measure = "catalogue and 1,000 users, held";
    let floor = ("maps and bits", kept(|| floor::Floor::load(BUILTIN)));
    report.compare(measure, Unit::Bytes, ours, floor, Goal::AtMost(4.0));
    let casbin = ("casbin", kept(|| casbin::load(&runtime, &rules)));
    report.compare(measure, Unit::Bytes, ours, casbin, Goal::AtMost(1.0));
    let cedar = ("Cedar", kept(|| cedar::Cedar::load(&policies)));
    report.compare(measure, Unit::Bytes, ours, cedar, Goal::AtMost(1.0));
}

/// Both hold the definitions' texts: ours in the catalogue, the bits beside them.
fn weigh_layers(report: &mut Report) {
    let definitions = layers::definitions(10_000);
    let providers = layers::providers(&definitions);
    let ours = kept(|| Catalogue::from_definitions(definitions.clone()));
    let floor = kept(|| (definitions.clone(), floor::closure(&providers)));
    report.compare("10,000 capabilities, held", Unit::Bytes, ours, ("texts and bits", floor), Goal::AtMost(2.0));
}

/// The bytes that something holds.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn kept<T>(make: impl FnOnce() -> T) -> f64 {
    let region = Region::new(ALLOCATOR);
    let held = make();
    let change = region.change();
    drop(held);
    change.bytes_allocated.saturating_sub(change.bytes_deallocated) as f64
}
