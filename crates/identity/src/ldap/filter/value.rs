//! Values in filters.

use std::fmt;

/// A value in a filter. It can be written in one way only: escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterValue(Vec<u8>);

impl FilterValue {
    /// The value itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for FilterValue {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<Vec<u8>> for FilterValue {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for FilterValue {
    /// Everything that is not a plain character is written as `\xx`: what it would mean otherwise never matters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.0 {
            match byte {
                b'*' | b'(' | b')' | b'\\' => write!(f, "\\{byte:02x}")?,
                b' '..=b'~' => write!(f, "{}", char::from(*byte))?,
                _ => write!(f, "\\{byte:02x}")?,
            }
        }
        Ok(())
    }
}
