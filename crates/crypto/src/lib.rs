//! Sealed secrets, signing keys, login tokens, access tokens and cursors.
//!
//! Everything is computed by AWS-LC and nothing here does I/O or asks for the time. Where a value is bound to a place (a
//! sealed secret, a cursor), the place is part of what is authenticated, so that a value moved elsewhere is refused.

pub mod access_token;
pub mod cursor;
pub mod digest;
pub mod jwt;
pub mod random;
pub mod secret_key;

pub use cursor::CursorKey;
pub use jwt::{Claims, KeyPair, KeyRing, TokenError};
pub use random::SystemRandom;
pub use secret_key::{OpenError, SecretKey};
