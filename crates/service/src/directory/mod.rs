//! Directory servers, what directories call the attributes that Robin reads, and the users and groups in them.
//!
//! Servers and attributes are things of the cluster, kept in memory as a whole: reading them asks no database. Before a server is added, or changed
//! in a way that matters for reaching it, it is tried, and no transaction is held meanwhile.

mod add;
mod attributes;
mod entries;
mod failure;
pub(crate) mod import;
mod known;
mod list;
pub mod mapping;
pub(crate) mod people;
mod remove;
mod settings;
mod sync;
mod trial;
mod update;

pub use add::add;
pub use attributes::{attributes, name as attribute_name, reset_attribute, set_attribute};
pub use entries::{Group, GroupName, Member, Person, RawEntry, RawValue, Wanted, groups, raw_groups, raw_users, users};
pub(crate) use failure::unavailable;
pub use import::{GroupImport, Imported, import_group};
pub use known::{Directories, Known};
pub use list::{get, list};
pub use remove::remove;
pub use sync::{FUNCTION as SYNC, Kept, Line, SyncChanges, Synced, Wish, kept, scheduled as sync_when_due, sync};
pub use trial::test;
pub use update::{Changes, update};

use robin_model::LdapServerId;
use robin_rbac::Instance;

use crate::{Ctx, Error, Result, ctx::Thing};

/// The object type.
const LDAP: &str = "LDAP";

/// What a person calls a server.
const SERVER: &str = "LDAP server";

/// Asks whether the actor may do this to the very thing of that name.
///
/// # Errors
/// [`Error::Denied`] when not.
fn reach(ctx: &Ctx, operation: &str, name: &str) -> Result<()> {
    let instance = Instance::Object { id: name, owner: None, tenant: None, shares: &[] };
    ctx.reach(LDAP, operation, &Thing { kind: SERVER, name, instance })
}

/// Where a server's sealed password stands: it can be opened for that place alone.
fn place(id: LdapServerId) -> String {
    format!("ldap_servers/{id}/sealed")
}

fn missing(name: &impl ToString) -> Error {
    Error::not_found(SERVER, name)
}

fn invalid(error: &impl ToString) -> Error {
    Error::Invalid(error.to_string())
}
