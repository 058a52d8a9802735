//! What directories call the attributes that Robin reads.

use robin_model::directory::{Attribute, AttributeKey, Attributes, ObjectKind, ServerType};
use robin_storage::Change;
use serde_json::{Value, json};

use super::{LDAP, invalid, reach};
use crate::{Ctx, Result};

/// The attributes of one type of server or all, for one kind of object or all, each with its position in the whole list. Needs
/// `LDAP:view`.
///
/// # Errors
/// [`Error::Denied`](crate::Error::Denied) without the permission.
pub fn attributes(
    ctx: &Ctx,
    server_type: Option<ServerType>,
    kind: Option<ObjectKind>,
) -> Result<Vec<(i64, Attribute)>> {
    ctx.permit(LDAP, "view")?;
    let is_meant = |one: &Attribute| {
        server_type.is_none_or(|wanted| one.server_type == wanted) && kind.is_none_or(|wanted| one.kind == wanted)
    };
    let numbered = (1..).zip(ctx.whole.directories.attributes().list());
    Ok(numbered.filter(|(_, one)| is_meant(one)).collect())
}

/// Sets what such servers call an attribute. Needs `LDAP:update`.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) when Robin reads no such attribute of such objects, and for what no directory could
/// call it.
pub async fn set_attribute(ctx: &Ctx, key: AttributeKey, value: &str) -> Result<()> {
    ctx.intend("ldap_attribute.update", LDAP, &name(key));
    change(ctx, key, Some(value)).await
}

/// Sets an attribute back to its default. Needs `LDAP:update`.
///
/// # Errors
/// As [`set_attribute`].
pub async fn reset_attribute(ctx: &Ctx, key: AttributeKey) -> Result<()> {
    ctx.intend("ldap_attribute.reset", LDAP, &name(key));
    change(ctx, key, None).await
}

async fn change(ctx: &Ctx, key: AttributeKey, value: Option<&str>) -> Result<()> {
    ctx.permit(LDAP, "update")?;
    reach(ctx, "update", &name(key))?;
    let value = value.map(Attributes::value).transpose().map_err(|error| invalid(&error))?;
    let mut work = ctx.change().await?;
    let mut attributes = work.ldap_attributes().await?;
    let before = attributes.get(key).map_err(|error| invalid(&error))?;
    attributes.set(key, value).map_err(|error| invalid(&error))?;
    let after = attributes.get(key).map_err(|error| invalid(&error))?;
    work.set_ldap_attribute(&after).await?;
    work.touch(Change::Directories).await?;
    let mut entry = ctx.record();
    (entry.before, entry.after) = (Some(state(&before)), Some(state(&after)));
    work.append_audit(&entry).await?;
    work.commit().await
}

fn state(attribute: &Attribute) -> Value {
    json!({ "value": attribute.value, "custom": attribute.custom })
}

/// As it is called in records, and where it is reset.
#[must_use]
pub fn name((server_type, kind, name): AttributeKey) -> String {
    format!("{}:{}:{name}", server_type.as_str(), kind.word())
}
