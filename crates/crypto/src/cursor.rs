//! Cursors of lists: where the next page begins, unreadable by accident and unforgeable on purpose.
//!
//! A cursor is not secret (it holds a position that its owner has just seen), but nobody can make one up or use one in
//! another list: what it says can be put into a query as it is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::{SecretKey, digest};

const TAG: usize = 16;

/// No position is longer than this many bytes; a longer cursor is nobody's.
const LONGEST: usize = 4096;

/// The key that makes cursors unforgeable.
pub struct CursorKey(Zeroizing<[u8; 32]>);

impl CursorKey {
    /// The key for cursors under this secret key: every server with the same secret key takes the others' cursors.
    #[must_use]
    pub fn new(secret_key: &SecretKey) -> Self {
        Self(secret_key.derive("cursor"))
    }

    /// A cursor at `position` of the list `scope`, which names everything the list depends on: what is listed, for whom,
    /// and with which filters.
    #[must_use]
    pub fn issue(&self, scope: &str, position: &str) -> String {
        let mut bytes = self.tag(scope, position).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position, if this is a cursor of that list.
    #[must_use]
    pub fn read(&self, scope: &str, cursor: &str) -> Option<String> {
        if cursor.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, position) = bytes.split_at_checked(TAG)?;
        let position = str::from_utf8(position).ok()?;
        digest::equal(tag, &self.tag(scope, position)).then(|| position.to_owned())
    }

    fn tag(&self, scope: &str, position: &str) -> [u8; TAG] {
        let whole = digest::hmac(&self.0, &[scope.as_bytes(), position.as_bytes()]);
        let mut tag = [0; TAG];
        tag.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> CursorKey {
        CursorKey::new(&SecretKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_cursor_gives_back_its_position() {
        for position in ["", "17", "name\u{1f}ünï\0", &"x".repeat(2000)] {
            let cursor = key(1).issue("users", position);
            assert_eq!(key(1).read("users", &cursor).as_deref(), Some(position));
        }
    }

    #[test]
    fn no_text_however_odd_is_taken_for_a_cursor() {
        let cursor = key(1).issue("users", "17");
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let text = if dice.below(3) == 0 { dice.text() } else { dice.changed(&cursor) };
            assert!(text == cursor || key(1).read("users", &text).is_none(), "case {case}: {text}");
        }
    }

    #[test]
    fn a_cursor_of_another_list_or_server_is_refused() {
        let cursor = key(1).issue("users", "17");
        assert_eq!(key(1).read("tenants", &cursor), None);
        assert_eq!(key(2).read("users", &cursor), None);
        assert_eq!(key(1).read("user", &key(1).issue("users", "17")), None);
    }

    #[test]
    fn no_change_of_a_cursor_goes_unnoticed() {
        let cursor = key(1).issue("users", "17");
        for end in 0..cursor.len() {
            assert_eq!(key(1).read("users", &cursor[..end]), None, "cut at {end}");
            for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_= ".chars() {
                let mut changed = cursor.clone();
                changed.replace_range(end..=end, &other.to_string());
                assert_eq!(key(1).read("users", &changed).is_some(), changed == cursor, "{changed}");
            }
        }
        assert_eq!(key(1).read("users", &format!("{cursor} ")), None);
        assert_eq!(key(1).read("users", &"A".repeat(5000)), None);
    }
}
