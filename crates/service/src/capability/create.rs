//! Adding custom capabilities.

use robin_model::{CapabilityId, CapabilityName, TenantRole};
use robin_rbac::{Definition, Entry};
use robin_storage::Change;

use super::catalogue;
use crate::{Ctx, Error, Result, audit, authority, text};

/// The group of every custom capability.
const GROUP: &str = "Custom";

/// The last number for a custom capability: those after it belong to other services' catalogues.
const LAST: CapabilityId = CapabilityId(10_000);

/// A custom capability to be added.
#[derive(Debug, Clone)]
pub struct New {
    /// Its name.
    pub name: CapabilityName,
    /// What it is for.
    pub description: String,
    /// The roles it may be assigned to.
    pub tenant_roles: Vec<TenantRole>,
    /// The capabilities it inherits.
    pub providers: Vec<CapabilityName>,
    /// Its own permissions.
    pub entries: Vec<Entry>,
    /// Keeps it out of lists.
    pub hidden: bool,
}

/// Adds a custom capability. Needs `USER_CAPABILITY:create`, and every permission that it comes to.
///
/// # Errors
/// [`Error::Conflict`] when the name is taken; [`Error::Invalid`] for roles, providers or entries that are unknown or don't
/// fit; [`Error::Denied`] when it comes to more than the actor holds.
pub async fn create(ctx: &Ctx, new: New) -> Result<()> {
    ctx.intend("capability.create", "USER_CAPABILITY", &new.name);
    ctx.permit("USER_CAPABILITY", "create")?;
    text::check("description", &new.description)?;
    let mut work = ctx.change().await?;
    let taken = || Error::Conflict(format!("capability `{}` already exists", new.name));
    if ctx.whole.catalogue.capability(new.name.as_str()).is_some() {
        return Err(taken());
    }
    let mut definition = Definition {
        // Given by the database.
        id: CapabilityId(0),
        name: new.name.to_string(),
        group: GROUP.to_owned(),
        description: new.description.clone(),
        hidden: new.hidden,
        tenant_roles: new.tenant_roles.clone(),
        providers: new.providers.iter().map(ToString::to_string).collect(),
        entries: new.entries.clone(),
    };
    definition.id = work.insert_capability(&definition).await?.ok_or_else(taken)?;
    if definition.id > LAST {
        return Err(Error::Conflict("there is no number left for another custom capability".to_owned()));
    }
    let catalogue = catalogue(ctx, &mut *work).await?;
    authority::cover(ctx, new.name.as_str(), &catalogue.resolve([definition.id]))?;
    work.touch(Change::Capabilities).await?;
    let mut entry = ctx.record();
    entry.after = audit::state(&definition);
    work.append_audit(&entry).await?;
    work.commit().await
}
