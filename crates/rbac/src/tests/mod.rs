//! The crate as a whole: against an oracle, and against the built-in catalogue.

mod builtin;
mod oracle;
mod properties;
mod world;
