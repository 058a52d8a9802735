//! What lists hold.

use serde_json::Value;

use super::{
    stage::{CALLERS, Place, Stage},
    world::PASSWORD,
};

/// The audit trail is not among them: it belongs to the cluster, and whoever may read it reads it all.
const LISTS: [&str; 7] = [
    "users",
    "users?permissions=true&disabled=true&hidden=true&deleted=true",
    "/api/v5/robin_server/users",
    "tenants",
    "namespaces",
    "sessions",
    "login",
];

#[tokio::test]
async fn sec_25_nobody_but_a_superadmin_sees_anything_of_another_tenant() {
    let mut stage = Stage::set().await;
    let world = &stage.world;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "tenantadmin", &[]).await;
    let namespace = world.namespace(&tenant, &user).await;
    world.api.login(&user, PASSWORD, &tenant).await;
    for caller in CALLERS.into_iter().filter(|caller| !matches!(caller.place, Place::Nowhere)) {
        let person = stage.person(caller).await;
        for list in LISTS {
            let answer = stage.world.by(&person, "GET", list, Value::Null).await;
            let seen = [&tenant, &user, &namespace].into_iter().filter(|name| answer.text.contains(name.as_str()));
            let seen: Vec<&String> = seen.collect();
            let sees_all = caller.place == Place::Administrators;
            assert!(sees_all || seen.is_empty(), "{} sees {seen:?} in {list}", caller.name);
        }
    }
}

#[tokio::test]
async fn sec_25_a_member_of_two_tenants_shows_only_the_one_shared_with_who_looks() {
    let mut stage = Stage::set().await;
    let caller = CALLERS[2];
    let person = stage.person(caller).await;
    let world = &stage.world;
    let other = world.tenant().await;
    let user = world.user(&person.tenant, "user", &[]).await;
    world.join(&user, &other, "tenantadmin").await;
    for path in [format!("users/{user}"), format!("users/{user}?permissions=true"), "users?permissions=true".to_owned()]
    {
        let answer = world.by(&person, "GET", &path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text.contains(&user) && !answer.text.contains(&other), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn sec_49_no_list_shows_a_secret_to_anybody() {
    let mut stage = Stage::set().await;
    for caller in CALLERS.into_iter().filter(|caller| caller.place != Place::Nowhere) {
        let person = stage.person(caller).await;
        let others = ["user-audit", "config", "user-capabilities", "object-shares?action=get_share_options"];
        let lists = LISTS.into_iter().chain(others);
        for list in lists {
            let answer = stage.world.by(&person, "GET", list, Value::Null).await;
            let signature = person.token.rsplit('.').next().expect("a signature");
            for secret in ["$argon2", PASSWORD, "BEGIN ", signature] {
                assert!(!answer.text.contains(secret), "{} finds `{secret}` in {list}", caller.name);
            }
        }
    }
}
