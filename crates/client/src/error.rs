//! What can go wrong with a call, told apart by who has to act.

use http::StatusCode;
use robin_api::ErrorBody;

/// Why a call came to nothing. Each text is one sentence for a person.
///
/// ```
/// # fn explain(error: &robin_client::Error) -> &'static str {
/// use robin_client::Error;
///
/// match error {
///     Error::Refused { status, .. } if status.as_u16() == 404 => "there is no such thing",
///     Error::Refused { .. } => "Robin said no",
///     Error::Partial(_) => "only a part of it came",
///     Error::Unreachable { .. } | Error::Unexpected { .. } => "try again later",
///     Error::Insecure { .. } | Error::Options(_) | Error::Input(_) => "the program is set up wrongly",
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Robin answered, and the answer is no.
    #[error("{}", .body.message.trim_end())]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The reason.
        body: ErrorBody,
        /// After how many seconds to ask again, where Robin said so.
        retry_after: Option<u64>,
    },
    /// No answer came: no connection, no trust, or no patience left.
    #[error("{sentence}")]
    Unreachable {
        /// The server's address.
        url: String,
        /// What happened and what to do about it.
        sentence: String,
        /// Whether nobody trusted signed the server's certificate.
        untrusted: bool,
    },
    /// An answer came that Robin does not give.
    #[error("`{url}` answered {answer}, which is not how Robin answers; check that the address is Robin's")]
    Unexpected {
        /// The server's address.
        url: String,
        /// The answer, in a few words.
        answer: String,
    },
    /// A password or token would have gone over the network in the clear.
    #[error(
        "`{url}` is plain HTTP to another machine, where anyone on the way could read passwords and tokens; use https://"
    )]
    Insecure {
        /// The server's address.
        url: String,
    },
    /// The list that answers is not all there is, and this is why. [`Client::send`](crate::Client::send) gives what there is.
    #[error("{0}")]
    Partial(String),
    /// The client cannot be set up like this.
    #[error("{0}")]
    Options(String),
    /// The input cannot be sent.
    #[error("{0}")]
    Input(String),
}
