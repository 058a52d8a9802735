//! How a client connects, and as whom.

use std::{fmt, time::Duration};

use robin_model::Secret;

/// How a client connects, and as whom.
///
/// ```
/// let options = robin_client::Options { user_agent: "billing/1.0".to_owned(), ..Default::default() };
/// assert!(options.token.is_none());
/// ```
#[derive(Clone)]
pub struct Options {
    /// The certificates of the only authorities to trust, as PEM; without them, those that the system trusts.
    pub ca_cert: Option<Vec<u8>>,
    /// The token to call with.
    pub token: Option<Secret>,
    /// How long to wait for a connection, and for the next bytes of an answer.
    pub timeout: Duration,
    /// What the program calls itself; sessions show it.
    pub user_agent: String,
    /// Sends passwords and tokens over plain HTTP to other machines too.
    pub insecure_http: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ca_cert: None,
            token: None,
            timeout: Duration::from_mins(1),
            user_agent: concat!("robin-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            insecure_http: false,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("own_ca", &self.ca_cert.is_some())
            .field("has_token", &self.token.is_some())
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .field("insecure_http", &self.insecure_http)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_shows_the_token() {
        let options = Options { token: Some(Secret::new("very-secret".into())), ..Options::default() };
        assert!(!format!("{options:?}").contains("very-secret"));
    }
}
