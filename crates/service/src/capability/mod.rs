//! User capabilities.

mod change;
mod create;
mod list;
mod remove;

pub use change::{Entries, Update, add_entries, add_providers, remove_entries, remove_providers, update};
pub use create::{New, create};
pub use list::{Filter, get, list};
pub use remove::remove;

use robin_model::CapabilityName;
use robin_rbac::{Catalogue, Definition, Instance};
use robin_storage::Transaction;

use crate::{Ctx, Error, Result, ctx::Thing};

/// The custom capability of that name, for `operation`.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::Invalid`] for a built-in one; [`Error::Denied`] when the actor may not.
async fn custom(ctx: &Ctx, tx: &mut dyn Transaction, name: &CapabilityName, operation: &str) -> Result<Definition> {
    let known = tx.custom_capabilities().await?;
    if let Some(definition) = known.into_iter().find(|definition| definition.name.eq_ignore_ascii_case(name.as_str())) {
        ctx.reach("USER_CAPABILITY", operation, &thing(&definition.name))?;
        return Ok(definition);
    }
    if ctx.robin.memory.base().capability(name.as_str()).is_some() {
        return Err(Error::Invalid(format!("`{name}` is built in: only custom capabilities can be changed")));
    }
    Err(missing(name))
}

fn missing(name: &CapabilityName) -> Error {
    Error::not_found("capability", name)
}

/// A capability belongs to the cluster, so the permission decides alone.
fn thing(name: &str) -> Thing<'_> {
    Thing { kind: "capability", name, instance: Instance::Object { id: name, owner: None, tenant: None, shares: &[] } }
}

/// The catalogue as this transaction will leave it.
///
/// # Errors
/// [`Error::Invalid`] when the definitions don't fit together.
pub(crate) async fn catalogue(ctx: &Ctx, tx: &mut dyn Transaction) -> Result<Catalogue> {
    let custom = tx.custom_capabilities().await?;
    ctx.robin.memory.base().with_custom(&custom).map_err(|error| Error::Invalid(error.to_string()))
}
