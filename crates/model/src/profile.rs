//! What is known of the person behind an account.

use serde::{Deserialize, Serialize};

/// A text about a person that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProfile {
    /// Too long, or with control characters.
    #[error("invalid `{0}`: use at most 255 characters and no control characters")]
    Text(&'static str),
    /// Not an address.
    #[error("invalid `email`: use one address like name@example.com, of at most 254 characters")]
    Email,
}

/// First name, last name and e-mail address; each may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

impl Profile {
    /// Checks every part; an empty text becomes an unknown one.
    ///
    /// # Errors
    /// The first part that is too long, has control characters, or is no e-mail address.
    pub fn checked(self) -> Result<Self, InvalidProfile> {
        Ok(Self {
            first_name: text("first_name", self.first_name)?,
            last_name: text("last_name", self.last_name)?,
            email: email(self.email)?,
        })
    }

    /// This profile where `newer` is silent, else `newer`; an empty text in `newer` makes the part unknown.
    #[must_use]
    pub fn overlaid(self, newer: Self) -> Self {
        let part = |old: Option<String>, new: Option<String>| match new {
            None => old,
            Some(text) => Some(text).filter(|text| !text.is_empty()),
        };
        Self {
            first_name: part(self.first_name, newer.first_name),
            last_name: part(self.last_name, newer.last_name),
            email: part(self.email, newer.email),
        }
    }
}

fn text(part: &'static str, value: Option<String>) -> Result<Option<String>, InvalidProfile> {
    match value {
        Some(text) if text.chars().count() > 255 || text.chars().any(is_unprintable) => Err(InvalidProfile::Text(part)),
        other => Ok(other.filter(|text| !text.is_empty())),
    }
}

/// Control characters, and the invisible ones that turn the direction of writing (Unicode TR 36, bidirectional text).
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn email(value: Option<String>) -> Result<Option<String>, InvalidProfile> {
    let Some(address) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    let whole = address.len() <= 254 && !address.chars().any(|c| is_unprintable(c) || c.is_whitespace());
    match address.split_once('@') {
        Some((local, domain)) if whole && !local.is_empty() && !domain.is_empty() && !domain.contains('@') => {
            Ok(Some(address))
        }
        _ => Err(InvalidProfile::Email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_email(address: &str) -> Result<Profile, InvalidProfile> {
        Profile { email: Some(address.to_owned()), ..Profile::default() }.checked()
    }

    #[test]
    fn an_address_has_one_at_sign_and_both_sides() {
        assert!(with_email("demo@example.com").is_ok());
        for bad in ["demo", "@example.com", "demo@", "a@b@c", "a b@c", "a@b\n"] {
            assert_eq!(with_email(bad), Err(InvalidProfile::Email), "{bad:?}");
        }
    }

    #[test]
    fn sec_43_names_cannot_carry_control_or_bidi_characters() {
        for bad in ["a\r\nb", "\u{1b}[31m", "a\u{202e}b"] {
            let profile = Profile { first_name: Some(bad.to_owned()), ..Profile::default() };
            assert_eq!(profile.checked(), Err(InvalidProfile::Text("first_name")));
        }
    }

    #[test]
    fn an_update_changes_only_what_it_names() {
        let old = Profile { first_name: Some("A".into()), last_name: Some("B".into()), email: None };
        let newer = Profile { first_name: Some("C".into()), last_name: Some(String::new()), email: None };
        assert_eq!(old.overlaid(newer), Profile { first_name: Some("C".into()), ..Profile::default() });
    }
}
