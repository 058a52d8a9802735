//! Whether a new password will do.
//!
//! After NIST SP 800-63B: a least length, nothing that is guessed first, and no rules about kinds of characters. How hard a
//! password is to guess is estimated by zxcvbn.

use robin_model::Secret;
use zeroize::Zeroizing;
use zxcvbn::{Entropy, matching::patterns::MatchPattern, zxcvbn};

/// More than this is no password but an attempt to keep the server busy.
const MOST_BYTES: usize = 1024;

/// How many characters are estimated at a time, and how many times. Each character costs more than the one before, and
/// among 100 chosen with malice the estimate takes a second.
const STRETCH: usize = 32;
const STRETCHES: usize = 4;

/// What is asked of new passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Fewest characters.
    pub min_length: usize,
    /// Least strength, from 0 (no further demand) to 4 (very hard to guess).
    pub min_strength: u8,
}

impl Default for Policy {
    /// Eight characters, and nothing that is guessed first.
    fn default() -> Self {
        Self { min_length: 8, min_strength: 0 }
    }
}

/// Why a new password will not do, and what would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error("the password is too short: use at least {0} characters")]
    Short(usize),
    /// Too many bytes.
    #[error("the password is too long: use at most {MOST_BYTES} bytes")]
    Long,
    /// Line ends, NUL and the like, which not every keyboard can type and not every program passes on.
    #[error("the password has control characters: use characters that can be typed and seen")]
    Control,
    /// The username.
    #[error("the password is the username: use another one")]
    Username,
    /// Among the first to be guessed.
    #[error("the password is among the first to be guessed: use several words that do not belong together")]
    Common,
    /// Weaker than the policy asks.
    #[error("the password is too easy to guess: use more words, or words that do not belong together")]
    Guessable,
}

impl Policy {
    /// Whether `password` will do for the account `username`. `words` are what else is known of the person: names, e-mail
    /// address; empty ones count for nothing.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn check(&self, password: &Secret, username: &str, words: &[&str]) -> Result<(), WeakPassword> {
        let password = password.expose();
        if password.len() > MOST_BYTES {
            return Err(WeakPassword::Long);
        }
        if password.chars().any(char::is_control) {
            return Err(WeakPassword::Control);
        }
        if password.chars().count() < self.min_length {
            return Err(WeakPassword::Short(self.min_length));
        }
        if Zeroizing::new(password.to_lowercase()).as_str() == username.to_lowercase() {
            return Err(WeakPassword::Username);
        }
        let stretches = stretches(password);
        if is_common(&stretches) {
            return Err(WeakPassword::Common);
        }
        if self.min_strength > 0 && !self.is_strong(&stretches, username, words) {
            return Err(WeakPassword::Guessable);
        }
        Ok(())
    }

    /// A password is at least as strong as its strongest part.
    fn is_strong(&self, stretches: &[Zeroizing<String>], username: &str, words: &[&str]) -> bool {
        // An address is guessed in parts, too.
        let parts = words.iter().flat_map(|word| word.split(['@', '.', ' ']));
        let known: Vec<&str> =
            parts.chain(words.iter().copied()).chain([username]).filter(|word| !word.is_empty()).collect();
        stretches.iter().any(|stretch| u8::from(zxcvbn(stretch, &known).score()) >= self.min_strength)
    }
}

/// Whether it is one of the 30,000 most used passwords (in any case, backwards, or with `0` for `o` and the like), or
/// guessed within a thousand attempts: a sequence, a repetition, a row of keys.
fn is_common(stretches: &[Zeroizing<String>]) -> bool {
    let only = stretches.len() == 1;
    stretches.iter().all(|stretch| {
        let entropy = zxcvbn(stretch, &[]);
        u8::from(entropy.score()) == 0 || only && is_known(&entropy)
    })
}

fn is_known(entropy: &Entropy) -> bool {
    match entropy.sequence() {
        // The name of zxcvbn's list can be read, but its type can't be named outside of it.
        [whole] => {
            matches!(&whole.pattern, MatchPattern::Dictionary(found) if format!("{:?}", found.dictionary_name) == "Passwords")
        }
        _ => false,
    }
}

fn stretches(password: &str) -> Vec<Zeroizing<String>> {
    let characters = Zeroizing::new(password.chars().collect::<Vec<char>>());
    characters.chunks(STRETCH).take(STRETCHES).map(|stretch| Zeroizing::new(stretch.iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), WeakPassword> {
        Policy::default().check(&Secret::new(password.to_owned()), "robin", &[])
    }

    #[test]
    fn the_passwords_of_the_documents_will_do() {
        for password in ["Robin123", "correct horse battery staple", "Tr0ub4dor&3", "пароль-и-ключ", "kubernetes"]
        {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let common = [
            "password",
            "PASSWORD",
            "Password1",
            "P@ssw0rd",
            "drowssap",
            "12345678",
            "87654321",
            "qwertyuiop",
            "1qaz2wsx",
            "changeme",
            "changeit",
            "admin123",
            "iloveyou",
            "aaaaaaaa",
            "abcdefgh",
            "abcabcabc",
            "passwordpassword",
            &"password".repeat(10),
            &"a".repeat(1000),
        ];
        for password in common {
            assert_eq!(check(password), Err(WeakPassword::Common), "{password}");
        }
    }

    #[test]
    fn a_weak_beginning_does_not_spoil_a_long_password() {
        assert_eq!(check(&("a".repeat(32) + "vq7Kx0Lw")), Ok(()));
    }

    #[test]
    fn length_is_counted_in_characters_and_bounded_in_bytes() {
        assert_eq!(check("vq7Kx0L"), Err(WeakPassword::Short(8)));
        assert_eq!(check(""), Err(WeakPassword::Short(8)));
        assert_eq!(check("žluťoučý"), Ok(()));
        assert_eq!(check("žluťouč"), Err(WeakPassword::Short(8)));
        assert_eq!(check(&"vq7Kx0Lw".repeat(128)), Ok(()));
        assert_eq!(check(&("vq7Kx0Lw".repeat(128) + "x")), Err(WeakPassword::Long));
    }

    #[test]
    fn control_characters_are_refused() {
        for password in ["vq7Kx0Lw\n", "vq7K\0x0Lw", "\u{1b}[2Jvq7Kx0Lw", "vq7Kx0Lw\u{85}"] {
            assert_eq!(check(password), Err(WeakPassword::Control), "{password:?}");
        }
    }

    #[test]
    fn the_username_is_refused_in_any_case() {
        let check = |password: &str| Policy::default().check(&Secret::new(password.to_owned()), "Vq7.Kx0Lw", &[]);
        for password in ["Vq7.Kx0Lw", "vq7.kx0lw", "VQ7.KX0LW"] {
            assert_eq!(check(password), Err(WeakPassword::Username));
        }
        assert_eq!(check("Vq7.Kx0Lw2"), Ok(()));
    }

    #[test]
    fn a_stricter_policy_asks_for_more_and_knows_the_person() {
        let strict = Policy { min_length: 12, min_strength: 3 };
        let check = |password: &str, words: &[&str]| strict.check(&Secret::new(password.to_owned()), "zbigniew", words);
        assert_eq!(check("Robin123", &[]), Err(WeakPassword::Short(12)));
        assert_eq!(check("Robin1234567", &[]), Err(WeakPassword::Guessable));
        assert_eq!(check("correct horse battery staple", &["", ""]), Ok(()));
        assert_eq!(check("Brzeczyszczykiewicz", &[]), Ok(()));
        assert_eq!(check("Brzeczyszczykiewicz", &["", "Brzeczyszczykiewicz"]), Err(WeakPassword::Guessable));
        assert_eq!(check("Brzeczyszczykiewicz", &["Brzeczyszczykiewicz@example.com"]), Err(WeakPassword::Guessable));
        assert_eq!(check("zbigniewzbigniew", &[]), Err(WeakPassword::Guessable));
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        use WeakPassword::{Common, Control, Guessable, Long, Short, Username};
        for weak in [Short(8), Long, Control, Username, Common, Guessable] {
            assert!(weak.to_string().contains(": use "), "{weak}");
        }
        assert_eq!(Short(8).to_string(), "the password is too short: use at least 8 characters");
    }
}
