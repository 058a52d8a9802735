//! What every use case is handed first: who asks, from where, and everything it may use.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use robin_crypto::access_token;
use robin_model::{Revision, TenantId, Timestamp, session::Session};
use robin_rbac::{Catalogue, Decision, Denial, Grant, Instance, PermissionSet, Reason, Request, Subject, decide};
use robin_storage::{Access, Transaction};

use crate::{
    Error, Result, Robin,
    actor::{Actor, Credential},
    memory::Whole,
    rehearsal::{Differences, Rehearsal},
    token,
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
    /// Finds out who asks by their login token or access token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a token that is malformed, forged, revoked or expired, whose session is over, or whose
    /// user is no longer active or a member; [`Error::Unavailable`] when the database can't be asked.
    pub async fn authenticate(robin: &Arc<Robin>, token: &str, origin: Arc<Origin>) -> Result<Self> {
        robin.memory.catch_up().await?;
        let revision = robin.memory.revision();
        let now = robin.clock.now();
        let whole = robin.memory.whole();
        let (credential, refused) = if access_token::looks_like(token) {
            (token::pass(robin, token, now).await?.map(Credential::Token), token::INVALID)
        } else {
            (session(robin, &whole, token, now).await?.map(Credential::Session), REFUSED)
        };
        let Some(credential) = credential else { return Err(refused) };
        let (user, tenant) = credential.place();
        let Some(member) = robin.memory.member(user, tenant).await? else { return Err(refused) };
        if let Credential::Token(pass) = &credential {
            robin.uses.note(pass, now);
        }
        let actor = Actor { credential, member };
        let (intent, rehearsed) = (OnceLock::new(), OnceLock::new());
        Ok(Self { robin: Arc::clone(robin), actor, origin, whole, revision, intent, rehearsed })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.robin.clock.now()
    }

    /// The session asked in.
    ///
    /// # Errors
    /// [`Error::Denied`] where it is an access token that was shown: what belongs to a login is not for it.
    pub fn session(&self) -> Result<&Session> {
        match &self.actor.credential {
            Credential::Session(session) => Ok(session),
            Credential::Token(_) => {
                let text = "this is not for access tokens: log in with your password for it";
                Err(Error::Denied(text.to_owned()))
            }
        }
    }

    /// What the actor may do to everything of a type in this tenant, or without one anywhere.
    #[must_use]
    pub fn held(&self, tenant: Option<TenantId>) -> PermissionSet {
        self.actor.subject().held(&self.whole.catalogue, tenant)
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

    /// Asks whether the actor may do this to things of this type, whichever they are. Comes before any look-up.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn permit(&self, object_type: &str, operation: &str) -> Result<()> {
        self.ask(&Request::on_type(object_type, operation)).map_err(|_| self.missing(object_type, operation))
    }

    /// Asks whether the actor may do this to some things of this type at all. Comes before any look-up, where the very thing is
    /// asked about after it: a token may be narrowed to a few.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn permit_some(&self, object_type: &str, operation: &str) -> Result<()> {
        let subject = self.actor.subject();
        let whole = Subject { grants: None, ..subject };
        let decision = decide(&self.whole.catalogue, &whole, &Request::on_type(object_type, operation));
        if decision.allowed && subject.is_touched(object_type, operation) {
            return Ok(());
        }
        Err(self.missing(object_type, operation))
    }

    /// Asks whether the token that the actor came with covers this for new things of this tenant, or of none. They have the
    /// permission.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn permit_in(&self, object_type: &str, operation: &str, tenant: Option<TenantId>) -> Result<()> {
        let covers = |grants: &[Grant]| grants.iter().any(|grant| grant.holds(object_type, operation, tenant));
        if self.actor.credential.grants().is_none_or(covers) {
            return Ok(());
        }
        Err(self.missing(object_type, operation))
    }

    /// Asks whether the token that the actor came with covers this for their own account, for which one needs no permission.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn permit_own(&self, operation: &str) -> Result<()> {
        let instance = Some(Instance::User { id: self.actor.user_id(), member: true });
        if self.actor.subject().is_granted(&Request { object_type: "USER", operation, instance }) {
            return Ok(());
        }
        Err(self.missing("USER", operation))
    }

    /// Asks whether the actor may do this to this very thing.
    ///
    /// # Errors
    /// [`Error::Denied`] when they see it and may not; [`Error::NotFound`] when it is out of their reach.
    pub fn reach(&self, object_type: &str, operation: &str, thing: &Thing<'_>) -> Result<()> {
        let request = Request { object_type, operation, instance: Some(thing.instance) };
        self.ask(&request).map_err(|denial| match denial {
            Denial::Unknown | Denial::Forbidden => self.missing(object_type, operation),
            Denial::Hidden => Error::not_found(thing.kind, thing.name),
        })
    }

    fn ask(&self, request: &Request<'_>) -> std::result::Result<(), Denial> {
        let (catalogue, subject) = (&self.whole.catalogue, self.actor.subject());
        judged(catalogue, &subject, request, decide(catalogue, &subject, request))
    }

    /// That the actor lacks a permission, be it for their token's sake.
    pub(crate) fn missing(&self, object_type: &str, operation: &str) -> Error {
        let with = if self.actor.is_narrowed() { " with this token" } else { "" };
        Error::Denied(format!("you don't have the permission {object_type}:{operation}{with}"))
    }
}

/// What somebody may learn of a decision. An instance that their token does not cover is like one out of reach, unless it lets
/// them see it.
///
/// # Errors
/// What they may learn, when it is no.
pub(crate) fn judged(
    catalogue: &Catalogue,
    subject: &Subject<'_>,
    request: &Request<'_>,
    decision: Decision,
) -> std::result::Result<(), Denial> {
    if decision.reason == Reason::NotGranted && request.instance.is_some() {
        let sees = decide(catalogue, subject, &Request { operation: "view", ..*request }).allowed;
        return Err(if sees { Denial::Forbidden } else { Denial::Hidden });
    }
    decision.denial().map_or(Ok(()), Err)
}

const REFUSED: Error = Error::Unauthenticated("the token is invalid or has expired: log in again");

/// The session that a login token is for, if it goes on.
async fn session(robin: &Robin, whole: &Whole, token: &str, now: Timestamp) -> Result<Option<Arc<Session>>> {
    let Some(id) = whole.tickets.read(token, now) else { return Ok(None) };
    Ok(robin.memory.session(&id).await?.filter(|session| session.expires_at > now))
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
