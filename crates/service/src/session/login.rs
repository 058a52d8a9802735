//! Logging in.

use std::sync::Arc;

use robin_model::{NamespaceName, PasswordHash, Secret, session::Session};
use robin_storage::Access;
use serde_json::json;

use super::{
    REFUSED,
    attempt::Attempt,
    begin,
    proof::{self, Proof, Proved, Sought},
};
use crate::{Error, Result, actor::Member, audit, ctx::Origin, directory::people, robin::Robin, work::Work};

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
/// [`Error::Unauthenticated`], always in one text and after one password hash, for a user or
/// tenant that is unknown or not theirs, a disabled user, and a wrong password; [`Error::Delayed`],
/// whatever the password, after too many of these; [`Error::Invalid`] for a namespace that is not theirs; [`Error::TooMany`] when
/// too many logins wait; [`Error::Unavailable`] while a directory is down that somebody logs in with, unless a local account
/// settles it.
pub async fn login(robin: &Arc<Robin>, origin: &Origin, credentials: &Credentials) -> Result<LoggedIn> {
    robin.memory.catch_up().await?;
    let (sought, attempt) = proof::seek(robin, origin, &credentials.username).await?;
    match enter(robin, origin, credentials, sought, &attempt).await {
        Err(Error::Unauthenticated(_)) => Err(attempt.failed(robin, origin).await?),
        outcome => outcome,
    }
}

async fn enter(
    robin: &Arc<Robin>,
    origin: &Origin,
    credentials: &Credentials,
    sought: Sought,
    attempt: &Attempt,
) -> Result<LoggedIn> {
    let tenant = credentials.tenant.as_deref();
    // Apart: whoever may be asked makes it large.
    let proof = Box::pin(proof::of(robin, origin, sought, &credentials.password)).await?;
    let is_new = matches!(proof, Proof::Newcomer(_));
    let (mut work, proved, member) = match proof {
        Proof::Account(proved) => let_in(robin, proved, tenant).await?,
        Proof::Newcomer(newcomer) => {
            let mut work = Work::begin(robin, Access::Change).await?;
            let proved = newcomer.enrol(robin, &mut work, origin).await?;
            let member = admit(robin, &mut work, &proved, tenant).await?;
            (work, proved, member)
        }
    };
    attempt.succeeded(robin, &mut work).await?;
    if let Some(hash) = &proved.fresh {
        work.set_password(proved.user.id, hash).await?;
    }
    tie(&mut work, origin, &proved).await?;
    let session = begin(robin, &mut work, origin, &member, credentials.namespace.as_ref()).await?;
    let who = ("USER", member.user.username.as_str());
    let mut entry = audit::by_member(robin.clock.now(), &member, origin, "login", who);
    entry.after = audit::state(&json!({ "session": session.id, "expires_at": session.expires_at }));
    work.append_audit(&entry).await?;
    let token = Secret::new(robin.memory.whole().tickets.issue(&session, &member)?);
    work.commit().await?;
    if is_new {
        robin.certificates.wake();
    }
    Ok(LoggedIn { session, token, member })
}

/// Begins to let somebody into a tenant.
async fn let_in<'a>(robin: &'a Robin, proved: Proved, tenant: Option<&str>) -> Result<(Work<'a>, Proved, Member)> {
    let mut work = Work::begin(robin, Access::Append).await?;
    let mut member = admit(robin, &mut work, &proved, tenant).await?;
    if member.user.current_tenant != Some(member.membership.tenant) || proved.object_sid.is_some() {
        // Logging into another tenant than last time changes what servers remember of the account, and so does the first login.
        drop(work);
        work = Work::begin(robin, Access::Change).await?;
        member = admit(robin, &mut work, &proved, tenant).await?;
    }
    Ok((work, proved, member))
}

/// The member that the account becomes, as things are now: hashing took a while.
async fn admit(robin: &Robin, work: &mut Work<'_>, proved: &Proved, tenant: Option<&str>) -> Result<Member> {
    let user = &proved.user;
    let stored = work.password(user.id).await?;
    let is_same = stored.as_ref().map(PasswordHash::expose) == proved.password.as_ref().map(PasswordHash::expose);
    let places = work.memberships_of(&[user.id]).await?;
    let place = match tenant {
        Some(name) => places.iter().find(|place| place.tenant_name.as_str().eq_ignore_ascii_case(name)),
        None => {
            let last = places.iter().find(|place| Some(place.tenant) == user.current_tenant);
            last.or_else(|| places.first())
        }
    };
    let tenant = place.filter(|_| is_same).ok_or(REFUSED)?.tenant;
    let member = Member::load(&mut **work, &robin.memory.whole().catalogue, user.id, tenant).await?;
    member.filter(|member| member.user.authentication == user.authentication).ok_or(REFUSED)
}

/// Writes down what identifies the account in its directory, from its first login on.
async fn tie(work: &mut Work<'_>, origin: &Origin, proved: &Proved) -> Result<()> {
    if people::tie(work, &proved.user, proved.object_sid.as_deref()).await? {
        return Ok(());
    }
    let (request_id, username) = (origin.request_id.as_str(), proved.user.username.as_str());
    tracing::info!(request_id, username, "login refused: another account belongs to this person of the directory");
    Err(REFUSED)
}
