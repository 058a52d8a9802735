//! Changing custom capabilities.

use robin_model::{CapabilityName, TenantRole};
use robin_rbac::{Definition, Entry, RoleSet};
use robin_storage::{Change, Transaction};

use super::{catalogue, custom};
use crate::{Ctx, Error, Result, audit, authority, text};

/// Permissions, as a caller names them.
pub type Entries = [Entry];

/// What to replace; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// What it is for.
    pub description: Option<String>,
    /// The roles it may be assigned to.
    pub tenant_roles: Option<Vec<TenantRole>>,
    /// The capabilities it inherits.
    pub providers: Option<Vec<CapabilityName>>,
    /// Its own permissions.
    pub entries: Option<Vec<Entry>>,
    /// Whether lists leave it out.
    pub hidden: Option<bool>,
}

/// Replaces parts of a custom capability. Needs `USER_CAPABILITY:update`, every permission that it came to and will come to,
/// and no less rights than everybody has where they have it.
///
/// # Errors
/// [`Error::NotFound`] when there is none of that name; [`Error::Invalid`] for roles, providers or entries that are unknown
/// or don't fit; [`Error::Conflict`] when a role is taken from it that a holder or an inheriting capability needs;
/// [`Error::Denied`] when it comes to more than the actor holds, or somebody has it who is more.
pub async fn update(ctx: &Ctx, name: &CapabilityName, update: Update) -> Result<()> {
    if let Some(description) = &update.description {
        text::check("description", description)?;
    }
    edit(ctx, name, "capability.update", |definition| {
        let Update { description, tenant_roles, providers, entries, hidden } = update;
        let providers = providers.map(|names| names.iter().map(ToString::to_string).collect());
        *definition = Definition {
            description: description.unwrap_or_else(|| definition.description.clone()),
            tenant_roles: tenant_roles.unwrap_or_else(|| definition.tenant_roles.clone()),
            providers: providers.unwrap_or_else(|| definition.providers.clone()),
            entries: entries.unwrap_or_else(|| definition.entries.clone()),
            hidden: hidden.unwrap_or(definition.hidden),
            ..definition.clone()
        };
        Ok(())
    })
    .await
}

/// Adds permissions to a custom capability; those it has already stay. Needs and errors as [`update`].
///
/// # Errors
/// As [`update`].
pub async fn add_entries(ctx: &Ctx, name: &CapabilityName, entries: &Entries) -> Result<()> {
    some(entries, "capability_entries")?;
    edit(ctx, name, "capability.add_capability_entries", |definition| {
        for entry in entries {
            if !definition.entries.contains(entry) {
                definition.entries.push(entry.clone());
            }
        }
        Ok(())
    })
    .await
}

/// Removes permissions from a custom capability.
///
/// # Errors
/// As [`update`], and [`Error::Invalid`] for one that it does not have.
pub async fn remove_entries(ctx: &Ctx, name: &CapabilityName, entries: &Entries) -> Result<()> {
    some(entries, "capability_entries")?;
    edit(ctx, name, "capability.remove_capability_entries", |definition| {
        for entry in entries {
            if !definition.entries.contains(entry) {
                let Entry { object_type, operation } = entry;
                return Err(Error::Invalid(format!("`{name}` has no capability entry {object_type}:{operation}")));
            }
            definition.entries.retain(|known| known != entry);
        }
        Ok(())
    })
    .await
}

/// Lets a custom capability inherit others; those it inherits already stay.
///
/// # Errors
/// As [`update`].
pub async fn add_providers(ctx: &Ctx, name: &CapabilityName, providers: &[CapabilityName]) -> Result<()> {
    some(providers, "providers")?;
    edit(ctx, name, "capability.add_providers", |definition| {
        for provider in providers {
            if !definition.providers.iter().any(|known| known.eq_ignore_ascii_case(provider.as_str())) {
                definition.providers.push(provider.to_string());
            }
        }
        Ok(())
    })
    .await
}

/// Lets a custom capability inherit others no longer.
///
/// # Errors
/// As [`update`], and [`Error::Invalid`] for one that it does not inherit.
pub async fn remove_providers(ctx: &Ctx, name: &CapabilityName, providers: &[CapabilityName]) -> Result<()> {
    some(providers, "providers")?;
    edit(ctx, name, "capability.remove_providers", |definition| {
        for provider in providers {
            let before = definition.providers.len();
            definition.providers.retain(|known| !known.eq_ignore_ascii_case(provider.as_str()));
            if definition.providers.len() == before {
                return Err(Error::Invalid(format!("`{name}` does not inherit `{provider}`")));
            }
        }
        Ok(())
    })
    .await
}

fn some<T>(list: &[T], field: &str) -> Result<()> {
    if list.is_empty() { Err(Error::Invalid(format!("name at least one in `{field}`"))) } else { Ok(()) }
}

async fn edit(
    ctx: &Ctx,
    name: &CapabilityName,
    action: &'static str,
    change: impl FnOnce(&mut Definition) -> Result<()> + Send,
) -> Result<()> {
    ctx.intend(action, "USER_CAPABILITY", name);
    ctx.permit("USER_CAPABILITY", "update")?;
    let mut work = ctx.change().await?;
    let before = custom(ctx, &mut *work, name, "update").await?;
    let mut after = before.clone();
    change(&mut after)?;
    let known = catalogue(ctx, &mut *work).await?;
    authority::cover(ctx, name.as_str(), &known.resolve([before.id]))?;
    authority::outrank_holders(ctx, &mut *work, &known, &before).await?;
    leave_roles(ctx, &mut *work, &before, &after).await?;
    work.replace_capability(&after).await?;
    let new = catalogue(ctx, &mut *work).await?;
    authority::cover(ctx, name.as_str(), &new.resolve([after.id]))?;
    work.touch(Change::Capabilities).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&before);
    entry.after = audit::state(&after);
    work.append_audit(&entry).await?;
    work.commit().await
}

/// Asks that every role which a holder, a mapping or an inheriting capability needs is still there.
async fn leave_roles(ctx: &Ctx, tx: &mut dyn Transaction, before: &Definition, after: &Definition) -> Result<()> {
    let [had, left] = [before, after].map(|definition| definition.tenant_roles.iter().copied().collect::<RoleSet>());
    if had.is_subset(left) {
        return Ok(());
    }
    for place in tx.memberships_with(before.id).await? {
        if !left.contains(place.role) {
            return Err(Error::Conflict(format!(
                "`{}` is assigned to users with the role `{}`: take it from them first",
                after.name, place.role
            )));
        }
    }
    for mapping in tx.mappings_with(before.id).await? {
        if !left.contains(mapping.role) {
            return Err(Error::Conflict(format!(
                "`{}` is given to the role `{}` by a mapping of the group `{}`: remove it first",
                after.name, mapping.role, mapping.group
            )));
        }
    }
    for heir in ctx.whole.catalogue.inheritors(before.id) {
        if !heir.roles().is_subset(left) {
            return Err(Error::Conflict(format!(
                "`{}` inherits `{}` and is usable with more roles than would be left: narrow it first",
                heir.name(),
                after.name
            )));
        }
    }
    Ok(())
}
