//! Whether accounts are kept in step by themselves, and how far a run may go.

use std::{collections::HashMap, time::Duration};

use robin_model::{
    LdapServerId, LdapServerName, ScheduleName,
    directory::{LdapServer, MaxDisable, Source, SyncSettings},
    schedule::NewSchedule,
};
use serde::{Serialize, Serializer};

use super::{FUNCTION, ground};
use crate::{Ctx, Error, Result, work::Work};

/// The shortest and the longest time between two runs: a minute and 30 days.
const BOUNDS: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(30 * 24));

/// What to change: what is named, and nothing else. Of an option inside an option, the inner one is the new value.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SyncChanges {
    /// How much later each run begins than the one before.
    #[serde(serialize_with = "in_seconds")]
    pub interval: Option<Option<Duration>>,
    /// How many accounts a run may disable.
    pub max_disable: Option<MaxDisable>,
    /// Whether runs give and take the role `superadmin`.
    pub allow_superadmin: Option<bool>,
}

/// For the record: the new interval in seconds, 0 where nothing is to run any more, and nothing where that stays.
#[expect(clippy::ref_option, clippy::option_option, reason = "serde hands over a reference to the field")]
fn in_seconds<S: Serializer>(
    interval: &Option<Option<Duration>>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    interval.map(|interval| interval.unwrap_or_default().as_secs()).serialize(serializer)
}

impl SyncChanges {
    /// Whether nothing is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.interval.is_none() && self.max_disable.is_none() && self.allow_superadmin.is_none()
    }
}

/// How the accounts of a server are kept in step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Seconds from the beginning of one run to that of the next; nothing where none runs by itself.
    pub interval: Option<u64>,
    /// How many accounts a run may disable.
    pub max_disable: MaxDisable,
    /// Whether runs give and take the role `superadmin`.
    pub allow_superadmin: bool,
}

/// How the accounts of these servers are kept in step, by number.
///
/// # Errors
/// When the database can't answer.
pub async fn kept(ctx: &Ctx, servers: &[LdapServerId]) -> Result<HashMap<LdapServerId, Kept>> {
    let mut tx = ctx.read().await?;
    let schedules = tx.schedules().await?;
    let mut all = HashMap::with_capacity(servers.len());
    for id in servers {
        let own = schedules.iter().find(|one| one.function == FUNCTION && one.subject == Some(id.0));
        let SyncSettings { max_disable, allow_superadmin, .. } = tx.sync_settings(Source::Ldap(*id)).await?;
        let interval = own.map(|schedule| schedule.interval.as_secs());
        all.insert(*id, Kept { interval, max_disable, allow_superadmin });
    }
    Ok(all)
}

/// Changes how the accounts of a server are kept in step, as part of a change. What runs by itself acts with all rights, so that it takes
/// a superadmin in Administrators, with `USER:update`.
///
/// # Errors
/// [`Error::Denied`] for anybody else; [`Error::Invalid`] for an interval out of bounds; [`Error::Conflict`] when no run was applied by hand
/// since what it goes by has changed.
pub async fn change(ctx: &Ctx, work: &mut Work<'_>, server: &LdapServer, changes: &SyncChanges) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    ctx.permit("USER", "update")?;
    if !ctx.actor.is_superadmin() {
        let text =
            "what runs by itself acts with all rights: only a superadmin in the tenant `Administrators` sets that";
        return Err(Error::Denied(text.to_owned()));
    }
    let source = Source::Ldap(server.id);
    let before = work.sync_settings(source).await?;
    let settings = SyncSettings {
        max_disable: changes.max_disable.unwrap_or(before.max_disable),
        allow_superadmin: changes.allow_superadmin.unwrap_or(before.allow_superadmin),
        ground: before.ground,
    };
    work.set_sync_settings(source, &settings).await?;
    let Some(interval) = changes.interval else { return Ok(()) };
    let name = schedule_name(&server.settings.name)?;
    let schedule = work.schedule_named(&name).await?;
    let Some(interval) = interval else { return forget(work, &server.settings.name).await };
    if interval < BOUNDS.0 || interval > BOUNDS.1 {
        let text = "invalid `sync_interval`: use `off`, or 60 seconds (`1m`) to 2592000 seconds (`30d`)";
        return Err(Error::Invalid(text.to_owned()));
    }
    if settings.ground != Some(ground::of(&mut **work, server).await?) {
        return Err(ground::unproven(&server.settings.name));
    }
    let next_run = ctx.now().plus(interval);
    match schedule {
        Some(known) => work.set_schedule_interval(known.id, interval, next_run).await?,
        None => {
            let (function, subject) = (FUNCTION.to_owned(), Some(server.id.0));
            work.insert_schedule(&NewSchedule { name, function, subject, interval, enabled: true, next_run }).await?;
        }
    }
    Ok(())
}

/// Takes a server's schedule away, as part of a change.
///
/// # Errors
/// When the database can't.
pub async fn forget(work: &mut Work<'_>, server: &LdapServerName) -> Result<()> {
    if let Some(known) = work.schedule_named(&schedule_name(server)?).await? {
        work.remove_schedule(known.id).await?;
    }
    Ok(())
}

fn schedule_name(server: &LdapServerName) -> Result<ScheduleName> {
    format!("LdapSync-{server}").parse().map_err(Error::internal)
}
