//! What can't be done is refused with the right status and one clear sentence, and changes nothing.
//!
//! - `bodies`: what is no request at all: broken JSON, unknown and missing fields, wrong types, too much of anything.
//! - `values`: requests with values that can't be: names, roles, capabilities, passwords, cursors.
//! - `statements`: texts that would be statements, if anybody took them for some.
//! - `states`: requests that don't fit the present state.
//! - `tokens`: whatever is not a valid token, and logins that must not tell why they are refused.
//! - `databases`: a database that is none or not there; settings that don't fit.
//! - `damage`: a database that somebody has written into.
//! - `command_line`: the same from the command line: exit code, one sentence, nothing on standard output.
//! - `fuzz`: random requests.

mod bodies;
mod command_line;
mod damage;
pub mod databases;
mod fuzz;
pub mod refusal;
mod statements;
mod states;
mod tokens;
mod values;
