//! Whether somebody is who they say they are.
//!
//! Every way takes one password hash: of the account's own password, or beside whatever else is asked, one that nothing can match. So
//! nobody learns from the time whether there is such an account, and who checks its password. Nor do they from the answer: while a
//! directory is down that somebody logs in with, or the OpenShift cluster, everybody is told so whom no local account settles.

use std::{sync::Arc, time::Duration};

use futures_util::future::{join, try_join, try_join_all};
use robin_identity::{
    IdentityProvider as _,
    ldap::{self, Answer, Directory, Person, Who},
    openshift,
};
use robin_model::{
    LdapServerId, PasswordHash, Secret, Username,
    directory::Dn,
    user::{Authentication, User},
};
use robin_storage::{Access, Transaction};

use super::{
    REFUSED,
    attempt::Attempt,
    newcomer::{self, Newcomer},
};
use crate::{
    Error, Result,
    ctx::Origin,
    directory::{Known, unavailable},
    openshift::unavailable as cluster_unavailable,
    robin::Robin,
};

/// How long a directory or the cluster may take in all: less than any request.
const PATIENCE: Duration = Duration::from_secs(15);

/// What stands for a name that nobody can have.
const NOBODY: &str = "-";

/// Who has proved to be who they say they are.
pub struct Proved {
    /// The account.
    pub user: User,
    /// The hash of its password, where Robin checks it.
    pub password: Option<PasswordHash>,
    /// A better hash of it.
    pub fresh: Option<PasswordHash>,
    /// What identifies the account in its directory, where that is not written down yet.
    pub object_sid: Option<String>,
}

/// What a login proves.
pub enum Proof {
    /// That somebody is who they say they are.
    Account(Proved),
    /// That a directory knows somebody who has no account yet, and is to have one.
    Newcomer(Newcomer),
}

impl From<Proved> for Proof {
    fn from(proved: Proved) -> Self {
        Self::Account(proved)
    }
}

/// What a name leads to.
enum Found {
    /// An active account whose password Robin checks.
    Local(User, PasswordHash),
    /// An active account whose password a directory checks, by this name there. Somebody has the account's id, if it has one.
    Directory { user: User, server: LdapServerId, dn: Option<Dn>, object_sid: Option<String> },
    /// An active account whose password the OpenShift cluster checks, for the user whom this identifies there.
    Openshift { user: User, uid: String },
    /// No account at all.
    Stranger,
    /// No account that can log in.
    Nobody,
}

/// A name that somebody logs in with, and what it leads to.
pub struct Sought {
    name: Option<Username>,
    found: Found,
    /// Who else could know the name, if no local account has it.
    others: Others,
}

/// Who else could know a name that no local account has.
#[derive(Default)]
struct Others {
    /// The directories that somebody logs in with, or could.
    servers: Vec<LdapServerId>,
    /// Whether somebody logs in with the OpenShift cluster.
    cluster: bool,
}

/// Finds out whether the password is that of the account that was sought, or of somebody of this name who is to have one.
///
/// # Errors
/// [`REFUSED`] when not; [`Error::Unavailable`] while a directory or a cluster is down that somebody logs in with;
/// [`Error::TooMany`] when too many logins wait.
pub async fn of(robin: &Arc<Robin>, origin: &Origin, sought: Sought, password: &Secret) -> Result<Proof> {
    let Sought { name, found, others } = sought;
    let place = Place { robin, origin, name: name.as_ref().map_or(NOBODY, Username::as_str), others };
    let hashing = robin.passwords.verify(password, None);
    match found {
        Found::Local(user, hash) => local(robin, origin, user, hash, password).await.map(Proof::from),
        Found::Directory { user, server, dn, object_sid } => {
            let asking = place.ask(server, dn.as_ref(), password);
            let (hashed, answer) = join(hashing, asking).await;
            hashed?;
            let judged = answer?.and_then(|person| judge(object_sid, *person));
            match judged {
                Ok(object_sid) => Ok(Proved { user, password: None, fresh: None, object_sid }.into()),
                Err(why) => {
                    place.log(user.username.as_str(), &why);
                    place.refuse().await
                }
            }
        }
        Found::Openshift { user, uid } => {
            let (hashed, answer) = join(hashing, place.ask_cluster(&user, password)).await;
            hashed?;
            match answer?.and_then(|person| judge_user(&uid, &person)) {
                Ok(()) => Ok(Proved { user, password: None, fresh: None, object_sid: None }.into()),
                Err(why) => {
                    place.log(user.username.as_str(), &why);
                    place.refuse().await
                }
            }
        }
        Found::Stranger => {
            let (hashed, proof) = join(hashing, place.welcome(password)).await;
            hashed?;
            proof
        }
        Found::Nobody => {
            let (hashed, refusal) = join(hashing, place.refuse()).await;
            hashed?;
            refusal
        }
    }
}

/// Finds out what the name leads to, and begins an attempt to log in with it.
///
/// # Errors
/// [`Error::Delayed`] when that must wait.
pub async fn seek(robin: &Robin, origin: &Origin, name: &str) -> Result<(Sought, Attempt)> {
    let parsed = name.parse::<Username>().ok();
    let mut tx = robin.store.begin(Access::Read).await?;
    let account = match &parsed {
        Some(name) => tx.account_named(name).await?,
        None => None,
    };
    let otherwise = if parsed.is_some() && account.is_none() { Found::Stranger } else { Found::Nobody };
    let account = account.filter(|(user, _)| user.is_active());
    let attempt = Attempt::begin(robin, &mut *tx, origin, name, account.as_ref().map(|(user, _)| user)).await?;
    let found = match account {
        Some((user, password)) => match user.authentication.clone() {
            Authentication::Local => password.map(|hash| Found::Local(user, hash)),
            Authentication::Ldap { server, dn, object_sid } => Some(Found::Directory { user, server, dn, object_sid }),
            Authentication::Openshift { uid } => Some(Found::Openshift { user, uid }),
            Authentication::Service => None,
        },
        None => None,
    };
    let (found, others) = match found {
        Some(Found::Local(user, hash)) => (Found::Local(user, hash), Others::default()),
        found => {
            let found = found.unwrap_or(otherwise);
            let servers = directories(robin, &mut *tx).await?;
            // Who was asked for this very name need not be asked again.
            let may_know = robin.openshift.is_some() && !matches!(found, Found::Openshift { .. });
            let cluster = may_know && tx.openshift_in_use().await?;
            (found, Others { servers, cluster })
        }
    };
    Ok((Sought { name: parsed, found, others }, attempt))
}

/// The directories that somebody logs in with, or could.
async fn directories(robin: &Robin, tx: &mut dyn Transaction) -> Result<Vec<LdapServerId>> {
    let whole = robin.memory.whole();
    let makers = whole.directories.servers().iter().filter(|known| known.server().settings.create_on_login);
    let mut servers = tx.ldap_servers_in_use().await?;
    servers.extend(makers.map(|known| known.server().id));
    servers.sort_unstable();
    servers.dedup();
    Ok(servers)
}

async fn local(robin: &Robin, origin: &Origin, user: User, hash: PasswordHash, password: &Secret) -> Result<Proved> {
    let (username, authentication) = (user.username.clone(), user.authentication.clone());
    let account = robin_identity::Account { username, authentication, password: Some(hash.clone()) };
    let verdict = robin.local.authenticate(&account, password).await;
    if let Err(robin_identity::Error::UnusableHash(why)) = verdict {
        tracing::error!(request_id = origin.request_id, "a stored password hash can't be used: {why}");
        return Err(REFUSED);
    }
    let verdict = verdict?;
    if !verdict.matches {
        return Err(REFUSED);
    }
    // A hash that can't be made now is made the next time: the login itself is good.
    let fresh = if verdict.rehash { robin.passwords.hash(password).await.ok() } else { None };
    Ok(Proved { user, password: Some(hash), fresh, object_sid: None })
}

/// Whether the person is the one whom the account belongs to; then what is to be written down of them, if anything.
fn judge(kept: Option<String>, person: Person) -> std::result::Result<Option<String>, String> {
    match (kept, person.object_sid) {
        (Some(kept), Some(theirs)) if kept == theirs => Ok(None),
        (Some(_), _) => {
            Err("the directory has somebody else under this name than the account belongs to: if that is meant, set \
             whom with `user update --ldap-user-dn`"
                .to_owned())
        }
        (None, theirs) => Ok(theirs),
    }
}

/// Whether the user of the cluster is the one whom the account belongs to.
fn judge_user(uid: &str, user: &openshift::User) -> std::result::Result<(), String> {
    if user.uid == uid {
        return Ok(());
    }
    let why = "OpenShift has somebody else under this name than the account belongs to: if that is meant, remove the \
               account and add it again";
    Err(why.to_owned())
}

/// A login, and what is to be asked about it.
pub struct Place<'a> {
    /// The server.
    pub robin: &'a Arc<Robin>,
    origin: &'a Origin,
    /// The account's name.
    pub name: &'a str,
    /// Who else could know it, if no local account has it.
    others: Others,
}

/// Whom the password belongs to, or why it is refused.
type Said<T> = std::result::Result<Box<T>, String>;

impl Place<'_> {
    /// What the directory says: the person, or why not.
    ///
    /// # Errors
    /// When the directory is down.
    pub async fn ask(&self, server: LdapServerId, dn: Option<&Dn>, password: &Secret) -> Result<Said<Person>> {
        let whole = self.robin.memory.whole();
        let Some(known) = whole.directories.server(server) else {
            return Ok(Err("its directory server was removed".to_owned()));
        };
        let who = dn.map_or(Who::Username(self.name), Who::Dn);
        let answer = in_time(Box::pin(usable(known)?.authenticate(who, password)), late).await?;
        Ok(match answer.map_err(unavailable)? {
            Answer::Is(person) => Ok(person),
            Answer::Refused(why) => Err(why.to_string()),
        })
    }

    /// Lets somebody in who has no account yet, if a directory makes them one.
    async fn welcome(&self, password: &Secret) -> Result<Proof> {
        match in_time(Box::pin(newcomer::find(self, password)), late).await?? {
            Some(newcomer) => Ok(Proof::Newcomer(newcomer)),
            None => self.refuse().await,
        }
    }

    /// What the OpenShift cluster says: the user, or why not.
    async fn ask_cluster(&self, user: &User, password: &Secret) -> Result<Said<openshift::User>> {
        let Some(cluster) = &self.robin.openshift else {
            return Ok(Err("Robin does not run on OpenShift any more".to_owned()));
        };
        let asking = Box::pin(cluster.authenticate(user.username.as_str(), password));
        let openshift::SignIn { answer, left } = in_time(asking, late_cluster).await?;
        if let Some(why) = left {
            let request_id = self.origin.request_id.as_str();
            tracing::warn!(request_id, "the token that OpenShift gave for a login was not revoked: {why}");
        }
        Ok(match answer.map_err(cluster_unavailable)? {
            openshift::Answer::Is(user) => Ok(user),
            openshift::Answer::Refused(why) => Err(why.to_string()),
        })
    }

    /// Refuses the login, unless that can't be known: a directory or a cluster that is down may know somebody of that name.
    async fn refuse<T>(&self) -> Result<T> {
        let whole = self.robin.memory.whole();
        let known = self.others.servers.iter().filter_map(|id| whole.directories.server(*id));
        try_join(try_join_all(known.map(|known| self.seek(known))), self.probe()).await?;
        Err(REFUSED)
    }

    /// Has a directory search for the name, to see whether it answers.
    async fn seek(&self, known: &Known) -> Result<()> {
        match in_time(Box::pin(usable(known)?.person(Who::Username(self.name), None)), late).await? {
            Ok(_) | Err(ldap::Error::Ambiguous(_)) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Asks the OpenShift cluster for whatever a login needs, to see whether it answers.
    async fn probe(&self) -> Result<()> {
        match self.robin.openshift.as_ref().filter(|_| self.others.cluster) {
            Some(cluster) => {
                in_time(Box::pin(cluster.probe(self.name)), late_cluster).await?.map_err(cluster_unavailable)
            }
            None => Ok(()),
        }
    }

    /// Says why a login is refused: in the log alone.
    pub fn log(&self, username: &str, why: &str) {
        let (request_id, address) = (self.origin.request_id.as_str(), self.origin.address());
        tracing::info!(request_id, address, username, "login refused: {why}");
    }
}

/// The directory, to be asked.
///
/// # Errors
/// When it can't be used as it is set up: nobody can tell whom it knows.
pub fn usable(known: &Known) -> Result<&Directory> {
    known.directory().map_err(|error| unavailable(error.clone()))
}

async fn in_time<T>(asking: impl Future<Output = T>, late: fn() -> Error) -> Result<T> {
    tokio::time::timeout(PATIENCE, asking).await.map_err(|_| late())
}

fn late() -> Error {
    unavailable(ldap::Error::TimedOut(PATIENCE))
}

fn late_cluster() -> Error {
    cluster_unavailable(openshift::Error::TimedOut(PATIENCE))
}
