//! Whether a directory can be used as the settings say.

use ldap3::Scope;
use robin_model::directory::Dn;

use super::{Connection, Directory, Error, Filter, error::Base, refused};

impl Directory {
    /// Connects, logs in, and looks for the places where searches start. Uses a connection of its own, and asks the directory even
    /// while it is left alone otherwise.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub async fn check(&self) -> Result<(), Error> {
        let connection = self.0.pool.trial().await?;
        let bases = [
            (Base::Search, Some(&self.0.settings.search_base)),
            (Base::User, self.0.settings.user_base.as_ref()),
            (Base::Group, self.0.settings.group_base.as_ref()),
        ];
        for (base, dn) in bases {
            if let Some(dn) = dn {
                find(&connection, base, dn).await?;
            }
        }
        Ok(())
    }
}

/// Looks for an entry at which searches start.
async fn find(connection: &Connection, base: Base, dn: &Dn) -> Result<(), Error> {
    // No attributes (RFC 4511, section 4.5.1.8): that it is there is enough.
    let attributes = vec!["1.1".to_owned()];
    let everything = Filter::everything();
    let mut found = connection.search(dn.as_str(), Scope::Base, &everything, attributes, Vec::new()).await?;
    let mut is_there = false;
    while let Some(entry) = found.next().await? {
        is_there |= !entry.is_ref() && !entry.is_intermediate();
    }
    let end = found.end().await;
    match end.rc {
        0 if is_there => Ok(()),
        // Nothing found without an error: it is there for others.
        0 | 32 | 34 => Err(Error::NoBase { base, dn: dn.clone() }),
        code => Err(refused(code, end.text)),
    }
}
