//! What must hold when things break. Each test begins with `rel_`, so that `rel_` as a filter lists what is covered.
//!
//! - `crash`: a server is killed under load.
//! - `disk`, `locked`, `outage`: the database is full, read-only, locked, or gone for a while.
//! - `broken`: the connection to the database breaks at every statement of every call; `broken_inside`: and of what is done when
//!   nobody calls; `broken_shares`: and of what takes shares along; `broken_tokens`: and of access tokens; `broken_answers`: and of what
//!   only asks, or rehearses; `broken_directories`: and of what makes accounts of a directory's people, or ties them to one.
//! - `certificates`: what is due while nobody renews, and databases that are moved.
//! - `clock`, `keys`: the clock jumps, signing keys follow each other and are withdrawn.
//! - `directories`, `openshift`: directories and a cluster that are down, silent or talk garbage.
//! - `schemas`: databases and backups of other versions.
//! - `schedules`: servers die while they run what is due, and clocks jump.
//! - `slow`, `given_up`: clients that go on with nothing, or hang up.
//! - `soak`: memory and descriptors under load.

mod broken;
mod broken_answers;
mod broken_directories;
mod broken_inside;
mod broken_shares;
mod broken_tokens;
pub mod certificates;
pub mod clock;
mod crash;
mod directories;
mod disk;
mod given_up;
mod keys;
mod locked;
mod openshift;
mod outage;
pub mod schedules;
mod schemas;
mod slow;
mod soak;
mod sync;
