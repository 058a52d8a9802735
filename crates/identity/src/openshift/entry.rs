//! What of users and groups matters.

use serde::{Deserialize, de::DeserializeOwned};

use super::wire;

/// A user of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::User")]
pub struct User {
    /// The name to sign in with.
    pub name: String,
    /// What identifies the user for ever; empty for somebody whom the cluster makes up from a certificate or a service account.
    pub uid: String,
    /// The whole name.
    pub full_name: Option<String>,
}

/// A group of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Group")]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What identifies it for ever.
    pub uid: String,
    /// The names of its users, in its order. Some may not be there.
    pub users: Vec<String>,
}

/// Something that the API lists.
pub trait Entry: DeserializeOwned + Send {
    /// The word in its path.
    const RESOURCE: &'static str;

    /// What it is listed by.
    fn name(&self) -> &str;
}

impl From<wire::User> for User {
    fn from(wire: wire::User) -> Self {
        let wire::User { metadata, full_name } = wire;
        let full_name = full_name.filter(|name| !name.trim().is_empty());
        Self { name: metadata.name.unwrap_or_default(), uid: metadata.uid.unwrap_or_default(), full_name }
    }
}

impl From<wire::Group> for Group {
    fn from(wire: wire::Group) -> Self {
        let wire::Group { metadata, users } = wire;
        Self {
            name: metadata.name.unwrap_or_default(),
            uid: metadata.uid.unwrap_or_default(),
            users: users.unwrap_or_default(),
        }
    }
}

impl Entry for User {
    const RESOURCE: &'static str = "users";

    fn name(&self) -> &str {
        &self.name
    }
}

impl Entry for Group {
    const RESOURCE: &'static str = "groups";

    fn name(&self) -> &str {
        &self.name
    }
}
