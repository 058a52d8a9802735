//! Directory servers as memory keeps them: ready to be asked.

use std::{sync::Arc, time::Duration};

use robin_crypto::SecretKey;
use robin_identity::ldap::{self, Directory};
use robin_model::{
    LdapServerId, LdapServerName, Secret,
    directory::{Attributes, KeptServer, LdapServer},
};
use robin_storage::Transaction;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::place;
use crate::{Error, Result};

/// The most lists of one directory that are read at once. Each takes up to two of its connections, and some must be left for those
/// who log in.
const LISTS: usize = 3;

/// How long a list waits for others to end.
const WAIT: Duration = Duration::from_secs(10);

/// Every directory server, and what directories call their attributes.
pub struct Directories {
    servers: Vec<Arc<Known>>,
    attributes: Attributes,
}

/// One directory server, with its connections.
pub struct Known {
    kept: KeptServer,
    /// What is said of its attributes.
    attributes: Attributes,
    /// Where it can't be used at all, that is no reason for the others to go.
    directory: std::result::Result<Directory, ldap::Error>,
    lists: Arc<Semaphore>,
}

impl Directories {
    /// Reads them, as one transaction sees them. A server of `before` stays, with its connections, while everything that is said
    /// of it is the same.
    ///
    /// # Errors
    /// When the database can't answer, or holds what can't be read.
    pub async fn load(tx: &mut dyn Transaction, secret_key: &SecretKey, before: Option<&Self>) -> Result<Self> {
        let attributes = tx.ldap_attributes().await?;
        let mut servers = Vec::new();
        for kept in tx.ldap_servers().await? {
            let own = attributes.only(kept.server.settings.server_type);
            let same = |known: &&Arc<Known>| known.kept == kept && known.attributes == own;
            servers.push(match before.and_then(|before| before.servers.iter().find(same)) {
                Some(known) => Arc::clone(known),
                None => Arc::new(Known::open(kept, own, secret_key)?),
            });
        }
        Ok(Self { servers, attributes })
    }

    /// All of them, by number.
    #[must_use]
    pub fn servers(&self) -> &[Arc<Known>] {
        &self.servers
    }

    /// The server of that name.
    #[must_use]
    pub fn named(&self, name: &LdapServerName) -> Option<&Arc<Known>> {
        let key = name.key();
        self.servers.iter().find(|known| known.server().settings.name.key() == key)
    }

    /// The server with that number.
    #[must_use]
    pub fn server(&self, id: LdapServerId) -> Option<&Arc<Known>> {
        self.servers.iter().find(|known| known.server().id == id)
    }

    /// What directories call the attributes that Robin reads.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }
}

impl Known {
    fn open(kept: KeptServer, attributes: Attributes, secret_key: &SecretKey) -> Result<Self> {
        let password = password(&kept, secret_key)?;
        let directory = Directory::new(&kept.server.settings, password, &attributes);
        Ok(Self { kept, attributes, directory, lists: Arc::new(Semaphore::new(LISTS)) })
    }

    /// What is known of it.
    #[must_use]
    pub fn server(&self) -> &LdapServer {
        &self.kept.server
    }

    /// It itself, to be asked.
    ///
    /// # Errors
    /// When it can't be used as it is set up, on this machine: its certificates, or those that the system trusts, are no good.
    pub fn directory(&self) -> std::result::Result<&Directory, &ldap::Error> {
        self.directory.as_ref()
    }

    /// A place among the lists that are read; `None` when none becomes free in time.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        timeout(WAIT, Arc::clone(&self.lists).acquire_owned()).await.ok()?.ok()
    }
}

/// The password to read a server by.
///
/// # Errors
/// [`Error::Internal`] when it was sealed under another key, or is damaged.
pub fn password(kept: &KeptServer, secret_key: &SecretKey) -> Result<Secret> {
    let plain = secret_key.open(&place(kept.server.id), &kept.sealed).map_err(Error::internal)?;
    Ok(Secret::new(str::from_utf8(&plain).map_err(Error::internal)?.to_owned()))
}
