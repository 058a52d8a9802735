//! How a use case can fail: one variant for each thing a caller can do about it.

use std::error::Error as Source;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a use case was not carried out. Nothing was changed then. The texts are for the caller, but for those of
/// [`Unavailable`](Self::Unavailable) and [`Internal`](Self::Internal), whose causes go to the log alone.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Who asks is not known, or no longer.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Who asks may not.
    #[error("{0}")]
    Denied(String),
    /// The thing is not there, or out of reach; the two can't be told apart.
    #[error("{kind} `{name}` not found")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// Its name as it was asked for.
        name: String,
    },
    /// It can't be done in the present state.
    #[error("{0}")]
    Conflict(String),
    /// What was asked makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// More is asked than is answered at once.
    #[error("{0}")]
    TooLarge(String),
    /// Too many ask at once.
    #[error("too many logins are waiting: try again in {retry_after} seconds")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Too many logins have failed.
    #[error("too many logins have failed: try again in {retry_after} seconds")]
    Delayed {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Something needed for it is down.
    #[error("{what} is unavailable: try again later")]
    Unavailable {
        /// What is down.
        what: &'static str,
        /// Why.
        #[source]
        cause: Box<dyn Source + Send + Sync>,
    },
    /// A bug.
    #[error("internal error: the log says more under this request's id")]
    Internal(#[source] Box<dyn Source + Send + Sync>),
}

impl Error {
    /// A thing that is not there or out of reach.
    pub fn not_found(kind: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::NotFound { kind, name: name.to_string() }
    }

    /// What must not happen: a bug, or a damaged database.
    pub fn internal(cause: impl Source + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(cause))
    }

    /// The word that names the variant on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Denied(_) => "denied",
            Self::NotFound { .. } => "not_found",
            Self::Conflict(_) => "conflict",
            Self::Invalid(_) => "invalid",
            Self::TooLarge(_) => "too_large",
            Self::TooMany { .. } | Self::Delayed { .. } => "too_many",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<robin_storage::Error> for Error {
    fn from(error: robin_storage::Error) -> Self {
        match error {
            robin_storage::Error::Unavailable { .. } | robin_storage::Error::Newer { .. } => {
                Self::Unavailable { what: "the database", cause: Box::new(error) }
            }
            robin_storage::Error::Fault(_) => Self::internal(error),
        }
    }
}

impl From<robin_model::profile::InvalidProfile> for Error {
    fn from(error: robin_model::profile::InvalidProfile) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<robin_identity::Error> for Error {
    fn from(error: robin_identity::Error) -> Self {
        match error {
            robin_identity::Error::TooMany { retry_after } => Self::TooMany { retry_after },
            robin_identity::Error::Unavailable { what, cause } => Self::Unavailable { what, cause },
            robin_identity::Error::UnusableHash(_) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_checks_passwords_fails_in_ways_that_a_caller_can_tell_apart() {
        use robin_identity::Error as Identity;
        let code = |error: Identity| Error::from(error).code();
        assert_eq!(code(Identity::TooMany { retry_after: 2 }), "too_many");
        assert_eq!(code(Identity::Unavailable { what: "the directory", cause: "it is off".into() }), "unavailable");
        assert_eq!(code(Identity::UnusableHash("it has no salt")), "internal");
    }

    #[test]
    fn what_a_caller_is_told_has_nothing_of_the_inside() {
        let cause = || std::io::Error::other("SELECT * FROM users");
        for error in [
            Error::internal(cause()),
            Error::from(robin_storage::Error::Fault(Box::new(cause()))),
            Error::from(robin_storage::Error::Newer { found: 9, known: 1 }),
            Error::from(robin_storage::Error::Unavailable { reason: "the disk is full", source: Box::new(cause()) }),
        ] {
            let text = error.to_string();
            assert!(!text.contains("SELECT") && !text.contains("disk") && !text.contains('9'), "{text}");
        }
    }
}
