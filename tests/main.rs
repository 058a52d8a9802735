//! End-to-end tests: the real programs, asked from outside.
//!
//! - `access`: who may call what, and that nobody gets more.
//! - `bad_input`: what can't be done is refused in one sentence, and changes nothing.
//! - `documents`: every example of the reference's chapters, word for word.
//! - `embedding`: what services do that ask for decisions, and remember them.
//! - `flows`: what happens over several calls, and to a server that stops, starts and is moved.
//! - `hygiene`: what the sources keep to.
//! - `inside`: the use cases without a server, for what no request leads to.
//! - `reliability`: what holds when things break.
//! - `security`: what holds against attackers and belongs to no one call.
//!
//! A test that guards against an attack begins with `sec_` and the number of its class, wherever it lives.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod access;
mod bad_input;
mod documents;
mod embedding;
mod flows;
mod hygiene;
mod inside;
mod reliability;
mod security;

/// Makes of each scenario a test on SQLite and a test on PostgreSQL. A scenario is an `async fn` that takes a running server, or
/// what another function than `Server::start` makes of an engine.
macro_rules! on_both_engines {
    ($start:path => $($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario($start(robin_testkit::Engine::Sqlite).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $scenario() {
                super::$scenario($start(robin_testkit::Engine::Postgres).await).await;
            })+
        }
    };
    ($($scenario:ident),+ $(,)?) => {
        crate::on_both_engines!(robin_testkit::Server::start => $($scenario),+);
    };
}
use on_both_engines;
