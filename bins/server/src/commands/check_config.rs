//! `check-config`.

use anyhow::Context;
use robin_model::{Clock, SystemClock};
use robin_service::certificate::Source;

use crate::{catalogue, console::say, openshift, secret_key, settings::Settings};

/// Says what the settings come to.
///
/// # Errors
/// When the server would not start with them.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let tls = settings.tls()?;
    if let Some(files) = &tls {
        files.load().context("HTTPS can't be served")?;
    }
    settings.admin_password()?;
    let capabilities = catalogue::base(settings)?.capabilities().count();
    let extra = settings.catalogue_extra.as_ref().map(|file| format!(", with {}", file.display())).unwrap_or_default();
    let key = match secret_key::find(settings)? {
        Some(_) if settings.secret_key.is_some() => "ROBIN_SECRET_KEY".to_owned(),
        Some(_) => secret_key::file(settings).display().to_string(),
        None => format!("{} (made by the first start)", secret_key::file(settings).display()),
    };
    let signs = match settings.signs(SystemClock.now())? {
        Source::Own => "Robin's own authority".to_owned(),
        Source::Given(authority) => format!("an authority that lasts until {}", authority.not_after()),
    };
    let openshift = openshift::found(settings)?;
    openshift::cluster(settings)?;
    let database = robin_storage_sql::place(&settings.database_url())?;
    say(format!("listen      {} ({})", settings.listen(), if tls.is_some() { "HTTPS" } else { "plain HTTP" }));
    say(format!("database    {database}"));
    say(format!("secret key  {key}"));
    say(format!("catalogue   {capabilities} capabilities{extra}"));
    say(format!("signed by   {signs}"));
    if let Some(found) = openshift {
        say(format!("openshift   {}, read with the token in {}", found.api_url, found.token_file.display()));
    }
    say("The settings are fine.");
    Ok(())
}
