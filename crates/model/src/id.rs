//! Numbers and texts that name stored things.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number! {
    /// A user context's number: one user inside one tenant.
    ContextId
}
number! {
    /// A registered object's number.
    ObjectId
}
number! {
    /// A share's number.
    ShareId
}
number! {
    /// A directory server's number.
    LdapServerId
}
number! {
    /// A schedule's number.
    ScheduleId
}
number! {
    /// A mapping's number: what a group of a directory gives.
    MappingId
}
number! {
    /// An access token's number.
    TokenId
}
number! {
    /// An audit record's number; later records have larger ones.
    AuditId
}
number! {
    /// How many changes that can alter a decision the database has seen.
    Revision
}
impl TokenId {
    /// What a token goes by where sessions go by their names: no session has such a name.
    #[must_use]
    pub fn credential(self) -> String {
        format!("token:{self}")
    }
}

text! {
    /// A session's name: 128 random bits in base64url, the `jti` of its login token.
    SessionId
}
text! {
    /// A signing key's name, the `kid` of the tokens signed with it.
    KeyId
}
