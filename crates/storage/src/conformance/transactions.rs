use std::{sync::Arc, time::Duration};

use robin_model::{TenantId, TenantRole, UserId};

use super::{Database, NOW, add_tenant, add_user, begin, cases, new_membership, new_user, sessions::session};
use crate::{Access, Change};

cases!(
    what_is_not_committed_leaves_nothing,
    a_reader_sees_one_state,
    a_reader_cannot_write,
    changes_run_one_at_a_time,
    appends_do_not_lose_each_other,
    what_is_undone_was_never_there,
    a_transaction_with_a_failed_statement_keeps_nothing,
    the_database_answers,
);

async fn what_is_not_committed_leaves_nothing(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add_user(&mut tx, "ada").await;
    drop(tx);
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.user(id).await.unwrap(), None);
    assert_eq!(tx.user_named(&"ada".parse().unwrap()).await.unwrap(), None);
    add_user(&mut tx, "ada").await;
}

async fn a_reader_sees_one_state(store: Database) {
    let mut reader = begin(&store, Access::Read).await;
    let before = reader.tenants(None, 10).await.unwrap();
    let mut tx = begin(&store, Access::Change).await;
    add_tenant(&mut tx, "dev").await;
    tx.commit().await.unwrap();
    assert_eq!(reader.tenants(None, 10).await.unwrap(), before);
    reader.commit().await.unwrap();
    assert_eq!(begin(&store, Access::Read).await.tenants(None, 10).await.unwrap().len(), 2);
}

async fn a_reader_cannot_write(store: Database) {
    let mut tx = begin(&store, Access::Read).await;
    assert!(tx.insert_user(&new_user("ada")).await.is_err());
    drop(tx);
    let mut tx = begin(&store, Access::Read).await;
    assert!(tx.set_config("a", "b").await.is_err());
    drop(tx);
    assert_eq!(begin(&store, Access::Read).await.configs().await.unwrap(), []);
}

/// Four tasks each remove one of three superadmins, unless that is the last.
async fn changes_run_one_at_a_time(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for name in ["a", "b", "c"] {
        let user = add_user(&mut tx, name).await;
        let new = new_membership(user, TenantId::ADMINISTRATORS, TenantRole::Superadmin, &[1]);
        tx.insert_membership(&new).await.unwrap().unwrap();
    }
    tx.commit().await.unwrap();
    let remove = |user: UserId| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut tx = begin(&store, Access::Change).await;
            if tx.other_local_superadmins(user).await.unwrap() > 0 {
                // Time for the others to count the same, if they could.
                tokio::time::sleep(Duration::from_millis(20)).await;
                tx.mark_user_deleted(user, NOW).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
    };
    let tasks: Vec<_> = [3, 4, 5, 3].map(UserId).into_iter().map(remove).collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(begin(&store, Access::Read).await.other_local_superadmins(UserId(1)).await.unwrap(), 1);
}

async fn appends_do_not_lose_each_other(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ada = add_user(&mut tx, "ada").await;
    tx.commit().await.unwrap();
    let append = |number: i32| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut tx = begin(&store, Access::Append).await;
            tx.insert_session(&session(&format!("s{number}"), ada, TenantId(1))).await.unwrap();
            tx.commit().await.unwrap();
        })
    };
    for task in (0..20).map(append).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(begin(&store, Access::Read).await.sessions_of(ada, NOW).await.unwrap().len(), 20);
}

async fn what_is_undone_was_never_there(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    tx.set_config("a", "before").await.unwrap();
    tx.mark().await.unwrap();
    tx.set_config("a", "after").await.unwrap();
    let revision = tx.record(Change::Config).await.unwrap();
    tx.undo().await.unwrap();
    let kept = [("a".to_owned(), "before".to_owned())];
    assert_eq!(tx.configs().await.unwrap(), kept);
    assert!(tx.revision().await.unwrap() < revision);
    tx.commit().await.unwrap();
    assert_eq!(begin(&store, Access::Read).await.configs().await.unwrap(), kept);
}

async fn a_transaction_with_a_failed_statement_keeps_nothing(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    tx.set_config("a", "b").await.unwrap();
    tx.insert_session(&session("s", UserId(99), TenantId(1))).await.unwrap_err();
    tx.commit().await.unwrap_err();
    assert_eq!(begin(&store, Access::Read).await.configs().await.unwrap(), []);
}

async fn the_database_answers(store: Database) {
    store.ping().await.unwrap();
    store.close().await;
    store.ping().await.unwrap_err();
}
