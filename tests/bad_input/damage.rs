//! A database that somebody has written into: what can't be read is an internal error that says nothing of the inside, nobody gets
//! in by it, and the rest goes on.

use std::{
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, Instant},
};

use robin_crypto::SystemRandom;
use robin_identity::local::{HashingPool, Params};
use robin_model::{SystemClock, TenantRole, Username, profile::Profile};
use robin_rbac::Entry;
use robin_service::{
    Ctx, Error, Robin, capability, keys, namespace, offline, session,
    startup::{self, Parts},
    tenant, user,
};
use robin_testkit::{ADMIN, Engine, PASSWORD, Server, database, server::Builder};

use super::databases::does_not_start;
use crate::inside::{admin, asked_by, key, log_in, opened, parts, quick, secret};

/// An installation in a new file.
struct Installed {
    how: Builder,
    url: String,
}

impl Installed {
    async fn new() -> Self {
        let how = Server::builder(Engine::Sqlite);
        let url = how.database_url();
        assert!(startup::install(&parts(&url, key(), quick()).await, &admin()).await.unwrap());
        Self { how, url }
    }

    async fn parts(&self) -> Parts {
        parts(&self.url, key(), quick()).await
    }

    async fn robin(&self) -> Arc<Robin> {
        opened(self.parts().await).await
    }

    /// The administrator, logged in there.
    async fn admin(&self, robin: &Arc<Robin>) -> Ctx {
        asked_by(robin, &log_in(robin, ADMIN, PASSWORD).await.unwrap()).await.unwrap()
    }

    async fn write(&self, statement: &str) {
        database::execute(&self.url, statement).await;
    }
}

/// Asserts that it is an internal error, whose text is the same for all of them.
#[track_caller]
fn internal<T>(outcome: Result<T, Error>) {
    let error = outcome.err().expect("an error");
    assert_eq!(error.code(), "internal", "{error:?}");
    assert_eq!(error.to_string(), "internal error: the log says more under this request's id");
}

fn custom(name: &str) -> capability::New {
    capability::New {
        name: name.parse().unwrap(),
        description: String::new(),
        tenant_roles: vec![TenantRole::User],
        providers: Vec::new(),
        entries: vec![Entry { object_type: "BUNDLE".to_owned(), operation: "view".to_owned() }],
        hidden: false,
    }
}

#[tokio::test]
async fn a_signing_key_that_can_not_be_opened_keeps_the_server_from_starting() {
    let installed = Installed::new().await;
    installed.write("UPDATE signing_keys SET sealed = x'00'").await;
    internal(startup::open(installed.parts().await).await.map(drop));
    let store = installed.parts().await.store;
    let other = robin_crypto::SecretKey::from_bytes([8; 32]);
    internal(offline::rotate_secret_key(&*store, &SystemClock, &SystemRandom, &key(), &other).await);
    let how = installed.how.clone().env("ROBIN_SECRET_KEY", &"07".repeat(32));
    does_not_start(&how, "internal error");
    // The way out.
    offline::revoke_signing_keys(&*store, &SystemClock, &SystemRandom, &key()).await.unwrap();
    log_in(&installed.robin().await, ADMIN, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn without_a_signing_key_nobody_gets_a_token_until_there_is_one() {
    let installed = Installed::new().await;
    let robin = installed.robin().await;
    let ctx = installed.admin(&robin).await;
    installed.write("DELETE FROM signing_keys").await;
    // As when a backup is put back beneath a running server: what it remembers is of another revision.
    installed.write("UPDATE revision SET revision = revision + 1000000").await;
    robin.memory.follow().await.unwrap();
    internal(log_in(&robin, ADMIN, PASSWORD).await);
    internal(session::change_password(&ctx, &secret("plover-quartz-41")).await);
    internal(session::change_tenant(&ctx, &"Administrators".parse().unwrap(), None).await);
    assert!(keys::rotate(&robin).await.unwrap());
    log_in(&robin, ADMIN, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_capability_that_the_catalogue_does_not_take_keeps_the_server_from_starting() {
    let installed = Installed::new().await;
    let ctx = installed.admin(&installed.robin().await).await;
    capability::create(&ctx, custom("Looker")).await.unwrap();
    installed.write("UPDATE capability_entries SET operation = 'fly'").await;
    let refused = startup::open(installed.parts().await).await.err().expect("it does not fit");
    assert!(matches!(&refused, Error::Conflict(why) if why.contains("does not fit")), "{refused}");
    // As when another server makes it while this one runs.
    let moved = "UPDATE revision SET revision = revision + 1000000";
    installed.write(moved).await;
    let unavailable = ctx.robin.memory.follow().await.expect_err("nothing can be decided");
    assert_eq!(unavailable.code(), "unavailable", "{unavailable}");
}

#[tokio::test]
async fn the_numbers_of_custom_capabilities_end_where_those_of_other_services_begin() {
    let installed = Installed::new().await;
    let robin = installed.robin().await;
    let (ctx, late) = (installed.admin(&robin).await, installed.admin(&robin).await);
    capability::create(&ctx, custom("Looker")).await.unwrap();
    // Asked before the other was there, and told by the database.
    let taken = capability::create(&late, custom("LOOKER")).await.unwrap_err();
    assert!(matches!(&taken, Error::Conflict(why) if why.contains("already exists")), "{taken}");
    installed.write("UPDATE sqlite_sequence SET seq = 10000 WHERE name = 'capabilities'").await;
    let full = capability::create(&ctx, custom("Other")).await.unwrap_err();
    assert!(matches!(&full, Error::Conflict(why) if why.contains("no number left")), "{full}");
}

#[tokio::test]
async fn a_table_that_is_gone_is_an_internal_error() {
    let installed = Installed::new().await;
    let ctx = installed.admin(&installed.robin().await).await;
    installed.write("ALTER TABLE objects RENAME TO gone").await;
    internal(namespace::list(&ctx, &namespace::Filter::default(), None, 10).await);
    assert_eq!(tenant::list(&ctx, None, 10).await.unwrap().items.len(), 1, "and the rest goes on");
}

#[tokio::test]
async fn a_password_that_is_kept_elsewhere_is_not_changed_here() {
    let installed = Installed::new().await;
    let who = log_in(&installed.robin().await, ADMIN, PASSWORD).await.unwrap();
    installed.write("UPDATE users SET auth = 'openshift', openshift_uid = 'u-1' WHERE id = 3").await;
    let robin = installed.robin().await;
    let ctx = asked_by(&robin, &who).await.unwrap();
    let (name, new) = (ADMIN.parse().unwrap(), secret("plover-quartz-41"));
    let change = user::Update { password: Some(new.clone()), ..user::Update::default() };
    let pool = HashingPool::new(quick(), NonZeroUsize::MIN, Arc::new(SystemRandom));
    for refused in [
        user::update(&ctx, &name, change).await,
        session::change_password(&ctx, &new).await.map(drop),
        offline::reset_password(&*robin.store, &SystemClock, &pool, &name, &new).await,
    ] {
        assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains("kept elsewhere")), "{refused:?}");
    }
}

#[tokio::test]
async fn a_hash_that_is_none_matches_nothing_and_one_of_other_work_is_made_anew() {
    let installed = Installed::new().await;
    let robin = installed.robin().await;
    installed.write("UPDATE users SET password = 'Robin123' WHERE id = 3").await;
    let refused = log_in(&robin, ADMIN, "Robin123").await.err().expect("no hash");
    assert_eq!(refused.code(), "unauthenticated");

    let stronger = Params::new(16, 2, 1).unwrap();
    let pool = HashingPool::new(stronger, NonZeroUsize::MIN, Arc::new(SystemRandom));
    let hash = pool.hash(&secret(PASSWORD)).await.unwrap();
    installed.write(&format!("UPDATE users SET password = '{}' WHERE id = 3", hash.expose())).await;
    for work in [2, 1] {
        let before = robin.passwords.computed();
        log_in(&robin, ADMIN, PASSWORD).await.unwrap();
        assert_eq!(robin.passwords.computed() - before, work, "the second time it is as all are");
    }
}

#[tokio::test]
async fn a_session_leads_nowhere_when_the_account_or_its_place_is_gone() {
    for (gone, back) in [
        ("UPDATE users SET disabled = 1 WHERE id = 3", "UPDATE users SET disabled = 0 WHERE id = 3"),
        ("UPDATE memberships SET tenant_id = 2 WHERE user_id = 3", "UPDATE memberships SET tenant_id = 1"),
    ] {
        let installed = Installed::new().await;
        let robin = installed.robin().await;
        let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
        let ctx = asked_by(&robin, &who).await.unwrap();
        tenant::create(&ctx, &"t2".parse().unwrap(), "").await.unwrap();
        installed.write(gone).await;
        let refused = asked_by(&installed.robin().await, &who).await.err().expect("nobody");
        assert_eq!(refused.code(), "unauthenticated", "{gone}");
        let change = session::change_tenant(&ctx, &"Administrators".parse().unwrap(), None).await;
        assert_eq!(change.err().expect("nobody").code(), "unauthenticated", "{gone}");
        let shown = session::list(&ctx, None).await.unwrap();
        assert_eq!(shown.len(), usize::from(gone.contains("disabled")), "{gone}");
        installed.write(back).await;
        asked_by(&installed.robin().await, &who).await.unwrap();
    }
}

/// Hashing takes a while, and much can happen meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_a_password_is_hashed_counts() {
    let installed = Installed::new().await;
    let robin = installed.robin().await;
    let admin = installed.admin(&robin).await;
    tenant::create(&admin, &"t2".parse().unwrap(), "").await.unwrap();
    let entries =
        ["view", "update"].map(|operation| Entry { object_type: "USER".to_owned(), operation: operation.to_owned() });
    let editor =
        capability::New { tenant_roles: vec![TenantRole::Tenantadmin], entries: entries.to_vec(), ..custom("Editor") };
    capability::create(&admin, editor).await.unwrap();
    let admin = installed.admin(&robin).await;
    let join = |role, names: &[&str]| user::Join {
        tenant: "t2".parse().unwrap(),
        role,
        capabilities: Some(names.iter().map(|name| name.parse().unwrap()).collect()),
        namespace: None,
    };
    let new = |name: &str, role, capabilities: &[&str]| user::New {
        username: name.parse().unwrap(),
        provider: user::Provider::Local,
        password: Some(secret("plover-quartz-41")),
        profile: Profile::default(),
        tenants: vec![join(role, capabilities)],
    };
    let boss = new("boss", TenantRole::Tenantadmin, &["AllTenantAdminCapabilities", "Editor"]);
    let users = vec![boss, new("rising", TenantRole::User, &["ViewBundles"])];
    user::create(&admin, users, user::Known::Refused).await.unwrap();

    // The same database, where a hash takes long.
    let slow = Params::new(128 * 1024, 10, 1).unwrap();
    let there = opened(parts(&installed.url, key(), slow).await).await;
    let boss = asked_by(&there, &log_in(&robin, "boss", "plover-quartz-41").await.unwrap()).await.unwrap();
    let rising: Username = "rising".parse().unwrap();
    let change = user::Update { password: Some(secret("another-quartz-42")), ..user::Update::default() };
    let raise = async {
        let since = Instant::now();
        while there.passwords.computed() == 0 {
            assert!(since.elapsed() < Duration::from_secs(30), "nothing is hashed");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let place = "Administrators".parse().unwrap();
        tenant::add_members(&admin, &place, std::slice::from_ref(&rising), TenantRole::User, None).await.unwrap();
    };
    let (refused, ()) = tokio::join!(user::update(&boss, &rising, change), raise);
    assert!(matches!(&refused, Err(Error::Denied(why)) if why.contains("rights that you don't have")), "{refused:?}");
    log_in(&robin, "rising", "plover-quartz-41").await.unwrap();
}
