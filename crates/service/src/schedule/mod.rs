//! What runs from time to time, and what administrators see and say of it.
//!
//! A schedule is a row in the database. Every server looks at all of them every two seconds, and whoever is first runs one that is due:
//! see `run`. Housekeeping, which each server does for itself, is none.

mod function;
mod run;

pub use function::{Function, Running, functions};
pub use run::{Pace, keep};

use robin_model::{ScheduleId, ScheduleName, schedule::Schedule};
use robin_rbac::Instance;
use serde_json::json;

use crate::{Ctx, Error, Result, audit, ctx::Thing, list::Page};

/// The object type that decides about schedules: they belong to the cluster, like its settings.
const CONFIG: &str = "CONFIG";

/// A page of the schedules, by number. Needs `CONFIG:view`, which decides alone.
///
/// # Errors
/// [`Error::Denied`] without the permission.
pub async fn list(ctx: &Ctx, after: Option<ScheduleId>, limit: u32) -> Result<Page<Schedule>> {
    ctx.permit(CONFIG, "view")?;
    let all = ctx.read().await?.schedules().await?;
    Ok(Page::cut(all.into_iter(), after.map(|id| id.0), limit, |schedule| schedule.id.0))
}

/// Lets a schedule run, from now on: what was missed while it was stopped is made up for at once. Needs `CONFIG:update`.
///
/// # Errors
/// [`Error::Denied`] without the permission; [`Error::NotFound`] when there is no such schedule.
pub async fn start(ctx: &Ctx, name: &ScheduleName) -> Result<()> {
    set(ctx, name, true).await
}

/// Keeps a schedule from running. A run that is under way is cut off within seconds. Needs `CONFIG:update`.
///
/// # Errors
/// As [`start`].
pub async fn stop(ctx: &Ctx, name: &ScheduleName) -> Result<()> {
    set(ctx, name, false).await
}

async fn set(ctx: &Ctx, name: &ScheduleName, enabled: bool) -> Result<()> {
    ctx.intend(if enabled { "schedule.start" } else { "schedule.stop" }, CONFIG, name);
    ctx.permit(CONFIG, "update")?;
    let instance = Instance::Object { id: name.as_str(), owner: None, tenant: None, shares: &[] };
    ctx.reach(CONFIG, "update", &Thing { kind: "schedule", name: name.as_str(), instance })?;
    let mut work = ctx.change().await?;
    let before = work.schedule_named(name).await?.ok_or_else(|| Error::not_found("schedule", name))?;
    match (before.enabled, enabled) {
        (false, true) => work.start_schedule(before.id, ctx.now()).await?,
        (_, false) => work.stop_schedule(before.id).await?,
        // It runs when it is due.
        (true, true) => {}
    }
    let mut entry = ctx.record();
    entry.before = audit::state(&json!({ "enabled": before.enabled }));
    entry.after = audit::state(&json!({ "enabled": enabled }));
    work.append_audit(&entry).await?;
    work.commit().await
}
