//! The texts of access tokens: `robin_pat_`, 43 letters and digits that nobody can guess, and six more by which a mistyped or
//! invented text is known before anybody looks for it. Scanners for leaked secrets know such a text when they see it.
//!
//! A text is 256 random bits, so that its SHA-256 is all that needs to be kept, and looking for that tells nobody anything
//! about the texts that there are.

use robin_model::{Random, Secret};
use zeroize::Zeroizing;

use crate::digest;

/// What every access token begins with.
pub const PREFIX: &str = "robin_pat_";

/// How many digits in base 62 hold 256 bits.
const BODY: usize = 43;

/// How many hold 32 bits.
const CHECK: usize = 6;

/// How many characters of a token are shown to tell it from others: not enough to guess the rest by.
const SHOWN: usize = PREFIX.len() + 6;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new token.
///
/// ```
/// use robin_crypto::{SystemRandom, access_token};
/// let token = access_token::new(&SystemRandom);
/// assert!(token.expose().starts_with("robin_pat_") && access_token::is_one(token.expose()));
/// ```
#[must_use]
pub fn new(random: &dyn Random) -> Secret {
    let mut bytes = Zeroizing::new([0; 32]);
    random.fill(&mut *bytes);
    // No larger than it becomes: nothing of it is left behind where a text has grown.
    let mut text = String::with_capacity(PREFIX.len() + BODY + CHECK);
    text.push_str(PREFIX);
    push(&mut text, &mut *bytes, BODY);
    let check = crc32(text.as_bytes());
    push(&mut text, &mut check.to_be_bytes(), CHECK);
    Secret::new(text)
}

/// Whether the text could be an access token, and so is no login token. Whether it is one is another question.
#[must_use]
pub fn looks_like(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Whether the text is one that [`new`] makes.
#[must_use]
pub fn is_one(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(PREFIX.len() + BODY) else { return false };
    let mut expected = String::with_capacity(CHECK);
    push(&mut expected, &mut crc32(body.as_bytes()).to_be_bytes(), CHECK);
    body.strip_prefix(PREFIX).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && check == expected
}

/// What is kept of a token, to know it again by.
#[must_use]
pub fn digest(text: &str) -> [u8; 32] {
    digest::sha256(text.as_bytes())
}

/// The part of a token that may be shown.
#[must_use]
pub fn shown(token: &Secret) -> String {
    token.expose().chars().take(SHOWN).collect()
}

/// Appends the number, whose bytes begin with the highest, in `count` digits of base 62. The bytes are used up.
fn push(text: &mut String, number: &mut [u8], count: usize) {
    let mut digits = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        digits.push(divide(number));
    }
    text.extend(digits.iter().rev().map(|digit| char::from(*digit)));
}

/// Divides the number by 62 and gives the remainder as a digit.
fn divide(number: &mut [u8]) -> u8 {
    let mut rest = 0_u16;
    for byte in number {
        let value = rest << 8 | u16::from(*byte);
        *byte = u8::try_from(value / 62).unwrap_or_default();
        rest = value % 62;
    }
    DIGITS.get(usize::from(rest)).copied().unwrap_or_default()
}

/// CRC-32 as in gzip (RFC 1952, section 8).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    /// Gives these bytes again and again.
    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn the_check_is_that_of_rfc_1952() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_largest_number_fits_and_the_smallest_is_no_shorter() {
        // 2^256 - 1 in base 62.
        let most = new(&Fixed(255));
        assert_eq!(&most.expose()[PREFIX.len()..][..BODY], "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1");
        let least = new(&Fixed(0));
        assert_eq!(&least.expose()[PREFIX.len()..][..BODY], "0".repeat(BODY));
        assert!(is_one(most.expose()) && is_one(least.expose()));
    }

    #[test]
    fn no_token_comes_twice_and_all_have_one_form() {
        let (one, other) = (new(&SystemRandom), new(&SystemRandom));
        assert!(one.expose() != other.expose());
        assert_eq!(one.expose().len(), 59);
        assert_eq!(shown(&one), one.expose()[..16]);
    }

    #[test]
    fn sec_11_what_is_kept_is_the_sha256_and_tells_nothing() {
        let token = new(&Fixed(7));
        assert_eq!(digest(token.expose()), digest::sha256(token.expose().as_bytes()));
        assert_ne!(digest(token.expose()), digest(new(&Fixed(8)).expose()));
    }

    #[test]
    fn no_text_however_odd_is_taken_for_a_token() {
        let token = new(&Fixed(1));
        let text = token.expose();
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let odd = if dice.below(3) == 0 { dice.text() } else { dice.changed(text) };
            assert!(odd == text || !is_one(&odd), "case {case}: {odd}");
        }
    }

    #[test]
    fn a_token_with_one_other_character_is_none() {
        let token = new(&Fixed(1));
        let text = token.expose();
        for end in 0..text.len() {
            assert!(!is_one(&text[..end]), "cut at {end}");
            for other in ["x", "0", "ä", " ", "_"] {
                let mut changed = text.to_owned();
                changed.replace_range(end..=end, other);
                assert_eq!(is_one(&changed), changed == text, "{changed}");
            }
        }
        assert!(!is_one(&format!("{text}0")) && looks_like(text) && !looks_like("eyJhbGciOiJFUzI1NiJ9"));
    }
}
