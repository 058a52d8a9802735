//! Directories: OpenLDAP and those like it, and Active Directory.
//!
//! - [`Directory`] is one server: made once, shared, and asked.
//! - `connect`, `connection`, `pool`: connections. A server that is down holds nobody up.
//! - `wire`, `tls`: nothing that a server sends, shows or claims is trusted unseen.
//! - `bind_name`: under which name to log in.
//! - `check`: whether the settings work.
//! - `filter`: what is searched for. `search`: the search itself, page by page.
//! - `schema`: what the directory calls what is read. `entry`, `person`, `sid`, `secrets`: what an entry says, and what of it is
//!   nobody's business.
//! - `listing`, `named`, `members`, `expand`, `climb`: users, groups, and who is in them.
//! - `sign_in`, `policy`: who somebody is, and why not.
//!
//! Servers that refer to others are not followed: the password would go along.

mod bind_name;
mod check;
mod climb;
mod connect;
mod connection;
mod entry;
mod error;
mod expand;
mod filter;
mod listing;
mod members;
mod named;
mod person;
mod policy;
mod pool;
mod schema;
mod search;
mod secrets;
mod sid;
mod sign_in;
mod tls;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use robin_model::{
    Secret,
    directory::{Attributes, Dn, ServerSettings},
};

use self::{connect::Connector, connection::Connection, pool::Pool, schema::Schema};
pub use self::{
    entry::{RawEntry, RawValue},
    error::{Base, Error, Failure, Failures},
    expand::{Membership, Skipped},
    filter::{Filter, FilterValue, InvalidFilter},
    listing::{Group, GroupName, Listing, Member, Query},
    person::{Person, Standing},
    policy::Refusal,
    search::Partial,
    sign_in::{Answer, Who},
};

/// One directory server. Cheap to clone: the clones share connections.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    settings: ServerSettings,
    schema: Schema,
    pool: Arc<Pool>,
}

impl Directory {
    /// A server as the settings say, read under the name in them and this password. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::CaCert`] when TLS is wanted and there is no certificate to trust.
    pub fn new(settings: &ServerSettings, password: Secret, attributes: &Attributes) -> Result<Self, Error> {
        let connector = Connector::new(settings)?;
        let wait = settings.timeouts.connect + settings.timeouts.answer;
        let pool = Pool::new(connector, bind_name::of_reader(settings), password, wait);
        let schema = Schema::new(settings.server_type, attributes);
        Ok(Self(Arc::new(Inner { settings: settings.clone(), schema, pool: Arc::new(pool) })))
    }

    /// What it was made from.
    #[must_use]
    pub fn settings(&self) -> &ServerSettings {
        &self.0.settings
    }

    /// Where searches for users start.
    fn user_base(&self) -> &Dn {
        self.0.settings.user_base.as_ref().unwrap_or(&self.0.settings.search_base)
    }

    /// Where searches for groups start.
    fn group_base(&self) -> &Dn {
        self.0.settings.group_base.as_ref().unwrap_or(&self.0.settings.search_base)
    }
}

/// What a code that is not 0 means, where it means nothing in particular.
fn refused(code: u32, text: String) -> Error {
    match code {
        10 => Error::Referral,
        code => Error::Refused { code, text },
    }
}
