//! Whose a token is to be, and in which tenant.

use robin_model::{
    TenantName, UserId, Username,
    access_token::AccessToken,
    user::{Authentication, Membership, User},
};
use robin_rbac::Instance;
use robin_storage::Transaction;

use super::missing;
use crate::{Ctx, Error, Result, authority, ctx::Thing, user};

/// Whose tokens a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The actor's own.
    Oneself,
    /// This user's.
    User(Username),
    /// This service account's, by its number or name.
    Account(String),
}

/// An account whose tokens the actor may deal with.
pub(super) struct Owner {
    pub user: User,
    pub places: Vec<Membership>,
    pub is_oneself: bool,
}

impl Whose {
    /// Asks whether the actor may deal with such tokens at all. Comes before any look-up.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub(super) fn permit(&self, ctx: &Ctx) -> Result<()> {
        match self {
            Self::Oneself => ctx.permit_own("update"),
            Self::User(name) if name.key() == ctx.actor.member.user.username.key() => ctx.permit_own("update"),
            Self::User(_) | Self::Account(_) => ctx.permit_some("USER", "update"),
        }
    }

    /// Looks the account up.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there or out of reach; [`Error::Denied`] when the actor sees it and may not.
    pub(super) async fn find(&self, ctx: &Ctx, tx: &mut dyn Transaction) -> Result<Owner> {
        let name = match self {
            Self::Oneself => ctx.actor.member.user.username.clone(),
            Self::User(name) => name.clone(),
            Self::Account(text) => account(tx, text).await?,
        };
        let found = user::find(ctx, tx, &name, "update").await?;
        let is_oneself = found.user.id == ctx.actor.user_id();
        Ok(Owner { user: found.user, places: found.memberships, is_oneself })
    }
}

/// The name of the service account with this number or name.
async fn account(tx: &mut dyn Transaction, text: &str) -> Result<Username> {
    let is_service = |user: &User| user.authentication == Authentication::Service && user.deleted_at.is_none();
    // The number goes first: else an account could be named so as to be taken for another.
    let found = match text.parse() {
        Ok(number) => tx.user(UserId(number)).await?.filter(is_service),
        Err(_) => None,
    };
    let found = match (found, text.parse()) {
        (None, Ok(name)) => tx.user_named(&name).await?.filter(is_service),
        (found, _) => found,
    };
    found.map(|user| user.username).ok_or_else(|| Error::not_found("service account", text))
}

impl Owner {
    /// The place that the token is for: in the tenant named, or for oneself in the one logged into, for others in the one that the
    /// actor reaches them in. Nobody deals with the tokens of a place that has more rights than they.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a tenant that is not there, not the account's, or out of reach; [`Error::Denied`] for a place with
    /// rights that the actor lacks.
    pub(super) fn place(&self, ctx: &Ctx, tenant: Option<&TenantName>) -> Result<&Membership> {
        let actor = &ctx.actor;
        let is_here = |place: &&Membership| place.tenant == actor.tenant_id();
        let place = match tenant {
            Some(name) => self.places.iter().find(|place| place.tenant_name.key() == name.key()),
            None if self.is_oneself || !actor.is_superadmin() => self.places.iter().find(is_here),
            None => {
                let current = self.places.iter().find(|place| Some(place.tenant) == self.user.current_tenant);
                current.or_else(|| self.places.first())
            }
        };
        let missing = || match tenant {
            Some(name) => Error::not_found("tenant", name),
            None => Error::Invalid(format!("`{}` is in no tenant: an access token is for one", self.user.username)),
        };
        let place = place.ok_or_else(missing)?;
        if self.is_oneself {
            // With a session one can log into any tenant of one's own; with a token one is where it is.
            return if is_here(&place) || ctx.session().is_ok() { Ok(place) } else { Err(missing()) };
        }
        if !is_here(&place) && !actor.is_superadmin() {
            return Err(missing());
        }
        authority::outrank(ctx, std::slice::from_ref(place))?;
        Ok(place)
    }
}

/// Asks that the actor may deal with this token: their own, or that of a user within reach who has no more rights in its tenant.
/// Whoever may not look at users must not learn which tokens there are.
///
/// # Errors
/// [`Error::NotFound`] when it is out of reach; [`Error::Denied`] for a user with rights that the actor lacks.
pub(super) async fn reach(ctx: &Ctx, tx: &mut dyn Transaction, token: &AccessToken) -> Result<()> {
    if token.user == ctx.actor.user_id() {
        return ctx.permit_own("update").map_err(|_| missing(token.id));
    }
    let places = tx.memberships_of(&[token.user]).await?;
    let member = places.iter().any(|place| place.tenant == ctx.actor.tenant_id());
    let instance = Instance::User { id: token.user, member };
    let name = token.id.to_string();
    ctx.reach("USER", "update", &Thing { kind: "access token", name: &name, instance })
        .map_err(|_| missing(token.id))?;
    let place: Vec<Membership> = places.into_iter().filter(|place| place.tenant == token.tenant).collect();
    authority::outrank(ctx, &place)
}
