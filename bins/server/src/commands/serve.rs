//! Serving.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use robin_crypto::{SecretKey, SystemRandom};
use robin_http::App;
use robin_identity::local::{HashingPool, Params};
use robin_model::{Clock, Secret, SystemClock};
use robin_service::{
    Robin, certificate, housekeeping,
    schedule::{self, Pace},
    startup::{self, FirstAdmin, Parts},
};
use robin_storage::{Installation, Store};
use robin_storage_sql::{Options, SqlStore};
use rustix::system::uname;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{catalogue, console::say, openshift, secret_key, settings::Settings};

/// How often housekeeping is done.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// How long after the start it is done first: what was due meanwhile can wait for those who wait for the server.
const SETTLING: Duration = Duration::from_secs(5);

/// Serves until it is told to stop.
///
/// # Errors
/// When the settings don't fit, the address is in use, or the database can't be opened.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let tls = settings.tls()?;
    if let Some(files) = &tls {
        // A pair that can't be served is found before anything is made or promised.
        files.load().context("HTTPS can't be served")?;
    }
    let catalogue = catalogue::base(settings)?;
    let signs = settings.signs(SystemClock.now())?;
    let openshift = openshift::cluster(settings)?;
    let listener = listen(settings.listen())?;
    let address = listener.local_addr()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    let issuer = settings.public_url.clone().unwrap_or_else(|| url.clone());

    let database_url = settings.database_url();
    if settings.public_url.is_none() && database_url.starts_with("postgres") {
        tracing::warn!(
            "ROBIN_PUBLIC_URL is not set: other servers on this database will refuse the tokens of this one"
        );
    }
    let store = SqlStore::open(&database_url, Options::default()).await.context("can't open the database")?;
    let store: Arc<dyn Store> = Arc::new(store);
    let installation = startup::installation(&*store).await?;
    let secret_key = key(settings, installation.as_ref())?;
    let threads = settings.limits.hashing_threads.unwrap_or_else(HashingPool::cores);
    let parts = Parts {
        store: Arc::clone(&store),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        passwords: Arc::new(HashingPool::new(Params::default(), threads, Arc::new(SystemRandom))),
        openshift,
        secret_key,
        catalogue,
        issuer,
        is_public: settings.public_url.is_some(),
        signs,
    };
    let first = if installation.is_none() { first_admin(settings, &parts).await? } else { None };
    let robin = Arc::new(startup::open(parts).await?);
    let app = App::new(Arc::clone(&robin), settings.limits(), env!("CARGO_PKG_VERSION"));
    greet(&url, settings.public_url.as_deref(), first.as_ref());
    let background = [
        tokio::spawn(keep_house(Arc::clone(&robin))),
        tokio::spawn(hear(Arc::clone(&robin))),
        tokio::spawn(attend(Arc::clone(&robin))),
    ];
    let (stop, stopping) = watch::channel(false);
    let schedules = tokio::spawn(keep_schedules(Arc::clone(&robin), stopping));
    let stopped = stopped()?;
    let told = async move {
        stopped.await;
        // Nothing new begins, and what is running is handed to others, while requests come to their ends.
        let _ = stop.send(true);
    };
    let outcome = robin_http::serve::serve(app, listener, tls, told).await;
    // Where the listener broke, it was not told yet: the sender is gone, which says the same.
    let _ = schedules.await;
    for task in background {
        task.abort();
    }
    // What was counted since the last time is not lost.
    housekeeping::tick(&robin).await;
    store.close().await;
    outcome.context("the listener broke")
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("{address} is in use: stop what uses it, or choose another address with --listen or ROBIN_LISTEN")
        }
        other => other.with_context(|| format!("can't listen on {address}")),
    }
}

/// The key that the database was made with, or for a new database a new one.
fn key(settings: &Settings, installation: Option<&Installation>) -> anyhow::Result<SecretKey> {
    let file = secret_key::file(settings);
    match (secret_key::find(settings)?, installation) {
        (Some(key), Some(installation)) => {
            let advice = || format!("copy the key that the database was made with to {}", file.display());
            startup::same_key(installation, &key).with_context(advice)?;
            Ok(key)
        }
        (Some(key), None) => Ok(key),
        (None, Some(installation)) => bail!(
            "the secret key is missing: copy the one that the database was made with (fingerprint {}) to {}",
            installation.key_fingerprint,
            file.display()
        ),
        (None, None) => secret_key::make(settings),
    }
}

/// Makes the installation and its administrator. Answers who that is, and the password if it was made up; nothing when another
/// server was first.
async fn first_admin(settings: &Settings, parts: &Parts) -> anyhow::Result<Option<(String, Option<Secret>)>> {
    let username = settings.admin_username.clone().unwrap_or_else(|| "admin".to_owned());
    let given = settings.admin_password()?;
    let made_up = given.is_none().then(|| make_up(parts));
    let password = given.or_else(|| made_up.clone()).context("no password")?;
    let admin = FirstAdmin { username: username.parse()?, password };
    Ok(startup::install(parts, &admin).await?.then_some((username, made_up)))
}

/// A password that can be typed after `--password`: it does not begin like an option.
fn make_up(parts: &Parts) -> Secret {
    let text = std::iter::repeat_with(|| robin_crypto::random::token(&*parts.random, 15));
    Secret::new(text.filter(|text| !text.starts_with('-')).take(1).collect())
}

/// Says what to type next.
fn greet(url: &str, public_url: Option<&str>, first: Option<&(String, Option<Secret>)>) {
    say(format!("Robin {} is ready on {url}", env!("CARGO_PKG_VERSION")));
    // Every address of this machine is none that a client could use.
    let known_by = public_url.map_or_else(|| url.replace("//0.0.0.0:", "//127.0.0.1:"), str::to_owned);
    let server = if known_by == "http://127.0.0.1:29442" { String::new() } else { format!(" --server {known_by}") };
    match first {
        Some((username, Some(password))) => {
            say(format!(
                "The first administrator is `{username}`, password `{}` (shown this once).",
                password.expose()
            ));
            say(format!("Type next:  robinctl login {username}{server}"));
        }
        Some((username, None)) => say(format!("Type next:  robinctl login {username}{server}")),
        None => say(format!("Type next:  robinctl login USERNAME{server}")),
    }
}

async fn keep_house(robin: Arc<Robin>) {
    let soon = tokio::time::Instant::now() + SETTLING;
    let mut clock = tokio::time::interval_at(soon, HOUSEKEEPING);
    loop {
        clock.tick().await;
        housekeeping::tick(&robin).await;
    }
}

async fn keep_schedules(robin: Arc<Robin>, stopping: watch::Receiver<bool>) {
    let server = format!("{}-{}", uname().nodename().to_string_lossy(), std::process::id());
    schedule::keep(robin, schedule::functions(), &server, Pace::default(), stopping).await;
}

/// Sees to it that every active user has a certificate.
async fn attend(robin: Arc<Robin>) {
    certificate::attend(&robin).await;
}

/// Lets the memory know at once when another server changes something.
async fn hear(robin: Arc<Robin>) {
    loop {
        robin.store.changed().await;
        robin.memory.stir();
    }
}

/// Done when the process is asked to stop.
fn stopped() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
