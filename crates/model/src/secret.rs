//! Values that must not be seen: passwords and their hashes.
//!
//! They have no `Debug`, no `PartialEq` and are wiped when dropped, so a log line or a comparison that would leak one
//! does not compile.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A password or another secret text, as a person typed it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text in.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A password's hash: a PHC string (`$argon2id$v=19$m=…`).
#[derive(Clone)]
pub struct PasswordHash(Zeroizing<String>);

impl PasswordHash {
    /// Takes the PHC string in.
    #[must_use]
    pub fn new(phc: String) -> Self {
        Self(Zeroizing::new(phc))
    }

    /// The PHC string, for the database and the check.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
