//! What has changed that a decision may rest on, so that every server's memory follows the database.

use async_trait::async_trait;
use robin_model::{ObjectName, Revision, SessionId, TenantId, TokenId, UserId};

use crate::Result;

/// Something that a server may remember and must now read again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Change {
    /// The account, its memberships or their capabilities.
    User(UserId),
    /// The tenant's name, or that it is gone.
    Tenant(TenantId),
    /// The session is over.
    Session(SessionId),
    /// The access token is revoked or has another text.
    Token(TokenId),
    /// The object of this type and name: that it is there or gone, whose it is, or with whom it is shared.
    Object(String, ObjectName),
    /// Custom capabilities: their names, permissions or roles.
    Capabilities,
    /// Settings.
    Config,
    /// Directory servers, or what directories call their attributes.
    Directories,
    /// Signing keys.
    SigningKeys,
}

/// What happened after a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// These changes, oldest first, up to this revision.
    Changes(Revision, Vec<Change>),
    /// Too much: the record no longer reaches back that far, so everything must be read again, as of this revision.
    Everything(Revision),
}

/// The revision number, and the record of what raised it.
#[async_trait]
pub trait Changes {
    /// The revision of the state that this transaction sees.
    async fn revision(&mut self) -> Result<Revision>;

    /// Raises the revision by one, for this change. Others see it when the transaction commits. Needs
    /// [`Access::Change`](crate::Access::Change).
    async fn record(&mut self, change: Change) -> Result<Revision>;

    /// Raises the revision by one for each of these changes, in this order. Needs [`Access::Change`](crate::Access::Change).
    async fn record_all(&mut self, changes: Vec<Change>) -> Result<Revision>;

    /// What happened after `seen`.
    async fn changes_since(&mut self, seen: Revision) -> Result<Since>;

    /// Forgets the record of all but the newest `keep` changes.
    async fn forget_changes(&mut self, keep: u32) -> Result<()>;
}
