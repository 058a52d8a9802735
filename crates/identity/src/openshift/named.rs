//! Users and groups by name.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Cluster, Error, Group, User, api::USERS, entry::Entry};

/// Up to how many users are asked for one by one. More are looked for in the list of all.
const ONE_BY_ONE: usize = 50;

/// How many are asked for at once.
const AT_ONCE: usize = 4;

impl Cluster {
    /// The user of this name, if there is one.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn user(&self, name: &str) -> Result<Option<User>, Error> {
        self.entry(name).await
    }

    /// The group of this name, if there is one.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn group(&self, name: &str) -> Result<Option<Group>, Error> {
        self.entry(name).await
    }

    /// The users of these names as far as they are there, by name.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn users_named(&self, names: &[String]) -> Result<HashMap<String, User>, Error> {
        let wanted: HashSet<String> = names.iter().cloned().collect();
        if wanted.len() <= ONE_BY_ONE {
            let ask = |name: String| {
                let cluster = self.clone();
                async move { cluster.user(&name).await }
            };
            let asked = stream::iter(wanted).map(ask).buffer_unordered(AT_ONCE);
            let found: Vec<Option<User>> = asked.try_collect().await?;
            return Ok(found.into_iter().flatten().map(|user| (user.name.clone(), user)).collect());
        }
        let mut found = HashMap::new();
        let mut pages = self.users();
        while let Some(page) = pages.next().await? {
            let some = page.into_iter().filter(|user| wanted.contains(&user.name));
            found.extend(some.map(|user| (user.name.clone(), user)));
        }
        Ok(found)
    }

    async fn entry<T: Entry>(&self, name: &str) -> Result<Option<T>, Error> {
        if !can_be(name) {
            return Ok(None);
        }
        let api = &self.0.api;
        let [root, group, version] = USERS;
        let path = [root, group, version, T::RESOURCE, name];
        match api.get(&path, &[], &api.own_token().await?).await {
            Ok(entry) => Ok(Some(entry)),
            Err(Error::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a user or a group can have this name: what else stands in a path means something (Kubernetes documentation, "Object Names
/// and IDs", path segment names), or would be left out of it. `~` is whoever asks.
fn can_be(name: &str) -> bool {
    let is_allowed = |char: char| !matches!(char, '/' | '%') && !char.is_control();
    !matches!(name, "" | "." | ".." | "~") && name.chars().all(is_allowed)
}
