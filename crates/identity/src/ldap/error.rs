//! Why a directory has no answer.

use std::{fmt, net::IpAddr, time::Duration};

use robin_model::directory::{Dn, Transport};

use crate::{address::Unresolved, breaker::Outcome};

/// Why one host can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// There is no such host.
    #[error("host not found ({0})")]
    NotFound(String),
    /// It is at an address that no directory has.
    #[error("the address {0} is not one that a directory may have")]
    Forbidden(IpAddr),
    /// Nobody listens there.
    #[error("connection refused: check the port")]
    Refused,
    /// It did not answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The network says otherwise.
    #[error("no connection ({0}): check the port and the TLS mode")]
    Network(String),
    /// It refuses StartTLS.
    #[error("it offers no TLS on this port ({0}): use the TLS mode `ldaps`, or a certificate on the server")]
    NoStartTls(String),
    /// What it answers is not TLS.
    #[error("it offers no TLS on this port: check the port and the TLS mode")]
    NotTls,
    /// No certificate that is trusted has signed its certificate.
    #[error("its certificate is signed by nobody who is trusted: give the certificate of its authority")]
    UnknownCertificate,
    /// Its certificate is for another name.
    #[error("its certificate is for another name")]
    CertificateOfAnother,
    /// Its certificate has expired.
    #[error("its certificate has expired")]
    ExpiredCertificate,
    /// TLS failed otherwise.
    #[error("no TLS ({0})")]
    Tls(String),
}

impl From<Error> for Failure {
    /// What an operation's failure says of the host.
    fn from(error: Error) -> Self {
        match error {
            Error::TimedOut(time) => Self::TimedOut(time),
            Error::Lost(why) => Self::Network(why),
            other => Self::Network(other.to_string()),
        }
    }
}

impl From<Unresolved> for Failure {
    fn from(error: Unresolved) -> Self {
        match error {
            Unresolved::NotFound(why) => Self::NotFound(why),
            Unresolved::Forbidden(address) => Self::Forbidden(address),
        }
    }
}

/// The hosts that were tried, each with its failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures(pub Vec<(String, Failure)>);

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (host, failure)) in self.0.iter().enumerate() {
            let separator = if nth == 0 { "" } else { "; " };
            write!(f, "{separator}`{host}`: {failure}")?;
        }
        Ok(())
    }
}

/// Which search starts at a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// All of them.
    Search,
    /// Those for users.
    User,
    /// Those for groups.
    Group,
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Search => "search base",
            Self::User => "user base",
            Self::Group => "group base",
        })
    }
}

/// Why a directory has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The certificates to trust can't be used.
    #[error("invalid CA certificate: {0}")]
    CaCert(String),
    /// None of its hosts can be used.
    #[error("{0}")]
    Unreachable(Failures),
    /// It failed several times in a row, and is left alone for a while.
    #[error("it failed again and again and is asked next in {} s", .retry_after.as_secs().max(1))]
    Suspended {
        /// How long it is still left alone.
        retry_after: Duration,
    },
    /// All connections are in use.
    #[error("all connections to it are in use")]
    Busy,
    /// The connection ended in the middle.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// It did not answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It refuses the name and password that Robin reads it with.
    #[error("wrong username or password ({0})")]
    Credentials(String),
    /// It takes no password over this transport.
    #[error("it takes no password over the TLS mode `{}`: use `starttls` or `ldaps`", .0.as_str())]
    Confidentiality(Transport),
    /// It has no such entry.
    #[error("the {base} `{dn}` is not in the directory")]
    NoBase {
        /// What the entry is.
        base: Base,
        /// The entry.
        dn: Dn,
    },
    /// The name that Robin reads it with is empty or none that can be sent, or the password is.
    #[error("{0}")]
    Unusable(&'static str),
    /// It points to another server, which is not followed.
    #[error("it refers to another server, which is not followed")]
    Referral,
    /// Several entries have the name.
    #[error("several entries are named `{0}`: name a search base that has one of them below it")]
    Ambiguous(String),
    /// It refuses otherwise.
    #[error("it refuses: {}{} (code {code})", meaning(*.code), detail(.text))]
    Refused {
        /// The code of the result (RFC 4511, appendix A).
        code: u32,
        /// What the server says.
        text: String,
    },
}

impl Error {
    /// What an attempt says of the directory.
    pub(super) const fn outcome<T>(result: &Result<T, Self>) -> Outcome {
        match result {
            Err(Self::Unreachable(_) | Self::Lost(_) | Self::TimedOut(_) | Self::Refused { code: 51 | 52, .. }) => {
                Outcome::Failed
            }
            Err(Self::Suspended { .. } | Self::Busy) => Outcome::Nothing,
            _ => Outcome::Answered,
        }
    }

    /// Whether it is down or out of reach, as opposed to set up wrongly: trying again later can help.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Suspended { .. }
                | Self::Busy
                | Self::Lost(_)
                | Self::TimedOut(_)
                | Self::Refused { code: 51 | 52, .. }
        )
    }
}

/// What a result's code means, in words.
pub(super) const fn meaning(code: u32) -> &'static str {
    match code {
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        7 | 48 => "this way to log in is not allowed",
        8 | 13 => "encryption is required",
        11 => "administrative limit exceeded",
        12 => "a required extension is missing",
        32 => "no such entry",
        34 => "no distinguished name",
        49 => "invalid credentials",
        50 => "not enough rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        _ => "error",
    }
}

/// What the server says besides, on one line and not too long.
pub(super) fn detail(text: &str) -> String {
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(300).collect();
    if line.trim().is_empty() { String::new() } else { format!(", \"{}\"", line.trim()) }
}

/// What a result says, for a text of ours to quote.
pub(super) fn said(code: u32, text: &str) -> String {
    format!("{}{}, code {code}", meaning(code), detail(text))
}
