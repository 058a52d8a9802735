//! The settings of certificates.

use std::time::Duration;

use robin_model::{
    config::{Attribute, CERTIFICATE_CHECK, CERTIFICATE_LIFESPAN, CERTIFICATE_RENEWAL, Config},
    schedule::Schedule,
    span::Span,
};
use robin_storage::Change;
use serde_json::json;

use super::schedule;
use crate::{Ctx, Error, Result, audit};

/// The settings in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// For how long certificates are issued.
    pub lifespan: Span,
    /// How long before their end they are renewed.
    pub renewal_offset: Span,
    /// How often they are looked through.
    pub check_interval: Span,
    /// Whether they are looked through at all.
    pub is_enabled: bool,
}

impl Settings {
    fn of(config: &Config, schedule: Option<&Schedule>) -> Self {
        let default = Duration::from_secs(CERTIFICATE_CHECK.default.unsigned_abs());
        Self {
            lifespan: Span(config.certificate_lifespan),
            renewal_offset: Span(config.certificate_renewal),
            check_interval: Span(schedule.map_or(default, |schedule| schedule.interval)),
            is_enabled: schedule.is_some_and(|schedule| schedule.enabled),
        }
    }

    /// What is odd about them, if something is.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let Self { lifespan, renewal_offset, .. } = self;
        (lifespan <= renewal_offset).then(|| {
            format!(
                "the life span of certificates ({}) is not longer than the renewal offset ({}): each is renewed at the first \
                 check after half its life",
                lifespan.words(),
                renewal_offset.words()
            )
        })
    }
}

/// Settings to be changed, as text.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// All that are not named get their default.
    pub defaults: bool,
    /// For how long certificates are issued.
    pub lifespan: Option<String>,
    /// How often they are looked through.
    pub check_interval: Option<String>,
    /// How long before their end they are renewed.
    pub renewal_offset: Option<String>,
}

/// What changing settings came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Updated {
    /// The settings in force now.
    pub settings: Settings,
    /// What was done, a line each.
    pub steps: Vec<String>,
}

/// The settings in force. Needs nothing.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't answer.
pub async fn settings(ctx: &Ctx) -> Result<Settings> {
    let schedule = ctx.read().await?.schedule_named(&schedule::name()?).await?;
    Ok(Settings::of(&ctx.whole.config, schedule.as_ref()))
}

/// Reads a length of time for a setting; `field` is what the caller knows it by.
pub(super) fn read(field: &str, attribute: Attribute, text: &str) -> Result<Span> {
    let invalid = |error: &dyn std::fmt::Display| Error::Invalid(format!("invalid `{field}`: {error}"));
    let span: Span = text.parse().map_err(|error| invalid(&error))?;
    let bound = |bound: i64| Span(Duration::from_secs(bound.unsigned_abs()));
    let (least, most) = (bound(attribute.least), bound(attribute.most));
    if (least..=most).contains(&span) {
        return Ok(span);
    }
    Err(invalid(&format!("use {least} seconds ({}) to {most} seconds ({})", least.words(), most.words())))
}

/// Changes settings of certificates, all or none. Needs `CONFIG:update`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::Invalid`] for a length of time that is none or out of bounds, and when nothing is
/// named.
pub async fn update(ctx: &Ctx, update: &Update) -> Result<Updated> {
    ctx.intend("user_certificate.update_config", "CONFIG", "certificate");
    ctx.permit("CONFIG", "update")?;
    let Update { defaults, lifespan, check_interval, renewal_offset } = update;
    if !defaults && lifespan.is_none() && check_interval.is_none() && renewal_offset.is_none() {
        let text = "name what to change: `defaults`, `cert_lifespan`, `check_interval` or `renewal_offset`";
        return Err(Error::Invalid(text.to_owned()));
    }
    let mut work = ctx.change().await?;
    let stored = work.configs().await?;
    let value = |name: &str| stored.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let schedule = work.schedule_named(&schedule::name()?).await?;
    let before = Settings::of(&Config::from_stored(value), schedule.as_ref());
    let mut steps = Vec::new();
    if *defaults {
        steps.push("Updating user certificate attributes to default values".to_owned());
    }
    let mut changed = Vec::new();
    let mut settle = |field: &str, attribute: Attribute, given: Option<&String>, current: Span| -> Result<Span> {
        let default = || Span(Duration::from_secs(attribute.default.unsigned_abs()));
        let input = match given {
            Some(text) => Some(read(field, attribute, text)?),
            None => defaults.then(default),
        };
        let value = input.unwrap_or(current);
        let source = if input.is_some() { "input" } else { "current" };
        steps.push(format!("Using {source} {field} value ({value})"));
        if value != current {
            steps.push(format!("Updating {field} config value to '{value}'"));
            changed.push((attribute, value));
        }
        Ok(value)
    };
    let lifespan = settle("cert_lifespan", CERTIFICATE_LIFESPAN, lifespan.as_ref(), before.lifespan)?;
    let check_interval = settle("check_interval", CERTIFICATE_CHECK, check_interval.as_ref(), before.check_interval)?;
    let renewal_offset = settle("renewal_offset", CERTIFICATE_RENEWAL, renewal_offset.as_ref(), before.renewal_offset)?;
    let after = Settings { lifespan, renewal_offset, check_interval, ..before };
    for (attribute, value) in changed {
        match schedule.as_ref().filter(|_| attribute == CERTIFICATE_CHECK) {
            // Sooner, if that is sooner than what was planned.
            Some(schedule) => {
                let next_run = schedule.next_run.min(ctx.now().plus(value.0));
                work.set_schedule_interval(schedule.id, value.0, next_run).await?;
            }
            None => work.set_config(attribute.name, &value.to_string()).await?,
        }
    }
    work.touch(Change::Config).await?;
    let mut entry = ctx.record();
    entry.before = audit::state(&state(before));
    entry.after = audit::state(&state(after));
    work.append_audit(&entry).await?;
    work.commit().await?;
    Ok(Updated { settings: after, steps })
}

fn state(settings: Settings) -> serde_json::Value {
    let Settings { lifespan, renewal_offset, check_interval, .. } = settings;
    json!({
        "cert_lifespan": lifespan.0.as_secs(), "renewal_offset": renewal_offset.0.as_secs(),
        "check_interval": check_interval.0.as_secs(),
    })
}
