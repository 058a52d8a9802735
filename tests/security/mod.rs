//! What holds against attackers and belongs to no one call.
//!
//! - `canaries`: no secret that is handed in comes out anywhere: logs, audit trail, answers, files.
//! - `lines`: one event is one line, whatever a name has in it.

mod canaries;
mod lines;
