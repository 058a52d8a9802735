//! What a question is about.

use std::sync::Arc;

use robin_model::{Timestamp, config::ATTRIBUTES, tenant::Tenant};
use robin_rbac::{Instance, TenantId};

use crate::{Ctx, Member, Result, memory::Account, object::SharedObject};

/// A thing that is there.
pub(super) enum Found {
    User(Arc<Account>),
    Tenant(Arc<Tenant>),
    /// A thing of the cluster, which nobody owns.
    OfCluster,
    Object(Arc<SharedObject>),
}

impl Found {
    /// Finds the thing, if there is one.
    ///
    /// # Errors
    /// When it is not remembered and the database can't answer.
    pub async fn find(ctx: &Ctx, object_type: &str, id: &str) -> Result<Option<Self>> {
        let memory = &ctx.robin.memory;
        Ok(match object_type {
            "USER" => match id.parse() {
                Ok(name) => memory.account(&name).await?.map(Self::User),
                Err(_) => None,
            },
            "TENANT" => match id.parse() {
                Ok(name) => memory.tenant(&name).await?.map(Self::Tenant),
                Err(_) => None,
            },
            "USER_CAPABILITY" => ctx.whole.catalogue.capability(id).map(|_| Self::OfCluster),
            "CONFIG" if ATTRIBUTES.iter().any(|attribute| attribute.name == id) => Some(Self::OfCluster),
            _ => memory.object(object_type, id).await?.map(Self::Object),
        })
    }

    /// The thing as decisions about this member see it.
    pub fn seen_by<'a>(&'a self, id: &'a str, member: &Member, now: Timestamp) -> Instance<'a> {
        match self {
            Self::User(account) => {
                let is_fellow = account.tenants.contains(&member.membership.tenant);
                Instance::User { id: account.user.id, member: is_fellow }
            }
            Self::Tenant(tenant) => Instance::Tenant { id: tenant.id, member: member.tenants.contains(&tenant.name) },
            Self::Object(object) => object.instance(now),
            Self::OfCluster => Instance::Object { id, owner: None, tenant: None, shares: &[] },
        }
    }

    /// For how many whole seconds what is decided about the thing holds, if nothing changes; `None` where only a change ends
    /// it.
    pub fn lasts(&self, now: Timestamp) -> Option<u64> {
        let Self::Object(object) = self else { return None };
        let left = object.next_end(now)?.micros() - now.micros();
        u64::try_from(left / 1_000_000).ok()
    }
}

/// A thing that nobody but superadmins reaches, in the place of one that was not looked for yet: what is denied even of it
/// is denied of everything.
pub(super) fn nothing(id: &str) -> Instance<'_> {
    Instance::Object { id, owner: None, tenant: Some(TenantId(0)), shares: &[] }
}
