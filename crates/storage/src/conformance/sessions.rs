use std::time::Duration;

use robin_model::{
    KeyId, SessionId, TenantId, UserId,
    session::{Session, SigningKey},
};

use super::{Database, NOW, Tx, add_tenant, add_user, begin, cases};
use crate::Access;

cases!(
    a_session_comes_back_as_it_began,
    a_session_ends_once,
    sessions_of_a_user_come_newest_first_without_the_expired,
    all_sessions_of_a_user_end_or_those_in_one_tenant,
    expired_sessions_are_removed,
    signing_keys_come_oldest_first,
);

pub(super) fn session(id: &str, user: UserId, tenant: TenantId) -> Session {
    Session {
        id: SessionId(id.into()),
        user,
        tenant,
        namespace: None,
        created_at: NOW,
        expires_at: NOW.plus(Duration::from_mins(1)),
        address: "::1".into(),
        user_agent: "robinctl/1".into(),
    }
}

fn ids(sessions: impl IntoIterator<Item = SessionId>) -> Vec<String> {
    sessions.into_iter().map(|id| id.0).collect()
}

async fn of(tx: &mut Tx, user: UserId) -> Vec<String> {
    ids(tx.sessions_of(user, NOW).await.unwrap().into_iter().map(|session| session.id))
}

async fn two_users(store: &Database) -> (UserId, UserId, TenantId) {
    let mut tx = begin(store, Access::Change).await;
    let found = (add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await, add_tenant(&mut tx, "dev").await);
    tx.commit().await.unwrap();
    found
}

async fn a_session_comes_back_as_it_began(store: Database) {
    let (ada, _, dev) = two_users(&store).await;
    let begun = Session { namespace: Some("dev-1".parse().unwrap()), ..session("one", ada, dev) };
    let mut tx = begin(&store, Access::Append).await;
    tx.insert_session(&begun).await.unwrap();
    tx.insert_session(&Session { user_agent: "a\0b".into(), ..session("two", ada, dev) }).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&store, Access::Read).await;
    assert_eq!(tx.session(&begun.id).await.unwrap(), Some(begun));
    assert_eq!(tx.session(&SessionId("ONE".into())).await.unwrap(), None);
    let odd = tx.session(&SessionId("two".into())).await.unwrap().unwrap();
    assert_eq!(odd.user_agent, "a\u{fffd}b", "a zero character must not break a log-in on any engine");
}

async fn a_session_ends_once(store: Database) {
    let (ada, _, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    tx.insert_session(&session("one", ada, dev)).await.unwrap();
    let id = SessionId("one".into());
    assert!(tx.remove_session(&id).await.unwrap());
    assert!(!tx.remove_session(&id).await.unwrap());
    assert_eq!(tx.session(&id).await.unwrap(), None);
}

async fn sessions_of_a_user_come_newest_first_without_the_expired(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Append).await;
    for (id, age) in [("b", 20), ("c", 10), ("a", 30)] {
        let created_at = NOW.minus(Duration::from_secs(age));
        tx.insert_session(&Session { created_at, ..session(id, ada, dev) }).await.unwrap();
    }
    tx.insert_session(&Session { expires_at: NOW, ..session("over", ada, dev) }).await.unwrap();
    tx.insert_session(&session("bobs", bob, dev)).await.unwrap();
    assert_eq!(of(&mut tx, ada).await, ["c", "b", "a"]);
    assert_eq!(of(&mut tx, UserId(99)).await, Vec::<String>::new());
}

async fn all_sessions_of_a_user_end_or_those_in_one_tenant(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    let places = [("a1", ada, dev), ("a2", ada, TenantId(1)), ("a3", ada, dev), ("b1", bob, dev)];
    for (id, user, tenant) in places {
        tx.insert_session(&session(id, user, tenant)).await.unwrap();
    }
    let mut ended = ids(tx.remove_sessions_of(ada, Some(dev)).await.unwrap());
    ended.sort();
    assert_eq!(ended, ["a1", "a3"]);
    assert_eq!(of(&mut tx, ada).await, ["a2"]);
    assert_eq!(ids(tx.remove_sessions_of(ada, None).await.unwrap()), ["a2"]);
    assert_eq!(tx.remove_sessions_of(ada, None).await.unwrap(), []);
    assert_eq!(of(&mut tx, bob).await, ["b1"]);
}

async fn expired_sessions_are_removed(store: Database) {
    let (ada, _, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Append).await;
    for (id, seconds) in [("before", 59), ("at", 60), ("after", 61)] {
        let expires_at = NOW.plus(Duration::from_secs(seconds));
        tx.insert_session(&Session { expires_at, ..session(id, ada, dev) }).await.unwrap();
    }
    assert_eq!(tx.remove_expired_sessions(NOW.plus(Duration::from_mins(1))).await.unwrap(), 1);
    assert_eq!(of(&mut tx, ada).await.len(), 2);
}

async fn signing_keys_come_oldest_first(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    for (id, age) in [("new", 1), ("old", 2)] {
        let key = SigningKey {
            id: KeyId(id.into()),
            sealed: vec![0, 255, 39, age],
            created_at: NOW.minus(Duration::from_secs(age.into())),
            signs_from: NOW,
        };
        tx.insert_signing_key(&key).await.unwrap();
    }
    let keys = tx.signing_keys().await.unwrap();
    let seen: Vec<_> = keys.iter().map(|key| (key.id.0.as_str(), key.sealed.as_slice(), key.signs_from)).collect();
    assert_eq!(seen, [("old", [0, 255, 39, 2].as_slice(), NOW), ("new", &[0, 255, 39, 1], NOW)]);
    tx.remove_signing_key(&KeyId("old".into())).await.unwrap();
    assert_eq!(tx.signing_keys().await.unwrap().len(), 1);
}
