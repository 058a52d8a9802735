//! Users of a directory, or of the OpenShift cluster, who are to have an account.

use std::{collections::HashMap, sync::Arc};

use robin_identity::ldap::{Person, Query, Standing, Who};
use robin_model::{
    directory::{Dn, Source},
    profile::Profile,
    user::{Authentication, User},
};

use super::{
    Known,
    failure::{failed, usable},
    missing,
};
use robin_storage::{Change, Transaction};

use crate::{Ctx, Error, Result, work::Work};

/// What a person calls a user of a directory.
const USER: &str = "LDAP user";

/// The server of that name.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub(crate) fn server(ctx: &Ctx, name: &str) -> Result<Arc<Known>> {
    let known = name.parse().ok().and_then(|name| ctx.whole.directories.named(&name));
    known.cloned().ok_or_else(|| missing(&name))
}

/// The users of these names, in the same order.
///
/// # Errors
/// [`Error::NotFound`] for the first that is not in the directory; [`Error::Conflict`] when several have one of the names, when the
/// answer is not whole, and when the directory can't be read as it is set up; [`Error::Unavailable`] while it is down.
pub(crate) async fn named(server: &Known, names: &[String], base: Option<&Dn>) -> Result<Vec<Person>> {
    let query = Query { names: names.to_vec(), filter: None, base: base.cloned() };
    let (people, partial) = usable(server)?.users(query).all().await.map_err(|error| failed(server, base, error))?;
    if let Some(partial) = partial {
        return Err(incomplete(server, &partial));
    }
    let mut known: HashMap<String, Person> = HashMap::with_capacity(people.len());
    for person in people {
        let key = person.username.to_lowercase();
        if known.get(&key).is_some_and(|other| other.distinguished_name != person.distinguished_name) {
            return Err(Error::Conflict(format!(
                "several users of the directory are named `{}`: name a search base, or one's `ldap_user_dn`",
                person.username
            )));
        }
        known.insert(key, person);
    }
    let person = |name: &String| known.get(&name.to_lowercase()).cloned().ok_or_else(|| Error::not_found(USER, name));
    names.iter().map(person).collect()
}

/// The user of this distinguished name.
///
/// # Errors
/// As [`named`].
pub(crate) async fn at(server: &Known, dn: &Dn) -> Result<Person> {
    let person = usable(server)?.person(Who::Dn(dn), None).await.map_err(|error| failed(server, None, error))?;
    person.ok_or_else(|| Error::not_found(USER, dn))
}

/// An answer of which something is missing: nobody is added by it.
pub(super) fn incomplete(server: &Known, partial: &impl ToString) -> Error {
    let name = &server.server().settings.name;
    Error::Conflict(format!("LDAP server `{name}`: {}; nothing was imported", partial.to_string()))
}

/// Somebody whom a directory or the cluster knows, as far as an account is concerned.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// Who knows them.
    pub source: Source,
    /// What identifies them there for ever; every user of the cluster has that.
    pub id: Option<String>,
    /// Their entry, in a directory.
    pub dn: Option<Dn>,
    /// What is known of them, as far as it can be kept.
    pub profile: Profile,
    /// Whether they are kept from logging in there.
    pub is_disabled: bool,
}

impl Identity {
    /// A user of a directory.
    pub(crate) fn of_directory(server: &Known, person: Person) -> Self {
        Self {
            source: Source::Ldap(server.server().id),
            dn: person.distinguished_name.parse().ok(),
            is_disabled: person.standing == Standing::Disabled,
            profile: profile(person.first_name, person.last_name, person.email_address),
            id: person.object_sid,
        }
    }

    /// A user of the cluster. The last word of the whole name is the last name.
    pub(crate) fn of_cluster(user: robin_identity::openshift::User) -> Self {
        let name = user.full_name.unwrap_or_default();
        let (first, last) = name.trim().rsplit_once(char::is_whitespace).unwrap_or(("", name.trim()));
        let kept = |part: &str| Some(part.trim().to_owned());
        Self {
            source: Source::Openshift,
            id: Some(user.uid),
            dn: None,
            profile: profile(kept(first), kept(last), None),
            is_disabled: false,
        }
    }

    /// Who checks the password of their account, which logs in there by this name if it is not the account's own.
    pub(crate) fn authentication(&self, dn: Option<Dn>) -> Authentication {
        match self.source {
            Source::Ldap(server) => Authentication::Ldap { server, dn, object_sid: self.id.clone() },
            Source::Openshift => Authentication::Openshift { uid: self.id.clone().unwrap_or_default() },
        }
    }
}

/// What is known of a person, as far as it can be kept.
pub(super) fn profile(first_name: Option<String>, last_name: Option<String>, email: Option<String>) -> Profile {
    let kept = |part: Profile| part.checked().unwrap_or_default();
    let first_name = kept(Profile { first_name, ..Profile::default() }).first_name;
    let last_name = kept(Profile { last_name, ..Profile::default() }).last_name;
    Profile { first_name, last_name, ..kept(Profile { email, ..Profile::default() }) }
}

/// The accounts that these identifiers lead to.
///
/// # Errors
/// When the database can't.
pub(crate) async fn accounts(tx: &mut dyn Transaction, source: Source, ids: &[String]) -> Result<Vec<User>> {
    Ok(match source {
        Source::Ldap(server) => tx.directory_users(server, ids).await?,
        Source::Openshift => tx.openshift_users(ids).await?,
    })
}

/// Writes down what identifies an account in its directory, where that is not known yet. False, with nothing changed, when another
/// account has it.
///
/// # Errors
/// When the database can't.
pub(crate) async fn tie(work: &mut Work<'_>, user: &User, object_sid: Option<&str>) -> Result<bool> {
    let (Authentication::Ldap { dn, object_sid: None, .. }, Some(_)) = (&user.authentication, object_sid) else {
        return Ok(true);
    };
    let is_free = work.set_directory_account(user.id, dn.as_ref(), object_sid).await?;
    if is_free {
        work.touch(Change::User(user.id)).await?;
    }
    Ok(is_free)
}

/// Which account somebody has whom a directory or the cluster knows.
#[derive(Debug)]
pub(crate) enum Claim {
    /// None yet.
    New,
    /// This one.
    Own(Box<User>),
    /// None, and the name is that of somebody else.
    Taken,
}

impl Claim {
    /// Judges by the account that the identifier leads to, and the one that has the name. An account that was not tied to anybody yet
    /// is theirs when the server and the names are the same.
    pub(crate) fn of(identity: &Identity, by_id: Option<User>, by_name: Option<User>) -> Self {
        match (by_id, by_name) {
            (Some(user), _) => Self::Own(Box::new(user)),
            (None, None) => Self::New,
            (None, Some(user)) if is_untied(&user, identity) => Self::Own(Box::new(user)),
            (None, Some(_)) => Self::Taken,
        }
    }
}

fn is_untied(user: &User, identity: &Identity) -> bool {
    match &user.authentication {
        Authentication::Ldap { server, dn, object_sid: None } if identity.source == Source::Ldap(*server) => {
            dn.is_none() || *dn == identity.dn
        }
        Authentication::Ldap { .. }
        | Authentication::Local
        | Authentication::Openshift { .. }
        | Authentication::Service => false,
    }
}
