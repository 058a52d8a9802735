//! What may be said of a server.

use robin_model::{
    Secret,
    directory::{Dn, ServerSettings, ServerType, Transport},
};

use super::invalid;
use crate::{Error, Result};

/// The longest name to bind by, and the longest password, in bytes.
const LONGEST: usize = 4096;

/// The longest text with certificates, in bytes: the authorities of a whole company fit in.
const LONGEST_PEM: usize = 256 << 10;

/// The longest NetBIOS name, in characters ([MS-NBTE], section 2.2.1).
const LONGEST_NETBIOS: usize = 15;

/// Asks whether a server can be as these settings have it.
///
/// # Errors
/// [`Error::Invalid`] saying what to do.
pub fn check(settings: &ServerSettings) -> Result<()> {
    check_username(settings)?;
    check_netbios(settings)
}

/// Asks whether it can be the password of somebody who reads a directory. An empty one would be taken for no password at all
/// (RFC 4513, section 5.1.2), and the directory would let anybody in.
///
/// # Errors
/// [`Error::Invalid`] when not.
pub fn check_password(password: &Secret) -> Result<()> {
    let text = password.expose();
    if text.is_empty() || text.len() > LONGEST || text.contains('\0') {
        let rule = format!("use 1 to {LONGEST} bytes of text, none of them zero");
        return Err(Error::Invalid(format!("invalid `password`: {rule}")));
    }
    Ok(())
}

fn check_username(settings: &ServerSettings) -> Result<()> {
    let username = settings.username.as_str();
    if username.is_empty() || username.len() > LONGEST || username.contains(char::is_control) {
        let rule = format!("use 1 to {LONGEST} bytes of text without control characters");
        return Err(Error::Invalid(format!("invalid `username`: {rule}")));
    }
    if settings.server_type == ServerType::OpenLdap {
        let dn = username.parse::<Dn>();
        dn.map_err(|error| invalid(&format!("`username` must be a distinguished name on OPEN_LDAP: {error}")))?;
    }
    Ok(())
}

fn check_netbios(settings: &ServerSettings) -> Result<()> {
    let Some(netbios) = settings.netbios.as_deref() else {
        return match settings.server_type {
            ServerType::ActiveDirectory => Err(Error::Invalid(
                "`netbios` is missing: ACTIVE_DIRECTORY needs the domain's NetBIOS name, the first part of `DOMAIN\\user`"
                    .to_owned(),
            )),
            ServerType::OpenLdap => Ok(()),
        };
    };
    let is_allowed = |c: char| !c.is_control() && !c.is_whitespace() && !r#"\/:*?"<>|@"#.contains(c);
    if netbios.is_empty() || netbios.chars().count() > LONGEST_NETBIOS || !netbios.chars().all(is_allowed) {
        return Err(Error::Invalid(format!(
            "invalid `netbios`: use 1 to {LONGEST_NETBIOS} characters, no blanks and none of `\\/:*?\"<>|@`"
        )));
    }
    Ok(())
}

/// Asks whether certificates to trust, which are given with these settings, come to use.
///
/// # Errors
/// [`Error::Invalid`] when not: whoever gives them takes the connection for protected.
pub fn check_certificates(settings: &ServerSettings) -> Result<()> {
    let Some(pem) = settings.ca_cert.as_deref() else { return Ok(()) };
    if settings.transport == Transport::None {
        let text = "`ca_cert` is of no use without TLS: set `tls` to `starttls` or `ldaps`, or leave it out";
        return Err(Error::Invalid(text.to_owned()));
    }
    if pem.len() > LONGEST_PEM {
        return Err(Error::Invalid(format!("`ca_cert` is too long: use at most {LONGEST_PEM} bytes of PEM")));
    }
    Ok(())
}
