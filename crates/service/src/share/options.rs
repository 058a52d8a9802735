//! What can be shared.

use robin_rbac::{
    ShareType,
    sharing::{self, ShareOption},
};

use crate::{Ctx, Error, Result, list::Page};

/// A page of the operations that can be shared, all or those on one object type, with tenants, users or both. Needs
/// `OBJECT_SHARE:view`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::Invalid`] for an unknown object type.
pub fn options(
    ctx: &Ctx,
    object_type: Option<&str>,
    share_type: Option<ShareType>,
    after: Option<i64>,
    limit: u32,
) -> Result<Page<ShareOption>> {
    ctx.permit("OBJECT_SHARE", "view")?;
    if let Some(name) = object_type
        && !ctx.whole.catalogue.has_object_type(name)
    {
        return Err(Error::Invalid(format!("unknown object type `{name}`: write it like APPLICATION")));
    }
    let numbered = (1..).zip(sharing::options(object_type, share_type));
    Ok(Page::cut(numbered, after, limit, |(nth, _)| *nth).map(|(_, option)| option))
}
