//! Directories: OpenLDAP and those like it, and Active Directory.
//!
//! - [`Directory`] is one server: made once, shared, and asked.
//! - `connect`, `connection`, `pool`, `breaker`: connections, and what keeps a server that is down from holding everybody up.
//! - `wire`, `tls`, `address`: nothing that a server sends, shows or claims is trusted unseen.
//! - `bind_name`: under which name to log in.
//! - `check`: whether the settings work.
//!
//! Servers that refer to others are not followed: the password would go along.

mod address;
mod bind_name;
mod breaker;
mod check;
mod connect;
mod connection;
mod error;
mod pool;
mod tls;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use robin_model::{
    Secret,
    directory::{Attributes, ServerSettings},
};

pub use self::error::{Base, Error, Failure, Failures};
use self::{connect::Connector, connection::Connection, pool::Pool};

/// One directory server. Cheap to clone: the clones share connections.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    settings: ServerSettings,
    attributes: Attributes,
    pool: Arc<Pool>,
}

impl Directory {
    /// A server as the settings say, read under the name in them and this password. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::CaCert`] when TLS is wanted and there is no certificate to trust.
    pub fn new(settings: &ServerSettings, password: Secret, attributes: Attributes) -> Result<Self, Error> {
        let connector = Connector::new(settings)?;
        let wait = settings.timeouts.connect + settings.timeouts.answer;
        let pool = Pool::new(connector, bind_name::of_reader(settings), password, wait);
        Ok(Self(Arc::new(Inner { settings: settings.clone(), attributes, pool: Arc::new(pool) })))
    }

    /// What it was made from.
    #[must_use]
    pub fn settings(&self) -> &ServerSettings {
        &self.0.settings
    }
}

/// What a code that is not 0 means, where it means nothing in particular.
fn refused(code: u32, text: String) -> Error {
    match code {
        10 => Error::Referral,
        code => Error::Refused { code, text },
    }
}
