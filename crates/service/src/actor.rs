//! Who asks: a session or an access token, and the member it belongs to.

use std::sync::Arc;

use robin_model::{
    TenantId, TenantName, TenantRole, Timestamp, UserId,
    session::Session,
    user::{Membership, User},
};
use robin_rbac::{Catalogue, Grant, PermissionSet, Subject};
use robin_storage::Transaction;

use crate::{Result, token::Pass};

/// A user inside a tenant, with what they may do there.
pub struct Member {
    /// The account. It is active.
    pub user: User,
    /// Its place in the tenant.
    pub membership: Membership,
    /// What the assigned capabilities come to.
    pub permissions: PermissionSet,
    /// All tenants of the account.
    pub tenants: Vec<TenantName>,
}

impl Member {
    /// Reads the member; `None` when the account is not active or not a member.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn load(
        tx: &mut dyn Transaction,
        catalogue: &Catalogue,
        user: UserId,
        tenant: TenantId,
    ) -> Result<Option<Self>> {
        let Some(user) = tx.user(user).await?.filter(User::is_active) else { return Ok(None) };
        let places = tx.memberships_of(&[user.id]).await?;
        Ok(Self::of(catalogue, user, places, tenant))
    }

    /// An active account with all its places, inside one tenant; `None` when it is no member there.
    #[must_use]
    pub fn of(catalogue: &Catalogue, user: User, places: Vec<Membership>, tenant: TenantId) -> Option<Self> {
        let tenants = places.iter().map(|place| place.tenant_name.clone()).collect();
        let membership = places.into_iter().find(|place| place.tenant == tenant)?;
        let permissions = catalogue.resolve(membership.capabilities.iter().copied());
        Some(Self { user, membership, permissions, tenants })
    }

    /// The member as decisions see them, with a token that is not narrowed.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        let Membership { tenant, role, .. } = self.membership;
        Subject { user: self.user.id, tenant, role, permissions: &self.permissions, grants: None }
    }
}

/// What somebody shows to be known.
#[derive(Clone)]
pub enum Credential {
    /// The session that a login token is for.
    Session(Arc<Session>),
    /// An access token.
    Token(Arc<Pass>),
}

impl Credential {
    /// Whose it is, and in which tenant.
    #[must_use]
    pub fn place(&self) -> (UserId, TenantId) {
        match self {
            Self::Session(session) => (session.user, session.tenant),
            Self::Token(pass) => (pass.token.user, pass.token.tenant),
        }
    }

    /// The session's name, or the token's number after `token:`: what no session has in its name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Session(session) => session.id.to_string(),
            Self::Token(pass) => pass.token.id.credential(),
        }
    }

    /// When it ends; what has an end is in force, so that an access token always has one.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Session(session) => Some(session.expires_at),
            Self::Token(pass) => pass.token.expires_at,
        }
    }

    /// What it is narrowed to; `None` where it is not.
    #[must_use]
    pub fn grants(&self) -> Option<&[Grant]> {
        match self {
            Self::Session(_) => None,
            Self::Token(pass) => pass.token.grants.as_deref(),
        }
    }
}

/// Who asks.
#[derive(Clone)]
pub struct Actor {
    /// What they showed.
    pub credential: Credential,
    /// The member it belongs to.
    pub member: Arc<Member>,
}

impl Actor {
    /// The user's number.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.member.user.id
    }

    /// The tenant logged into.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        self.member.membership.tenant
    }

    /// The role there.
    #[must_use]
    pub fn role(&self) -> TenantRole {
        self.member.membership.role
    }

    /// Whether it is a superadmin logged into Administrators, who reaches everything.
    #[must_use]
    pub fn is_superadmin(&self) -> bool {
        self.role() == TenantRole::Superadmin && self.tenant_id() == TenantId::ADMINISTRATORS
    }

    /// The actor as decisions see it.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { grants: self.credential.grants(), ..self.member.subject() }
    }

    /// Whether they came with a token that is narrowed.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.credential.grants().is_some()
    }
}
