//! What a directory says of passwords that are right and are not taken.

use ldap3::{LdapResult, controls::RawControl};

use super::{connection::control, wire::ber::Reader};

/// The control with which directories say more of a login (draft-behera-ldap-password-policy, section 6).
const POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// Why a login was refused. For the log: whoever tried to log in is told one thing for all of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A password that is empty, or only spaces, or can't be sent. The directory was not asked.
    #[error("no password that a directory could be asked about")]
    NoPassword,
    /// There is no such user.
    #[error("no such user in the directory")]
    Unknown,
    /// Several users have the name.
    #[error("several users of the directory have the name")]
    Ambiguous,
    /// The password is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// The account is disabled.
    #[error("disabled in the directory")]
    Disabled,
    /// The account is locked, after wrong passwords.
    #[error("locked in the directory")]
    Locked,
    /// The password is too old.
    #[error("the password has expired")]
    PasswordExpired,
    /// The account is too old.
    #[error("the account has expired in the directory")]
    AccountExpired,
    /// The password must be changed first.
    #[error("the password must be changed in the directory first")]
    MustChange,
    /// Not at this hour, or not from here.
    #[error("the directory allows no login at this hour or from this machine")]
    NotNow,
    /// The directory took the login for nobody's.
    #[error("the directory took it for an anonymous login")]
    Anonymous,
    /// Something else.
    #[error("refused by the directory: {0}")]
    Other(String),
}

/// Asks the directory to say more of a login.
pub(super) fn ask() -> RawControl {
    RawControl { ctype: POLICY.to_owned(), crit: false, val: None }
}

/// Why the directory refuses the login, if the control in its answer says so.
pub(super) fn told(result: &LdapResult) -> Option<Refusal> {
    let mut parts = Reader(control(result, POLICY)?).expect(0x30)?.inside();
    while !parts.is_at_end() {
        let part = parts.next()?;
        if part.tag == 0x81 {
            return match part.number()? {
                0 => Some(Refusal::PasswordExpired),
                1 => Some(Refusal::Locked),
                2 => Some(Refusal::MustChange),
                _ => None,
            };
        }
    }
    None
}

/// Why Active Directory refuses the login, from the code in its text.
pub(super) fn code(text: &str) -> Option<Refusal> {
    let (_, rest) = text.split_once(", data ")?;
    match rest.split(',').next()?.trim() {
        "525" => Some(Refusal::Unknown),
        "52e" => Some(Refusal::WrongPassword),
        "530" | "531" => Some(Refusal::NotNow),
        "532" => Some(Refusal::PasswordExpired),
        "533" => Some(Refusal::Disabled),
        "701" => Some(Refusal::AccountExpired),
        "773" => Some(Refusal::MustChange),
        "775" => Some(Refusal::Locked),
        other => Some(Refusal::Other(format!("code {other}"))),
    }
}
