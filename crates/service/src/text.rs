//! Texts that people write for people.

use crate::{Error, Result};

/// Asks that a text has at most 255 characters, none of them a control character.
///
/// # Errors
/// [`Error::Invalid`] naming the field.
pub fn check(field: &str, text: &str) -> Result<()> {
    if text.chars().count() > 255 || text.chars().any(char::is_control) {
        return Err(Error::Invalid(format!("invalid `{field}`: use at most 255 characters and no control characters")));
    }
    Ok(())
}
