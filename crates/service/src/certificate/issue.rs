//! Giving a user a certificate because somebody asks for it.

use robin_ca::{PublicKey, Request, RequestError};
use robin_model::{UserId, Username, audit::Entry, certificate::Certificate};
use serde_json::json;

use super::{signing, subject, target};
use crate::{Ctx, Error, Result, audit, work::Work};

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// Gives a user a new certificate with a key made here: oneself, or with `K8S_USER_CONTEXT:create` a user within reach who has no more
/// rights. Earlier ones stay valid until they are over or revoked.
///
/// # Errors
/// [`Error::Denied`] and [`Error::NotFound`] for somebody else; [`Error::Conflict`] for a disabled user; [`Error::Unavailable`] when
/// nobody can sign.
pub async fn issue(ctx: &Ctx, username: Option<&Username>) -> Result<Certificate> {
    ctx.intend("user_certificate.issue", super::OBJECT_TYPE, &target(ctx, username));
    let user = subject(ctx, &mut *ctx.read().await?, username, "create").await?;
    give(ctx, user.id, &user.username, None).await
}

/// Gives oneself a certificate for a key that one keeps: the request (PKCS#10, PEM) proves that one has it.
///
/// # Errors
/// [`Error::Invalid`] for a request that is none, has a weak key, names somebody else or asks for extensions; as [`issue`].
pub async fn request(ctx: &Ctx, csr: &str) -> Result<Certificate> {
    ctx.intend("user_certificate.request", super::OBJECT_TYPE, &target(ctx, None));
    let own = subject(ctx, &mut *ctx.read().await?, None, "create").await?;
    let key = Request::read(csr)?.key_for(&own.username)?;
    give(ctx, own.id, &own.username, Some(key)).await
}

async fn give(ctx: &Ctx, user: UserId, username: &Username, key: Option<PublicKey>) -> Result<Certificate> {
    let certificate = signing::sign(&ctx.robin, user, username, key).await?;
    let mut work = ctx.change().await?;
    if !keep(&mut work, &certificate, ctx.record()).await? {
        return Err(Error::Conflict(format!("user `{username}` is disabled: enable the account first")));
    }
    work.commit().await?;
    Ok(certificate)
}

/// Makes a certificate its user's current one, unless they are no longer active; says whether it did.
pub(super) async fn keep(work: &mut Work<'_>, certificate: &Certificate, mut entry: Entry) -> Result<bool> {
    if !work.user(certificate.user).await?.is_some_and(|user| user.is_active()) {
        return Ok(false);
    }
    work.insert_certificate(certificate).await?;
    entry.after = audit::state(&json!({ "serial": certificate.serial, "not_after": certificate.not_after }));
    work.append_audit(&entry).await?;
    Ok(true)
}
