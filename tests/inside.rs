//! The use cases without a server around them: for what no request leads to.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use robin_crypto::{SecretKey, SystemRandom};
use robin_identity::local::{HashingPool, Params};
use robin_model::{Clock, Secret, SystemClock, Timestamp};
use robin_rbac::Catalogue;
use robin_service::{
    Ctx, Origin, Robin,
    certificate::Source,
    session::{self, Credentials, LoggedIn},
    startup::{self, FirstAdmin, Parts},
};
use robin_storage_sql::{Options, SqlStore};
use robin_testkit::{ADMIN, PASSWORD};

/// The secret key of what is installed here.
pub fn key() -> SecretKey {
    SecretKey::from_bytes([7; 32])
}

/// The first administrator of what is installed here.
pub fn admin() -> FirstAdmin {
    FirstAdmin { username: ADMIN.parse().expect("a name"), password: secret(PASSWORD) }
}

pub fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// The machine's clock, so many days later.
#[derive(Default)]
pub struct Later(AtomicI64);

impl Later {
    pub fn set(&self, days: i64) {
        self.0.store(days, Ordering::SeqCst);
    }
}

impl Clock for Later {
    fn now(&self) -> Timestamp {
        let days = u64::try_from(self.0.load(Ordering::SeqCst)).expect("later");
        SystemClock.now().plus(Duration::from_secs(days * 24 * 3600))
    }
}

/// The parts of a server on this database, which is made if it is not there, with hashes that take this work.
pub async fn parts(database: &str, secret_key: SecretKey, params: Params) -> Parts {
    let random = Arc::new(SystemRandom);
    Parts {
        store: Arc::new(SqlStore::open(database, Options::default()).await.expect("a database")),
        clock: Arc::new(SystemClock),
        random: random.clone(),
        passwords: Arc::new(HashingPool::new(params, NonZeroUsize::MIN, random)),
        openshift: None,
        secret_key,
        catalogue: Catalogue::builtin(),
        issuer: "https://robin.example.com".to_owned(),
        is_public: true,
        signs: Source::Own,
    }
}

/// Hashes that take no time.
pub fn quick() -> Params {
    Params::new(8, 1, 1).expect("the least")
}

/// What serves on these parts, and was installed there before.
pub async fn opened(parts: Parts) -> Arc<Robin> {
    Arc::new(startup::open(parts).await.unwrap_or_else(|error| panic!("{error:?}")))
}

pub fn origin() -> Arc<Origin> {
    Arc::new(Origin { request_id: "x".to_owned(), address: None, user_agent: String::new() })
}

/// Logs in, into the tenant of the last time.
pub async fn log_in(robin: &Arc<Robin>, username: &str, password: &str) -> robin_service::Result<LoggedIn> {
    let credentials =
        Credentials { username: username.to_owned(), password: secret(password), tenant: None, namespace: None };
    session::login(robin, &origin(), &credentials).await
}

/// A request of somebody who is logged in.
pub async fn asked_by(robin: &Arc<Robin>, who: &LoggedIn) -> robin_service::Result<Ctx> {
    Ctx::authenticate(robin, who.token.expose(), origin()).await
}
