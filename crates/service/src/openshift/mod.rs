//! Users and groups of the OpenShift cluster that Robin runs on.

mod import;
mod list;

pub use import::{GroupImport, UsersImport, import_group, import_users};
pub use list::{Listed, groups, users};
use robin_identity::openshift::{self, Cluster};
pub use robin_identity::openshift::{Group, User};

use crate::{Ctx, Error, Result};

/// The object type.
const OPEN_SHIFT: &str = "OPEN_SHIFT";

/// What a person calls a user of the cluster.
const USER: &str = "OpenShift user";

/// What a person calls a group of the cluster.
const GROUP: &str = "OpenShift group";

/// The cluster. `what` is what the caller does.
///
/// # Errors
/// [`Error::Invalid`] when Robin runs on none.
pub(crate) fn cluster<'a>(ctx: &'a Ctx, what: &str) -> Result<&'a Cluster> {
    let text = || format!("this {what} is only supported when Robin is deployed on an OpenShift cluster");
    ctx.robin.openshift.as_ref().ok_or_else(|| Error::Invalid(text()))
}

/// The users of these names, in the same order.
///
/// # Errors
/// [`Error::NotFound`] for the first that the cluster does not have; as [`failed`].
pub(crate) async fn people(cluster: &Cluster, names: &[String]) -> Result<Vec<User>> {
    let known = cluster.users_named(names).await.map_err(failed)?;
    let person = |name: &String| known.get(name).cloned().ok_or_else(|| Error::not_found(USER, name));
    names.iter().map(person).collect()
}

/// What it means for the caller that the cluster has no answer: [`Error::Unavailable`] while it is down, [`Error::Conflict`] when it
/// can't be read as it is set up.
fn failed(error: openshift::Error) -> Error {
    if error.is_outage() { unavailable(error) } else { Error::Conflict(format!("OpenShift can't be read: {error}")) }
}

/// The cluster is needed and has no answer.
pub(crate) fn unavailable(error: openshift::Error) -> Error {
    Error::Unavailable { what: "the OpenShift cluster", cause: Box::new(error) }
}
