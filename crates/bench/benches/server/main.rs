//! The server beside a bare axum server, the bare cost of hashing, bare SQL, and `ldapsearch`.
//!
//! Everything runs on this machine, the load too: it takes processor time from what it measures, the same from all that are
//! compared. Where a rate is held against what the processors could do, the load's own share is taken off first.

#![expect(clippy::unwrap_used, reason = "a bench that breaks may stop")]

mod access_tokens;
mod decisions;
mod imports;
mod logins;
mod refusals;
mod requests;
mod scale;
mod stage;
mod start;
mod users;

use std::process::ExitCode;

use robin_bench::report;

fn main() -> ExitCode {
    report::of(&[
        ("start", start::measure),
        ("requests", requests::measure),
        ("access_tokens", access_tokens::measure),
        ("decisions", decisions::measure),
        ("scale", scale::measure),
        ("logins", logins::measure),
        ("refusals", refusals::measure),
        ("list", users::list),
        ("add", users::add),
        ("imports", imports::measure),
    ])
}
