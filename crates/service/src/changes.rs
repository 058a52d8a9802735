//! What has changed that a decision may rest on, for those who remember decisions elsewhere.

use std::time::Duration;

use robin_model::{ObjectName, Revision, Username};
use robin_storage::{Change, Since, Transaction};

use crate::{Ctx, Result};

/// What has changed since a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Up to which revision this tells.
    pub revision: i64,
    /// Whether any decision may have changed.
    pub everything: bool,
    /// The users about whom decisions may have changed. A name may be another's by now.
    pub users: Vec<Username>,
    /// The sessions that are over, and the access tokens, by what they go by as credentials.
    pub sessions: Vec<String>,
    /// The objects about which decisions may have changed, by type and name.
    pub objects: Vec<(String, ObjectName)>,
}

/// Waits until something has changed since `seen`, no longer than `patience`, and says what. Without a `seen` it says at once
/// where to begin. Needs nothing; but only a superadmin in Administrators, who sees everything, learns what it was that changed.
///
/// # Errors
/// [`Error::Unavailable`](crate::Error::Unavailable) when the database can't be asked.
pub async fn since(ctx: &Ctx, seen: Option<Revision>, patience: Duration) -> Result<News> {
    let memory = &ctx.robin.memory;
    let everything = |revision: Revision| News { revision: revision.0, everything: true, ..News::default() };
    let Some(seen) = seen else { return Ok(everything(memory.revision())) };
    if memory.await_change(seen, patience).await? == seen {
        return Ok(News { revision: seen.0, ..News::default() });
    }
    // The memory has forgotten what it was that changed.
    let mut tx = ctx.read().await?;
    match tx.changes_since(seen).await? {
        Since::Everything(revision) => Ok(everything(revision)),
        Since::Changes(revision, changes) => told(ctx, &mut *tx, revision, changes).await,
    }
}

async fn told(ctx: &Ctx, tx: &mut dyn Transaction, revision: Revision, changes: Vec<Change>) -> Result<News> {
    let mut news = News { revision: revision.0, ..News::default() };
    for change in changes {
        match change {
            // Neither settings nor directories decide anything.
            Change::Config | Change::Directories => {}
            // What the asker is told depends on who they are.
            Change::User(user) if user == ctx.actor.user_id() => news.everything = true,
            Change::User(user) => news.users.extend(tx.user(user).await?.map(|user| user.username)),
            Change::Session(session) => news.sessions.push(session.0),
            Change::Token(token) => news.sessions.push(token.credential()),
            Change::Object(object_type, name) => news.objects.push((object_type, name)),
            Change::Capabilities | Change::Tenant(_) | Change::SigningKeys => news.everything = true,
        }
    }
    let nothing = News { revision: news.revision, ..News::default() };
    if news.everything || news != nothing && (!ctx.actor.is_superadmin() || ctx.actor.is_narrowed()) {
        return Ok(News { everything: true, ..nothing });
    }
    Ok(news)
}
