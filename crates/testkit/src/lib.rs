//! Real peers, servers and fixtures for tests.
//!
//! Whatever goes wrong here ends the test, so the functions panic with a text that says what to do.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that can't have its peer must fail, and names need only be new"
)]

pub mod api;
pub mod certificates;
pub mod database;
pub mod fuzz;
pub mod openshift;
pub mod postgres;
pub mod process;
pub mod programs;
pub mod replay;
pub mod robinctl;
pub mod samba;
pub mod server;
pub mod service;
pub mod slapd;
pub mod wire;

pub use self::{
    api::{Answer, Api},
    openshift::Openshift,
    process::Output,
    robinctl::Robinctl,
    samba::Samba,
    server::{ADMIN, Engine, PASSWORD, Server},
    service::Service,
    slapd::Slapd,
    wire::Wire,
};
pub use rustix::process::Signal;
