//! The one key under which every other secret is stored.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use robin_model::Random;
use zeroize::Zeroizing;

use crate::digest;

/// The first byte of a sealed value: how it was sealed.
const AES_256_GCM_1: u8 = 1;

const EITHER_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The server's secret key: 32 bytes, wiped when dropped.
pub struct SecretKey(Zeroizing<[u8; 32]>);

/// A text that is no secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret key: use 32 random bytes, as they are, in base64 or in hexadecimal (`openssl rand -base64 32`)")]
pub struct InvalidSecretKey;

/// A sealed value could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value can't be opened: it was sealed under another secret key, for another place, or it is damaged")]
pub struct OpenError;

impl SecretKey {
    /// Takes the key's bytes in.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a key from a file's content or a variable: exactly 32 bytes; or 32 bytes in hexadecimal or in base64 (either
    /// alphabet, with or without padding), with at most one line end after it.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(content: &[u8]) -> Result<Self, InvalidSecretKey> {
        if let Some(key) = Self::from_slice(content) {
            return Ok(key);
        }
        let text = content.strip_suffix(b"\n").unwrap_or(content);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        hexadecimal(text).or_else(|| base64(text)).and_then(|bytes| Self::from_slice(&bytes)).ok_or(InvalidSecretKey)
    }

    /// Makes a new key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut key = Self::from_bytes([0; 32]);
        random.fill(&mut *key.0);
        key
    }

    /// The key's bytes, for the file they are kept in.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// What may be shown and stored to tell this key from another: it says nothing about the key itself. 32 characters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let labelled = Zeroizing::new([b"robin secret key fingerprint\0".as_slice(), self.0.as_slice()].concat());
        let mut digits = digest::hex(&digest::sha256(&labelled));
        digits.truncate(32);
        digits
    }

    /// Encrypts and authenticates `plain` (AES-256-GCM, random nonce). `context` names the place the value is for: only
    /// there can it be opened.
    ///
    /// # Panics
    /// When `plain` is longer than AES-GCM takes: 64 GiB.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "no secret is that long, and one that is must not be lost for something else"
    )]
    pub fn seal(&self, random: &dyn Random, context: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.push(AES_256_GCM_1);
        sealed.extend_from_slice(&nonce);
        let mut text = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        text.extend_from_slice(plain);
        self.cipher()
            .and_then(|cipher| {
                cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(context), &mut text).ok()
            })
            .expect("AES-GCM takes secrets");
        sealed.append(&mut text);
        sealed
    }

    /// What was sealed for this context.
    ///
    /// # Errors
    /// When the value was sealed under another key or for another context, or is not as it was sealed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, text) = match sealed.split_first() {
            Some((&AES_256_GCM_1, rest)) => rest.split_first_chunk::<NONCE_LEN>().ok_or(OpenError)?,
            _ => return Err(OpenError),
        };
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .cipher()
            .and_then(|cipher| {
                let plain = cipher.open_in_place(Nonce::assume_unique_for_key(*nonce), aad(context), &mut text);
                plain.ok().map(|plain| plain.len())
            })
            .ok_or(OpenError)?;
        text.truncate(length);
        Ok(text)
    }

    /// A key for one purpose; none of them says anything about another, or about this key.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(digest::hmac(&self.0, &[b"robin derived key", purpose.as_bytes()]))
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.derive("seal").as_slice()).ok().map(LessSafeKey::new)
    }

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_bytes)
    }
}

fn aad(context: &str) -> Aad<&[u8]> {
    Aad::from(context.as_bytes())
}

fn hexadecimal(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = (text.len() == 64).then(|| text.chunks_exact(2))?;
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    pairs.map(byte).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

fn base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, EITHER_PADDING).decode(text).ok())
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose;

    use super::*;
    use crate::SystemRandom;

    const BYTES: [u8; 32] = [0xfb; 32];

    fn key() -> SecretKey {
        SecretKey::from_bytes(BYTES)
    }

    #[test]
    fn a_key_is_read_as_bytes_in_hexadecimal_and_in_base64() {
        let hexadecimal = "fb".repeat(32);
        let texts = [
            hexadecimal.clone(),
            hexadecimal.to_uppercase(),
            format!("{hexadecimal}\n"),
            general_purpose::STANDARD.encode(BYTES),
            general_purpose::STANDARD.encode(BYTES) + "\n",
            general_purpose::STANDARD_NO_PAD.encode(BYTES),
            general_purpose::URL_SAFE.encode(BYTES) + "\r\n",
            general_purpose::URL_SAFE_NO_PAD.encode(BYTES),
        ];
        for text in texts {
            assert_eq!(SecretKey::parse(text.as_bytes()).unwrap().expose(), &BYTES, "{text:?}");
        }
        assert_eq!(SecretKey::parse(&BYTES).unwrap().expose(), &BYTES);
        assert_eq!(SecretKey::parse(&[b'\n'; 32]).unwrap().expose(), &[b'\n'; 32]);
    }

    #[test]
    fn anything_else_is_no_key() {
        let long = "fb".repeat(33);
        let spaced = format!("{}\n\n", "fb".repeat(32));
        for text in ["", "secret", &long, &spaced, &"zz".repeat(32), &general_purpose::STANDARD.encode([1; 31])] {
            assert!(SecretKey::parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_fingerprint_names_the_key_and_never_changes() {
        assert_eq!(key().fingerprint(), "f2c0953c45e02eadcfa045ab48d4c79d");
        assert_ne!(key().fingerprint(), SecretKey::generate(&SystemRandom).fingerprint());
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        for plain in [b"".as_slice(), b"x", &[7; 5000]] {
            let sealed = key().seal(&SystemRandom, "server 1", plain);
            assert_eq!(&**key().open("server 1", &sealed).unwrap(), plain);
            assert!(key().open("server 2", &sealed).is_err());
            assert!(SecretKey::from_bytes([1; 32]).open("server 1", &sealed).is_err());
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let seal = || key().seal(&SystemRandom, "", b"password");
        assert_ne!(seal(), seal());
    }

    #[test]
    fn no_damage_to_a_sealed_value_goes_unnoticed() {
        let sealed = key().seal(&SystemRandom, "", b"password");
        for at in 0..sealed.len() {
            assert!(key().open("", &sealed[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1 << bit;
                assert!(key().open("", &damaged).is_err(), "bit {bit} of byte {at}");
            }
        }
    }
}
