//! Adding accounts.

mod enrol;

use robin_model::{
    CapabilityId, CapabilityName, NamespaceName, PasswordHash, Secret, TenantId, TenantName, TenantRole, Timestamp,
    UserId, Username,
    audit::Entry,
    directory::Dn,
    profile::Profile,
    user::{Authentication, NewMembership, NewUser},
};
use robin_storage::Change;
use serde_json::json;

use crate::{Ctx, Error, Result, audit, authority, certificate, namespace, password, tenant, work::Work};

/// An account to be added.
pub struct New {
    /// Its name.
    pub username: Username,
    /// Who is to check its password.
    pub provider: Provider,
    /// Its password, where that is Robin.
    pub password: Option<Secret>,
    /// The person behind it.
    pub profile: Profile,
    /// The tenants it joins, at least one.
    pub tenants: Vec<Join>,
}

/// Who is to check a new account's password, as the caller names it.
pub enum Provider {
    /// Robin itself.
    Local,
    /// A directory server.
    Ldap {
        /// Its name.
        server: Option<String>,
        /// The name to log in with there, where that of the account is not it.
        dn: Option<Dn>,
        /// Where the account's name is searched for, if not where the server's settings say.
        base: Option<Dn>,
    },
    /// The OpenShift cluster.
    Openshift,
}

/// What becomes of a user of a directory or of the cluster who has an account already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is refused: the account is not new.
    Refused,
    /// They join the tenants that they are no member of, and whatever else they have stays as it is.
    Joins,
}

/// What adding accounts came to, by username.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Those who were added, or joined a tenant.
    pub added: Vec<Username>,
    /// Those who were there with all their memberships.
    pub already_there: Vec<Username>,
    /// Those of the added whose new accounts are disabled, because they are in the directory.
    pub disabled: Vec<Username>,
}

/// What an account's password is checked with.
enum Proof<'a> {
    /// The hash of this one.
    Password(&'a Secret),
    /// What a directory or the cluster says of this user.
    Elsewhere(Box<enrol::Enrolment>),
}

/// An account that can be added as far as it itself tells.
struct Checked<'a> {
    new: &'a New,
    proof: Proof<'a>,
    profile: Profile,
    /// What it is granted in each of the tenants it joins.
    grants: Vec<Vec<CapabilityId>>,
}

/// A tenant for an account to join.
pub struct Join {
    /// The tenant.
    pub tenant: TenantName,
    /// The role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
    /// The primary namespace; without, a new one.
    pub namespace: Option<NamespaceName>,
}

/// The most accounts that one call adds.
const MOST: usize = 1000;

/// Adds accounts, all or none. Needs `USER:create`.
///
/// # Errors
/// [`Error::Invalid`] for what makes no sense, with the username; [`Error::Conflict`] when a name is taken, and when the
/// answer of a directory or the cluster can't be used; [`Error::NotFound`] for a tenant that is not there or out of reach, a directory server that is not there,
/// and a user whom it or the cluster does not know; [`Error::Denied`] for rights that the actor can't give; [`Error::Unavailable`]
/// while one of them is down.
pub async fn create(ctx: &Ctx, users: Vec<New>, known: Known) -> Result<Added> {
    let names: Vec<&str> = users.iter().take(10).map(|user| user.username.as_str()).collect();
    ctx.intend("user.create", "USER", &names.join(","));
    ctx.permit_some("USER", "create")?;
    if users.is_empty() || users.len() > MOST {
        return Err(Error::Invalid(format!("name 1 to {MOST} users")));
    }
    // No transaction is held while others are asked.
    let mut found = enrol::look_up(ctx, &users).await?.into_iter();
    let mut checked = Vec::with_capacity(users.len());
    for user in &users {
        let enrolment = found.next().flatten();
        checked.push(check(ctx, user, enrolment).await.map_err(|error| about(&user.username, error))?);
    }
    // Before hashing, which takes long: most faults show here.
    rehearse(ctx, &mut checked).await?;
    let mut hashes = hash(ctx, &checked).await?.into_iter();
    let mut work = ctx.change().await?;
    let mut added = Added::default();
    for user in &checked {
        match &user.proof {
            Proof::Password(_) => {
                insert(ctx, &mut work, user, Authentication::Local, hashes.next()).await?;
                added.added.push(user.new.username.clone());
            }
            Proof::Elsewhere(enrolment) => enrol::admit(ctx, &mut work, user, enrolment, known, &mut added).await?,
        }
    }
    work.commit().await?;
    // Of many, each gets its certificate in the background.
    match added.added.as_slice() {
        [one] => certificate::provide(ctx, one).await,
        _ => ctx.robin.certificates.wake(),
    }
    Ok(added)
}

fn about(username: &Username, error: Error) -> Error {
    match error {
        Error::Invalid(text) => Error::Invalid(format!("user `{username}`: {text}")),
        other => other,
    }
}

async fn check<'a>(ctx: &Ctx, new: &'a New, enrolment: Option<enrol::Enrolment>) -> Result<Checked<'a>> {
    if new.tenants.is_empty() {
        return Err(Error::Invalid("name at least one tenant in `tenant_list`".to_owned()));
    }
    let mut profile = new.profile.clone().checked()?;
    let proof = match enrolment {
        Some(enrolment) => {
            profile = enrolment.identity.profile.clone().overlaid(new.profile.clone()).checked()?;
            Proof::Elsewhere(Box::new(enrolment))
        }
        None => {
            let missing = || Error::Invalid("`password` is missing".to_owned());
            let password = new.password.as_ref().ok_or_else(missing)?;
            password::check(ctx, &new.username, &profile, password).await?;
            Proof::Password(password)
        }
    };
    Ok(Checked { new, proof, profile, grants: Vec::new() })
}

/// Finds out what each account is granted. That rests on what this request knows and on nothing that may change while hashing.
async fn rehearse(ctx: &Ctx, users: &mut [Checked<'_>]) -> Result<()> {
    let mut tx = ctx.read().await?;
    for user in users {
        if matches!(user.proof, Proof::Password(_)) && tx.user_named(&user.new.username).await?.is_some() {
            return Err(taken(&user.new.username));
        }
        for join in &user.new.tenants {
            let found = tenant::named(ctx, &mut *tx, &join.tenant).await?;
            ctx.permit_in("USER", "create", Some(found.id))?;
            user.grants.push(authority::grant(ctx, found.id, join.role, join.capabilities.as_deref())?);
        }
    }
    Ok(())
}

fn taken(username: &Username) -> Error {
    Error::Conflict(format!("user `{username}` already exists"))
}

async fn hash(ctx: &Ctx, users: &[Checked<'_>]) -> Result<Vec<PasswordHash>> {
    let passwords: Vec<_> = users.iter().filter_map(Checked::password).collect();
    let mut hashes = Vec::with_capacity(passwords.len());
    // A few at a time, so that a long list leaves room for logins between.
    for few in passwords.chunks(password::BATCH) {
        hashes.extend(password::hash_each(ctx, few.iter().copied()).await?);
    }
    Ok(hashes)
}

async fn insert(
    ctx: &Ctx,
    work: &mut Work<'_>,
    user: &Checked<'_>,
    authentication: Authentication,
    password: Option<PasswordHash>,
) -> Result<()> {
    let now = ctx.now();
    let Checked { new, profile, grants, .. } = user;
    let disabled = user.is_disabled();
    let user = NewUser {
        username: new.username.clone(),
        authentication,
        password,
        profile: profile.clone(),
        disabled,
        current_tenant: None,
        created_at: now,
    };
    let id = work.insert_user(&user).await?.ok_or_else(|| taken(&new.username))?;
    for (nth, (place, capabilities)) in new.tenants.iter().zip(grants).enumerate() {
        let tenant = join(ctx, work, id, place, capabilities, now).await?;
        if nth == 0 {
            work.set_current_tenant(id, Some(tenant)).await?;
        }
    }
    work.touch(Change::User(id)).await?;
    let memberships = work.memberships_of(&[id]).await?;
    let mut entry = Entry { target: new.username.to_string(), ..ctx.record() };
    entry.after = audit::state(&json!({
        "id": id, "username": new.username, "authentication": user.authentication, "profile": user.profile,
        "disabled": user.disabled, "memberships": memberships,
    }));
    work.append_audit(&entry).await?;
    Ok(())
}

impl<'a> Checked<'a> {
    /// The password that Robin is to check.
    fn password(&self) -> Option<&'a Secret> {
        if let Proof::Password(password) = self.proof { Some(password) } else { None }
    }

    /// Whether the account is to be disabled from the beginning.
    fn is_disabled(&self) -> bool {
        matches!(&self.proof, Proof::Elsewhere(enrolment) if enrolment.identity.is_disabled)
    }
}

async fn join(
    ctx: &Ctx,
    work: &mut Work<'_>,
    user: UserId,
    place: &Join,
    capabilities: &[CapabilityId],
    now: Timestamp,
) -> Result<TenantId> {
    let tenant = tenant::named(ctx, &mut **work, &place.tenant).await?;
    let capabilities = capabilities.to_vec();
    let membership =
        NewMembership { user, tenant: tenant.id, role: place.role, capabilities, namespace: None, mapped_by: None };
    let twice = || Error::Invalid(format!("the tenant `{}` is named twice", place.tenant));
    let context = work.insert_membership(&membership).await?.ok_or_else(twice)?;
    namespace::provide(ctx, work, context, user, tenant.id, place.namespace.as_ref(), now).await?;
    Ok(tenant.id)
}
