//! The connection to the database breaks at every statement of what is done when nobody calls: installing, starting, keeping house,
//! and what an operator does on the machine.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use robin_crypto::{SecretKey, SystemRandom};
use robin_identity::local::{HashingPool, Params};
use robin_model::{SystemClock, TenantRole, profile::Profile};
use robin_service::{
    Ctx, Error, Result, audit,
    certificate::Source,
    housekeeping, keys, offline, refusals,
    session::{self, Credentials},
    startup::{self, Parts},
    user,
};
use robin_testkit::{ADMIN, Engine, PASSWORD, Server, Wire, database};
use tokio::task::JoinHandle;

use super::{
    broken::MOST,
    broken_shares::{AWAY, HOME, PERSONAL, Stage},
    outage::wired,
};
use crate::inside::{Later, admin, asked_by, key, log_in, opened, origin, parts, quick, secret};

/// A database over a wire that can be broken, with nothing in it yet.
pub struct Trial {
    wire: Wire,
    pub database: String,
    pub parts: Parts,
}

impl Trial {
    pub async fn begin() -> Self {
        let (how, wire) = wired().await;
        let database = how.database_url();
        let parts = parts(&database, key(), quick()).await;
        Self { wire, database, parts }
    }

    /// The same parts once more.
    pub fn parts(&self) -> Parts {
        let Parts { store, clock, random, passwords, openshift, catalogue, issuer, .. } = &self.parts;
        Parts {
            store: Arc::clone(store),
            clock: Arc::clone(clock),
            random: Arc::clone(random),
            passwords: Arc::clone(passwords),
            openshift: openshift.clone(),
            secret_key: key(),
            catalogue: catalogue.clone(),
            issuer: issuer.clone(),
            is_public: true,
            signs: Source::Own,
        }
    }

    /// Breaks the connection at each statement in turn, until one more than there are. Gives what came of it then.
    async fn of<T>(&self, what: &str, act: impl AsyncFnMut() -> Result<T>) -> T {
        self.of_what_happens_once(what, "", act).await
    }

    /// The same of something that has to be undone, by this statement, before it can be done again.
    async fn of_what_happens_once<T>(&self, what: &str, undo: &str, mut act: impl AsyncFnMut() -> Result<T>) -> T {
        for nth in 1..MOST {
            match self.attempt(what, nth, act()).await {
                (false, Some(done)) => return done,
                // It was done before that, or in spite of it.
                (_, Some(_)) => database::execute(&self.database, undo).await,
                (_, None) => {}
            }
        }
        panic!("{what} has more than {MOST} statements");
    }

    /// The same of something for which everything is arranged anew each time.
    pub async fn of_what_is_arranged<A>(
        &self,
        what: &str,
        mut arrange: impl AsyncFnMut() -> A,
        mut act: impl AsyncFnMut(A) -> Result<()>,
    ) {
        for nth in 1..MOST {
            let arranged = arrange().await;
            if let (false, _) = self.attempt(what, nth, act(arranged)).await {
                return;
            }
        }
        panic!("{what} has more than {MOST} statements");
    }

    /// Breaks the connection at this statement, and says whether there is such a one, and what was done. What was not done has left
    /// nothing behind.
    async fn attempt<T>(&self, what: &str, nth: u32, act: impl Future<Output = Result<T>>) -> (bool, Option<T>) {
        let before = database::contents(&self.database).await;
        self.wire.break_at(nth);
        let outcome = act.await;
        let has_broken = self.wire.spare();
        let error = match outcome {
            Ok(done) => return (has_broken, Some(done)),
            Err(error) => error,
        };
        assert!(has_broken && matches!(error, Error::Unavailable { .. }), "{what}: {error:?}");
        let after = database::contents(&self.database).await;
        assert!(before == after, "{what} is half done when statement {nth} breaks:\n{before}\n{after}");
        (has_broken, None)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_installation_half_done() {
    let trial = Trial::begin().await;
    let store = &*trial.parts.store;
    assert!(trial.of("looking", async || startup::installation(store).await).await.is_none());
    let early = startup::open(trial.parts()).await.err().expect("nothing to open");
    assert!(matches!(&early, Error::Conflict(why) if why.contains("no installation")), "{early}");
    let early = offline::revoke_signing_keys(store, &SystemClock, &SystemRandom, &key()).await.unwrap_err();
    assert!(matches!(&early, Error::Conflict(why) if why.contains("no installation")), "{early}");

    assert!(trial.of("installing", async || startup::install(&trial.parts, &admin()).await).await);
    let installed = database::contents(&trial.database).await;
    assert!(!startup::install(&trial.parts, &admin()).await.unwrap(), "once is enough");
    assert!(installed == database::contents(&trial.database).await);
    trial.of("opening", async || startup::open(trial.parts()).await.map(drop)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_offline_command_half_done() {
    let trial = Trial::begin().await;
    let store = &*trial.parts.store;
    assert!(startup::install(&trial.parts, &admin()).await.unwrap());
    let robin = opened(trial.parts()).await;
    log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    let longer = "INSERT INTO configs (name, value) VALUES ('password.min_length', '12')";
    database::execute(&trial.database, longer).await;
    let (name, new, pool) = (ADMIN.parse().unwrap(), secret("forgotten-no-more-1"), &trial.parts.passwords);
    database::execute(&trial.database, "CREATE TABLE kept AS SELECT * FROM sessions").await;
    let undo = "DELETE FROM sessions; INSERT INTO sessions SELECT * FROM kept";
    let reset = async || offline::reset_password(store, &SystemClock, pool, &name, &new).await;
    trial.of_what_happens_once("resetting", undo, reset).await;
    log_in(&robin, ADMIN, "forgotten-no-more-1").await.unwrap();

    let stronger = HashingPool::new(Params::new(16, 2, 1).unwrap(), NonZeroUsize::MIN, Arc::new(SystemRandom));
    let old = stronger.hash(&new).await.unwrap();
    let undo = format!("UPDATE users SET password = '{}' WHERE id = 3", old.expose());
    database::execute(&trial.database, &undo).await;
    let login = async || log_in(&robin, ADMIN, new.expose()).await.map(drop);
    trial.of_what_happens_once("a login that makes the hash anew", &undo, login).await;

    let withdraw = async || offline::revoke_signing_keys(store, &SystemClock, &SystemRandom, &key()).await;
    assert_eq!(trial.of("withdrawing keys", withdraw).await, 1);
    let other = SecretKey::from_bytes([8; 32]);
    let rotate = async || offline::rotate_secret_key(store, &SystemClock, &SystemRandom, &key(), &other).await;
    assert_eq!(trial.of("rotating the secret key", rotate).await, 1);
    let refused = rotate().await.unwrap_err();
    assert!(matches!(&refused, Error::Conflict(why) if why.contains("not the one")), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_keeps_no_house_half() {
    let trial = Trial::begin().await;
    assert!(startup::install(&trial.parts, &admin()).await.unwrap());
    let clock = Arc::new(Later::default());
    let at = |days| {
        clock.set(days);
        opened(Parts { clock: clock.clone(), ..trial.parts() })
    };
    let robin = at(0).await;
    let count = async || {
        robin.refusals.count_unauthenticated("127.0.0.1");
        refusals::summarise(&robin).await
    };
    trial.of("summarising", count).await;

    // The next key, and then the end of the first one, while the next one still has a long time to go.
    let keep = "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM signing_keys";
    let undo = "DELETE FROM signing_keys; INSERT INTO signing_keys SELECT * FROM kept";
    database::execute(&trial.database, keep).await;
    let robin = at(30).await;
    assert!(trial.of_what_happens_once("rotating keys", undo, async || keys::rotate(&robin).await).await);
    let stored = async || trial.parts.store.begin(robin_storage::Access::Read).await.unwrap().signing_keys().await;
    assert_eq!(stored().await.unwrap().len(), 2);
    let long = "INSERT INTO configs (name, value) VALUES ('login.key_lifetime', '31536000')";
    database::execute(&trial.database, long).await;
    database::execute(&trial.database, keep).await;
    let robin = at(70).await;
    assert!(trial.of_what_happens_once("removing keys", undo, async || keys::rotate(&robin).await).await);
    assert_eq!(stored().await.unwrap().len(), 1);
    let tick = async || {
        robin.refusals.count_unauthenticated("127.0.0.1");
        housekeeping::tick(&robin).await;
        Ok(())
    };
    trial.of("keeping house", tick).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_no_login_half_done() {
    let stage = Stage::begin().await;
    let robin = &stage.boss.robin;
    let name = stage.member(&[(HOME, TenantRole::User), (AWAY, TenantRole::User)]).await;
    let into = async |tenant: &str| {
        let (username, password) = (name.to_string(), secret(PERSONAL));
        let tenant = Some(tenant.to_owned());
        session::login(robin, &origin(), &Credentials { username, password, tenant, namespace: None }).await
    };
    // Into the tenant of the last time, and into another one.
    for tenant in [HOME, AWAY] {
        let login = async |()| into(tenant).await.map(drop);
        let before = async || into(HOME).await.map(drop).unwrap();
        stage.trial.of_what_is_arranged(&format!("logging into {tenant}"), before, login).await;
    }

    // What is refused is on record, whole.
    let refused = Error::Denied("no".to_owned());
    let asked = async || asked_by(robin, &into(HOME).await.unwrap()).await.unwrap();
    let record = async |ctx: Ctx| audit::denied(&ctx, &refused).await;
    stage.trial.of_what_is_arranged("recording a refusal", asked, record).await;
}

/// Logging in is waited for in `limits`; here is everything else that makes a hash.
#[tokio::test(flavor = "multi_thread")]
async fn no_new_password_is_hashed_while_too_many_wait() {
    let how = Server::builder(Engine::Sqlite);
    let slow = Params::new(128 * 1024, 10, 1).unwrap();
    let swift = parts(&how.database_url(), key(), quick()).await;
    assert!(startup::install(&swift, &admin()).await.unwrap());
    let token = log_in(&opened(swift).await, ADMIN, PASSWORD).await.unwrap();
    let parts = parts(&how.database_url(), key(), slow).await;
    let pool = Arc::clone(&parts.passwords);
    let (store, fresh) = (Arc::clone(&parts.store), how.dir().join("fresh.db"));
    let robin = opened(parts).await;
    let ctx = asked_by(&robin, &token).await.unwrap();

    let is_full = Arc::new(AtomicBool::new(false));
    let waiting = (0..80)
        .map(|_| {
            let (pool, is_full) = (Arc::clone(&pool), Arc::clone(&is_full));
            tokio::spawn(async move {
                // Whoever is done waits again, and whoever finds no place looks for one.
                loop {
                    if pool.hash(&secret("waits")).await.is_err() {
                        is_full.store(true, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                }
            })
        })
        .collect::<Vec<JoinHandle<()>>>();
    while !is_full.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let new = secret("plover-quartz-41");
    let name = ADMIN.parse().unwrap();
    let change = user::Update { password: Some(new.clone()), profile: Profile::default(), dn: None };
    let join = user::Join {
        tenant: "Administrators".parse().unwrap(),
        role: TenantRole::User,
        capabilities: None,
        namespace: None,
    };
    let user = user::New {
        username: "user1".parse().unwrap(),
        provider: user::Provider::Local,
        password: Some(new.clone()),
        profile: Profile::default(),
        tenants: vec![join],
    };
    let empty = crate::inside::parts(&format!("sqlite://{}", fresh.display()), key(), slow).await;
    let empty = Parts { passwords: Arc::clone(&pool), ..empty };
    for outcome in [
        session::change_password(&ctx, &new).await.map(drop),
        user::update(&ctx, &name, change).await,
        user::create(&ctx, vec![user], user::Known::Refused).await.map(drop),
        offline::reset_password(&*store, &SystemClock, &pool, &name, &new).await,
        startup::install(&empty, &admin()).await.map(drop),
    ] {
        let refused = outcome.unwrap_err();
        assert!(matches!(refused, Error::TooMany { .. }), "{refused:?}");
        assert_eq!(refused.code(), "too_many");
    }
    assert!(startup::installation(&*empty.store).await.unwrap().is_none());
    waiting.iter().for_each(JoinHandle::abort);
}
