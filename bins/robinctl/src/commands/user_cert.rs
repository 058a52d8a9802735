//! Certificates of users.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use robin_api::{login, user_certs as api};
use robin_model::{Timestamp, span::Span};
use serde::Serialize;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{self, Style, Table, truth},
};

/// Commands about certificates of users.
#[derive(Subcommand)]
pub enum Command {
    /// Show whose certificates are valid, and until when
    Check,
    Renew(Renew),
    #[command(visible_alias = "update")]
    UpdateConfig(UpdateConfig),
    /// Let certificates be renewed when they are due; those that came due meanwhile at once
    StartSchedule,
    /// Let certificates come to their end
    StopSchedule,
    Issue(Issue),
    Revoke(Revoke),
    Show(Show),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Check => check(app).await,
            Self::Renew(args) => args.run(app).await,
            Self::UpdateConfig(args) => args.run(app).await,
            Self::StartSchedule => app.change::<api::StartUserCertSchedule>(&json!({})).await,
            Self::StopSchedule => app.change::<api::StopUserCertSchedule>(&json!({})).await,
            Self::Issue(args) => args.run(app).await,
            Self::Revoke(args) => app.change::<api::RevokeUserCert>(&args).await,
            Self::Show(args) => args.run(app).await,
        }
    }
}

/// The settings and the certificates together.
#[derive(Serialize)]
struct Checked {
    #[serde(flatten)]
    config: api::UserCertConfig,
    certs: Vec<api::UserCert>,
}

async fn check(app: &mut App) -> Result<(), Error> {
    let config = app.send::<api::GetUserCertConfig>(&json!({})).await?;
    let mut certs = app.list::<api::ListUserCerts>(&json!({})).await?;
    certs.sort_by(|one, other| one.name.cmp(&other.name));
    let mut table = Table::new(Style::Plain, &["NAME", "USERNAME", "VALID", "EXPIRES"]);
    for cert in &certs {
        table.row([cert.name.clone(), cert.username.clone(), truth(cert.valid), date(cert.expires)]);
    }
    let rows = table.render();
    // As long as a row is when all its cells are full.
    let rule = rows.lines().nth(1).map(str::len).unwrap_or_default().saturating_sub(1);
    let text = format!("{}\n{}\n{rows}", settings(&config), "-".repeat(rule));
    warn(&config);
    app.output.text(&text, &table, &Checked { config, certs })
}

/// The settings, a line each.
fn settings(config: &api::UserCertConfig) -> String {
    let line = |name: &str, seconds: u64| {
        let words = Span(std::time::Duration::from_secs(seconds)).words();
        format!("{name}: {seconds} ({words})\n")
    };
    [
        line("Cert Lifespan", config.cert_lifespan),
        line("Renewal Offset", config.renewal_offset),
        line("Check Interval", config.check_interval),
        format!("Schedule Enabled: {}\n", truth(config.schedule_enabled)),
    ]
    .concat()
}

fn warn(config: &api::UserCertConfig) {
    if let Some(warning) = &config.warning {
        output::note(&format!("Warning: {warning}"));
    }
}

/// A time as the documents show it, `Feb 28, 2025 07:05:54`, in UTC.
fn date(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to);
    let month = part(5, 7).and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    match (part(0, 4), month, part(8, 10), part(11, 19)) {
        (Some(year), Some(month), Some(day), Some(time)) => format!("{month} {day}, {year} {time}"),
        _ => text,
    }
}

/// Renew the certificates that are due
///
/// Example:  robinctl user-cert renew --renewal-offset 7d --dry-run
#[derive(Args, Serialize)]
pub struct Renew {
    /// Renew all certificates, due or not
    #[arg(long = "renew-all-certs")]
    #[serde(rename = "renew_all_certs", skip_serializing_if = "std::ops::Not::not")]
    all: bool,
    /// Renew those that are over so soon: 36000, 600s, 10m, 24h, 7d or 1w; from 7 days to 1 year [default: as configured]
    #[arg(long, value_name = "TIME")]
    renewal_offset: Option<String>,
    /// Renew none, and show which would be
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

impl Renew {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        if !self.dry_run {
            app.output.remark("User cert renewal request sent. This might take a while...")?;
        }
        let report = app.send::<api::RenewUserCerts>(&self).await?;
        let mut lines = vec![
            format!("Valid user certs: {}", report.valid),
            format!("Renewed user certs: {}", report.renewed),
            "Messages:".to_owned(),
        ];
        lines.extend_from_slice(&report.messages);
        app.output.said(&lines.join("\n"), &report)
    }
}

/// Change how long certificates are valid, and when they are renewed
///
/// Example:  robinctl user-cert update-config --cert-lifespan 30d --check-interval 12h
#[derive(Args, Serialize)]
#[group(required = true, multiple = true)]
pub struct UpdateConfig {
    /// Set what is not named to its default
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    defaults: bool,
    /// How long certificates are valid: 43200s, 1440m, 24h, 7d, 1w or 1y; from 1 day to 1 year
    #[arg(long, value_name = "TIME")]
    cert_lifespan: Option<String>,
    /// How often it is looked for certificates that are due; from 60 seconds to 30 days
    #[arg(long, value_name = "TIME")]
    check_interval: Option<String>,
    /// How long before its end a certificate is renewed; from 7 days to 1 year
    #[arg(long, value_name = "TIME")]
    renewal_offset: Option<String>,
}

impl UpdateConfig {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let updated = app.send::<api::UpdateUserCertConfig>(&self).await?;
        let steps: Vec<String> = updated.update_steps.iter().map(|step| format!("-- {step}")).collect();
        let text = format!("{}Update Steps:\n{}", settings(&updated.config), steps.join("\n"));
        warn(&updated.config);
        app.output.said(&text, &updated)
    }
}

/// Issue a new certificate, for yourself or another user
///
/// With --csr the key never leaves you, and the certificate is printed.
///
/// Example:  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ada.key -subj / -out ada.csr
///           robinctl user-cert issue --csr ada.csr > ada.crt
#[derive(Args)]
pub struct Issue {
    /// The user [default: you]
    username: Option<String>,
    /// File with a request (PKCS#10, PEM) for a key of your own
    #[arg(long, value_name = "FILE", conflicts_with = "username")]
    csr: Option<PathBuf>,
}

impl Issue {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let Some(file) = self.csr else {
            let input = self.username.map_or_else(|| json!({}), |username| json!({ "username": username }));
            let issued = app.send::<api::IssueUserCert>(&input).await?;
            return app.output.said(&issued.message, &issued);
        };
        let csr = std::fs::read_to_string(&file)
            .map_err(|error| Error::Local(format!("can't read {}: {error}", file.display())))?;
        let issued = app.send::<api::RequestUserCert>(&json!({ "csr": csr })).await?;
        output::note(&issued.message);
        app.output.said(&issued.certificate, &issued)
    }
}

/// Revoke all certificates of a user, by default your own
#[derive(Args, Serialize)]
pub struct Revoke {
    /// The user [default: you]
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// Why: unspecified, `key_compromise`, `cessation_of_operation`, `privilege_withdrawn` or superseded
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Print a certificate, or the private key of your own
///
/// Example:  robinctl user-cert show --key > ada.key
#[derive(Args)]
pub struct Show {
    /// The user [default: you]
    username: Option<String>,
    /// Print the private key instead; only your own, and only where Robin made it
    #[arg(long, conflicts_with = "ca")]
    key: bool,
    /// Print the authority's certificate instead
    #[arg(long)]
    ca: bool,
}

impl Show {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let username = match self.username {
            Some(username) => username,
            None => app.send::<login::Whoami>(&json!({})).await?.username.to_string(),
        };
        let found = app.send::<api::GetUserCert>(&json!({ "username": username })).await?;
        if self.ca {
            return app.output.said(&found.ca_certificate, &found);
        }
        if !self.key {
            return app.output.said(&found.certificate, &found);
        }
        match &found.private_key {
            Some(key) => app.output.said(key.expose(), &found),
            None => Err(Error::Local(format!("the private key of `{username}` is not kept where you could read it"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::commands::testing::{is_grammar, parsed, understood};

    fn command(words: &str) -> Command {
        let crate::cli::Command::UserCert(command) = parsed(words) else { panic!("{words}") };
        command
    }

    #[test]
    fn renewing_says_which_and_whether_in_earnest() {
        let input = |words: &str| -> Value {
            let Command::Renew(args) = command(words) else { panic!("{words}") };
            understood::<api::RenewUserCerts>(&args)
        };
        assert_eq!(input("user-cert renew"), json!({}));
        let all = json!({"renew_all_certs": true, "renewal_offset": "7d", "dry_run": true});
        assert_eq!(input("user-cert renew --renew-all-certs --renewal-offset 7d --dry-run"), all);
    }

    #[test]
    fn settings_are_changed_under_both_names_and_never_without_one() {
        for name in ["update", "update-config"] {
            let words =
                format!("user-cert {name} --defaults --cert-lifespan 10d --check-interval 1h --renewal-offset 13d");
            let Command::UpdateConfig(args) = command(&words) else { panic!() };
            let expected =
                json!({"defaults": true, "cert_lifespan": "10d", "check_interval": "1h", "renewal_offset": "13d"});
            assert_eq!(understood::<api::UpdateUserCertConfig>(&args), expected);
        }
        assert!(!is_grammar("user-cert update-config"));
    }

    #[test]
    fn a_certificate_is_revoked_for_a_reason() {
        let Command::Revoke(args) = command("user-cert revoke ada --reason key_compromise") else { panic!() };
        let expected = json!({"username": "ada", "reason": "key_compromise"});
        assert_eq!(understood::<api::RevokeUserCert>(&args), expected);
        let Command::Revoke(args) = command("user-cert revoke") else { panic!() };
        assert_eq!(understood::<api::RevokeUserCert>(&args), json!({}));
    }

    #[test]
    fn a_request_is_ones_own_and_one_thing_is_printed() {
        assert!(is_grammar("user-cert issue ada") && is_grammar("user-cert issue --csr a.csr"));
        assert!(!is_grammar("user-cert issue ada --csr a.csr"));
        assert!(!is_grammar("user-cert show --key --ca"));
    }

    #[test]
    fn a_date_is_as_the_documents_have_it() {
        assert_eq!(date("2025-02-28T07:05:54Z".parse().unwrap()), "Feb 28, 2025 07:05:54");
        assert_eq!(date("2025-12-01T00:00:00.123456Z".parse().unwrap()), "Dec 01, 2025 00:00:00");
        assert_eq!(date(Timestamp::from_micros(i64::MAX)), Timestamp::from_micros(i64::MAX).to_string());
    }
}
