//! What Robin asks of a database: one small trait per kind of thing, joined in [`Transaction`].
//!
//! A use case begins a transaction of the [`Access`] it needs, calls the traits, and commits as its last fallible step;
//! a transaction that is dropped leaves nothing behind. Every look-up by name is without regard to case.

mod aggregate;
mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;

use async_trait::async_trait;

pub use aggregate::{
    AccessTokens, Audits, Capabilities, Certificates, Configs, Directories, Installation, Installations, LoginCounter,
    LoginCounters, Mappings, Memberships, Namespaces, Objects, Schedules, SealedSecrets, Sessions, Shares, SigningKeys,
    Stranded, Syncs, Tenants, Users,
};
pub use change::{Change, Changes, Since};
pub use error::{Error, Result};

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads one consistent state; writes fail.
    Read,
    /// Adds what alters no decision: sessions, audit records, signing keys. Several may run at a time.
    Append,
    /// Changes what decisions rest on. One at a time, so that what it read still holds when it writes.
    Change,
}

/// A database, shared by all requests.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Begins a transaction.
    async fn begin(&self, access: Access) -> Result<Box<dyn Transaction>>;

    /// Returns when another server says that it has committed a change, or never if none can. A hint that saves waiting:
    /// signals may be lost, so whoever waits also looks at [`Changes::changes_since`] from time to time.
    async fn changed(&self);

    /// Answers when the database does.
    async fn ping(&self) -> Result<()>;

    /// Waits for running transactions and closes.
    async fn close(&self);
}

/// Everything that can be done inside one transaction.
#[async_trait]
pub trait Transaction:
    AccessTokens
    + Audits
    + Capabilities
    + Certificates
    + Changes
    + Configs
    + Directories
    + Installations
    + Mappings
    + LoginCounters
    + Memberships
    + Namespaces
    + Objects
    + Schedules
    + SealedSecrets
    + Sessions
    + Shares
    + SigningKeys
    + Syncs
    + Tenants
    + Users
    + Send
{
    /// Remembers the state that everything done so far has led to, for [`undo`](Self::undo).
    ///
    /// # Errors
    /// When the database can't.
    async fn mark(&mut self) -> Result<()>;

    /// Undoes everything done since [`mark`](Self::mark), and goes on from there.
    ///
    /// # Errors
    /// When the database can't, or nothing was marked.
    async fn undo(&mut self) -> Result<()>;

    /// Makes everything done so far permanent and visible to others, or nothing of it.
    ///
    /// # Errors
    /// When the database can't; nothing is changed then.
    async fn commit(self: Box<Self>) -> Result<()>;
}
