//! What a login costs: the use case itself, on a server's database, with its hashes counted.

use std::{fs, sync::Arc};

use robin_crypto::{SecretKey, SystemRandom};
use robin_identity::local::Params;
use robin_model::Secret;
use robin_service::{
    Error, Origin, Result, Robin,
    session::{self, Credentials},
    startup,
};
use robin_testkit::Server;
use serde_json::{Value, json};

use crate::access::world::{ADMINISTRATORS, NONE, PASSWORD, World};

/// The use cases on the database of a server.
pub async fn inside(server: &Server, key: SecretKey) -> Result<Robin> {
    startup::open(crate::inside::parts(&server.how().database_url(), key, Params::default()).await).await
}

#[tokio::test]
async fn sec_10_every_refused_login_takes_exactly_one_hash() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, "user", &[NONE]).await;
    let another = world.user(&tenant, "user", &[NONE]).await;
    let disabled = world.user(&tenant, "user", &[NONE]).await;
    world.by_admin("PUT", &format!("users/{disabled}"), json!({ "action": "disable" })).await;
    let removed = world.user(&tenant, "user", &[NONE]).await;
    world.by_admin("DELETE", &format!("users/{removed}"), Value::Null).await;
    let homeless = world.user(&tenant, "user", &[NONE]).await;
    let leave = json!({ "action": "remove_users", "users": [homeless] });
    world.by_admin("PUT", &format!("tenants/{tenant}"), leave).await;

    let key = fs::read(world.server.data_dir().join("secret.key")).unwrap();
    let robin = Arc::new(inside(&world.server, SecretKey::parse(&key).unwrap()).await.unwrap());
    let origin = Origin { request_id: "x".to_owned(), address: None, user_agent: String::new() };
    let (user, tenant) = (user.as_str(), tenant.as_str());
    for (why, username, password, place) in [
        ("unknown user", "nobody", PASSWORD, tenant),
        ("no username at all", "no body\n", PASSWORD, tenant),
        ("empty username", "", PASSWORD, tenant),
        ("built-in user", "system", PASSWORD, tenant),
        ("disabled user", &disabled, PASSWORD, tenant),
        ("disabled user, wrong password", &disabled, "wrong", tenant),
        ("removed user", &removed, PASSWORD, tenant),
        ("user without a tenant", &homeless, PASSWORD, tenant),
        ("wrong password", user, "wrong", tenant),
        ("empty password", user, "", tenant),
        ("another tenant", &another, PASSWORD, &other),
        ("Administrators", &another, PASSWORD, ADMINISTRATORS),
        ("unknown tenant", &another, PASSWORD, "nowhere"),
        ("no tenant at all", &another, PASSWORD, "no where\n"),
    ] {
        let credentials = Credentials {
            username: username.to_owned(),
            password: Secret::new(password.to_owned()),
            tenant: Some(place.to_owned()),
            namespace: None,
        };
        let before = robin.passwords.computed();
        let refused = session::login(&robin, &origin, &credentials).await.err().expect("a refusal");
        assert!(matches!(refused, Error::Unauthenticated("invalid username, password or tenant")), "{why}: {refused}");
        assert_eq!(robin.passwords.computed() - before, 1, "{why}");
    }
    let password = Secret::new(PASSWORD.to_owned());
    let good = Credentials { username: user.to_owned(), password, tenant: Some(tenant.to_owned()), namespace: None };
    let before = robin.passwords.computed();
    assert!(session::login(&robin, &origin, &good).await.is_ok());
    assert_eq!(robin.passwords.computed() - before, 1, "and so does one that is not refused");
}

/// As happens to the slower one of two new servers that made keys of their own.
#[tokio::test]
async fn sec_26_a_server_with_another_key_than_the_first_one_does_not_open() {
    let world = World::start().await;
    let refused = inside(&world.server, SecretKey::generate(&SystemRandom)).await.err().expect("a refusal");
    assert!(matches!(&refused, Error::Conflict(why) if why.contains("another secret key")), "{refused}");
}
