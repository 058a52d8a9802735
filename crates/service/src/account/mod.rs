//! Service accounts: programs that are members of a tenant. Nobody logs in as one; they come with access tokens alone.

use robin_model::{
    CapabilityName, TenantName, TenantRole, UserId, Username,
    profile::Profile,
    user::{AccountKind, Authentication, NewMembership, NewUser, UserFilter},
};
use robin_storage::{Change, Transaction};
use serde_json::json;

use crate::{
    Ctx, Error, Result, audit, authority,
    list::Page,
    object::home,
    user::{self, Detail, Found, Removal},
};

/// A service account to be added.
pub struct New {
    /// Its name; people and service accounts share their names.
    pub name: Username,
    /// The tenant that it belongs to; without, the one logged into.
    pub tenant: Option<TenantName>,
    /// Its role there.
    pub role: TenantRole,
    /// The capabilities to assign; without, everything the role offers.
    pub capabilities: Option<Vec<CapabilityName>>,
}

/// Adds a service account, which has no access until a token is made for it. Needs `USER:update`.
///
/// # Errors
/// [`Error::Conflict`] when the name is taken; [`Error::NotFound`] for a tenant that is not there or out of reach; [`Error::Invalid`]
/// and [`Error::Denied`] for a role or capabilities that can't be given.
pub async fn create(ctx: &Ctx, new: &New) -> Result<UserId> {
    let New { name, tenant, role, capabilities } = new;
    ctx.intend("account.create", "USER", name);
    ctx.permit_some("USER", "update")?;
    let mut work = ctx.change().await?;
    let tenant = home(ctx, &mut *work, tenant.as_ref()).await?.id;
    ctx.permit_in("USER", "update", Some(tenant))?;
    let capabilities = authority::grant(ctx, tenant, *role, capabilities.as_deref())?;
    let user = NewUser {
        username: name.clone(),
        authentication: Authentication::Service,
        password: None,
        profile: Profile::default(),
        disabled: false,
        current_tenant: Some(tenant),
        created_at: ctx.now(),
    };
    let taken = || Error::Conflict(format!("user `{name}` already exists"));
    let id = work.insert_user(&user).await?.ok_or_else(taken)?;
    let membership = NewMembership { user: id, tenant, role: *role, capabilities, namespace: None, mapped_by: None };
    work.insert_membership(&membership).await?;
    work.touch(Change::User(id)).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&json!({
        "id": id, "username": name, "authentication": user.authentication, "memberships": work.memberships_of(&[id]).await?,
    }));
    work.append_audit(&entry).await?;
    work.commit().await?;
    ctx.robin.certificates.wake();
    Ok(id)
}

/// A page of the service accounts that the actor reaches, by number. Needs `USER:update`.
///
/// # Errors
/// [`Error::Denied`] without the permission.
pub async fn list(ctx: &Ctx, after: Option<UserId>, limit: u32) -> Result<Page<Detail>> {
    ctx.permit_some("USER", "update")?;
    let filter = UserFilter { disabled: true, kind: AccountKind::Service, ..UserFilter::default() };
    user::page(ctx, filter, "update", false, after, limit).await
}

/// One service account. Needs `USER:update` and reach.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::NotFound`] when it is not there or out of reach.
pub async fn get(ctx: &Ctx, name: &Username) -> Result<Detail> {
    ctx.permit_some("USER", "update")?;
    let found = find(ctx, &mut *ctx.read().await?, name).await?;
    Ok(user::detail(ctx, found.user, found.memberships, false))
}

/// Keeps a service account out until it is let in again: its tokens are refused so long. Needs `USER:update`, reach, and no less
/// rights than it has.
///
/// # Errors
/// As [`get`]; [`Error::Denied`] for an account with rights that the actor lacks.
pub async fn suspend(ctx: &Ctx, name: &Username) -> Result<()> {
    ctx.intend("account.suspend", "USER", name);
    get(ctx, name).await?;
    user::disable(ctx, name).await
}

/// Lets a service account in again, with the tokens it has. Needs what [`suspend`] needs.
///
/// # Errors
/// As there.
pub async fn resume(ctx: &Ctx, name: &Username) -> Result<()> {
    ctx.intend("account.resume", "USER", name);
    get(ctx, name).await?;
    user::enable(ctx, name).await
}

/// Removes a service account with its tokens and what it owns. Needs `USER:update`, reach, and no less rights than it has.
///
/// # Errors
/// As [`suspend`].
pub async fn remove(ctx: &Ctx, name: &Username) -> Result<()> {
    ctx.intend("account.remove", "USER", name);
    ctx.permit_some("USER", "update")?;
    let mut work = ctx.change().await?;
    let found = find(ctx, &mut *work, name).await?;
    user::erase(ctx, &mut work, &found, &Removal::default()).await?;
    work.commit().await
}

async fn find(ctx: &Ctx, tx: &mut dyn Transaction, name: &Username) -> Result<Found> {
    let missing = || Error::not_found("service account", name);
    let found = user::find(ctx, tx, name, "update").await.map_err(|error| match error {
        Error::NotFound { .. } => missing(),
        error => error,
    })?;
    if found.user.authentication == Authentication::Service { Ok(found) } else { Err(missing()) }
}
