//! What the server keeps in memory, so that a decision touches no database.
//!
//! Everything here mirrors the database as of a revision. Whoever changes the database lets the memory follow before
//! answering ([`Memory::follow`]); what other servers change is caught up with at most [`TRUST`] later
//! ([`Memory::catch_up`]), when the next request comes.

mod recall;
mod whole;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use robin_model::{Revision, SessionId, TenantId, UserId, session::Session};
use robin_rbac::Catalogue;
use robin_storage::{Access, Change, Since, Store, Transaction};

use crate::{Error, Result, actor::Member};
pub(crate) use recall::Recall;
pub use whole::{Ground, Whole};

/// For how long the memory is trusted without asking the database whether another server changed something.
const TRUST: Duration = Duration::from_millis(400);

/// How many sessions, and how many members, are remembered at most: some 100 MB when full.
const CAPACITY: usize = 100_000;

/// The memory of one server.
pub struct Memory {
    store: Arc<dyn Store>,
    ground: Ground,
    whole: ArcSwap<Whole>,
    /// Sessions that are not over.
    sessions: Recall<SessionId, Session>,
    /// Users inside tenants, with what they may do there.
    members: Recall<(UserId, TenantId), Member>,
    /// The revision that everything here is at least as new as.
    applied: AtomicI64,
    started: Instant,
    /// Milliseconds from `started` to the last time the database was asked.
    asked: AtomicU64,
    /// How often the database was asked in vain.
    failures: AtomicU64,
    syncing: tokio::sync::Mutex<()>,
}

impl Memory {
    /// Reads what is kept as a whole; sessions and members are read when they are first needed.
    ///
    /// # Errors
    /// When the database can't answer, or a signing key can't be opened.
    pub async fn load(store: Arc<dyn Store>, tx: &mut dyn Transaction, ground: Ground) -> Result<Self> {
        let revision = tx.revision().await?;
        let whole = Whole::load(tx, &ground, None).await?;
        Ok(Self {
            store,
            ground,
            whole: ArcSwap::from_pointee(whole),
            sessions: Recall::new(CAPACITY),
            members: Recall::new(CAPACITY),
            applied: AtomicI64::new(revision.0),
            started: Instant::now(),
            asked: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            syncing: tokio::sync::Mutex::new(()),
        })
    }

    /// The catalogue that custom capabilities are added to.
    pub fn base(&self) -> &Catalogue {
        &self.ground.base
    }

    /// The catalogue, the settings and the login tokens' keys in force.
    pub fn whole(&self) -> Arc<Whole> {
        self.whole.load_full()
    }

    /// The session, unless it is over.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>> {
        if let Some(session) = self.sessions.get(id) {
            return Ok(Some(session));
        }
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        let Some(session) = tx.session(id).await? else { return Ok(None) };
        let session = Arc::new(session);
        self.sessions.put(id.clone(), &session, || self.is_as_new_as(revision));
        Ok(Some(session))
    }

    /// The user inside the tenant, if they are an active account and a member.
    ///
    /// # Errors
    /// When they are not remembered and the database can't answer.
    pub async fn member(&self, user: UserId, tenant: TenantId) -> Result<Option<Arc<Member>>> {
        if let Some(member) = self.members.get(&(user, tenant)) {
            return Ok(Some(member));
        }
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        // Taken after the revision: were it older than that, the members resolved with it are about to be forgotten.
        let whole = self.whole();
        let Some(member) = Member::load(&mut *tx, &whole.catalogue, user, tenant).await? else { return Ok(None) };
        let member = Arc::new(member);
        self.members.put((user, tenant), &member, || self.is_as_new_as(revision));
        Ok(Some(member))
    }

    /// Whether what was read at `revision` is no older than what is remembered.
    fn is_as_new_as(&self, revision: Revision) -> bool {
        self.applied.load(Ordering::SeqCst) <= revision.0
    }

    /// Asks the database what changed, unless it was asked less than [`TRUST`] ago.
    ///
    /// # Errors
    /// When the database can't answer: then nothing remembered can be relied on.
    pub async fn catch_up(&self) -> Result<()> {
        if self.is_trusted() { Ok(()) } else { self.sync(Self::is_trusted).await }
    }

    /// Makes the memory follow what was just committed here, and all that other servers committed before it.
    ///
    /// # Errors
    /// When the database can't answer. Until it does, nothing is served from memory.
    pub async fn follow(&self) -> Result<()> {
        self.sync(|_| false).await
    }

    async fn sync(&self, is_done: impl Fn(&Self) -> bool) -> Result<()> {
        let failures = self.failures.load(Ordering::SeqCst);
        let _one_at_a_time = self.syncing.lock().await;
        if is_done(self) {
            return Ok(());
        }
        // Who waited while somebody else asked in vain does not wait as long once more.
        if self.failures.load(Ordering::SeqCst) != failures {
            self.distrust();
            return Err(Error::Unavailable { what: "the database", cause: "it was just asked in vain".into() });
        }
        let outcome = self.ask().await;
        if outcome.is_err() {
            self.failures.fetch_add(1, Ordering::SeqCst);
        }
        outcome
    }

    /// Asks the database what changed, and forgets that.
    async fn ask(&self) -> Result<()> {
        let asked = self.elapsed();
        self.distrust();
        let mut tx = self.store.begin(Access::Read).await?;
        let since = tx.changes_since(Revision(self.applied.load(Ordering::SeqCst))).await?;
        let (revision, changes) = match since {
            Since::Changes(revision, changes) => (revision, Some(changes)),
            Since::Everything(revision) => (revision, None),
        };
        let is_of_whole = |change| matches!(change, &Change::Capabilities | &Change::Config | &Change::SigningKeys);
        let whole = if changes.as_ref().is_none_or(|changes| changes.iter().any(is_of_whole)) {
            Some(Whole::load(&mut *tx, &self.ground, Some(&self.whole())).await?)
        } else {
            None
        };
        drop(tx);
        // INVARIANT: nothing waits from here on, so that a request which is given up leaves no half of it.
        // First the number, then the forgetting: what was read before a change can't be remembered after it.
        self.applied.store(revision.0, Ordering::SeqCst);
        if let Some(whole) = whole {
            self.whole.store(Arc::new(whole));
        }
        self.forget(changes.as_deref());
        self.asked.store(asked, Ordering::SeqCst);
        Ok(())
    }

    /// Forgets what changed, or everything where that is not known.
    fn forget(&self, changes: Option<&[Change]>) {
        let Some(changes) = changes else {
            self.sessions.forget(|_| true);
            self.members.forget(|_| true);
            return;
        };
        for change in changes {
            match change {
                Change::User(user) => self.members.forget(|(id, _)| id == user),
                Change::Session(id) => self.sessions.forget_one(id),
                // Members hold resolved permissions, and the names of all their tenants.
                Change::Capabilities | Change::Tenant(_) => self.members.forget(|_| true),
                Change::Config | Change::SigningKeys => {}
            }
        }
    }

    /// Says that another server changed something: the next request asks what.
    pub fn distrust(&self) {
        self.asked.store(0, Ordering::SeqCst);
    }

    fn is_trusted(&self) -> bool {
        let asked = self.asked.load(Ordering::Relaxed);
        asked != 0 && self.elapsed() - asked < u64::try_from(TRUST.as_millis()).unwrap_or(u64::MAX)
    }

    /// Milliseconds since the start, from 1.
    fn elapsed(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }
}
