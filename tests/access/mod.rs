//! Who may call what.
//!
//! - `matrix`: every endpoint, called by everybody; the answers are in `matrix.txt`, for review.
//! - `permissions`: the one permission that an endpoint needs is needed, and comes before any look-up.
//! - `lists`: nobody's list shows what is another tenant's, and nothing shows a secret.
//! - `routes`: who is let in at all.
//! - `escalation`: nobody gets, gives or takes more than they have.
//! - `generated`: the same, for anybody doing anything.
//! - `decided`: what other services are told is what the rules say, however they ask.
//! - `searches`: those that find little are complete.
//! - `unasked`: decisions ask no database.
//! - `sharing`: nobody reaches by a share what it does not give, and lists hold just what is reached.
//! - `narrowed`: what a narrowed access token is good for, and that nothing more comes of it.
//! - `last_superadmin`: an installation never loses its last local superadmin.

mod decided;
mod escalation;
mod generated;
mod last_superadmin;
mod lists;
mod matrix;
mod narrowed;
mod permissions;
mod routes;
pub mod samples;
mod searches;
mod sharing;
pub mod stage;
mod unasked;
pub mod world;
