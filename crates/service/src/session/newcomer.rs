//! People whom a directory knows, and who have no account yet: the first login makes it, where a server is set up so, as the mappings of
//! their groups say.

use std::sync::Arc;

use robin_model::{
    GroupName, NamespaceName, Secret, Username,
    audit::Entry,
    directory::{Mapping, Source},
    object::NewObject,
    user::{NewMembership, NewUser, User},
};
use robin_storage::{Access, Change};
use serde_json::json;

use super::{
    REFUSED,
    proof::{Place, Proved, usable},
};
use crate::{
    Result, audit,
    ctx::Origin,
    directory::{
        Known,
        mapping::{Groups, Wanted, wanted},
        people::{self, Claim, Identity},
        unavailable,
    },
    robin::Robin,
    work::Work,
};

/// Somebody who has proved to a directory who they are, and whom its mappings give a place.
pub struct Newcomer {
    server: Arc<Known>,
    username: Username,
    identity: Identity,
    /// Those of the mapped groups that they are in.
    groups: Groups,
}

/// Asks the servers that make accounts, one after the other, until one knows the password and its mappings give a place.
///
/// # Errors
/// [`Error::Unavailable`](crate::Error::Unavailable) when one of them is down before that.
pub async fn find(place: &Place<'_>, password: &Secret) -> Result<Option<Newcomer>> {
    let whole = place.robin.memory.whole();
    for server in whole.directories.servers().iter().filter(|known| known.server().settings.create_on_login) {
        match ask(place, server, password).await? {
            Ok(newcomer) => return Ok(Some(newcomer)),
            Err(why) => place.log(place.name, &format!("LDAP server `{}`: {why}", server.server().settings.name)),
        }
    }
    Ok(None)
}

/// Asks one of them; why not, otherwise.
async fn ask(
    place: &Place<'_>,
    server: &Arc<Known>,
    password: &Secret,
) -> Result<std::result::Result<Newcomer, String>> {
    let no = |why: &str| Ok(Err(why.to_owned()));
    let id = server.server().id;
    let mappings = place.robin.store.begin(Access::Read).await?.mappings_of(Source::Ldap(id)).await?;
    if mappings.is_empty() {
        return no("none of its groups is mapped to a tenant");
    }
    let person = match place.ask(id, None, password).await? {
        Ok(person) => *person,
        Err(why) => return Ok(Err(why)),
    };
    let Ok(username) = person.username.parse() else {
        return no("the name has characters that are not allowed here");
    };
    if person.object_sid.is_none() {
        return no("the directory shows nothing that identifies them: say what does with `ldap update-attribute`");
    }
    let among = names(&mappings);
    let theirs = usable(server)?.groups_of(&person, &among).await.map_err(unavailable)?;
    let groups = mappings.iter().map(|mapping| &mapping.group).filter(|group| is_among(group, &theirs)).collect();
    if places(place.robin, &groups, &mappings).is_empty() {
        return no("none of their groups is mapped to a tenant");
    }
    let identity = Identity::of_directory(server, person);
    Ok(Ok(Newcomer { server: Arc::clone(server), username, identity, groups }))
}

/// The groups that are mapped, each once.
fn names(mappings: &[Mapping]) -> Vec<String> {
    let mut groups: Vec<&GroupName> = mappings.iter().map(|mapping| &mapping.group).collect();
    groups.sort_unstable_by_key(|group| group.key());
    groups.dedup_by_key(|group| group.key());
    groups.into_iter().map(ToString::to_string).collect()
}

fn is_among(group: &GroupName, names: &[String]) -> bool {
    names.iter().any(|name| name.to_lowercase() == group.key())
}

/// The places that the mappings give. Nobody becomes a superadmin by logging in.
fn places(robin: &Robin, groups: &Groups, mappings: &[Mapping]) -> Vec<Wanted> {
    wanted(groups, mappings, &robin.memory.whole().catalogue, false)
}

impl Newcomer {
    /// Makes the account with its places, as the mappings are now. Where somebody else has made it meanwhile, that is it.
    ///
    /// # Errors
    /// [`REFUSED`] when the person has an account under another name, or somebody else has the name.
    pub async fn enrol(self, robin: &Robin, work: &mut Work<'_>, origin: &Origin) -> Result<Proved> {
        let ids: Vec<String> = self.identity.id.iter().cloned().collect();
        let by_id = people::accounts(&mut **work, self.identity.source, &ids).await?.pop();
        let by_name = work.user_named(&self.username).await?;
        let user = match Claim::of(&self.identity, by_id, by_name) {
            Claim::New => self.insert(robin, work, origin).await?,
            Claim::Own(user) if user.username.key() == self.username.key() => *user,
            Claim::Own(_) | Claim::Taken => {
                let (request_id, username) = (origin.request_id.as_str(), self.username.as_str());
                tracing::info!(
                    request_id,
                    username,
                    "login refused: the person has an account under another name, or somebody else has theirs"
                );
                return Err(REFUSED);
            }
        };
        Ok(Proved { user, password: None, fresh: None, object_sid: self.identity.id })
    }

    async fn insert(&self, robin: &Robin, work: &mut Work<'_>, origin: &Origin) -> Result<User> {
        let (server, now) = (self.server.server(), robin.clock.now());
        let source = self.identity.source;
        let wanted = places(robin, &self.groups, &work.mappings_of(source).await?);
        let new = NewUser {
            username: self.username.clone(),
            authentication: self.identity.authentication(None),
            password: None,
            profile: self.identity.profile.clone(),
            disabled: false,
            current_tenant: wanted.first().map(|place| place.tenant),
            created_at: now,
        };
        let id = work.insert_user(&new).await?.ok_or(REFUSED)?;
        let mut memberships = Vec::with_capacity(wanted.len());
        for Wanted { tenant, role, capabilities } in wanted {
            let name = NamespaceName::of_member(tenant, id);
            let namespace = NewObject::namespace(&name, tenant, id, now);
            // One that somebody made before stays theirs, and the member has none.
            let made = work.insert_object(&namespace).await?;
            work.touch(Change::Object(namespace.object_type, namespace.name)).await?;
            let mapped_by = Some(source);
            memberships.push(NewMembership { user: id, tenant, role, capabilities, namespace: made, mapped_by });
        }
        work.insert_memberships(&memberships).await?;
        work.touch(Change::User(id)).await?;
        let after = json!({
            "id": id, "username": new.username, "authentication": new.authentication, "profile": new.profile,
            "disabled": new.disabled, "ldap_server": server.settings.name, "memberships": work.memberships_of(&[id]).await?,
        });
        let entry = Entry {
            after: audit::state(&after),
            request_id: origin.request_id.clone(),
            address: origin.address(),
            ..Entry::by_system(now, "user.create", ("USER", new.username.as_str()))
        };
        work.append_audit(&entry).await?;
        work.user(id).await?.ok_or(REFUSED)
    }
}
