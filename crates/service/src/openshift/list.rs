//! Lists of users and groups, in the order of the cluster.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use robin_identity::openshift::{self, Cluster, Group, User};

use super::{GROUP, OPEN_SHIFT, USER, cluster, failed};
use crate::{
    Ctx, Error, Result,
    list::{Flow, Piece},
};

/// The most names that are asked for at once.
const MOST_NAMES: usize = 1000;

/// A user, with the groups that name them.
pub struct Listed {
    /// The user.
    pub user: User,
    /// The groups' names, in the order of the cluster.
    pub groups: Vec<Arc<str>>,
}

/// All users, or those of these names in this order. Needs `OPEN_SHIFT:view`.
///
/// # Errors
/// [`Error::Invalid`] when Robin runs on no cluster, and for names that can't be; [`Error::NotFound`] for the first of the names that
/// the cluster does not have; [`Error::Unavailable`] while it is down; [`Error::Conflict`] when it can't be read as it is set up.
pub async fn users(ctx: &Ctx, names: &[String]) -> Result<Flow<Listed>> {
    let (cluster, names) = search(ctx, names)?;
    let entries = if names.is_empty() {
        cluster.users().entries()
    } else {
        let mut known = cluster.users_named(&names).await.map_err(failed)?;
        let mut found = Vec::with_capacity(names.len());
        for name in &names {
            found.push(Ok(known.remove(name).ok_or_else(|| Error::not_found(USER, name))?));
        }
        stream::iter(found).boxed()
    };
    let mut groups = memberships(cluster).await.map_err(failed)?;
    let listed = move |user: User| {
        let groups = groups.remove(&user.name).unwrap_or_default();
        Piece::Item(Listed { user, groups })
    };
    Ok(entries.map_ok(listed).map_err(failed).boxed())
}

/// All groups, or those of these names in this order. As [`users`].
///
/// # Errors
/// As [`users`].
pub async fn groups(ctx: &Ctx, names: &[String]) -> Result<Flow<Group>> {
    let (cluster, names) = search(ctx, names)?;
    if names.is_empty() {
        return Ok(cluster.groups().entries().map_ok(Piece::Item).map_err(failed).boxed());
    }
    let mut found = Vec::with_capacity(names.len());
    for name in &names {
        let group = cluster.group(name).await.map_err(failed)?;
        found.push(Ok(Piece::Item(group.ok_or_else(|| Error::not_found(GROUP, name))?)));
    }
    Ok(stream::iter(found).boxed())
}

/// Asks whether the actor may, and whether the names make sense: each counts once.
fn search<'a>(ctx: &'a Ctx, names: &[String]) -> Result<(&'a Cluster, Vec<String>)> {
    ctx.permit(OPEN_SHIFT, "view")?;
    let cluster = cluster(ctx, "command")?;
    if names.len() > MOST_NAMES {
        return Err(Error::Invalid(format!("too many names: use at most {MOST_NAMES}, or none to list all")));
    }
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err(Error::Invalid("one of the names is empty: leave it out".to_owned()));
    }
    let mut seen = HashSet::new();
    Ok((cluster, names.iter().filter(|name| seen.insert(*name)).cloned().collect()))
}

/// The groups of everybody who is in one. The cluster does not search for them, so all are read.
async fn memberships(cluster: &Cluster) -> std::result::Result<HashMap<String, Vec<Arc<str>>>, openshift::Error> {
    let mut memberships: HashMap<String, Vec<Arc<str>>> = HashMap::new();
    let mut groups = cluster.groups().entries();
    while let Some(group) = groups.try_next().await? {
        let name: Arc<str> = group.name.into();
        for user in group.users {
            memberships.entry(user).or_default().push(Arc::clone(&name));
        }
    }
    Ok(memberships)
}
