//! Users of a directory who are to have an account.

use std::{collections::HashMap, sync::Arc};

use robin_identity::ldap::{Person, Query, Who};
use robin_model::{
    LdapServerId,
    directory::Dn,
    profile::Profile,
    user::{Authentication, User},
};

use super::{
    Known,
    failure::{failed, usable},
    missing,
};
use robin_storage::Change;

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

/// What the directory says of a person, as far as it can be kept.
pub(crate) fn profile(person: &Person) -> Profile {
    let kept = |part: Profile| part.checked().unwrap_or_default();
    let Person { first_name, last_name, email_address: email, .. } = person.clone();
    let first_name = kept(Profile { first_name, ..Profile::default() }).first_name;
    let last_name = kept(Profile { last_name, ..Profile::default() }).last_name;
    Profile { first_name, last_name, ..kept(Profile { email, ..Profile::default() }) }
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

/// Which account a user of a directory has.
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
    /// Judges by the account that the directory's id leads to, and the one that has the name. An account that was not tied to an id
    /// yet is this user's when the server and the names are the same.
    pub(crate) fn of(server: LdapServerId, person: &Person, by_id: Option<User>, by_name: Option<User>) -> Self {
        match (by_id, by_name) {
            (Some(user), _) => Self::Own(Box::new(user)),
            (None, None) => Self::New,
            (None, Some(user)) if is_untied(&user, server, person) => Self::Own(Box::new(user)),
            (None, Some(_)) => Self::Taken,
        }
    }
}

fn is_untied(user: &User, server: LdapServerId, person: &Person) -> bool {
    match &user.authentication {
        Authentication::Ldap { server: own, dn, object_sid: None } if *own == server => {
            dn.as_ref().is_none_or(|dn| person.distinguished_name.parse().is_ok_and(|theirs: Dn| *dn == theirs))
        }
        Authentication::Ldap { .. } | Authentication::Local | Authentication::Openshift | Authentication::Service => {
            false
        }
    }
}
