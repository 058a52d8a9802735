//! Certificates of users, and what is kept of them.

use std::fmt;

use robin_rbac::UserId;
use serde::{Deserialize, Serialize};

use crate::{Timestamp, Username};

/// Most digits of a serial number: 20 bytes (RFC 5280, 4.1.2.2).
const MOST_DIGITS: usize = 40;

/// A certificate's serial number, in hexadecimal digits, two for each byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// A text that is no serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a serial number: use 2 to 40 hexadecimal digits, two for each byte")]
pub struct InvalidSerial;

impl Serial {
    /// The serial number with these bytes, the most significant one first.
    ///
    /// # Errors
    /// When there are none, or more than 20.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidSerial> {
        let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        Self::try_from(halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect::<String>())
    }

    /// Its bytes, the most significant one first.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let digits = self.0.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
        digits.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
    }

    /// Its digits, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Serial {
    type Error = InvalidSerial;

    fn try_from(text: String) -> Result<Self, InvalidSerial> {
        let fits = (2..=MOST_DIGITS).contains(&text.len()) && text.len().is_multiple_of(2);
        let is_hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (fits && is_hexadecimal).then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidSerial)
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a certificate is revoked: those of RFC 5280, 5.3.1, that a user's can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// None was given.
    Unspecified,
    /// Somebody else may know the key.
    KeyCompromise,
    /// The user is no longer one.
    CessationOfOperation,
    /// The user may no longer use it.
    PrivilegeWithdrawn,
    /// Another one takes its place.
    Superseded,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
        Self::Superseded,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key_compromise",
            Self::CessationOfOperation => "cessation_of_operation",
            Self::PrivilegeWithdrawn => "privilege_withdrawn",
            Self::Superseded => "superseded",
        }
    }

    /// The one with that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// That a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Revocation {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// A certificate of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its serial number.
    pub serial: Serial,
    /// Whose it is.
    pub user: UserId,
    /// The certificate, as PEM.
    pub pem: String,
    /// The private key (PKCS#8, PEM), sealed under the server's secret key; none when the user keeps it.
    pub sealed_key: Option<Vec<u8>>,
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it is over.
    pub not_after: Timestamp,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// That it is revoked.
    pub revoked: Option<Revocation>,
}

impl Certificate {
    /// The name of the record that holds a user's certificate.
    #[must_use]
    pub fn record_name(username: &Username) -> String {
        format!("user-credentials-{username}")
    }

    /// Whether it is good now: neither over nor revoked.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.not_before <= now && now < self.not_after
    }
}

/// A revoked certificate, as a list of them has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Its serial number.
    pub serial: Serial,
    /// Since when, and why.
    pub revocation: Revocation,
}

/// The list of revoked certificates, as it was signed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// Its number: every list has a larger one than those before.
    pub number: i64,
    /// The signed list, DER; none when something was revoked since.
    pub der: Option<Vec<u8>>,
    /// When the next one takes its place at the latest.
    pub next_update: Timestamp,
}

/// The authority whose certificates and lists are signed here, when Robin made it itself.
#[derive(Clone)]
pub struct StoredAuthority {
    /// Its certificate, as PEM.
    pub pem: String,
    /// Its private key (PKCS#8, PEM), sealed under the server's secret key.
    pub sealed_key: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_bytes_and_digits() {
        let serial = Serial::from_bytes(&[1, 0, 0xab]).unwrap();
        assert_eq!((serial.as_str(), serial.bytes()), ("0100ab", vec![1, 0, 0xab]));
        assert_eq!(Serial::try_from("0100AB".to_owned()), Ok(serial));
        for text in ["", "1", "123", "0g", "é", &"0".repeat(42)] {
            assert!(Serial::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn every_reason_has_its_word() {
        for reason in Reason::ALL {
            assert_eq!(Reason::named(reason.as_str()), Some(reason));
        }
        assert_eq!(Reason::named("none"), None);
    }
}
