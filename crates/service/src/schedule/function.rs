//! What a schedule can run.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use robin_model::schedule::Schedule;

use crate::{Result, Robin, certificate, directory};

/// A run under way.
pub type Running = BoxFuture<'static, Result<Option<String>>>;

/// Something that schedules run, by the name that they know it by. It may be cut off wherever it waits, and is then run again: what it
/// does in one transaction is done or not, and what it does again must do no harm.
#[derive(Clone, Copy)]
pub struct Function {
    /// The name.
    pub name: &'static str,
    /// Runs it once, and gives what there is to say about it, if there is something.
    pub run: fn(Arc<Robin>, Schedule) -> Running,
}

/// Everything that schedules of this version run.
#[must_use]
pub fn functions() -> Vec<Function> {
    vec![certificate::FUNCTION, Function { name: directory::SYNC, run: directory::sync_when_due }]
}
