//! Sharing objects: with tenants, whose members or administrators reach them then, and with users.

mod add;
mod end;
mod list;
mod options;
mod remove;

pub use add::{New, add};
pub use end::expire;
pub(crate) use end::{end_stranded, end_with_tenant};
pub use list::{Filter, list};
pub use options::options;
pub use remove::remove;

use robin_model::{TenantName, UserId, Username};
use robin_rbac::{Catalogue, ShareTarget, ShareType, TenantRole};

use crate::{Ctx, Error, Result, object, object::SharedObject};

/// With whom, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A tenant.
    Tenant(TenantName),
    /// A user.
    User(Username),
}

impl Target {
    /// The kind of target.
    #[must_use]
    pub const fn share_type(&self) -> ShareType {
        match self {
            Self::Tenant(_) => ShareType::Tenant,
            Self::User(_) => ShareType::User,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tenant(name) => write!(f, "tenant {name}"),
            Self::User(name) => write!(f, "user {name}"),
        }
    }
}

/// Which operation on a type stands for sharing its objects, or for ending that.
type Standing = fn(&Catalogue, &str, ShareType) -> Option<&'static str>;

/// Asks whether the actor may share objects of the type, or end shares, at all, and says which operation that is.
///
/// # Errors
/// [`Error::Invalid`] for an unknown type and for one that is not shared so; [`Error::Denied`] without the permission.
fn permit(ctx: &Ctx, object_type: &str, share_type: ShareType, standing: Standing) -> Result<&'static str> {
    object::known(ctx, object_type)?;
    let operation = standing(&ctx.whole.catalogue, object_type, share_type);
    let targets = if share_type == ShareType::Tenant { "tenants" } else { "users" };
    let refused = || Error::Invalid(format!("objects of type `{object_type}` cannot be shared with {targets}"));
    let operation = operation.ok_or_else(refused)?;
    object::permit_some(ctx, object_type, operation)?;
    Ok(operation)
}

/// Whether the actor, who sees the object, may know of a share of it with them. `is_fellow` says whether a user is a member of
/// the tenant that the actor is logged into.
fn is_visible(ctx: &Ctx, object: &SharedObject, with: ShareTarget, is_fellow: impl FnOnce(UserId) -> bool) -> bool {
    let actor = &ctx.actor;
    let is_admin = actor.role() == TenantRole::Tenantadmin;
    let is_own = object.tenant == Some(actor.tenant_id()) && (is_admin || object.owner == Some(actor.user_id()));
    match with {
        _ if actor.is_superadmin() => true,
        ShareTarget::Tenant(tenant) => is_own || tenant == actor.tenant_id(),
        // Who is in another tenant is that tenant's business.
        ShareTarget::User(user) => user == actor.user_id() || ((is_own || is_admin) && is_fellow(user)),
    }
}
