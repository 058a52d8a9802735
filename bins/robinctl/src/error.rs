//! What can go wrong, with the exit code and the hint that go with it.

use std::{io, process::ExitCode};

use crate::{output, token::Source};

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line, or an answer at a prompt, is not one that robinctl takes.
    #[error("{0}")]
    Usage(String),
    /// Something on this machine is in the way: a file, mostly.
    #[error("{0}")]
    Local(String),
    /// There is no token to call with.
    #[error("you are not logged in; run 'robinctl login USERNAME'")]
    NotLoggedIn,
    /// The server does not take the token.
    #[error("{0}")]
    TokenRefused(robin_client::Error, Source),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] robin_client::Error),
    /// What is printed is not all there is.
    #[error("{0}")]
    Partial(String),
    /// The answer to a question is no, and the exit code was to say so.
    #[error("the answer is no")]
    No,
    /// Standard output does not take what is written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// 1 refused by the server, 2 wrong usage, 3 server not reached.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Call(robin_client::Error::Refused { .. } | robin_client::Error::Partial(_))
            | Self::TokenRefused(..)
            | Self::Partial(_)
            | Self::No => 1,
            Self::Call(robin_client::Error::Unreachable { .. } | robin_client::Error::Unexpected { .. }) => 3,
            Self::Usage(_) | Self::Local(_) | Self::NotLoggedIn | Self::Call(_) | Self::Output(_) => 2,
        }
    }

    /// What to try next, where that is not obvious from the sentence.
    fn hint(&self) -> Option<String> {
        match self {
            Self::TokenRefused(_, Source::Environment) => {
                Some("the token is that of ROBINCTL_TOKEN; unset it, or put a new one there".to_owned())
            }
            Self::TokenRefused(..) => Some("log in again with 'robinctl login USERNAME'".to_owned()),
            Self::Call(robin_client::Error::Refused { retry_after: Some(seconds), .. }) => {
                Some(format!("try again in {seconds} seconds"))
            }
            Self::Call(robin_client::Error::Unreachable { untrusted: true, .. }) => {
                Some("--server-ca-cert FILE names the authority to trust".to_owned())
            }
            Self::Call(robin_client::Error::Insecure { .. }) => {
                Some("where you trust the whole network, --insecure-http sends them anyway".to_owned())
            }
            _ => None,
        }
    }
}

/// Tells the user, and gives the exit code. A reader who closed the pipe early has what they wanted.
pub fn report(error: &Error) -> ExitCode {
    if matches!(error, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    if matches!(error, Error::No) {
        // It is on standard output.
        return ExitCode::from(error.exit_code());
    }
    output::note(&format!("Error: {error}"));
    if let Some(hint) = error.hint() {
        output::note(&format!("Hint: {hint}"));
    }
    ExitCode::from(error.exit_code())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16) -> robin_client::Error {
        let reply = http_status(status);
        let body = robin_api::ErrorBody { message: "no\n".into(), code: "denied".into(), request_id: "r".into() };
        robin_client::Error::Refused { status: reply, body, retry_after: Some(7) }
    }

    fn http_status(status: u16) -> robin_client::StatusCode {
        robin_client::StatusCode::from_u16(status).unwrap()
    }

    #[test]
    fn exit_codes_tell_refusal_usage_and_silence_apart() {
        let unreachable =
            robin_client::Error::Unreachable { url: String::new(), sentence: "gone".into(), untrusted: true };
        let unexpected = robin_client::Error::Unexpected { url: String::new(), answer: String::new() };
        assert_eq!(Error::from(refused(403)).exit_code(), 1);
        assert_eq!(Error::from(refused(503)).exit_code(), 1, "a 503 is the server's answer");
        assert_eq!(Error::TokenRefused(refused(401), Source::Context).exit_code(), 1);
        assert_eq!(Error::from(robin_client::Error::Partial("x".to_owned())).exit_code(), 1);
        assert_eq!(Error::Partial("x".to_owned()).exit_code(), 1);
        assert_eq!(Error::NotLoggedIn.exit_code(), 2);
        assert_eq!(Error::from(robin_client::Error::Insecure { url: String::new() }).exit_code(), 2);
        assert_eq!(Error::from(unreachable).exit_code(), 3);
        assert_eq!(Error::from(unexpected).exit_code(), 3);
    }

    #[test]
    fn hints_name_what_to_do() {
        assert_eq!(Error::from(refused(429)).hint().unwrap(), "try again in 7 seconds");
        let refusal = |source| Error::TokenRefused(refused(401), source).hint().unwrap();
        assert!(refusal(Source::Context).contains("robinctl login"));
        assert!(refusal(Source::Environment).contains("ROBINCTL_TOKEN"));
        assert_eq!(Error::NotLoggedIn.hint(), None, "the sentence says it all");
    }
}
