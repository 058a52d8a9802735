//! Adding a directory server.

use std::path::PathBuf;

use clap::Args;
use robin_api::ldap as api;
use robin_model::Secret;
use serde::Serialize;

use super::{INSTEAD, certificates, warn_of_plain_connections};
use crate::{app::App, error::Error};

/// Add a directory server; it is tried first, and where it can't be read nothing is stored
///
/// Example:  robinctl ldap add-server ldap1 ldap.example.com 636 OPEN_LDAP cn=reader,dc=example,dc=com dc=example,dc=com
///
/// The password is asked for; in a script, pipe it in as two lines.
#[derive(Args, Serialize)]
pub struct AddServer {
    /// Name to call it by: letters, digits, '.', '-' and '_'
    name: String,
    /// Where it is: a name or an IP address; several that serve the same directory with commas between, the preferred first
    hostname: String,
    /// Its port: 636 with TLS, else mostly 389
    port: String,
    /// OPEN_LDAP or ACTIVE_DIRECTORY
    #[arg(value_name = "TYPE")]
    server_type: String,
    /// Who reads the directory: a distinguished name, or for ACTIVE_DIRECTORY also a username
    username: String,
    /// Where searches start: a distinguished name, or a domain as in example.com
    search_base: String,
    /// Where searches for users start [default: the search base]
    #[arg(long, value_name = "DN")]
    user_base: Option<String>,
    /// Where searches for groups start [default: the search base]
    #[arg(long, value_name = "DN")]
    group_base: Option<String>,
    /// The domain's NetBIOS name; ACTIVE_DIRECTORY needs it
    #[arg(long, value_name = "NAME")]
    netbios: Option<String>,
    /// The password, for testing only: everyone on this machine can see your command line
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    #[serde(skip)]
    password: Option<String>,
    /// How to protect the connection: none, starttls or ldaps [default: ldaps on port 636, else none]
    #[arg(long, value_name = "MODE")]
    tls: Option<String>,
    /// Trust only the authorities in this PEM file when checking who the directory server is
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    ca_cert: Option<PathBuf>,
    /// Seconds that a connection to one host may take [default: 5]
    #[arg(long, value_name = "SECONDS")]
    connect_timeout: Option<String>,
    /// Seconds that the next part of an answer may take [default: 30]
    #[arg(long, value_name = "SECONDS")]
    answer_timeout: Option<String>,
    /// Whether its users get an account when they log in for the first time, as add-mapping says: true or false [default: false]
    #[arg(long, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    create_on_login: Option<String>,
}

/// The same with the secret, and with what stands in the file.
#[derive(Serialize)]
struct Request<'a> {
    #[serde(flatten)]
    args: &'a AddServer,
    password: Secret,
    ca_cert: Option<String>,
}

impl AddServer {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(mut self, app: &mut App) -> Result<(), Error> {
        let ca_cert = self.ca_cert.as_deref().map(certificates).transpose()?;
        let password = match self.password.take() {
            Some(password) => Secret::new(password),
            None => app.prompt.new_password(INSTEAD)?,
        };
        if self.is_plain() {
            warn_of_plain_connections();
        }
        app.change::<api::AddLdapServer>(&Request { args: &self, password, ca_cert }).await
    }

    /// Whether the connection is not to be protected, by choice or by default.
    fn is_plain(&self) -> bool {
        self.tls.as_deref().map_or(self.port != "636", |mode| mode == "none")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    use super::*;

    fn add(words: &str) -> AddServer {
        let crate::cli::Command::Ldap(Command::AddServer(args)) = parsed(&format!("ldap add-server {words}")) else {
            panic!()
        };
        args
    }

    fn request(words: &str, ca_cert: Option<&str>) -> serde_json::Value {
        let (password, ca_cert) = (Secret::new("pw".into()), ca_cert.map(str::to_owned));
        understood::<api::AddLdapServer>(&Request { args: &add(words), password, ca_cert })
    }

    #[test]
    fn a_server_has_six_properties_and_a_password() {
        let words = "ad1 10.9.53.5 389 ACTIVE_DIRECTORY administrator mydomain.com --netbios mydomain";
        let expected = json!({
            "name": "ad1", "hostname": "10.9.53.5", "port": 389, "server_type": "ACTIVE_DIRECTORY", "netbios": "mydomain",
            "username": "administrator", "search_base": "dc=mydomain,dc=com", "password": "pw",
        });
        assert_eq!(request(words, None), expected);
    }

    #[test]
    fn all_else_is_optional() {
        let words = "s a,b 636 OPEN_LDAP cn=r dc=x --user-base ou=u,dc=x --group-base ou=g,dc=x --tls starttls \
                     --connect-timeout 2 --answer-timeout 60 --create-on-login true";
        let expected = json!({
            "name": "s", "hostname": "a,b", "port": 636, "server_type": "OPEN_LDAP", "username": "cn=r",
            "search_base": "dc=x", "password": "pw", "user_base": "ou=u,dc=x", "group_base": "ou=g,dc=x", "tls": "starttls",
            "ca_cert": "PEM", "connect_timeout": 2, "answer_timeout": 60, "create_on_login": true,
        });
        assert_eq!(request(words, Some("PEM")), expected);
    }

    #[test]
    fn sec_04_no_protection_is_noticed_whether_chosen_or_not() {
        for (words, is_plain) in
            [("389", true), ("636", false), ("636 --tls none", true), ("389 --tls starttls", false)]
        {
            let (port, rest) = words.split_once(' ').unwrap_or((words, ""));
            assert_eq!(add(&format!("s h {port} OPEN_LDAP cn=r dc=x {rest}")).is_plain(), is_plain, "{words}");
        }
    }
}
