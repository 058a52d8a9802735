//! A user in a directory.

use super::{entry::Entry, schema::Schema};

/// Whether a directory lets an account log in, as far as its entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing speaks against it.
    Active,
    /// An administrator of the directory disabled it.
    Disabled,
    /// It was locked after wrong passwords. Active Directory says whether it still is; OpenLDAP keeps the mark of a lock that is
    /// over until the next login.
    Locked,
}

/// A user in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name to log in with.
    pub username: String,
    /// The entry's name, as the directory shows it.
    pub distinguished_name: String,
    /// The email address.
    pub email_address: Option<String>,
    /// What identifies the account for ever.
    pub object_sid: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The name to log in with that has the form of an email address.
    pub user_principal_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// Whether the directory lets the account log in.
    pub standing: Standing,
}

impl Person {
    /// Reads a user from an entry; `None` when it has no username.
    pub(super) fn read(entry: &Entry, schema: &Schema) -> Option<Self> {
        Some(Self {
            username: entry.first(&schema.user.name)?,
            distinguished_name: entry.first(&schema.user.dn).unwrap_or_else(|| entry.dn.clone()),
            email_address: entry.first(&schema.email),
            object_sid: entry.identifier(&schema.user.id),
            last_name: entry.first(&schema.last_name),
            first_name: entry.first(&schema.first_name),
            user_principal_name: entry.first(&schema.principal),
            display_name: entry.first(&schema.display_name),
            standing: Standing::read(entry),
        })
    }

    /// Whether this is the user's name. Directories compare without regard to case, and ignore spaces, which no name needs.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.username.to_lowercase() == name.to_lowercase()
    }
}

impl Standing {
    /// Where directories say it: Active Directory, OpenLDAP with password policies, and 389 Directory Server.
    pub(super) const ATTRIBUTES: [&'static str; 4] =
        ["userAccountControl", "msDS-User-Account-Control-Computed", "pwdAccountLockedTime", "nsAccountLock"];

    fn read(entry: &Entry) -> Self {
        let [control, computed, locked_time, lock] = Self::ATTRIBUTES.map(|name| entry.texts(name).next());
        let flags = |text: Option<&str>| text.and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or_default();
        let is_disabled = flags(control) & 0x2 != 0
            // A lock without an end is one that an administrator made (draft-behera-ldap-password-policy, section 5.3.3).
            || locked_time.is_some_and(|time| time.starts_with("000001010000"))
            || lock.is_some_and(|lock| lock.eq_ignore_ascii_case("true"));
        let is_locked = flags(computed) & 0x10 != 0 || locked_time.is_some();
        match (is_disabled, is_locked) {
            (true, _) => Self::Disabled,
            (false, true) => Self::Locked,
            (false, false) => Self::Active,
        }
    }
}
