//! What the server keeps in memory, so that a decision touches no database.
//!
//! Everything here mirrors the database as of a revision. Whoever changes the database lets the memory follow before
//! answering ([`Memory::follow`]); what other servers change is caught up with at most [`TRUST`] later
//! ([`Memory::catch_up`]), when the next request comes.

mod recall;
mod whole;

use std::{
    collections::HashSet,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use robin_crypto::access_token;
use robin_model::{
    Revision, SessionId, TenantId, TenantName, TokenId, UserId, Username, session::Session, tenant::Tenant, user::User,
};
use robin_rbac::Catalogue;
use robin_storage::{Access, Change, Since, Store, Transaction};
use tokio::sync::{Notify, Semaphore};

use crate::{Error, Result, actor::Member, object::SharedObject, token::Pass};
pub(crate) use recall::Recall;
pub use whole::{Ground, Whole};

/// For how long the memory is trusted without asking the database whether another server changed something.
const TRUST: Duration = Duration::from_millis(400);

/// How many of each kind are remembered at most: some 150 MB when full.
const CAPACITY: usize = 100_000;

/// How many requests may wait for a change at a time: fewer than are worked on at a time, so that there is always room.
const WAITING: usize = 256;

/// An account that is not removed, whether or not it can log in.
pub struct Account {
    /// The account.
    pub user: User,
    /// Where it is a member.
    pub tenants: Vec<TenantId>,
}

/// An object's key: no type and no name holds what stands between them.
fn object_key(object_type: &str, name: &str) -> String {
    [object_type, "\0", name].concat()
}

/// The memory of one server.
pub struct Memory {
    store: Arc<dyn Store>,
    ground: Ground,
    whole: ArcSwap<Whole>,
    /// Sessions that are not over.
    sessions: Recall<SessionId, Session>,
    /// Access tokens that are active, by the SHA-256 of their texts.
    passes: Recall<[u8; 32], Pass>,
    /// Users inside tenants, with what they may do there.
    members: Recall<(UserId, TenantId), Member>,
    /// Accounts that are not removed, by their folded names.
    accounts: Recall<String, Account>,
    /// Tenants, by their folded names.
    tenants: Recall<String, Tenant>,
    /// Objects with their shares, and that there is none of that type and name.
    objects: Recall<String, Option<Arc<SharedObject>>>,
    /// The revision that everything here is at least as new as.
    applied: AtomicI64,
    started: Instant,
    /// Milliseconds from `started` to the last time the database was asked.
    asked: AtomicU64,
    /// How often the database was asked in vain.
    failures: AtomicU64,
    syncing: tokio::sync::Mutex<()>,
    /// Wakes those who wait for a change.
    stirred: Notify,
    /// Those who may wait at a time.
    waiting: Semaphore,
}

impl Memory {
    /// Reads what is kept as a whole; sessions, members and objects are read when they are first needed.
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
            passes: Recall::new(CAPACITY),
            members: Recall::new(CAPACITY),
            accounts: Recall::new(CAPACITY),
            tenants: Recall::new(CAPACITY),
            objects: Recall::new(CAPACITY),
            applied: AtomicI64::new(revision.0),
            started: Instant::now(),
            asked: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            syncing: tokio::sync::Mutex::new(()),
            stirred: Notify::new(),
            waiting: Semaphore::new(WAITING),
        })
    }

    /// The catalogue that custom capabilities are added to.
    pub fn base(&self) -> &Catalogue {
        &self.ground.base
    }

    /// What is kept as a whole, as it is in force.
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

    /// The active access token with this text, whether or not it has ended.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn pass(&self, text: &str) -> Result<Option<Arc<Pass>>> {
        let hash = access_token::digest(text);
        if let Some(pass) = self.passes.get(&hash) {
            return Ok(Some(pass));
        }
        // No need to look for what was never issued.
        if !access_token::is_one(text) {
            return Ok(None);
        }
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        let Some(token) = tx.token_hashed(&hash).await? else { return Ok(None) };
        let pass = Arc::new(Pass::new(token));
        self.passes.put(hash, &pass, || self.is_as_new_as(revision));
        Ok(Some(pass))
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

    /// The account of that name, if there is one that is not removed.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn account(&self, name: &Username) -> Result<Option<Arc<Account>>> {
        let key = name.key();
        if let Some(account) = self.accounts.get(&key) {
            return Ok(Some(account));
        }
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        let Some(user) = tx.user_named(name).await? else { return Ok(None) };
        let tenants = tx.memberships_of(&[user.id]).await?.iter().map(|place| place.tenant).collect();
        let account = Arc::new(Account { user, tenants });
        self.accounts.put(key, &account, || self.is_as_new_as(revision));
        Ok(Some(account))
    }

    /// The tenant of that name, if there is one.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn tenant(&self, name: &TenantName) -> Result<Option<Arc<Tenant>>> {
        let key = name.key();
        if let Some(tenant) = self.tenants.get(&key) {
            return Ok(Some(tenant));
        }
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        let Some(tenant) = tx.tenant_named(name).await?.map(Arc::new) else { return Ok(None) };
        self.tenants.put(key, &tenant, || self.is_as_new_as(revision));
        Ok(Some(tenant))
    }

    /// The object of that type and name with its shares. That there is none is remembered too.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn object(&self, object_type: &str, name: &str) -> Result<Option<Arc<SharedObject>>> {
        let key = object_key(object_type, name);
        if let Some(object) = self.objects.get(&key) {
            return Ok(object.as_ref().clone());
        }
        let Ok(valid) = name.parse() else { return Ok(None) };
        let mut tx = self.store.begin(Access::Read).await?;
        let revision = tx.revision().await?;
        let object = SharedObject::load(&mut *tx, object_type, &valid).await?.map(Arc::new);
        self.objects.put(key, &Arc::new(object.clone()), || self.is_as_new_as(revision));
        Ok(object)
    }

    /// Whether what was read at `revision` is no older than what is remembered.
    fn is_as_new_as(&self, revision: Revision) -> bool {
        self.applied.load(Ordering::SeqCst) <= revision.0
    }

    /// The revision that everything here is at least as new as.
    pub fn revision(&self) -> Revision {
        Revision(self.applied.load(Ordering::SeqCst))
    }

    /// Waits until the revision is another than `seen`, no longer than `patience`, and not at all when too many wait already.
    /// Answers the revision then.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn await_change(&self, seen: Revision, patience: Duration) -> Result<Revision> {
        let until = Instant::now() + patience;
        let place = self.waiting.try_acquire();
        loop {
            let mut stirred = pin!(self.stirred.notified());
            stirred.as_mut().enable();
            self.catch_up().await?;
            let left = until.saturating_duration_since(Instant::now());
            if self.revision() != seen || left.is_zero() || place.is_err() {
                return Ok(self.revision());
            }
            // No longer than what is remembered is trusted: another server's signal may be lost.
            let _ = tokio::time::timeout(left.min(TRUST), stirred).await;
        }
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
        let is_of_whole = |change: &Change| {
            use Change::{Capabilities, Config, Directories, SigningKeys};
            matches!(change, Capabilities | Config | Directories | SigningKeys)
        };
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
        self.stirred.notify_waiters();
        Ok(())
    }

    /// Forgets what changed, or everything where that is not known.
    fn forget(&self, changes: Option<&[Change]>) {
        let Some(changes) = changes else {
            self.sessions.forget(|_, _| true);
            self.passes.forget(|_, _| true);
            self.members.forget(|_, _| true);
            self.accounts.forget(|_, _| true);
            self.tenants.forget(|_, _| true);
            self.objects.forget(|_, _| true);
            return;
        };
        // All at once: each time, everything that is remembered is looked at.
        let user = |change: &Change| if let Change::User(user) = change { Some(*user) } else { None };
        let users: HashSet<UserId> = changes.iter().filter_map(user).collect();
        if !users.is_empty() {
            self.members.forget(|(id, _), _| users.contains(id));
            self.accounts.forget(|_, account| users.contains(&account.user.id));
        }
        let token = |change: &Change| if let Change::Token(token) = change { Some(*token) } else { None };
        let tokens: HashSet<TokenId> = changes.iter().filter_map(token).collect();
        if !tokens.is_empty() {
            self.passes.forget(|_, pass| tokens.contains(&pass.token.id));
        }
        for change in changes {
            match change {
                Change::Session(id) => self.sessions.forget_one(id),
                Change::Object(object_type, name) => self.objects.forget_one(&object_key(object_type, name.as_str())),
                // Members hold resolved permissions, and the names of all their tenants.
                Change::Capabilities => self.members.forget(|_, _| true),
                Change::Tenant(tenant) => {
                    self.members.forget(|_, _| true);
                    self.tenants.forget(|_, known| known.id == *tenant);
                }
                Change::User(_) | Change::Token(_) | Change::Config | Change::Directories | Change::SigningKeys => {}
            }
        }
    }

    /// Says that another server changed something: whoever waits for that asks what, and so does the next request.
    pub fn stir(&self) {
        self.distrust();
        self.stirred.notify_waiters();
    }

    fn distrust(&self) {
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
