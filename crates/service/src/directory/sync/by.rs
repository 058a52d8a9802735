//! In whose name accounts are changed: somebody's who asks for it, or the server's own when the time has come.

use std::sync::Arc;

use robin_model::{TenantRole, Timestamp, audit::Entry};
use robin_storage::{Access, Transaction};

use super::plan::{Account, Step};
use crate::{Ctx, Result, Robin, authority, directory::mapping::Wanted, memory::Whole, session, user, work::Work};

/// Whose name.
pub enum By<'a> {
    /// That of the one who asks, with their rights.
    Caller(&'a Ctx),
    /// The server's own. Whoever had it act by itself held all rights.
    System(&'a Arc<Robin>),
}

/// Whether something may be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// It may.
    Yes,
    /// It may not.
    No,
    /// It may not, and that the account is there is not for the caller to know.
    Hidden,
}

/// Why somebody's account is left as it is.
pub const RIGHTS: &str = "you don't have the rights that this takes";

impl By<'_> {
    pub fn robin(&self) -> &Arc<Robin> {
        match self {
            Self::Caller(ctx) => &ctx.robin,
            Self::System(robin) => robin,
        }
    }

    pub fn whole(&self) -> Arc<Whole> {
        match self {
            Self::Caller(ctx) => Arc::clone(&ctx.whole),
            Self::System(robin) => robin.memory.whole(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.robin().clock.now()
    }

    /// Begins a change.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the caller's session has ended meanwhile; when the database can't.
    pub async fn work(&self) -> Result<Work<'_>> {
        match self {
            Self::System(robin) => Work::begin(robin, Access::Change).await,
            Self::Caller(ctx) => {
                let mut work = ctx.change().await?;
                session::still_here(ctx, &mut work).await?;
                Ok(work)
            }
        }
    }

    /// A record of something done to a thing, by kind and name.
    pub fn record(&self, action: &str, (kind, target): (&str, &str)) -> Entry {
        match self {
            Self::Caller(ctx) => Entry {
                action: action.to_owned(),
                target_type: kind.to_owned(),
                target: target.to_owned(),
                ..ctx.record()
            },
            Self::System(_) => Entry::by_system(self.now(), action, (kind, target)),
        }
    }

    /// Whether this may be done to the account.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn may(&self, tx: &mut dyn Transaction, account: &Account, steps: &[Step]) -> Result<May> {
        let Self::Caller(ctx) = self else { return Ok(May::Yes) };
        if !user::is_in_reach(ctx, tx, account.user.id).await? {
            return Ok(May::Hidden);
        }
        let gives = |step: &Step| match step {
            Step::Join(wanted) | Step::Change(_, wanted) => may_give(ctx, wanted),
            Step::Refresh(_) | Step::Disable(_) | Step::Enable | Step::Leave(_) => true,
        };
        let may = authority::outrank(ctx, &account.places).is_ok() && steps.iter().all(gives);
        Ok(if may { May::Yes } else { May::No })
    }
}

/// Whether the caller could give this place by hand.
fn may_give(ctx: &Ctx, wanted: &Wanted) -> bool {
    let actor = &ctx.actor;
    let in_reach = wanted.tenant == actor.tenant_id() && wanted.role <= actor.role().min(TenantRole::Tenantadmin);
    (actor.is_superadmin() || in_reach)
        && authority::keep(ctx, wanted.tenant, wanted.role, &wanted.capabilities).is_ok()
}
