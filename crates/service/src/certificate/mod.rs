//! Certificates of users: issued, renewed, revoked, shown.
//!
//! Every active user has a current certificate. Who was just added or enabled gets one before the answer; those who were added many at
//! a time, or while nobody could sign, get theirs in the background ([`attend`]).

mod config;
mod issue;
mod list;
mod provide;
mod renew;
mod revocations;
mod revoke;
mod schedule;
mod signing;

use std::sync::Arc;

use robin_ca::Authority;
use robin_model::{Username, certificate::Certificate, user::User};
use robin_storage::Transaction;
use tokio::sync::{Mutex, Notify, OnceCell};

use crate::{Ctx, Error, Result, authority, user};

pub use config::{Settings, Update, Updated, settings, update};
pub use issue::{issue, request};
pub use list::{Shown, list, show};
pub(crate) use provide::provide;
pub use provide::{attend, fill};
pub use renew::{Renewal, Report, renew, renew_due};
pub use revocations::{SignedList, revocation_list};
pub use revoke::revoke;
pub(crate) use revoke::withdraw;
pub(crate) use schedule::{FUNCTION, ensure};
pub use schedule::{start, stop};
pub use signing::authority_certificate;

/// What certificates belong to, in the catalogue's words.
const OBJECT_TYPE: &str = "K8S_USER_CONTEXT";

/// How many certificates one transaction keeps: few enough that nobody waits for it.
const BATCH: u32 = 50;

/// Who signs certificates.
pub enum Source {
    /// Robin itself, with an authority that it makes when one is first needed.
    Own,
    /// An authority that was given.
    Given(Box<Authority>),
}

/// What a server knows of certificates besides the database.
pub struct Certificates {
    /// The authority, once it is known.
    authority: OnceCell<Arc<Authority>>,
    /// Where the list of revoked certificates is served, when that is known.
    list_url: Option<String>,
    /// The list of revoked certificates that was served last.
    served: Mutex<Option<Arc<SignedList>>>,
    /// Wakes who looks after users without certificate.
    lacking: Notify,
}

impl Certificates {
    /// Of a server that others know by this URL.
    #[must_use]
    pub fn new(source: Source, public_url: Option<&str>) -> Self {
        let authority = match source {
            Source::Own => OnceCell::new(),
            Source::Given(authority) => OnceCell::new_with(Some(Arc::new(*authority))),
        };
        let list_url = public_url.map(|url| format!("{}/pki/crl.der", url.trim_end_matches('/')));
        Self { authority, list_url, served: Mutex::new(None), lacking: Notify::new() }
    }

    /// Says that there may be users without certificate.
    pub(crate) fn wake(&self) {
        self.lacking.notify_one();
    }
}

/// Where a certificate's key is sealed for.
fn place(certificate: &Certificate) -> String {
    format!("certificates/{}/sealed", certificate.serial)
}

/// Whose certificate a call is about: one's own where nobody else is named. Another's needs `operation`, reach, and no less rights, and
/// so does one's own with a narrowed token: it has no more of its owner's account than of anybody's.
async fn subject(ctx: &Ctx, tx: &mut dyn Transaction, username: Option<&Username>, operation: &str) -> Result<User> {
    let own = &ctx.actor.member.user;
    let name = username.unwrap_or(&own.username);
    if name.key() == own.username.key() && !ctx.actor.is_narrowed() {
        return Ok(own.clone());
    }
    ctx.permit(OBJECT_TYPE, operation)?;
    let id = user::in_reach(ctx, tx, name).await?;
    let missing = || Error::not_found("user", name);
    let user = tx.user(id).await?.filter(|user| !user.hidden).ok_or_else(missing)?;
    authority::outrank(ctx, &tx.memberships_of(&[id]).await?)?;
    Ok(user)
}

/// The name of the record that a call is about.
fn target(ctx: &Ctx, username: Option<&Username>) -> String {
    Certificate::record_name(username.unwrap_or(&ctx.actor.member.user.username))
}
