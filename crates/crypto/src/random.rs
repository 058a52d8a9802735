//! The operating system's randomness, and names made of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use robin_model::Random;
use zeroize::Zeroizing;

/// The operating system's generator, asked for every byte. AWS-LC has one of its own, which it uses for keys and signatures;
/// collecting what seeds that one takes tens of milliseconds, which a start has no use for.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::expect_used, reason = "without randomness no secret can be made: going on would be worse")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// A text nobody can guess: so many random bytes in base64url, without padding.
///
/// ```
/// use robin_crypto::{SystemRandom, random};
/// assert_eq!(random::token(&SystemRandom, 16).len(), 22);
/// ```
#[must_use]
pub fn token(random: &dyn Random, bytes: usize) -> String {
    let mut buffer = Zeroizing::new(vec![0; bytes]);
    random.fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(&*buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_comes_twice() {
        assert_ne!(token(&SystemRandom, 16), token(&SystemRandom, 16));
    }
}
