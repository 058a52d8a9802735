//! Removing custom capabilities.

use robin_model::CapabilityName;
use robin_storage::Change;

use super::custom;
use crate::{Ctx, Error, Result, audit, authority};

/// Removes a custom capability that nobody has, no directory mapping gives and nothing inherits. Needs `USER_CAPABILITY:delete`.
///
/// # Errors
/// [`Error::NotFound`] when there is none of that name; [`Error::Invalid`] for a built-in one; [`Error::Conflict`] while it
/// is assigned, inherited or given by mappings, with the counts.
pub async fn remove(ctx: &Ctx, name: &CapabilityName) -> Result<()> {
    ctx.intend("capability.remove", "USER_CAPABILITY", name);
    ctx.permit("USER_CAPABILITY", "delete")?;
    let mut work = ctx.change().await?;
    let definition = custom(ctx, &mut *work, name, "delete").await?;
    authority::cover(ctx, name.as_str(), &ctx.whole.catalogue.resolve([definition.id]))?;
    let holders = work.memberships_with(definition.id).await?.len();
    let is_provider = |other: &robin_rbac::Definition| {
        other.providers.iter().any(|provider| provider.eq_ignore_ascii_case(&definition.name))
    };
    let heirs = work.custom_capabilities().await?.iter().filter(|other| is_provider(other)).count();
    if holders + heirs > 0 {
        return Err(Error::Conflict(format!(
            "`{name}` is assigned to {holders} user(s) and inherited by {heirs} capability(ies): take it from them first"
        )));
    }
    let mappings = work.mappings_with(definition.id).await?.len();
    if mappings > 0 {
        return Err(Error::Conflict(format!(
            "`{name}` is given by {mappings} directory mapping(s): remove them first"
        )));
    }
    work.remove_capability(name).await?;
    work.touch(Change::Capabilities).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&definition);
    work.append_audit(&entry).await?;
    work.commit().await
}
