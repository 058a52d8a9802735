//! Who asks: a session, and the member it belongs to.

use std::sync::Arc;

use robin_model::{
    TenantId, TenantName, TenantRole, UserId,
    session::Session,
    user::{Membership, User},
};
use robin_rbac::{Catalogue, PermissionSet, Subject};
use robin_storage::Transaction;

use crate::Result;

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

/// Who asks.
#[derive(Clone)]
pub struct Actor {
    /// The session asked in.
    pub session: Arc<Session>,
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
        self.member.subject()
    }
}
