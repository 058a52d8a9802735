//! Accounts of users whom a directory or the OpenShift cluster knows.

use std::{collections::HashMap, sync::Arc};

use robin_model::{
    TenantId, Username,
    audit::Entry,
    directory::Dn,
    user::{Authentication, User},
};
use robin_storage::Change;

use super::{Added, Checked, Known, New, Provider, insert, join, taken};
use crate::{
    Ctx, Error, Result, audit,
    directory::{
        self,
        people::{self, Claim, Identity},
    },
    openshift, tenant, user,
    work::Work,
};

/// A user whom a directory or the cluster knows, and who is to have an account.
pub struct Enrolment {
    /// The name to log in with, where it was given.
    dn: Option<Dn>,
    /// Who they are.
    pub identity: Identity,
}

impl Enrolment {
    fn authentication(&self) -> Authentication {
        self.identity.authentication(self.dn.clone())
    }
}

/// Users who are looked for by name in one go.
struct Search<'a> {
    server: Arc<directory::Known>,
    base: Option<&'a Dn>,
    users: Vec<(usize, &'a New)>,
}

/// Looks up those of the users whose passwords others are to check, those of one directory together and those of the cluster. In the
/// order of the users.
///
/// # Errors
/// [`Error::Invalid`] for what makes no sense, with the username; as [`people::named`] and [`openshift::people`].
pub async fn look_up(ctx: &Ctx, users: &[New]) -> Result<Vec<Option<Enrolment>>> {
    let mut found: HashMap<usize, Enrolment> = HashMap::new();
    let mut searches: Vec<Search<'_>> = Vec::new();
    for (nth, user) in users.iter().enumerate() {
        let Some(server) = server(ctx, user).map_err(|error| super::about(&user.username, error))? else { continue };
        let Provider::Ldap { dn, base, .. } = &user.provider else { continue };
        if let Some(dn) = dn {
            let person = people::at(&server, dn).await?;
            found.insert(nth, Enrolment { dn: Some(dn.clone()), identity: Identity::of_directory(&server, person) });
            continue;
        }
        let base = base.as_ref();
        let id = server.server().id;
        match searches.iter_mut().find(|search| search.server.server().id == id && search.base == base) {
            Some(search) => search.users.push((nth, user)),
            None => searches.push(Search { server, base, users: vec![(nth, user)] }),
        }
    }
    for Search { server, base, users } in searches {
        let names: Vec<String> = users.iter().map(|(_, user)| user.username.to_string()).collect();
        let people = people::named(&server, &names, base).await?;
        let enrolment = |person| Enrolment { dn: None, identity: Identity::of_directory(&server, person) };
        found.extend(users.into_iter().zip(people).map(|((nth, _), person)| (nth, enrolment(person))));
    }
    found.extend(of_cluster(ctx, users).await?);
    Ok((0..users.len()).map(|nth| found.remove(&nth)).collect())
}

/// Those whose passwords the cluster is to check, by their places.
async fn of_cluster(ctx: &Ctx, users: &[New]) -> Result<Vec<(usize, Enrolment)>> {
    let is_theirs = |(_, user): &(usize, &New)| matches!(user.provider, Provider::Openshift);
    let theirs: Vec<(usize, &New)> = users.iter().enumerate().filter(is_theirs).collect();
    if theirs.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = theirs.iter().map(|(_, user)| user.username.to_string()).collect();
    let people = openshift::people(openshift::cluster(ctx, "operation")?, &names).await?;
    let enrolment = |user| Enrolment { dn: None, identity: Identity::of_cluster(user) };
    Ok(theirs.into_iter().zip(people).map(|((nth, _), user)| (nth, enrolment(user))).collect())
}

/// The directory server that is to check the user's password; `None` where none does.
fn server(ctx: &Ctx, user: &New) -> Result<Option<Arc<directory::Known>>> {
    match &user.provider {
        Provider::Ldap { server: None, .. } => {
            Err(Error::Invalid("`ldap_server` is missing: name the server that knows the user".to_owned()))
        }
        Provider::Ldap { .. } | Provider::Openshift if user.password.is_some() => {
            let text = "`password` is for users with `authentication_type` 1: this one's is kept elsewhere";
            Err(Error::Invalid(text.to_owned()))
        }
        Provider::Ldap { server: Some(server), .. } => people::server(ctx, server).map(Some),
        Provider::Local | Provider::Openshift => Ok(None),
    }
}

/// Adds an account for the user, or, where that is asked for, gives the account that is theirs the memberships it lacks.
///
/// # Errors
/// [`Error::Conflict`] when the name is somebody else's, and when they have an account where they should have none.
pub async fn admit(
    ctx: &Ctx,
    work: &mut Work<'_>,
    user: &Checked<'_>,
    enrolment: &Enrolment,
    known: Known,
    added: &mut Added,
) -> Result<()> {
    let name = &user.new.username;
    match claim(work, name, enrolment).await? {
        Claim::New => {
            insert(ctx, work, user, enrolment.authentication(), None).await?;
            added.added.push(name.clone());
            added.disabled.extend(Some(name.clone()).filter(|_| enrolment.identity.is_disabled));
            Ok(())
        }
        Claim::Own(account) if known == Known::Joins && user::is_in_reach(ctx, &mut **work, account.id).await? => {
            people::tie(work, &account, enrolment.identity.id.as_deref()).await?;
            let has_joined = join_more(ctx, work, user, &account).await?;
            let list = if has_joined { &mut added.added } else { &mut added.already_there };
            list.push(account.username);
            Ok(())
        }
        Claim::Own(account) if account.username.key() != name.key() => {
            Err(Error::Conflict(format!("`{name}` has an account already: it is user `{}`", account.username)))
        }
        Claim::Own(_) | Claim::Taken => Err(taken(name)),
    }
}

async fn claim(work: &mut Work<'_>, name: &Username, enrolment: &Enrolment) -> Result<Claim> {
    let Enrolment { identity, .. } = enrolment;
    let by_id = match &identity.id {
        Some(id) => people::accounts(&mut **work, identity.source, std::slice::from_ref(id)).await?.pop(),
        None => None,
    };
    Ok(Claim::of(identity, by_id, work.user_named(name).await?))
}

/// Gives an account those memberships that it lacks, and says whether it lacked any.
async fn join_more(ctx: &Ctx, work: &mut Work<'_>, user: &Checked<'_>, account: &User) -> Result<bool> {
    let mut joined: Vec<TenantId> = Vec::new();
    for (place, capabilities) in user.new.tenants.iter().zip(&user.grants) {
        let tenant = tenant::named(ctx, &mut **work, &place.tenant).await?.id;
        if joined.contains(&tenant) || work.membership(account.id, tenant).await?.is_none() {
            join(ctx, work, account.id, place, capabilities, ctx.now()).await?;
            joined.push(tenant);
        }
    }
    for tenant in &joined {
        let mut entry = Entry { target: account.username.to_string(), ..ctx.record() };
        entry.after = audit::state(&work.membership(account.id, *tenant).await?);
        work.append_audit(&entry).await?;
    }
    if !joined.is_empty() {
        work.touch(Change::User(account.id)).await?;
    }
    Ok(!joined.is_empty())
}
