//! Some of a group's members at a time.

use std::collections::{HashMap, HashSet};

use robin_model::{
    ContextId, NamespaceName, TenantId, Timestamp, UserId,
    audit::Entry,
    directory::Source,
    object::NewObject,
    tenant::Tenant,
    user::{Membership, NewMembership, NewUser, User},
};
use robin_storage::{Change, Transaction};
use serde_json::json;

use super::{Candidate, Imported, Place};
use crate::{
    Ctx, Error, Result, audit,
    directory::people::{self, Claim, Identity},
    namespace, session, tenant, user,
    work::Work,
};

/// How many are added in one transaction: others who change something wait some tens of milliseconds for it.
pub const SIZE: usize = 250;

/// What becomes of some members.
#[derive(Default)]
struct Plan<'a> {
    /// Those who get an account.
    new: Vec<&'a Candidate>,
    /// Those who have one, and join the tenant with it.
    joining: Vec<(Box<User>, &'a Identity)>,
}

/// Adds some members to the tenant, or only finds out what would become of them.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session has ended meanwhile; [`Error::NotFound`] when the tenant has gone meanwhile; when the
/// database can't.
pub async fn import(
    ctx: &Ctx,
    place: &Place<'_>,
    some: &[Candidate],
    dry_run: bool,
    imported: &mut Imported,
) -> Result<()> {
    if dry_run {
        let mut tx = ctx.read().await?;
        let tenant = tenant::named(ctx, &mut *tx, place.tenant).await?;
        let plan = plan(ctx, &mut *tx, place, &tenant, some, imported).await?;
        plan.report(imported);
        return Ok(());
    }
    let mut work = ctx.change().await?;
    session::still_here(ctx, &mut work).await?;
    let tenant = tenant::named(ctx, &mut *work, place.tenant).await?;
    // Names count when it is done.
    let mut done = Imported::default();
    let plan = plan(ctx, &mut *work, place, &tenant, some, &mut done).await?;
    if !plan.is_empty() {
        plan.carry_out(ctx, &mut work, place, &tenant).await?;
        work.commit().await?;
        ctx.robin.certificates.wake();
    }
    plan.report(&mut done);
    imported.extend(done);
    Ok(())
}

/// Finds out what is to be done about whom. Whoever is passed over, or there, goes to the report.
async fn plan<'a>(
    ctx: &Ctx,
    tx: &mut dyn Transaction,
    place: &Place<'_>,
    tenant: &Tenant,
    some: &'a [Candidate],
    imported: &mut Imported,
) -> Result<Plan<'a>> {
    let (mut by_id, mut by_name) = known(tx, place.source, some).await?;
    let ids: Vec<UserId> = by_id.values().chain(by_name.values()).map(|user| user.id).collect();
    let places = tx.memberships_of(&ids).await?;
    let members: HashSet<UserId> =
        places.iter().filter(|place| place.tenant == tenant.id).map(|place| place.user).collect();
    let mut plan = Plan::default();
    let mut seen = HashSet::new();
    for candidate in some {
        let name = candidate.username.to_string();
        let identity = &candidate.identity;
        if identity.id.as_ref().is_some_and(|id| !seen.insert(id)) {
            imported.skipped.push((name, "the directory has the same id for somebody else".to_owned()));
            continue;
        }
        let own = identity.id.as_ref().and_then(|id| by_id.remove(id));
        match Claim::of(identity, own, by_name.remove(&candidate.username.key())) {
            Claim::New => plan.new.push(candidate),
            Claim::Own(user) if members.contains(&user.id) => {
                imported.already_there.push(user.username.to_string());
            }
            Claim::Own(user) if user::is_in_reach(ctx, tx, user.id).await? => {
                plan.joining.push((user, identity));
            }
            Claim::Own(_) | Claim::Taken => {
                imported.skipped.push((name, "another account has the name".to_owned()));
            }
        }
    }
    Ok(plan)
}

/// The accounts that some members have, by what identifies them there, and those that have their names.
async fn known(
    tx: &mut dyn Transaction,
    source: Source,
    some: &[Candidate],
) -> Result<(HashMap<String, User>, HashMap<String, User>)> {
    let ids: Vec<String> = some.iter().filter_map(|one| one.identity.id.clone()).collect();
    let names: Vec<_> = some.iter().map(|one| one.username.clone()).collect();
    let identified = |user: User| user.authentication.identifier().map(str::to_owned).map(|id| (id, user));
    let by_id = people::accounts(tx, source, &ids).await?.into_iter().filter_map(identified).collect();
    let by_name = tx.users_named(&names).await?.into_iter().map(|user| (user.username.key(), user)).collect();
    Ok((by_id, by_name))
}

impl Plan<'_> {
    const fn is_empty(&self) -> bool {
        self.new.is_empty() && self.joining.is_empty()
    }

    fn report(&self, imported: &mut Imported) {
        for candidate in &self.new {
            let name = candidate.username.to_string();
            if candidate.identity.is_disabled {
                imported.disabled.push(name.clone());
            }
            imported.added.push(name);
        }
        imported.added.extend(self.joining.iter().map(|(user, _)| user.username.to_string()));
    }

    async fn carry_out(&self, ctx: &Ctx, work: &mut Work<'_>, place: &Place<'_>, tenant: &Tenant) -> Result<()> {
        let now = ctx.now();
        let new: Vec<NewUser> = self.new.iter().map(|candidate| account(tenant.id, candidate, now)).collect();
        let ids = work.insert_users(&new).await?;
        let mut users: Vec<UserId> = Vec::with_capacity(ids.len());
        for (id, new) in ids.into_iter().zip(&new) {
            // What is known of all accounts was read in this transaction.
            let taken = || Error::Conflict(format!("user `{}` already exists", new.username));
            users.push(id.ok_or_else(taken)?);
        }
        for (user, identity) in &self.joining {
            people::tie(work, user, identity.id.as_deref()).await?;
        }
        users.extend(self.joining.iter().map(|(user, _)| user.id));
        let joined = join(ctx, work, place, tenant, &users).await?;
        work.touch_all(self.joining.iter().map(|(user, _)| Change::User(user.id)).collect()).await?;
        let of_new = new.iter().zip(&joined).map(|(new, membership)| {
            let after = json!({
                "id": membership.user, "username": new.username, "authentication": new.authentication,
                "profile": new.profile, "disabled": new.disabled, "memberships": [membership],
            });
            (new.username.as_str(), Some(after))
        });
        let of_joining = self.joining.iter().zip(joined.iter().skip(new.len()));
        let of_joining = of_joining.map(|((user, _), membership)| (user.username.as_str(), audit::state(membership)));
        let entry = |(name, after): (&str, Option<serde_json::Value>)| Entry {
            action: "user.create".to_owned(),
            target_type: "USER".to_owned(),
            target: name.to_owned(),
            after,
            ..ctx.record()
        };
        let entries: Vec<Entry> = of_new.chain(of_joining).map(entry).collect();
        work.append_audits(&entries).await?;
        Ok(())
    }
}

fn account(tenant: TenantId, candidate: &Candidate, now: Timestamp) -> NewUser {
    let Candidate { username, identity } = candidate;
    NewUser {
        username: username.clone(),
        authentication: identity.authentication(None),
        password: None,
        profile: identity.profile.clone(),
        disabled: identity.is_disabled,
        current_tenant: Some(tenant),
        created_at: now,
    }
}

/// Makes users members of the tenant, each with a namespace of their own.
async fn join(
    ctx: &Ctx,
    work: &mut Work<'_>,
    place: &Place<'_>,
    tenant: &Tenant,
    users: &[UserId],
) -> Result<Vec<Membership>> {
    let now = ctx.now();
    let name = |user: &UserId| NamespaceName::of_member(tenant.id, *user);
    let objects: Vec<NewObject> =
        users.iter().map(|user| NewObject::namespace(&name(user), tenant.id, *user, now)).collect();
    let namespaces = work.insert_objects(&objects).await?;
    let made = objects.into_iter().zip(&namespaces).filter(|(_, id)| id.is_some());
    work.touch_all(made.map(|(new, _)| Change::Object(new.object_type, new.name)).collect()).await?;
    let (role, capabilities) = (place.role, &place.capabilities);
    let new = users.iter().zip(&namespaces).map(|(user, namespace)| NewMembership {
        user: *user,
        tenant: tenant.id,
        role,
        capabilities: capabilities.clone(),
        namespace: *namespace,
        mapped_by: None,
    });
    let contexts = work.insert_memberships(&new.collect::<Vec<_>>()).await?;
    let mut joined = Vec::with_capacity(users.len());
    for ((user, context), namespace) in users.iter().zip(contexts).zip(namespaces) {
        let member = || Error::Conflict(format!("a user is a member of the tenant `{}` already", tenant.name));
        let id: ContextId = context.ok_or_else(member)?;
        if namespace.is_none() {
            // It is there: it was somebody's before, or was made by hand.
            namespace::provide(ctx, work, id, *user, tenant.id, None, now).await?;
        }
        joined.push(Membership {
            id,
            user: *user,
            tenant: tenant.id,
            tenant_name: tenant.name.clone(),
            role,
            capabilities: capabilities.clone(),
            namespace: Some(name(user)),
            mapped_by: None,
        });
    }
    Ok(joined)
}

impl Imported {
    fn extend(&mut self, other: Self) {
        self.added.extend(other.added);
        self.already_there.extend(other.already_there);
        self.skipped.extend(other.skipped);
        self.disabled.extend(other.disabled);
    }
}
