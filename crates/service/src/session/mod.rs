//! Logging in and out: where a user is known, and until when.

mod attempt;
mod end;
mod list;
mod login;
mod newcomer;
mod own;
mod proof;

pub use attempt::Crowd;
pub(crate) use attempt::{forget_failures, forgive};
pub(crate) use end::end_all;
pub use end::{logout, revoke};
pub use list::{Detail, list};
pub use login::{Credentials, LoggedIn, login};
pub(crate) use own::still_here;
pub use own::{change_password, change_tenant};

use robin_model::{NamespaceName, SessionId, session::Session};
use robin_storage::Change;

use crate::{Error, Result, actor::Member, ctx::Origin, robin::Robin, work::Work};

/// The text for every login that is refused: it says nothing about whether the user exists.
pub const REFUSED: Error = Error::Unauthenticated("invalid username, password or tenant");

/// Begins a session of `member`. Where it is in another tenant than their last one, `work` must be able to change things:
/// servers remember which tenant is a user's current one.
async fn begin(
    robin: &Robin,
    work: &mut Work<'_>,
    origin: &Origin,
    member: &Member,
    namespace: Option<&NamespaceName>,
) -> Result<Session> {
    let place = &member.membership;
    if let Some(named) = namespace
        && place.namespace.as_ref() != Some(named)
    {
        return Err(Error::Invalid(format!(
            "the namespace `{named}` is not yours in the tenant `{}`",
            place.tenant_name
        )));
    }
    let now = robin.clock.now();
    let session = Session {
        id: SessionId(robin_crypto::random::token(&*robin.random, 16)),
        user: member.user.id,
        tenant: place.tenant,
        namespace: place.namespace.clone(),
        created_at: now,
        expires_at: now.plus(robin.memory.whole().config.token_lifetime),
        address: origin.address(),
        user_agent: origin.user_agent.clone(),
    };
    work.insert_session(&session).await?;
    work.set_current_tenant(member.user.id, Some(place.tenant)).await?;
    if member.user.current_tenant != Some(place.tenant) {
        work.touch(Change::User(member.user.id)).await?;
    }
    Ok(session)
}
