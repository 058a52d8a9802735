//! Why a cluster has no answer.

use std::time::Duration;

use crate::{address::Unresolved, breaker::Outcome};

/// Why a cluster has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A URL that no cluster has.
    #[error("invalid URL `{0}`: use https://HOST:PORT, with a host that may be asked")]
    Url(String),
    /// The certificates to trust can't be used.
    #[error("invalid CA certificate: {0}")]
    CaCert(String),
    /// The file with the token can't be used.
    #[error("the token file `{0}` can't be used: {1}")]
    TokenFile(String, String),
    /// There is no connection to be had.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// It did not answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The connection ended in the middle.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// It failed several times in a row, and is left alone for a while.
    #[error("it failed again and again and is asked next in {} s", .retry_after.as_secs().max(1))]
    Suspended {
        /// How long it is still left alone.
        retry_after: Duration,
    },
    /// Too many sign in at once.
    #[error("too many people sign in at once")]
    Busy,
    /// It, or a part of it, is down.
    #[error("it is down or overloaded ({0})")]
    Down(String),
    /// It does not know the token.
    #[error("it refuses the token: put a new one into the token file")]
    Token,
    /// The token's owner may not.
    #[error("the token's rights are too few: {0}")]
    Forbidden(String),
    /// It has no such thing.
    #[error("there is no such thing")]
    Missing,
    /// It serves no such API at all.
    #[error("it has no users of its own: it is no OpenShift cluster")]
    NoApi,
    /// The list changed too much while it was read.
    #[error("the list could not be read to its end, because it became too old on the way: try again")]
    Expired,
    /// It sends whoever asks elsewhere, which is not followed.
    #[error("it refers to `{0}`, which is not followed")]
    Redirected(String),
    /// It does not do what the protocol says.
    #[error("it does not answer as OpenShift does: {0}")]
    Unexpected(String),
    /// It refuses otherwise.
    #[error("it refuses: {text} (status {status})")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// What it says.
        text: String,
    },
}

impl Error {
    /// Whether it is down or out of reach, as opposed to set up wrongly: trying again later can help.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::TimedOut(_)
                | Self::Lost(_)
                | Self::Suspended { .. }
                | Self::Busy
                | Self::Down(_)
                | Self::Expired
        )
    }

    /// What an attempt says of the server that was asked.
    pub(super) const fn outcome<T>(result: &Result<T, Self>) -> Outcome {
        match result {
            Err(Self::Unreachable(_) | Self::TimedOut(_) | Self::Lost(_) | Self::Down(_)) => Outcome::Failed,
            _ => Outcome::Answered,
        }
    }

    /// What went wrong on the way, where an answer within `patience` was expected.
    pub(super) fn on_the_way(error: &reqwest::Error, patience: Duration) -> Self {
        if error.is_timeout() {
            return Self::TimedOut(patience);
        }
        // The innermost cause says most, and names no URL.
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let text = line(&cause.to_string());
        match cause.downcast_ref::<Unresolved>() {
            Some(Unresolved::Forbidden(_)) => Self::Url(text),
            _ if error.is_connect() => Self::Unreachable(text),
            _ => Self::Lost(text),
        }
    }
}

/// What a server says, on one line and not too long.
pub(super) fn line(text: &str) -> String {
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(300).collect();
    line.trim().to_owned()
}
