//! Importing the members of a group, of a directory or of the OpenShift cluster.
//!
//! The group is read whole first, and no transaction is held meanwhile. Then its people are added some at a time, each time in a
//! transaction of its own, so that others get their turn in between. An import that is given up in the middle has added some of
//! them; the next one goes on where it stopped.

mod chunk;

use std::collections::HashMap;

use robin_identity::ldap::{self, Membership as Members};
use robin_model::{
    CapabilityId, CapabilityName, TenantName, TenantRole, Username,
    directory::{Dn, Source},
};

use super::{
    Known, LDAP,
    failure::{failed, usable},
    people::{self, Identity},
    reach,
};
use crate::{Ctx, Error, Progress, Result, Step, authority, tenant};

/// What a person calls a group of a directory.
const GROUP: &str = "LDAP group";

/// A group whose members are to have accounts.
#[derive(Debug)]
pub struct GroupImport {
    /// The directory server.
    pub server: String,
    /// The group.
    pub name: String,
    /// The tenant that they join.
    pub tenant: TenantName,
    /// Their role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
    /// Usernames of members who are passed over.
    pub excluded: Vec<String>,
    /// Where the group is searched for, if not where the server's settings say.
    pub base: Option<Dn>,
    /// Whether to find out alone what would happen.
    pub dry_run: bool,
}

/// What an import came to. All names are usernames but where the directory has none.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Those who joined the tenant, with new accounts or those they had.
    pub added: Vec<String>,
    /// Those who were members of the tenant already; nothing of theirs was changed.
    pub already_there: Vec<String>,
    /// Those who were passed over, and why.
    pub skipped: Vec<(String, String)>,
    /// Those of the added whose new accounts are disabled, because they are in the directory.
    pub disabled: Vec<String>,
}

/// A member of the group who can have an account.
pub(crate) struct Candidate {
    username: Username,
    identity: Identity,
}

/// Where they come from, and where they go.
pub(crate) struct Place<'a> {
    pub source: Source,
    pub tenant: &'a TenantName,
    pub role: TenantRole,
    pub capabilities: Vec<CapabilityId>,
}

/// Imports everybody in a group, however deep. Needs `LDAP:update` and `USER:create`. Accounts, memberships, roles and capabilities
/// that are there stay as they are. `progress` is told of the members that can have an account.
///
/// # Errors
/// [`Error::NotFound`] for a server, a group, a search base or a tenant that is not there or out of reach; [`Error::Invalid`] and
/// [`Error::Denied`] for a role or capabilities that can't be given; [`Error::Conflict`] when several groups have the name, when the
/// directory's answer is not whole, and when it can't be read as it is set up; [`Error::Unavailable`] while it is down.
pub async fn import_group(ctx: &Ctx, group: &GroupImport, progress: &Progress) -> Result<Imported> {
    ctx.intend("ldap_group.import", LDAP, &group.name);
    ctx.permit(LDAP, "update")?;
    ctx.permit_some("USER", "create")?;
    reach(ctx, "update", &group.server)?;
    let server = people::server(ctx, &group.server)?;
    let tenant = tenant::named(ctx, &mut *ctx.read().await?, &group.tenant).await?;
    ctx.permit_in("USER", "create", Some(tenant.id))?;
    let capabilities = authority::grant(ctx, tenant.id, group.role, group.capabilities.as_deref())?;
    let members = read(&server, group).await?;
    let mut imported = Imported::default();
    let nobody = members.skipped.into_iter().map(|(name, why)| (name, why.to_string()));
    imported.skipped.extend(nobody);
    let identity = |person: ldap::Person| (person.username.clone(), Identity::of_directory(&server, person));
    let people = members.people.into_iter().map(identity).collect();
    let candidates = sift(people, &group.excluded, &mut imported);
    let source = Source::Ldap(server.server().id);
    let place = Place { source, tenant: &group.tenant, role: group.role, capabilities };
    carry_out(ctx, &place, &candidates, group.dry_run, progress, &mut imported).await?;
    Ok(imported)
}

/// Adds the candidates to the tenant, or only finds out what would become of them. `progress` is told of all of them.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session has ended meanwhile; [`Error::NotFound`] when the tenant has gone meanwhile; when the
/// database can't.
pub(crate) async fn carry_out(
    ctx: &Ctx,
    place: &Place<'_>,
    candidates: &[Candidate],
    dry_run: bool,
    progress: &Progress,
    imported: &mut Imported,
) -> Result<()> {
    let mut step = Step { done: 0, total: candidates.len() };
    progress.send_replace(step);
    for some in candidates.chunks(chunk::SIZE) {
        chunk::import(ctx, place, some, dry_run, imported).await?;
        step.done += some.len();
        progress.send_replace(step);
    }
    Ok(())
}

async fn read(server: &Known, group: &GroupImport) -> Result<Members> {
    let found = usable(server)?.members_of(&group.name, group.base.as_ref()).await;
    let found = found.map_err(|error| match error {
        ldap::Error::Ambiguous(_) => Error::Conflict(error.to_string()),
        error => failed(server, group.base.as_ref(), error),
    })?;
    let members = found.ok_or_else(|| Error::not_found(GROUP, &group.name))?;
    match &members.partial {
        None => Ok(members),
        Some(partial) => Err(people::incomplete(server, partial)),
    }
}

/// Those of the people who can have an account, as far as they themselves tell. Each comes with the name that they have there.
pub(crate) fn sift(people: Vec<(String, Identity)>, excluded: &[String], imported: &mut Imported) -> Vec<Candidate> {
    let mut namesakes: HashMap<String, usize> = HashMap::new();
    for (name, _) in &people {
        *namesakes.entry(name.to_lowercase()).or_default() += 1;
    }
    let excluded: Vec<String> = excluded.iter().map(|name| name.to_lowercase()).collect();
    let mut candidates = Vec::with_capacity(people.len());
    for (name, identity) in people {
        let key = name.to_lowercase();
        let why = if excluded.contains(&key) {
            "excluded".to_owned()
        } else if namesakes.get(&key).is_some_and(|count| *count > 1) {
            instead("several users there have the name", &identity)
        } else {
            match name.parse() {
                Ok(username) => {
                    candidates.push(Candidate { username, identity });
                    continue;
                }
                Err(_) => instead("the name has characters that are not allowed here", &identity),
            }
        };
        imported.skipped.push((name, why));
    }
    candidates
}

/// Why somebody can't be imported under the name that they have there, and what to do about it.
fn instead(why: &str, identity: &Identity) -> String {
    match &identity.dn {
        Some(dn) => format!("{why}: choose a username and add them with `user add --ldap-user-dn '{dn}'`"),
        None => why.to_owned(),
    }
}
