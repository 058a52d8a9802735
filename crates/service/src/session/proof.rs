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
use robin_storage::Access;

use super::REFUSED;
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

/// What a name leads to.
enum Found {
    /// An active account whose password Robin checks.
    Local(User, PasswordHash),
    /// An active account whose password a directory checks, by this name there. Somebody has the account's id, if it has one.
    Directory { user: User, server: LdapServerId, dn: Option<Dn>, object_sid: Option<String> },
    /// An active account whose password the OpenShift cluster checks, for the user whom this identifies there.
    Openshift { user: User, uid: String },
    /// No account that can log in.
    Nobody,
}

/// Who else could know a name that no local account has.
#[derive(Default)]
struct Others {
    /// The directories that somebody logs in with.
    servers: Vec<LdapServerId>,
    /// Whether somebody logs in with the OpenShift cluster.
    cluster: bool,
}

/// Finds out whether the password is that of the account with this name.
///
/// # Errors
/// [`REFUSED`] when not; [`Error::Unavailable`] while a directory or a cluster is down that somebody logs in with;
/// [`Error::TooMany`] when too many logins wait.
pub async fn of(robin: &Arc<Robin>, origin: &Origin, name: &str, password: &Secret) -> Result<Proved> {
    let name = name.parse::<Username>().ok();
    let (found, others) = look_up(robin, name.as_ref()).await?;
    let place = Place { robin, origin, name: name.as_ref().map_or(NOBODY, Username::as_str), others };
    let hashing = robin.passwords.verify(password, None);
    match found {
        Found::Local(user, hash) => local(robin, origin, user, hash, password).await,
        Found::Directory { user, server, dn, object_sid } => {
            let asking = place.ask(server, dn.as_ref(), password);
            let (hashed, answer) = join(hashing, asking).await;
            hashed?;
            let judged = answer?.and_then(|person| judge(object_sid, *person));
            match judged {
                Ok(object_sid) => Ok(Proved { user, password: None, fresh: None, object_sid }),
                Err(why) => {
                    place.log(&user, &why);
                    place.refuse().await
                }
            }
        }
        Found::Openshift { user, uid } => {
            let (hashed, answer) = join(hashing, place.ask_cluster(&user, password)).await;
            hashed?;
            match answer?.and_then(|person| judge_user(&uid, &person)) {
                Ok(()) => Ok(Proved { user, password: None, fresh: None, object_sid: None }),
                Err(why) => {
                    place.log(&user, &why);
                    place.refuse().await
                }
            }
        }
        Found::Nobody => {
            let (hashed, refusal) = join(hashing, place.refuse()).await;
            hashed?;
            refusal
        }
    }
}

async fn look_up(robin: &Robin, name: Option<&Username>) -> Result<(Found, Others)> {
    let mut tx = robin.store.begin(Access::Read).await?;
    let user = match name {
        Some(name) => tx.user_named(name).await?.filter(User::is_active),
        None => None,
    };
    let found = match user {
        Some(user) => match user.authentication.clone() {
            Authentication::Local => tx.password(user.id).await?.map(|hash| Found::Local(user, hash)),
            Authentication::Ldap { server, dn, object_sid } => Some(Found::Directory { user, server, dn, object_sid }),
            Authentication::Openshift { uid } => Some(Found::Openshift { user, uid }),
        },
        None => None,
    };
    match found {
        Some(Found::Local(user, hash)) => Ok((Found::Local(user, hash), Others::default())),
        found => {
            let found = found.unwrap_or(Found::Nobody);
            let servers = tx.ldap_servers_in_use().await?;
            // Who was asked for this very name need not be asked again.
            let may_know = robin.openshift.is_some() && !matches!(found, Found::Openshift { .. });
            let cluster = may_know && tx.openshift_in_use().await?;
            Ok((found, Others { servers, cluster }))
        }
    }
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
struct Place<'a> {
    robin: &'a Arc<Robin>,
    origin: &'a Origin,
    /// The account's name.
    name: &'a str,
    /// Who could know it, if no account does.
    others: Others,
}

/// Whom the password belongs to, or why it is refused.
type Said<T> = std::result::Result<Box<T>, String>;

impl Place<'_> {
    /// What the directory says: the person, or why not.
    async fn ask(&self, server: LdapServerId, dn: Option<&Dn>, password: &Secret) -> Result<Said<Person>> {
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
    fn log(&self, user: &User, why: &str) {
        let (request_id, address) = (self.origin.request_id.as_str(), self.origin.address());
        tracing::info!(request_id, address, username = user.username.as_str(), "login refused: {why}");
    }
}

fn usable(known: &Known) -> Result<&Directory> {
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
