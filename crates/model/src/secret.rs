//! Values that must not be seen: passwords and their hashes.
//!
//! They have no `Debug`, no `PartialEq` and are wiped when dropped, so a log line or a comparison that would leak one
//! does not compile.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use zeroize::Zeroizing;

/// A password or another secret text, as a person typed it.
#[derive(Clone, Serialize)]
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

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Takes text, and refuses everything else without repeating it, as serde does of itself: a password of digits alone is
/// easily written without quotes.
struct Text;

fn no_text<E: Error>() -> Result<Secret, E> {
    Err(E::custom("expected a string"))
}

impl<'de> Visitor<'de> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        no_text()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        no_text()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        no_text()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        no_text()
    }

    fn visit_unit<E: Error>(self) -> Result<Secret, E> {
        no_text()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        no_text()
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        no_text()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_42_what_is_no_text_is_refused_without_being_repeated() {
        for json in ["12345678", "-12345678", "1234.5678", "true", "null", "[\"12345678\"]", "{\"12345678\": 1}"] {
            let error = serde_json::from_str::<Secret>(json).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with("expected a string") && !error.contains("1234"), "{json}: {error}");
        }
        assert!(serde_json::from_str::<Secret>("\"12345678\"").is_ok_and(|secret| secret.expose() == "12345678"));
    }
}
