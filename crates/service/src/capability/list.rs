//! Showing capabilities.

use robin_model::{CapabilityId, CapabilityName};
use robin_rbac::Capability;

use super::missing;
use crate::{Ctx, Error, Result, authority, list::Page};

/// Which capabilities a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Hidden ones too.
    pub all: bool,
    /// Only this group's, hidden ones too.
    pub group: Option<String>,
    /// Only these, hidden or not.
    pub names: Option<Vec<CapabilityName>>,
}

/// A page of the capabilities in force, by number. Needs `USER_CAPABILITY:view`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::Invalid`] for a filter that names what is not there.
pub fn list(ctx: &Ctx, filter: &Filter, after: Option<CapabilityId>, limit: u32) -> Result<Page<Capability>> {
    ctx.permit("USER_CAPABILITY", "view")?;
    let catalogue = &ctx.whole.catalogue;
    let mut named = Vec::new();
    for name in filter.names.iter().flatten() {
        named.push(authority::named(ctx, name)?.id());
    }
    let group = filter.group.as_deref();
    if let Some(group) = group
        && !catalogue.capabilities().any(|capability| capability.group() == group)
        && group != "Custom"
    {
        return Err(Error::Invalid(format!("unknown capability group `{group}`: use {}", groups(ctx).join(", "))));
    }
    let is_listed = |capability: &&Capability| {
        let is_shown = !capability.is_hidden() || filter.all || group.is_some() || filter.names.is_some();
        let is_named = filter.names.is_none() || named.contains(&capability.id());
        is_shown && is_named && group.is_none_or(|group| capability.group() == group)
    };
    let listed = catalogue.capabilities().filter(is_listed).cloned();
    Ok(Page::cut(listed, after.map(|id| id.0), limit, |capability| capability.id().0))
}

fn groups(ctx: &Ctx) -> Vec<&str> {
    let mut groups: Vec<&str> = ctx.whole.catalogue.capabilities().map(Capability::group).chain(["Custom"]).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// One capability. Needs `USER_CAPABILITY:view`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::NotFound`] when there is none of that name.
pub fn get<'a>(ctx: &'a Ctx, name: &CapabilityName) -> Result<&'a Capability> {
    ctx.permit("USER_CAPABILITY", "view")?;
    ctx.whole.catalogue.capability(name.as_str()).ok_or_else(|| missing(name))
}
