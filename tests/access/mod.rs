//! Who may call what.
//!
//! - `matrix`: every endpoint, called by everybody; the answers are in `matrix.txt`, for review.
//! - `permissions`: the one permission that an endpoint needs is needed, and comes before any look-up.
//! - `lists`: nobody's list shows what is another tenant's, and nothing shows a secret.
//! - `routes`: who is let in at all.
//! - `escalation`: nobody gets, gives or takes more than they have.
//! - `generated`: the same, for anybody doing anything.
//! - `last_superadmin`: an installation never loses its last local superadmin.

mod escalation;
mod generated;
mod last_superadmin;
mod lists;
mod matrix;
mod permissions;
mod routes;
pub mod samples;
pub mod stage;
pub mod world;
