//! Logging in.

use std::sync::Arc;

use robin_model::{
    NamespaceName, PasswordHash, Secret, UserId, Username,
    session::Session,
    user::{Authentication, User},
};
use robin_storage::Access;
use serde_json::json;

use super::{REFUSED, begin};
use crate::{Result, actor::Member, audit, ctx::Origin, robin::Robin, work::Work};

/// What somebody logs in with. Name and tenant are text: what can't be one is refused like one that is not there.
pub struct Credentials {
    /// The username.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// The tenant; without, that of the last login.
    pub tenant: Option<String>,
    /// The namespace; only the primary one is accepted.
    pub namespace: Option<NamespaceName>,
}

/// What a login comes to.
pub struct LoggedIn {
    /// The session.
    pub session: Session,
    /// Its token.
    pub token: Secret,
    /// Who logged in, and into what.
    pub member: Member,
}

/// Logs a user into a tenant.
///
/// # Errors
/// [`Error::Unauthenticated`](crate::Error::Unauthenticated), always in one text and after one password hash, for a user or
/// tenant that is unknown or not theirs, a disabled user, and a wrong password; [`Error::Invalid`](crate::Error::Invalid) for
/// a namespace that is not theirs; [`Error::TooMany`](crate::Error::TooMany) when too many logins wait.
pub async fn login(robin: &Arc<Robin>, origin: &Origin, credentials: &Credentials) -> Result<LoggedIn> {
    robin.memory.catch_up().await?;
    let account = look_up(robin, &credentials.username).await?;
    let verdict = match &account {
        Some(account) => {
            robin.provider(&account.user.authentication).authenticate(&account.asked(), &credentials.password).await
        }
        // As long as for anybody: one hash, that nothing can match.
        None => robin.passwords.verify(&credentials.password, None).await,
    };
    if let Err(robin_identity::Error::UnusableHash(why)) = verdict {
        tracing::error!(request_id = origin.request_id, "a stored password hash can't be used: {why}");
        return Err(REFUSED);
    }
    let verdict = verdict?;
    let account = account.filter(|_| verdict.matches).ok_or(REFUSED)?;
    // A hash that can't be made now is made the next time: the login itself is good.
    let fresh = if verdict.rehash { robin.passwords.hash(&credentials.password).await.ok() } else { None };

    let mut work = Work::begin(robin, Access::Append).await?;
    let mut member = admit(robin, &mut work, &account, credentials.tenant.as_deref()).await?;
    if member.user.current_tenant != Some(member.membership.tenant) {
        // Logging into another tenant than last time changes what servers remember of the account.
        drop(work);
        work = Work::begin(robin, Access::Change).await?;
        member = admit(robin, &mut work, &account, credentials.tenant.as_deref()).await?;
    }
    if let Some(hash) = fresh {
        work.set_password(account.user.id, &hash).await?;
    }
    let session = begin(robin, &mut work, origin, &member, credentials.namespace.as_ref()).await?;
    let who = ("USER", member.user.username.as_str());
    let mut entry = audit::by_member(robin.clock.now(), &member, origin, "login", who);
    entry.after = audit::state(&json!({ "session": session.id, "expires_at": session.expires_at }));
    work.append_audit(&entry).await?;
    let token = Secret::new(robin.memory.whole().tickets.issue(&session, &member)?);
    work.commit().await?;
    Ok(LoggedIn { session, token, member })
}

struct Account {
    user: User,
    password: Option<PasswordHash>,
}

impl Account {
    /// What the identity provider needs to know of it.
    fn asked(&self) -> robin_identity::Account {
        let User { username, authentication, .. } = self.user.clone();
        robin_identity::Account { username, authentication, password: self.password.clone() }
    }
}

/// The account, if it may log in with a password that Robin checks.
async fn look_up(robin: &Robin, name: &str) -> Result<Option<Account>> {
    let Ok(name) = name.parse::<Username>() else { return Ok(None) };
    let mut tx = robin.store.begin(Access::Read).await?;
    let Some(user) = tx.user_named(&name).await? else { return Ok(None) };
    let is_welcome = user.is_active() && user.authentication == Authentication::Local;
    let password = if is_welcome { tx.password(user.id).await? } else { None };
    Ok(password.map(|password| Account { user, password: Some(password) }))
}

/// The member that the account becomes, as things are now: hashing took a while.
async fn admit(robin: &Robin, work: &mut Work<'_>, account: &Account, tenant: Option<&str>) -> Result<Member> {
    let user: UserId = account.user.id;
    let stored = work.password(user).await?;
    let is_same = stored.as_ref().map(PasswordHash::expose) == account.password.as_ref().map(PasswordHash::expose);
    let places = work.memberships_of(&[user]).await?;
    let place = match tenant {
        Some(name) => places.iter().find(|place| place.tenant_name.as_str().eq_ignore_ascii_case(name)),
        None => {
            let last = places.iter().find(|place| Some(place.tenant) == account.user.current_tenant);
            last.or_else(|| places.first())
        }
    };
    let tenant = place.filter(|_| is_same).ok_or(REFUSED)?.tenant;
    Member::load(&mut **work, &robin.memory.whole().catalogue, user, tenant).await?.ok_or(REFUSED)
}
