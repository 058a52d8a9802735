//! A token that somebody was given for signing in.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use robin_model::Secret;

/// What such tokens begin with.
const PREFIX: &str = "sha256~";

/// A token that somebody was given for signing in. It is never stored and never logged.
pub(super) struct Token(Secret);

impl Token {
    /// `None` when it is none that the cluster could be told to end.
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let is_whole =
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        is_whole.then(|| Self(Secret::new(text.to_owned())))
    }

    /// The token itself.
    pub const fn secret(&self) -> &Secret {
        &self.0
    }

    /// The name of the cluster's record of it: the digest of what follows the prefix.
    pub fn record(&self) -> String {
        let rest = self.0.expose().strip_prefix(PREFIX).unwrap_or_default();
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, rest.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_s_record_has_the_name_that_the_cluster_gives_it() {
        let token = Token::new("sha256~MRIxEqoa1W9yrrMpllhNSW5DSz38RyTsQ6e7D_aAWRg").unwrap();
        assert_eq!(token.record(), "sha256~pNt8YInB68wpy1PqHcjGIytwABjC9LrDZacLUCMVrvE");
        for none in ["", "sha256~", "abc", "sha256~a/b", "sha256~a b", "SHA256~a"] {
            assert!(Token::new(none).is_none(), "{none}");
        }
    }
}
