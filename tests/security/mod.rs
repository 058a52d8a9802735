//! What holds against attackers and belongs to no one call.
//!
//! - `canaries`: no secret that is handed in comes out anywhere: logs, audit trail, answers, files.
//! - `credentials`: every way to be known, beside everything that ends it.
//! - `delays`: guessing takes time, and keeps nobody out to whom an account belongs.
//! - `directories`: who is let in by way of a directory, and what the answers tell.
//! - `limits`: too much of anything is refused at once.
//! - `lines`: one event is one line, whatever a name has in it.
//! - `logins`: what a login costs.
//! - `openshift`: who is let in by way of the OpenShift cluster, and what the answers tell.

mod canaries;
mod credentials;
mod delays;
mod directories;
mod limits;
mod lines;
mod logins;
mod openshift;
