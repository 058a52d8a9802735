//! Why no answer came, in words that say what to do.

use std::{error::Error as StdError, io, iter, time::Duration};

use crate::Error;

/// The error for a call that got no answer.
pub fn explained(url: &str, timeout: Duration, error: &reqwest::Error) -> Error {
    let root = root_cause(error);
    let untrusted = root.contains("UnknownIssuer");
    let sentence = if error.is_timeout() {
        let seconds = timeout.as_secs();
        format!("no answer from `{url}` within {seconds} seconds; check the address and the network, then try again")
    } else if untrusted {
        format!("the certificate of `{url}` is not trusted ({root}); name the authority that signed it")
    } else if root.contains("certificate") {
        format!("the certificate of `{url}` is not good for it ({root}); check the address, or tell whoever runs it")
    } else if root.contains("corrupt message") || root.contains("HandshakeFailure") {
        format!("`{url}` does not speak TLS as it should ({root}); check whether the address begins with http://")
    } else {
        let cause = plain_cause(error).unwrap_or(&root);
        format!("cannot reach Robin at `{url}`: {cause}; check the address, and that the server runs")
    };
    Error::Unreachable { url: url.to_owned(), sentence, untrusted }
}

/// The error for a client that cannot be set up, which is nearly always for want of authorities to trust.
pub fn of_setup(error: &reqwest::Error) -> Error {
    Error::Options(format!("no client can be set up: {}", root_cause(error)))
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

fn root_cause(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The common causes without the operating system's numbers.
fn plain_cause(error: &reqwest::Error) -> Option<&'static str> {
    let texts = || chain(error).map(ToString::to_string);
    if texts().any(|text| text.contains("dns error")) {
        return Some("nobody knows a host of that name");
    }
    let io = chain(error).find_map(|error| error.downcast_ref::<io::Error>())?;
    match io.kind() {
        io::ErrorKind::ConnectionRefused => Some("nothing listens there"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Some("the connection was cut"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some("there is no way to that network"),
        _ => None,
    }
}
