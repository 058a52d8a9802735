//! Settings: a TOML file, then `ROBIN_…` variables, then flags; the later one wins.
//!
//! One type serves all three: every field is optional, and what none of them says has its default where it is used.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use clap::{Args, CommandFactory, ValueEnum};
use robin_ca::Authority;
use robin_http::Limits;
use robin_model::{Secret, Timestamp};
use robin_service::certificate::Source;
use serde::Deserialize;

/// Everything that can be set from outside.
#[derive(Args, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Read settings from this TOML file; variables and flags go before it
    #[arg(long, value_name = "FILE", env = "ROBIN_CONFIG", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to serve on [default: 127.0.0.1:29442]
    #[arg(long, value_name = "ADDRESS", env = "ROBIN_LISTEN", global = true)]
    pub listen: Option<SocketAddr>,
    /// Where the database and the secret key are kept [default: ./robin-data]
    #[arg(long, value_name = "DIR", env = "ROBIN_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Where the database is.
    #[arg(
        long,
        help = "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE [default: robin.db in the data directory]",
        value_name = "URL",
        env = "ROBIN_DATABASE_URL",
        global = true,
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// Serve HTTPS with this certificate, PEM; it is read again when it changes
    #[arg(long, value_name = "FILE", env = "ROBIN_TLS_CERT", global = true)]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM
    #[arg(long, value_name = "FILE", env = "ROBIN_TLS_KEY", global = true)]
    pub tls_key: Option<PathBuf>,
    /// Serve plain HTTP on an address that is not loopback: passwords can be read on the way
    #[arg(long, value_name = "BOOL", env = "ROBIN_INSECURE_HTTP", global = true, num_args = 0..=1, default_missing_value = "true")]
    pub insecure_http: Option<bool>,
    /// The URL that clients know this server by; tokens name it as their issuer [default: from the address]
    #[arg(long, value_name = "URL", env = "ROBIN_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Username of the administrator that the first start makes [default: admin]
    #[arg(long, value_name = "NAME", env = "ROBIN_ADMIN_USERNAME", global = true)]
    pub admin_username: Option<String>,
    /// Their password; without one the first start makes one up and prints it once
    #[arg(long, value_name = "PASSWORD", env = "ROBIN_ADMIN_PASSWORD", global = true, hide_env_values = true, value_parser = secret)]
    pub admin_password: Option<Secret>,
    /// File with their password
    #[arg(long, value_name = "FILE", env = "ROBIN_ADMIN_PASSWORD_FILE", global = true)]
    pub admin_password_file: Option<PathBuf>,
    /// The key that secrets in the database are sealed under: 32 bytes as base64 or hex
    #[arg(long, value_name = "KEY", env = "ROBIN_SECRET_KEY", global = true, hide_env_values = true, value_parser = secret)]
    pub secret_key: Option<Secret>,
    /// File with that key [default: secret.key in the data directory]
    #[arg(long, value_name = "FILE", env = "ROBIN_SECRET_KEY_FILE", global = true)]
    pub secret_key_file: Option<PathBuf>,
    /// File that adds object types, operations and capabilities of other services; the same for all servers on a database
    #[arg(long, value_name = "FILE", env = "ROBIN_CATALOGUE_EXTRA", global = true)]
    pub catalogue_extra: Option<PathBuf>,
    /// What to log: error, warn, info, debug, or a filter like `info,robin_http=debug` [default: info]
    #[arg(long, value_name = "FILTER", env = "ROBIN_LOG", global = true)]
    pub log: Option<String>,
    /// How to log [default: text on a terminal, else json]
    #[arg(long, value_name = "FORMAT", env = "ROBIN_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
    #[command(flatten)]
    pub ca: CaSettings,
    #[command(flatten)]
    pub limits: LimitSettings,
    #[command(flatten)]
    pub openshift: OpenshiftSettings,
}

/// Who signs certificates of users.
#[derive(Args, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct CaSettings {
    /// Who signs certificates of users: Robin itself, an authority in files, or the cluster [default: own]
    #[arg(long = "ca-mode", value_name = "MODE", env = "ROBIN_CA__MODE", global = true)]
    pub mode: Option<CaMode>,
    /// The authority's certificate for the mode `files`, PEM
    #[arg(long = "ca-cert", value_name = "FILE", env = "ROBIN_CA__CERT", global = true)]
    pub cert: Option<PathBuf>,
    /// The authority's private key for the mode `files`, PEM
    #[arg(long = "ca-key", value_name = "FILE", env = "ROBIN_CA__KEY", global = true)]
    pub key: Option<PathBuf>,
}

/// Where the authority comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaMode {
    /// Robin makes one and keeps it in the database.
    Own,
    /// It is in files.
    Files,
    /// The cluster's own signer.
    Cluster,
}

/// What requests may cost.
#[derive(Args, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Largest request body in bytes [default: 4194304]
    #[arg(long = "limits-body-bytes", value_name = "BYTES", env = "ROBIN_LIMITS__BODY_BYTES", global = true)]
    pub body_bytes: Option<usize>,
    /// Longest time for a request in seconds [default: 30]
    #[arg(
        long = "limits-request-seconds",
        value_name = "SECONDS",
        env = "ROBIN_LIMITS__REQUEST_SECONDS",
        global = true
    )]
    pub request_seconds: Option<u64>,
    /// Most requests worked on at a time [default: 1024]
    #[arg(long = "limits-requests", value_name = "COUNT", env = "ROBIN_LIMITS__REQUESTS", global = true)]
    pub requests: Option<usize>,
    /// Threads that hash passwords [default: one per core]
    #[arg(long = "limits-hashing-threads", value_name = "COUNT", env = "ROBIN_LIMITS__HASHING_THREADS", global = true)]
    pub hashing_threads: Option<NonZeroUsize>,
}

/// The OpenShift cluster that Robin runs on.
#[derive(Args, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct OpenshiftSettings {
    /// Let users of the OpenShift cluster that this server runs on have accounts [default: false]
    #[arg(long = "openshift-enabled", value_name = "BOOL", env = "ROBIN_OPENSHIFT__ENABLED", global = true, num_args = 0..=1, default_missing_value = "true")]
    pub enabled: Option<bool>,
    /// Where its API is, `https://HOST:PORT` [default: as in a pod]
    #[arg(long = "openshift-api-url", value_name = "URL", env = "ROBIN_OPENSHIFT__API_URL", global = true)]
    pub api_url: Option<String>,
    /// Authorities to trust when checking who it is, PEM [default: as in a pod, else those that the system trusts]
    #[arg(long = "openshift-ca-cert", value_name = "FILE", env = "ROBIN_OPENSHIFT__CA_CERT", global = true)]
    pub ca_cert: Option<PathBuf>,
    /// File with the token to read it with; it is read again for each request [default: as in a pod]
    #[arg(long = "openshift-token-file", value_name = "FILE", env = "ROBIN_OPENSHIFT__TOKEN_FILE", global = true)]
    pub token_file: Option<PathBuf>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

/// Takes each field from the first of two settings that has it.
macro_rules! first_of {
    ($Type:ident, $first:expr, $second:expr, $($field:ident),+ $(; $($rest:tt)+)?) => {
        $Type { $($field: $first.$field.or($second.$field),)+ $($($rest)+)? }
    };
}

impl Settings {
    /// These settings, and from the file they name what they don't say.
    ///
    /// # Errors
    /// When the file can't be read or is wrong, with line and column.
    pub fn with_file(self) -> anyhow::Result<Self> {
        let Some(file) = self.config.clone() else { return Ok(self) };
        let text = std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let theirs: Self = toml::from_str(&text).map_err(|error| wrong(&file, &text, &error))?;
        let limits = first_of!(
            LimitSettings,
            self.limits,
            theirs.limits,
            body_bytes,
            request_seconds,
            requests,
            hashing_threads
        );
        let ca = first_of!(CaSettings, self.ca, theirs.ca, mode, cert, key);
        let openshift =
            first_of!(OpenshiftSettings, self.openshift, theirs.openshift, enabled, api_url, ca_cert, token_file);
        Ok(first_of!(
            Settings, self, theirs, config, listen, data_dir, database_url, tls_cert, tls_key, insecure_http, public_url,
            admin_username, admin_password, admin_password_file, secret_key, secret_key_file, catalogue_extra, log, log_format;
            ca, limits, openshift
        ))
    }

    /// Names variables that look like settings and are none: a typing error would else go unnoticed.
    pub fn warn_of_unknown_variables() {
        let command = crate::Cli::command();
        let known: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_env()).collect();
        for (name, _) in std::env::vars_os() {
            let is_ours =
                name.to_str().is_some_and(|name| name.starts_with("ROBIN_") && !name.starts_with("ROBIN_TEST_"));
            if is_ours && !known.contains(&name.as_os_str()) {
                tracing::warn!(name = %name.display(), "this variable is not a setting of this server");
            }
        }
    }

    /// Where to serve.
    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 29442))
    }

    /// Where things are kept.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| PathBuf::from("./robin-data"))
    }

    /// The database.
    pub fn database_url(&self) -> String {
        let default = || format!("sqlite://{}", self.data_dir().join("robin.db").display());
        self.database_url.clone().unwrap_or_else(default)
    }

    /// The certificate's files, if HTTPS is served.
    ///
    /// # Errors
    /// When one of the two is missing, or plain HTTP would leave this machine.
    pub fn tls(&self) -> anyhow::Result<Option<robin_http::tls::Files>> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                Ok(Some(robin_http::tls::Files { certificate: certificate.clone(), key: key.clone() }))
            }
            (None, None) if self.listen().ip().is_loopback() || self.insecure_http == Some(true) => Ok(None),
            (None, None) => bail!(
                "{} is not loopback, and plain HTTP shows passwords on the way: set ROBIN_TLS_CERT and ROBIN_TLS_KEY, or \
                 ROBIN_INSECURE_HTTP=true where something else encrypts",
                self.listen()
            ),
            _ => bail!("set both ROBIN_TLS_CERT and ROBIN_TLS_KEY, or neither"),
        }
    }

    /// Who signs certificates of users.
    ///
    /// # Errors
    /// When the mode's files are missing, can't be read or make no authority, and for the cluster.
    pub fn signs(&self, now: Timestamp) -> anyhow::Result<Source> {
        let CaSettings { mode, cert, key } = &self.ca;
        match (mode.unwrap_or(CaMode::Own), cert, key) {
            (CaMode::Own, None, None) => Ok(Source::Own),
            (CaMode::Files, Some(cert), Some(key)) => {
                let read = |file: &Path| {
                    std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))
                };
                let (certificate, private) = (read(cert)?, Secret::new(read(key)?));
                let place = || format!("{} with {} can't sign certificates", cert.display(), key.display());
                let authority = Authority::load(&certificate, private.expose(), now).with_context(place)?;
                Ok(Source::Given(Box::new(authority)))
            }
            (CaMode::Files, ..) => bail!("ROBIN_CA__MODE=files needs both ROBIN_CA__CERT and ROBIN_CA__KEY"),
            (CaMode::Cluster, None, None) => bail!(
                "ROBIN_CA__MODE=cluster needs Kubernetes, which is not on: use `own`, or `files` with a cluster's authority"
            ),
            (CaMode::Own | CaMode::Cluster, ..) => {
                bail!("ROBIN_CA__CERT and ROBIN_CA__KEY are for ROBIN_CA__MODE=files: set that, or leave them out")
            }
        }
    }

    /// What a request may cost.
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            body: self.limits.body_bytes.unwrap_or(default.body),
            time: self.limits.request_seconds.map_or(default.time, Duration::from_secs),
            requests: self.limits.requests.unwrap_or(default.requests),
        }
    }

    /// The password of the first administrator, if one is set.
    ///
    /// # Errors
    /// When the file with it can't be read.
    pub fn admin_password(&self) -> anyhow::Result<Option<Secret>> {
        match (&self.admin_password, &self.admin_password_file) {
            (Some(password), _) => Ok(Some(password.clone())),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
                Ok(Some(Secret::new(text.strip_suffix('\n').unwrap_or(&text).to_owned())))
            }
            (None, None) => Ok(None),
        }
    }
}

/// What is wrong with a file, and where; not the line itself, as the parser shows it: there may be a secret in it.
fn wrong(file: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    anyhow!("{} is wrong at line {line}, column {column}: {}", file.display(), error.message())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::openshift;

    fn from(text: &str, settings: Settings) -> anyhow::Result<Settings> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Settings { config: Some(file.path().to_owned()), ..settings }.with_file()
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let flags = Settings { listen: Some("127.0.0.1:1".parse().unwrap()), ..Settings::default() };
        let settings = from("listen = '127.0.0.1:2'\ndata_dir = '/x'\n[limits]\nrequests = 7\n", flags).unwrap();
        assert_eq!(settings.listen().port(), 1);
        assert_eq!((settings.data_dir(), settings.limits().requests), (PathBuf::from("/x"), 7));
    }

    #[test]
    fn a_wrong_file_is_refused_with_line_and_column() {
        for (text, place) in
            [("listen = 'x'\n", "line 1, column 10"), ("\nlisten: 1\n", "line 2"), ("nothing = 1\n", "nothing")]
        {
            let error = format!("{:#}", from(text, Settings::default()).err().unwrap());
            assert!(error.contains(place), "{error}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let listen = Some("0.0.0.0:1".parse().unwrap());
        assert!(Settings { listen, ..Settings::default() }.tls().is_err());
        assert!(Settings { listen, insecure_http: Some(true), ..Settings::default() }.tls().unwrap().is_none());
        assert!(Settings::default().tls().unwrap().is_none());
    }

    /// What a setting comes to is asked for without a fault, whatever is set.
    fn comes_to_something(settings: &Settings) {
        let _ = (settings.listen(), settings.data_dir(), settings.database_url(), settings.tls());
        let _ = (settings.limits(), settings.admin_password(), settings.signs(Timestamp::from_seconds(0)).is_ok());
        let _ = openshift::cluster(settings).is_ok();
    }

    #[test]
    fn whatever_stands_in_the_file_is_settings_or_refused() {
        const GOOD: &str = "listen = '127.0.0.1:2'\npublic_url = 'https://robin.example.com'\nadmin_password = 'x'\n\
                            [ca]\nmode = 'own'\n[limits]\nbody_bytes = 1000\nhashing_threads = 1\n\
                            [openshift]\nenabled = true\napi_url = 'https://127.0.0.1:6443'\n";
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let text = if dice.below(10) == 0 { dice.text() } else { dice.changed(GOOD) };
            if let Ok(settings) = toml::from_str::<Settings>(&text) {
                comes_to_something(&settings);
            }
        }
    }

    /// A variable is read as the flag of the same setting.
    #[test]
    fn whatever_a_variable_or_flag_says_is_a_setting_or_refused() {
        use clap::Parser as _;
        let command = crate::Cli::command();
        let flags: Vec<String> = command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned).collect();
        assert!(flags.len() > 15, "{flags:?}");
        let known =
            ["127.0.0.1:2", "[::1]:0", "true", "1", "postgres://robin@localhost/robin", "json", "18446744073709551615"];
        for case in 0..robin_testkit::fuzz::cases() / 10 {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let flag = dice.one(&flags).clone();
            let value = if dice.below(2) == 0 {
                dice.text()
            } else {
                let known = *dice.one(&known);
                dice.changed(known)
            };
            if let Ok(cli) = crate::Cli::try_parse_from(["robin-server".to_owned(), format!("--{flag}={value}")]) {
                comes_to_something(&cli.settings);
            }
        }
    }
}
