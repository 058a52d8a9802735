//! The HTTP server: unpacks requests, calls use cases, packs answers.
//!
//! A request's way: [`serve`] takes the connection, [`router()`] and `endpoints` find the function, `dispatch` asks who it is
//! that asks and has `credentials` and `input` unpack; a function in `handlers` turns the input into a call of one use case
//! and its outcome into the wire's words; `answer`, `listing`, `flow` and `failure` pack. Nothing is decided here.

mod answer;
mod app;
mod credentials;
mod dispatch;
mod endpoints;
mod failure;
mod flow;
mod handlers;
mod input;
mod listing;
mod origin;
mod pages;
mod patience;
mod pki;
mod progress;
mod rehearsal;
mod router;
pub mod serve;
pub mod tls;

pub use app::{App, Limits};
pub use router::router;
