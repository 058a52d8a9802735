//! What must hold when things break. Each test begins with `rel_`, so that `rel_` as a filter lists what is covered.

mod clock;
mod crash;
mod disk;
mod given_up;
mod keys;
mod locked;
mod outage;
mod schemas;
mod slow;
mod soak;
mod wire;
