//! How far something is that takes long, told while it goes on.

use tokio::sync::watch;

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    /// So many are done.
    pub done: usize,
    /// Of so many.
    pub total: usize,
}

/// Who is told. Only the last step counts: whoever listens slowly misses the ones before.
pub type Progress = watch::Sender<Step>;
