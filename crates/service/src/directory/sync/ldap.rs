//! Reading an LDAP directory, all of it or nothing.

use robin_identity::ldap::{self, Directory, Partial, Person, Query, Standing, Who};
use robin_model::{
    GroupName,
    directory::{Absence, Mapping, ServerType},
    user::{Authentication, User},
};

use super::reading::{Reading, Seen};
use crate::{
    Error, Result,
    directory::{
        Known,
        failure::{failed, unavailable, usable},
        people,
    },
};

/// Reads all people of a directory, who is in the mapped groups, and whom the accounts lead to that say so themselves, wherever in the
/// directory that is.
///
/// # Errors
/// [`Error::Conflict`] when something is missing, when nobody is there at all, when a mapped group is not there, or several have its name;
/// [`Error::Unavailable`] while the directory is down.
pub async fn read(server: &Known, mappings: &[Mapping], named: &[User]) -> Result<Reading> {
    let _place = server.place().await.ok_or_else(|| unavailable("too many of its lists are being read"))?;
    let directory = usable(server)?;
    let mut reading = Reading::default();
    everybody(server, directory, &mut reading).await?;
    let mut groups: Vec<&GroupName> = mappings.iter().map(|mapping| &mapping.group).collect();
    groups.sort_unstable_by_key(|group| group.key());
    groups.dedup_by_key(|group| group.key());
    for group in groups {
        let members = directory.members_of(group.as_str(), None).await.map_err(|error| match error {
            ldap::Error::Ambiguous(_) => Error::Conflict(error.to_string()),
            error => failed(server, None, error),
        })?;
        let members = members.ok_or_else(|| no_group(server, group))?;
        whole(server, members.partial.as_ref())?;
        let kind = server.server().settings.server_type;
        reading.add_group(group.clone(), members.people.into_iter().map(|person| seen(kind, person)));
    }
    for account in named {
        if let Authentication::Ldap { dn: Some(dn), .. } = &account.authentication {
            let person = directory.person(Who::Dn(dn), None).await.map_err(|error| failed(server, None, error))?;
            reading.add_named(account.id, person.map(|person| seen(server.server().settings.server_type, person)));
        }
    }
    Ok(reading)
}

async fn everybody(server: &Known, directory: &Directory, reading: &mut Reading) -> Result<()> {
    let mut listing = directory.users(Query { names: Vec::new(), filter: None, base: None });
    while let Some(person) = listing.next().await {
        let person = person.map_err(|error| failed(server, None, error))?;
        reading.add(seen(server.server().settings.server_type, person));
    }
    whole(server, listing.partial())?;
    if reading.len() == 0 {
        let name = &server.server().settings.name;
        let text = format!(
            "LDAP server `{name}` shows no user at all: look at its bases, its attributes, and at what Robin may read there"
        );
        return Err(Error::Conflict(text));
    }
    Ok(())
}

/// An answer of which something is missing says nothing of those who are missing.
fn whole(server: &Known, partial: Option<&Partial>) -> Result<()> {
    let name = &server.server().settings.name;
    let error = |partial: &Partial| Error::Conflict(format!("LDAP server `{name}`: {partial}; nothing was changed"));
    partial.map_or(Ok(()), |partial| Err(error(partial)))
}

fn no_group(server: &Known, group: &GroupName) -> Error {
    let name = &server.server().settings.name;
    Error::Conflict(format!(
        "LDAP server `{name}` has no group `{group}`, which is mapped: remove its mappings (`ldap remove-mapping`) if it is not to come \
         back"
    ))
}

fn seen(kind: ServerType, person: Person) -> Seen {
    let absence = match (person.standing, kind) {
        (Standing::Disabled, _) => Some(Absence::Disabled),
        (Standing::Locked, ServerType::ActiveDirectory) => Some(Absence::Locked),
        // Active Directory says whether a lock is still on; elsewhere its mark stays until the next login.
        (Standing::Active, _) | (Standing::Locked, ServerType::OpenLdap) => None,
    };
    let profile = people::profile(person.first_name, person.last_name, person.email_address);
    Seen::new(person.object_sid, person.username, profile, absence)
}
