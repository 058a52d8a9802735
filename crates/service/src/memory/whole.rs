//! What is small, needed by every request, and read as a whole.

use std::sync::Arc;

use robin_crypto::SecretKey;
use robin_model::config::Config;
use robin_rbac::{Catalogue, CatalogueError};
use robin_storage::Transaction;

use crate::{Error, Result, directory::Directories, ticket::Tickets};

/// The catalogue, the settings, the directory servers and the login tokens' keys in force.
pub struct Whole {
    /// The built-in capabilities and the custom ones.
    pub catalogue: Catalogue,
    /// The settings.
    pub config: Config,
    /// The directory servers.
    pub directories: Directories,
    /// What issues and verifies login tokens.
    pub tickets: Arc<Tickets>,
}

/// What a whole is made of besides the database.
pub struct Ground {
    /// The catalogue that custom capabilities are added to.
    pub base: Catalogue,
    /// The key that signing keys and directories' passwords are sealed under.
    pub secret_key: Arc<SecretKey>,
    /// Who the login tokens say issued them.
    pub issuer: String,
}

/// A custom capability in the database is of words that this server's catalogue lacks.
fn unfitting(error: CatalogueError, at_start: bool) -> Error {
    if at_start {
        return Error::Conflict(format!(
            "a custom capability in the database does not fit this server's catalogue: {error}; if other servers use \
             the database, set ROBIN_CATALOGUE_EXTRA to the same file as theirs"
        ));
    }
    // Another server has made it. Until it is gone, or this server is started again with the same catalogue, nothing can be decided here.
    Error::Unavailable { what: "this server's catalogue", cause: Box::new(error) }
}

impl Whole {
    /// Reads it, as one transaction sees it. Verified tokens of `before` stay verified while the keys are
    /// the same, and connections to directory servers stay open.
    ///
    /// # Errors
    /// When the database can't answer, or holds what can't be read.
    pub async fn load(tx: &mut dyn Transaction, ground: &Ground, before: Option<&Self>) -> Result<Self> {
        let custom = tx.custom_capabilities().await?;
        let catalogue = ground.base.with_custom(&custom).map_err(|error| unfitting(error, before.is_none()))?;
        let stored = tx.configs().await?;
        let value = |name: &str| stored.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let config = Config::from_stored(value);
        let directories = Directories::load(tx, &ground.secret_key, before.map(|before| &before.directories)).await?;
        let keys = tx.signing_keys().await?;
        let tickets = match before.filter(|before| before.tickets.has_keys(&keys)) {
            Some(before) => Arc::clone(&before.tickets),
            None => Arc::new(Tickets::open(ground.issuer.clone(), &ground.secret_key, &keys)?),
        };
        Ok(Self { catalogue, config, directories, tickets })
    }
}
