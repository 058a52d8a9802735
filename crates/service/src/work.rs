//! A change to the database, from its beginning to the moment when every request sees it.

use std::ops::{Deref, DerefMut};

use robin_storage::{Access, Change, Transaction};

use crate::{Result, Robin, rehearsal::Rehearsal};

/// A transaction that changes something. Dropped without [`commit`](Self::commit), it leaves nothing behind.
pub struct Work<'a> {
    robin: &'a Robin,
    tx: Box<dyn Transaction>,
    has_changes: bool,
    /// For a change that is only rehearsed.
    rehearsal: Option<Rehearsal<'a>>,
}

impl<'a> Work<'a> {
    /// Begins.
    ///
    /// # Errors
    /// When the database can't.
    pub async fn begin(robin: &'a Robin, access: Access) -> Result<Self> {
        Ok(Self { robin, tx: robin.store.begin(access).await?, has_changes: false, rehearsal: None })
    }

    /// Begins a change that is only rehearsed: it leaves nothing behind but what would be different.
    ///
    /// # Errors
    /// When the database can't.
    pub(crate) async fn rehearse(robin: &'a Robin, rehearsal: Rehearsal<'a>) -> Result<Self> {
        let mut work = Self::begin(robin, Access::Change).await?;
        work.tx.mark().await?;
        Ok(Self { rehearsal: Some(rehearsal), ..work })
    }

    /// Says what changes that somebody may remember.
    ///
    /// # Errors
    /// When the database can't.
    pub async fn touch(&mut self, change: Change) -> Result<()> {
        if let Some(rehearsal) = &mut self.rehearsal {
            rehearsal.touch(&change);
        }
        self.tx.record(change).await?;
        self.has_changes = true;
        Ok(())
    }

    /// Says of many things that they change.
    ///
    /// # Errors
    /// When the database can't.
    pub async fn touch_all(&mut self, changes: Vec<Change>) -> Result<()> {
        if let Some(rehearsal) = &mut self.rehearsal {
            for change in &changes {
                rehearsal.touch(change);
            }
        }
        self.has_changes |= !changes.is_empty();
        self.tx.record_all(changes).await?;
        Ok(())
    }

    /// Makes it permanent, and in force on this server: the last fallible step of a use case. Where it is only rehearsed, finds out
    /// what would be different instead.
    ///
    /// # Errors
    /// When the database can't; nothing is changed then.
    pub async fn commit(self) -> Result<()> {
        if let Some(rehearsal) = self.rehearsal {
            return rehearsal.conclude(self.tx).await;
        }
        self.tx.commit().await?;
        if self.has_changes
            && let Err(error) = self.robin.memory.follow().await
        {
            // It is done and in the database; until the memory can follow, no request is served from it.
            tracing::warn!(%error, "the memory can't follow a change yet");
        }
        Ok(())
    }
}

impl Deref for Work<'_> {
    type Target = dyn Transaction;

    // UNREACHED: every question to a transaction changes it, but what lends it out to be changed must lend it out to be read.
    fn deref(&self) -> &Self::Target {
        &*self.tx
    }
}

impl DerefMut for Work<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.tx
    }
}
