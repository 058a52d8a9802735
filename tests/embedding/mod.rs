//! What services do that ask for decisions, and remember them.

mod memory;
mod notes;
