//! Settings that administrators change while the server runs.

use robin_model::config::{ATTRIBUTES, Attribute};
use robin_rbac::Instance;
use robin_storage::Change;
use serde_json::json;

use crate::{Ctx, Error, Result, audit, ctx::Thing};

/// Every setting with its value in force, by name. Needs `CONFIG:view`.
///
/// # Errors
/// [`Error::Denied`] without the permission.
pub async fn list(ctx: &Ctx) -> Result<Vec<(Attribute, i64)>> {
    ctx.permit("CONFIG", "view")?;
    let stored = ctx.read().await?.configs().await?;
    let value = |attribute: Attribute| {
        let set = stored.iter().find(|(name, _)| name == attribute.name);
        set.and_then(|(_, text)| attribute.read(text).ok()).unwrap_or(attribute.default)
    };
    Ok(ATTRIBUTES.into_iter().map(|attribute| (attribute, value(attribute))).collect())
}

/// Changes a setting, in force on this server at once. Needs `CONFIG:update`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::Invalid`] for an unknown setting or a value that it can't take.
pub async fn update(ctx: &Ctx, name: &str, value: &str) -> Result<()> {
    ctx.intend("config.update", "CONFIG", name);
    ctx.permit_some("CONFIG", "update")?;
    let known = || ATTRIBUTES.map(|attribute| attribute.name).join(", ");
    let unknown = || Error::Invalid(format!("unknown setting `{name}`: use one of {}", known()));
    let attribute = Attribute::named(name).ok_or_else(unknown)?;
    let instance = Instance::Object { id: name, owner: None, tenant: None, shares: &[] };
    ctx.reach("CONFIG", "update", &Thing { kind: "setting", name, instance })?;
    let value = attribute.read(value).map_err(|error| Error::Invalid(error.to_string()))?;
    let before = list(ctx).await?.into_iter().find(|(known, _)| *known == attribute).map(|(_, value)| value);
    let mut work = ctx.change().await?;
    work.set_config(name, &value.to_string()).await?;
    work.touch(Change::Config).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "value": before }));
    entry.after = audit::state(&json!({ "value": value }));
    work.append_audit(&entry).await?;
    work.commit().await
}
