//! Changing a directory server.

use std::path::Path;

use clap::Args;
use robin_api::ldap as api;
use robin_model::Secret;
use serde::Serialize;

use super::{INSTEAD, certificates, warn_of_plain_connections};
use crate::{app::App, error::Error};

/// Change what is named of a directory server; it is tried first, and where it can't be read nothing changes
///
/// Example:  robinctl ldap update-server ldap1 --tls ldaps --port 636 --ca-cert ca.pem
///
/// With another host, port, username or authority, or without TLS, the password would go where it has not been before: it is asked
/// for. In a script, pipe it in as two lines.
#[derive(Args, Serialize)]
pub struct UpdateServer {
    /// The directory server
    name: String,
    /// Where it is; several hosts that serve the same directory with commas between, the preferred first
    #[arg(long, value_name = "HOSTNAME")]
    hostname: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Who reads the directory
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// Where searches start: a distinguished name, or a domain as in example.com
    #[arg(long, value_name = "DN")]
    search_base: Option<String>,
    /// Where searches for users start; '' for the search base
    #[arg(long, value_name = "DN")]
    user_base: Option<String>,
    /// Where searches for groups start; '' for the search base
    #[arg(long, value_name = "DN")]
    group_base: Option<String>,
    /// The domain's NetBIOS name; '' for none
    #[arg(long, value_name = "NAME")]
    netbios: Option<String>,
    /// Ask for the password in any case
    #[arg(long, short = 'p')]
    #[serde(skip)]
    ask_password: bool,
    /// The password, for testing only: everyone on this machine can see your command line
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    #[serde(skip)]
    password: Option<String>,
    /// How to protect the connection: none, starttls or ldaps
    #[arg(long, value_name = "MODE")]
    tls: Option<String>,
    /// Trust only the authorities in this PEM file when checking who the directory server is; '' for those of its system
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    ca_cert: Option<String>,
    /// Seconds that a connection to one host may take
    #[arg(long, value_name = "SECONDS")]
    connect_timeout: Option<String>,
    /// Seconds that the next part of an answer may take
    #[arg(long, value_name = "SECONDS")]
    answer_timeout: Option<String>,
    /// Whether its users get an account when they log in for the first time, as add-mapping says: true or false
    #[arg(long, value_name = "BOOL")]
    create_on_login: Option<String>,
    /// Keep its accounts in step so often: 600s, 10m, 24h, 7d, 1w or seconds; 'off' for never. 'ldap sync --apply' comes first
    #[arg(long, value_name = "INTERVAL")]
    sync_interval: Option<String>,
    /// How many accounts such a run may disable: a number, or a share of the active ones like 10%
    #[arg(long, value_name = "NUMBER")]
    max_disable: Option<String>,
    /// Whether such a run gives and takes the role superadmin
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    allow_superadmin: Option<bool>,
}

/// The same with the secret, and with what stands in the file.
#[derive(Serialize)]
struct Request<'a> {
    #[serde(flatten)]
    args: &'a UpdateServer,
    password: Option<Secret>,
    ca_cert: Option<String>,
}

impl UpdateServer {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(mut self, app: &mut App) -> Result<(), Error> {
        let ca_cert = match self.ca_cert.as_deref() {
            Some("") => Some(String::new()),
            file => file.map(Path::new).map(certificates).transpose()?,
        };
        let password = match self.password.take() {
            Some(password) => Some(Secret::new(password)),
            None if self.needs_password() => Some(app.prompt.new_password(INSTEAD)?),
            None => None,
        };
        if self.is_plain() {
            warn_of_plain_connections();
        }
        app.change::<api::UpdateLdapServer>(&Request { args: &self, password, ca_cert }).await
    }

    fn is_plain(&self) -> bool {
        self.tls.as_deref() == Some("none")
    }

    /// Whether the password is asked for: where the server may want it again.
    fn needs_password(&self) -> bool {
        let elsewhere = self.hostname.is_some() || self.port.is_some() || self.username.is_some();
        self.ask_password || elsewhere || self.ca_cert.is_some() || self.is_plain()
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

    fn update(words: &str) -> UpdateServer {
        let crate::cli::Command::Ldap(Command::UpdateServer(args)) = parsed(&format!("ldap update-server s {words}"))
        else {
            panic!()
        };
        args
    }

    #[test]
    fn only_what_is_named_is_sent() {
        let of = |words: &str| {
            understood::<api::UpdateLdapServer>(&Request { args: &update(words), password: None, ca_cert: None })
        };
        assert_eq!(of("--user-base ''"), json!({"name": "s", "user_base": ""}));
        let sync = json!({"name": "s", "sync_interval": "1h", "max_disable": "5", "allow_superadmin": true});
        assert_eq!(of("--sync-interval 1h --max-disable 5 --allow-superadmin"), sync);
        assert_eq!(of("--allow-superadmin false"), json!({"name": "s", "allow_superadmin": false}));
        let words = "--hostname h --port 636 --username cn=r --search-base x.com --group-base dc=g --netbios N --tls ldaps \
                     --connect-timeout 1 --answer-timeout 2 --create-on-login false";
        let expected = json!({
            "name": "s", "hostname": "h", "port": 636, "username": "cn=r", "search_base": "dc=x,dc=com",
            "group_base": "dc=g", "netbios": "N", "tls": "ldaps", "connect_timeout": 1, "answer_timeout": 2,
            "create_on_login": false,
        });
        assert_eq!(of(words), expected);
    }

    #[test]
    fn sec_07_the_password_is_asked_for_when_it_would_go_elsewhere() {
        for words in ["--hostname h", "--port 1", "--username cn=r", "--ca-cert f", "--tls none", "-p"] {
            assert!(update(words).needs_password(), "{words}");
        }
        for words in ["--search-base dc=x", "--tls ldaps", "--netbios n", "--connect-timeout 1"] {
            assert!(!update(words).needs_password(), "{words}");
        }
    }
}
