//! The certificate authority: issues certificates of users, and signs the list of those that are revoked.
//!
//! What a certificate says is decided here alone: the subject is the username and one fixed organization, the purpose is
//! client authentication, and nothing that a request asks for is copied but its public key. No I/O and no clock; times and
//! serial numbers are handed in. Certificates are put together with `x509-cert`, and signed by AWS-LC.

mod authority;
mod key;
mod list;
mod load;
mod request;
mod signer;
#[cfg(test)]
mod tests;
mod wire;

pub use authority::{Authority, Issued, Order};
pub use key::{PublicKey, UserKey};
pub use list::List;
pub use load::LoadError;
pub use request::{Request, RequestError};

/// The organization of every user: the group that a cluster sees them in.
pub const ORGANIZATION: &str = "robin:users";

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The authority's own certificate is over.
    #[error("the authority's certificate is over since {0}: make or give another one")]
    Expired(robin_model::Timestamp),
    /// It can't be written down.
    #[error("the certificate can't be encoded")]
    Encoding(#[from] der::Error),
    /// AWS-LC did not sign.
    #[error("the authority's key does not sign")]
    Signing,
}

/// A serial number nobody can guess: 128 random bits behind a byte that keeps it positive and its length the same (RFC 5280,
/// 4.1.2.2).
#[must_use]
pub fn serial(random: &dyn robin_model::Random) -> robin_model::certificate::Serial {
    let mut bytes = [1; 17];
    if let Some((_, free)) = bytes.split_first_mut() {
        random.fill(free);
    }
    wire::serial(&bytes)
}
