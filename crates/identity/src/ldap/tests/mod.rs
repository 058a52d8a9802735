//! Against real servers, and against some that no directory is.

mod check;
pub(super) mod fake;
mod groups;
mod listing;
mod named;
mod samba;
mod sign_in;

use robin_model::{
    Secret,
    directory::{Attributes, Dn, ServerSettings, ServerType, Timeouts, Transport},
};
use robin_testkit::Slapd;

use super::Directory;

/// Who reads the forumsys directory.
const READER: &str = "cn=read-only-admin,dc=example,dc=com";

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn dn(text: &str) -> Dn {
    text.parse().unwrap()
}

/// A server on this machine that nothing is said of but its port.
fn on(port: u16) -> ServerSettings {
    ServerSettings {
        name: "ldap1".parse().unwrap(),
        server_type: ServerType::OpenLdap,
        hosts: "127.0.0.1".parse().unwrap(),
        port,
        transport: Transport::None,
        ca_cert: None,
        username: READER.to_owned(),
        search_base: dn("dc=example,dc=com"),
        user_base: None,
        group_base: None,
        netbios: None,
        timeouts: Timeouts::default(),
        create_on_login: false,
    }
}

/// The same server by TLS.
fn encrypted(slapd: &Slapd, transport: Transport) -> ServerSettings {
    let port = if transport == Transport::Ldaps { slapd.tls_port } else { slapd.port };
    ServerSettings { transport, ca_cert: Some(slapd.ca_cert.clone()), ..on(port) }
}

fn directory(settings: &ServerSettings, password: &str) -> Directory {
    Directory::new(settings, secret(password), &Attributes::default()).unwrap()
}

/// A user for the directory of the reference: `user0`, `user1` and so on.
fn user(nth: usize) -> String {
    format!(
        "\ndn: uid=user{nth},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: user{nth}\ncn: User {nth}\nsn: {nth}\n"
    )
}
