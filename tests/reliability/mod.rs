//! What must hold when things break. Each test begins with `rel_`, so that `rel_` as a filter lists what is covered.
//!
//! - `crash`: a server is killed under load.
//! - `disk`, `locked`, `outage`: the database is full, read-only, locked, or gone for a while.
//! - `broken`: the connection to the database breaks at every statement of every call; `broken_inside`: and of what is done when
//!   nobody calls; `broken_shares`: and of what takes shares along; `broken_answers`: and of what only asks, or rehearses.
//! - `clock`, `keys`: the clock jumps, signing keys follow each other and are withdrawn.
//! - `directories`, `openshift`: directories and a cluster that are down, silent or talk garbage.
//! - `schemas`: databases and backups of other versions.
//! - `slow`, `given_up`: clients that go on with nothing, or hang up.
//! - `soak`: memory and descriptors under load.

mod broken;
mod broken_answers;
mod broken_inside;
mod broken_shares;
pub mod clock;
mod crash;
mod directories;
mod disk;
mod given_up;
mod keys;
mod locked;
mod openshift;
mod outage;
mod schemas;
mod slow;
mod soak;
