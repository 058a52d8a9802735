//! The schedule that renews certificates.

use std::time::Duration;

use robin_model::{ScheduleName, Timestamp, config::CERTIFICATE_CHECK, schedule::NewSchedule};
use robin_storage::{Access, Store};

use super::renew_due;
use crate::{
    Ctx, Error, Result,
    schedule::{self, Function},
};

/// What the schedule runs.
pub(crate) const FUNCTION: Function = Function {
    name: "renew_user_certs_cb",
    run: |robin, _| {
        Box::pin(async move {
            let (valid, renewed) = renew_due(&robin).await?;
            tracing::info!(valid, renewed, "looked for certificates that are due");
            Ok(None)
        })
    },
};

/// The schedule's name.
pub(super) fn name() -> Result<ScheduleName> {
    "UserCertificate".parse().map_err(Error::internal)
}

/// Makes the schedule if there is none yet: it runs once a day, unless somebody says otherwise.
pub(crate) async fn ensure(store: &dyn Store, now: Timestamp) -> Result<()> {
    let name = name()?;
    if store.begin(Access::Read).await?.schedule_named(&name).await?.is_some() {
        return Ok(());
    }
    let interval = Duration::from_secs(CERTIFICATE_CHECK.default.unsigned_abs());
    let (function, next_run) = (FUNCTION.name.to_owned(), now.plus(interval));
    let mut tx = store.begin(Access::Append).await?;
    tx.insert_schedule(&NewSchedule { name, function, subject: None, interval, enabled: true, next_run }).await?;
    Ok(tx.commit().await?)
}

/// Lets certificates be renewed when they are due; those that came due meanwhile at once. Needs `CONFIG:update`.
///
/// # Errors
/// [`Error::Denied`] without the permission.
pub async fn start(ctx: &Ctx) -> Result<()> {
    schedule::start(ctx, &name()?).await
}

/// Lets certificates come to their end. Needs `CONFIG:update`.
///
/// # Errors
/// As [`start`].
pub async fn stop(ctx: &Ctx) -> Result<()> {
    schedule::stop(ctx, &name()?).await
}
