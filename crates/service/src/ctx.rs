//! What every use case is handed first: who asks, from where, and everything it may use.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use robin_model::{Revision, SessionId, Timestamp};
use robin_rbac::{Denial, Instance, PermissionSet, Request};
use robin_storage::{Access, Transaction};

use crate::{
    Error, Result, Robin,
    actor::Actor,
    memory::Whole,
    rehearsal::{Differences, Rehearsal},
    work::Work,
};

/// Where a request comes from, for records and refusals.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The request's id, as its answer carries it.
    pub request_id: String,
    /// The address it comes from, where that is known.
    pub address: Option<IpAddr>,
    /// The program it comes from, as that calls itself.
    pub user_agent: String,
}

impl Origin {
    /// The address as text, empty where it is not known.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

/// The context of one request by somebody known.
pub struct Ctx {
    /// The server's parts.
    pub robin: Arc<Robin>,
    /// Who asks.
    pub actor: Actor,
    /// From where.
    pub origin: Arc<Origin>,
    /// The catalogue and settings in force for this request.
    pub whole: Arc<Whole>,
    /// The revision that everything this request is answered from is at least as new as.
    pub revision: Revision,
    /// What change this request is about to make.
    pub(crate) intent: OnceLock<Intent>,
    /// For a request that only rehearses its change: what would be different.
    pub(crate) rehearsed: OnceLock<OnceLock<Differences>>,
}

/// A change that somebody is about to make: for the record of its success, or of its refusal.
pub(crate) struct Intent {
    pub action: &'static str,
    pub target_type: String,
    pub target: String,
}

impl Intent {
    /// Action, and type and name of the target.
    pub fn words(&self) -> (&str, (&str, &str)) {
        (self.action, (&self.target_type, &self.target))
    }
}

impl Ctx {
    /// Finds out who asks by their login token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a token that is malformed, forged or expired, whose session is over, or whose user
    /// is no longer active or a member; [`Error::Unavailable`] when the database can't be asked.
    pub async fn authenticate(robin: &Arc<Robin>, token: &str, origin: Arc<Origin>) -> Result<Self> {
        const REFUSED: Error = Error::Unauthenticated("the token is invalid or has expired: log in again");
        robin.memory.catch_up().await?;
        let revision = robin.memory.revision();
        let now = robin.clock.now();
        let whole = robin.memory.whole();
        let ticket = whole.tickets.read(token, now).ok_or(REFUSED)?;
        let session = robin.memory.session(&ticket).await?.filter(|session| session.expires_at > now).ok_or(REFUSED)?;
        let member = robin.memory.member(session.user, session.tenant).await?.ok_or(REFUSED)?;
        let actor = Actor { session, member };
        let (intent, rehearsed) = (OnceLock::new(), OnceLock::new());
        Ok(Self { robin: Arc::clone(robin), actor, origin, whole, revision, intent, rehearsed })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.robin.clock.now()
    }

    /// The session asked in.
    #[must_use]
    pub fn session_id(&self) -> &SessionId {
        &self.actor.session.id
    }

    /// What the actor may do.
    #[must_use]
    pub fn permissions(&self) -> &PermissionSet {
        &self.actor.member.permissions
    }

    /// Begins a transaction that reads one consistent state.
    ///
    /// # Errors
    /// When the database can't.
    pub async fn read(&self) -> Result<Box<dyn Transaction>> {
        Ok(self.robin.store.begin(Access::Read).await?)
    }

    /// Begins a change, whose record names this request.
    ///
    /// # Errors
    /// When the database can't.
    pub async fn change(&self) -> Result<Work<'_>> {
        match self.rehearsed.get() {
            None => Work::begin(&self.robin, Access::Change).await,
            Some(outcome) => Work::rehearse(&self.robin, Rehearsal::new(self, outcome)).await,
        }
    }

    /// Makes this a request that only rehearses its change: the use case runs as ever and leaves nothing behind.
    pub fn rehearse(&self) {
        self.rehearsed.get_or_init(OnceLock::new);
    }

    /// What a rehearsed change would make different.
    #[must_use]
    pub fn rehearsed(&self) -> Differences {
        self.rehearsed.get().and_then(OnceLock::get).cloned().unwrap_or_default()
    }

    /// Says what change this request is about to make. The first thing a use case that changes something does, so that
    /// even its refusal has a name.
    pub fn intend(&self, action: &'static str, target_type: &str, target: &(impl ToString + ?Sized)) {
        // A request makes one change: what it said first stands.
        let intent = Intent { action, target_type: target_type.to_owned(), target: target.to_string() };
        let _ = self.intent.set(intent);
    }

    /// Whether this request has said that it makes a change.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.intent.get().is_some()
    }

    /// Asks whether the actor may do this to things of this type at all. Comes before any look-up.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn permit(&self, object_type: &str, operation: &str) -> Result<()> {
        self.ask(&Request { object_type, operation, instance: None }).map_err(|_| missing(object_type, operation))
    }

    /// Asks whether the actor may do this to this very thing.
    ///
    /// # Errors
    /// [`Error::Denied`] when they see it and may not; [`Error::NotFound`] when it is out of their reach.
    pub fn reach(&self, object_type: &str, operation: &str, thing: &Thing<'_>) -> Result<()> {
        let request = Request { object_type, operation, instance: Some(thing.instance) };
        self.ask(&request).map_err(|denial| match denial {
            Denial::Unknown | Denial::Forbidden => missing(object_type, operation),
            Denial::Hidden => Error::not_found(thing.kind, thing.name),
        })
    }

    fn ask(&self, request: &Request<'_>) -> std::result::Result<(), Denial> {
        let decision = robin_rbac::decide(&self.whole.catalogue, &self.actor.subject(), request);
        decision.denial().map_or(Ok(()), Err)
    }
}

/// A thing that is there, for asking about it, and for saying that it is not.
#[derive(Clone, Copy)]
pub struct Thing<'a> {
    /// What it is, for a person: `user`, `namespace`.
    pub kind: &'static str,
    /// Its name.
    pub name: &'a str,
    /// What decisions see of it.
    pub instance: Instance<'a>,
}

pub(crate) fn missing(object_type: &str, operation: &str) -> Error {
    Error::Denied(format!("you don't have the permission {object_type}:{operation}"))
}
