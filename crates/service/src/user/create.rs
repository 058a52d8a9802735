//! Adding accounts.

use robin_model::{
    CapabilityId, CapabilityName, NamespaceName, PasswordHash, Secret, TenantId, TenantName, TenantRole, Timestamp,
    UserId, Username,
    audit::Entry,
    profile::Profile,
    user::{Authentication, NewMembership, NewUser},
};
use serde_json::json;

use crate::{Ctx, Error, Result, audit, authority, namespace, password, tenant, work::Work};

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
    },
    /// The OpenShift cluster.
    Openshift,
}

impl New {
    /// What Robin is to check. No directory server can be added here yet, and no OpenShift is near.
    fn password(&self) -> Result<&Secret> {
        match &self.provider {
            Provider::Local => self.password.as_ref().ok_or_else(|| Error::Invalid("`password` is missing".to_owned())),
            Provider::Ldap { server: Some(server) } => Err(Error::not_found("LDAP server", server)),
            Provider::Ldap { server: None } => {
                Err(Error::Invalid("`ldap_server` is missing: name the server that knows the user".to_owned()))
            }
            Provider::Openshift => {
                let text = "OpenShift users need a server that runs on OpenShift: this one does not";
                Err(Error::Invalid(text.to_owned()))
            }
        }
    }
}

/// An account that can be added as far as it itself tells.
struct Checked<'a> {
    new: &'a New,
    password: &'a Secret,
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
/// [`Error::Invalid`] for what makes no sense, with the username; [`Error::Conflict`] when a name is taken;
/// [`Error::NotFound`] for a tenant that is not there or out of reach; [`Error::Denied`] for rights that the actor can't give.
pub async fn create(ctx: &Ctx, users: Vec<New>) -> Result<()> {
    let names: Vec<&str> = users.iter().take(10).map(|user| user.username.as_str()).collect();
    ctx.intend("user.create", "USER", &names.join(","));
    ctx.permit("USER", "create")?;
    if users.is_empty() || users.len() > MOST {
        return Err(Error::Invalid(format!("name 1 to {MOST} users")));
    }
    let mut checked = Vec::with_capacity(users.len());
    for user in &users {
        checked.push(check(ctx, user).await.map_err(|error| about(&user.username, error))?);
    }
    // Before hashing, which takes long: most faults show here.
    rehearse(ctx, &mut checked).await?;
    let hashes = hash(ctx, &checked).await?;
    let mut work = ctx.change().await?;
    for (user, password) in checked.iter().zip(hashes) {
        insert(ctx, &mut work, user, password).await?;
    }
    work.commit().await
}

fn about(username: &Username, error: Error) -> Error {
    match error {
        Error::Invalid(text) => Error::Invalid(format!("user `{username}`: {text}")),
        other => other,
    }
}

async fn check<'a>(ctx: &Ctx, new: &'a New) -> Result<Checked<'a>> {
    if new.tenants.is_empty() {
        return Err(Error::Invalid("name at least one tenant in `tenant_list`".to_owned()));
    }
    let profile = new.profile.clone().checked()?;
    let password = new.password()?;
    password::check(ctx, &new.username, &profile, password).await?;
    Ok(Checked { new, password, profile, grants: Vec::new() })
}

/// Finds out what each account is granted. That rests on what this request knows and on nothing that may change while hashing.
async fn rehearse(ctx: &Ctx, users: &mut [Checked<'_>]) -> Result<()> {
    let mut tx = ctx.read().await?;
    for user in users {
        if tx.user_named(&user.new.username).await?.is_some() {
            return Err(taken(&user.new.username));
        }
        for join in &user.new.tenants {
            let found = tenant::named(ctx, &mut *tx, &join.tenant).await?;
            user.grants.push(authority::grant(ctx, found.id, join.role, join.capabilities.as_deref())?);
        }
    }
    Ok(())
}

fn taken(username: &Username) -> Error {
    Error::Conflict(format!("user `{username}` already exists"))
}

async fn hash(ctx: &Ctx, users: &[Checked<'_>]) -> Result<Vec<PasswordHash>> {
    let mut hashes = Vec::with_capacity(users.len());
    // A few at a time, so that a long list leaves room for logins between.
    for few in users.chunks(password::BATCH) {
        hashes.extend(password::hash_each(ctx, few.iter().map(|user| user.password)).await?);
    }
    Ok(hashes)
}

async fn insert(ctx: &Ctx, work: &mut Work<'_>, user: &Checked<'_>, password: PasswordHash) -> Result<()> {
    let now = ctx.now();
    let Checked { new, profile, grants, .. } = user;
    let user = NewUser {
        username: new.username.clone(),
        authentication: Authentication::Local,
        password: Some(password),
        profile: profile.clone(),
        created_at: now,
    };
    let id = work.insert_user(&user).await?.ok_or_else(|| taken(&new.username))?;
    for (nth, (place, capabilities)) in new.tenants.iter().zip(grants).enumerate() {
        let tenant = join(ctx, work, id, place, capabilities, now).await?;
        if nth == 0 {
            work.set_current_tenant(id, Some(tenant)).await?;
        }
    }
    let memberships = work.memberships_of(&[id]).await?;
    let mut entry = Entry { target: new.username.to_string(), ..ctx.record() };
    entry.after = audit::state(&json!({
        "id": id, "username": new.username, "authentication": user.authentication, "profile": user.profile,
        "memberships": memberships,
    }));
    work.append_audit(&entry).await?;
    Ok(())
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
    let membership = NewMembership { user, tenant: tenant.id, role: place.role, capabilities: capabilities.to_vec() };
    let twice = || Error::Invalid(format!("the tenant `{}` is named twice", place.tenant));
    let context = work.insert_membership(&membership).await?.ok_or_else(twice)?;
    namespace::provide(ctx, work, context, user, tenant.id, place.namespace.as_ref(), now).await?;
    Ok(tenant.id)
}
