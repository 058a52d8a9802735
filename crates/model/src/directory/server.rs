//! One directory server.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use super::Dn;
use crate::{LdapServerId, LdapServerName};

/// The most hosts that one server may have.
const MOST_HOSTS: usize = 8;

/// A setting that no directory server can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServer {
    /// A type that is not one.
    #[error("unknown LDAP server type `{0}`: use `OPEN_LDAP` or `ACTIVE_DIRECTORY`")]
    Type(String),
    /// A transport that is not one.
    #[error("unknown TLS mode `{0}`: use `none`, `starttls` or `ldaps`")]
    Transport(String),
    /// Not hosts.
    #[error("invalid host `{0}`: use names or IP addresses, separated by commas, {MOST_HOSTS} at most, without port")]
    Host(String),
}

/// What kind of directory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServerType {
    /// Active Directory, or Samba in its place.
    #[serde(rename = "ACTIVE_DIRECTORY")]
    ActiveDirectory,
    /// OpenLDAP, and others that keep to the standards.
    #[serde(rename = "OPEN_LDAP")]
    OpenLdap,
}

impl ServerType {
    /// As commands and lists write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "ACTIVE_DIRECTORY",
            Self::OpenLdap => "OPEN_LDAP",
        }
    }
}

impl FromStr for ServerType {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        match text {
            "ACTIVE_DIRECTORY" => Ok(Self::ActiveDirectory),
            "OPEN_LDAP" => Ok(Self::OpenLdap),
            _ => Err(InvalidServer::Type(text.to_owned())),
        }
    }
}

/// How the connection is kept from others' eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Not at all: passwords cross the network as they are.
    None,
    /// TLS, begun on the plain port (RFC 4511, section 4.14).
    Starttls,
    /// TLS from the first byte.
    Ldaps,
}

impl Transport {
    /// As commands and lists write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starttls => "starttls",
            Self::Ldaps => "ldaps",
        }
    }

    /// What a server has when none is named: TLS on port 636, which is for nothing else.
    #[must_use]
    pub const fn on(port: u16) -> Self {
        if port == 636 { Self::Ldaps } else { Self::None }
    }
}

impl FromStr for Transport {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let known = [Self::None, Self::Starttls, Self::Ldaps].into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| InvalidServer::Transport(text.to_owned()))
    }
}

/// The hosts that serve one directory, in order of preference: names or IP addresses, written with commas between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// One by one, the preferred first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label);
    is_name || text.parse::<std::net::IpAddr>().is_ok()
}

impl FromStr for Hosts {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let hosts: Vec<String> = text.split(',').map(|host| host.trim().to_owned()).collect();
        match hosts.iter().find(|host| !is_host(host)) {
            None if hosts.len() <= MOST_HOSTS => Ok(Self(hosts)),
            wrong => Err(InvalidServer::Host(wrong.map_or(text, |host| host).chars().take(253).collect())),
        }
    }
}

impl TryFrom<String> for Hosts {
    type Error = InvalidServer;

    fn try_from(text: String) -> Result<Self, InvalidServer> {
        text.parse()
    }
}

impl From<Hosts> for String {
    fn from(hosts: Hosts) -> Self {
        hosts.to_string()
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.join(","))
    }
}

/// How long a directory server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeouts {
    /// For a connection to one host to stand, TLS included.
    #[serde(with = "seconds")]
    pub connect: Duration,
    /// For the next message of an answer.
    #[serde(with = "seconds")]
    pub answer: Duration,
}

/// Times as whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_secs())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), answer: Duration::from_secs(30) }
    }
}

/// What an administrator says of a directory server. Its password is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerSettings {
    /// Its name.
    pub name: LdapServerName,
    /// What kind of directory it is.
    pub server_type: ServerType,
    /// Where it is.
    pub hosts: Hosts,
    /// The port, the same on all hosts.
    pub port: u16,
    /// How the connection is kept from others' eyes.
    pub transport: Transport,
    /// The certificates to trust, as PEM; without, those that the system trusts.
    pub ca_cert: Option<String>,
    /// Who reads the directory: a distinguished name, or for Active Directory also a username.
    pub username: String,
    /// Where searches start.
    pub search_base: Dn,
    /// Where searches for users start, if elsewhere.
    pub user_base: Option<Dn>,
    /// Where searches for groups start, if elsewhere.
    pub group_base: Option<Dn>,
    /// The domain's NetBIOS name, for Active Directory.
    pub netbios: Option<String>,
    /// How long it may take.
    pub timeouts: Timeouts,
    /// Whether its users get accounts by themselves when they log in for the first time, as its mappings say.
    pub create_on_login: bool,
}

/// A directory server that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LdapServer {
    /// Its number, never given again.
    pub id: LdapServerId,
    /// What is known of it.
    #[serde(flatten)]
    pub settings: ServerSettings,
}

/// A directory server as it is kept, with the password to read it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptServer {
    /// The server.
    pub server: LdapServer,
    /// The password, sealed under the server's secret key.
    pub sealed: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        for text in ["ldap.forumsys.com", "10.9.53.5", "::1", "dc1, dc2.example.com,fe80::1", "ldap_1", "example.com."]
        {
            assert!(text.parse::<Hosts>().is_ok(), "{text}");
        }
        let many = ["a"; 9].join(",");
        for text in ["", "a,,b", "ldap://a", "a:389", "a b", "-a", "a/b", "[::1]", "a@b", many.as_str()] {
            assert!(text.parse::<Hosts>().is_err(), "{text}");
        }
        let hosts: Hosts = "b, a".parse().unwrap();
        assert_eq!((hosts.iter().collect::<Vec<_>>(), hosts.to_string()), (vec!["b", "a"], "b,a".to_owned()));
    }

    #[test]
    fn words_read_back_as_they_are_written() {
        for kind in [ServerType::OpenLdap, ServerType::ActiveDirectory] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for transport in [Transport::None, Transport::Starttls, Transport::Ldaps] {
            assert_eq!(transport.as_str().parse(), Ok(transport));
        }
        assert!("open_ldap".parse::<ServerType>().is_err() && "tls".parse::<Transport>().is_err());
        assert_eq!((Transport::on(636), Transport::on(389)), (Transport::Ldaps, Transport::None));
    }
}
