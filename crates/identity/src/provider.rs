//! What every identity provider can do.

use async_trait::async_trait;
use robin_model::{PasswordHash, Secret, Username, user::Authentication};

/// What a provider needs to know of an account.
#[derive(Clone)]
pub struct Account {
    /// The name to log in with.
    pub username: Username,
    /// Who checks the password, and for a directory: which one, and the name to bind as there.
    pub authentication: Authentication,
    /// The hash of the password, for a local account that has one and may use it.
    pub password: Option<PasswordHash>,
}

impl Account {
    /// A local account that no password fits: what to ask about for a name that is unknown or disabled, so that the answer
    /// takes as long as for any other.
    #[must_use]
    pub fn nobody(username: Username) -> Self {
        Self { username, authentication: Authentication::Local, password: None }
    }
}

/// What a provider found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The password is the account's.
    pub matches: bool,
    /// It is, and its hash was made with other parameters than those in force: now is the time to make a new one.
    pub rehash: bool,
}

/// Why a provider has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many passwords are waiting already.
    #[error("too many passwords are waiting to be checked: try again in {retry_after} s")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// What the provider relies on is down.
    #[error("{what} is unavailable")]
    Unavailable {
        /// What is down.
        what: &'static str,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The account's password hash can't be read, or would cost too much. The answer took as long as any other.
    #[error("the stored password hash can't be used: {0}")]
    UnusableHash(&'static str),
}

/// Checks passwords.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Whether `password` is that of `account`. A wrong password is an answer, not an error.
    ///
    /// # Errors
    /// When there is no answer now: see [`Error`].
    async fn authenticate(&self, account: &Account, password: &Secret) -> Result<Verdict, Error>;
}
