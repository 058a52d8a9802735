//! What holds against attackers and belongs to no one call.
//!
//! - `canaries`: no secret that is handed in comes out anywhere: logs, audit trail, answers, files.

mod canaries;
