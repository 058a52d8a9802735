use robin_model::{Revision, SessionId, TenantId, UserId};

use super::{Database, Tx, begin, cases};
use crate::{Access, Change, Since};

cases!(
    the_revision_rises_with_each_change,
    changes_come_back_in_order,
    many_changes_are_recorded_at_once,
    a_gap_means_everything,
    an_earlier_state_means_everything,
    recording_needs_access_to_change,
);

async fn since(tx: &mut Tx, seen: i64) -> Since {
    tx.changes_since(Revision(seen)).await.unwrap()
}

async fn the_revision_rises_with_each_change(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.revision().await.unwrap(), Revision(0));
    assert_eq!(since(&mut tx, 0).await, Since::Changes(Revision(0), vec![]));
    assert_eq!(tx.record(Change::Config).await.unwrap(), Revision(1));
    assert_eq!(tx.record(Change::Config).await.unwrap(), Revision(2));
    drop(tx);
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.record(Change::Config).await.unwrap(), Revision(1), "what was dropped has not happened");
    tx.commit().await.unwrap();
    let mut tx = begin(&store, Access::Read).await;
    assert_eq!(tx.revision().await.unwrap(), Revision(1));
}

async fn changes_come_back_in_order(store: Database) {
    let all = [
        Change::Session(SessionId("s".into())),
        Change::User(UserId(3)),
        Change::Object("A B".into(), "a %/ \\~".parse().unwrap()),
        Change::Tenant(TenantId(2)),
        Change::SigningKeys,
        Change::Capabilities,
        Change::Config,
        Change::Directories,
    ];
    let mut tx = begin(&store, Access::Change).await;
    for change in &all {
        tx.record(change.clone()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = begin(&store, Access::Read).await;
    assert_eq!(since(&mut tx, 0).await, Since::Changes(Revision(8), all.to_vec()));
    assert_eq!(since(&mut tx, 4).await, Since::Changes(Revision(8), all[4..].to_vec()));
    assert_eq!(since(&mut tx, 8).await, Since::Changes(Revision(8), vec![]));
}

async fn a_gap_means_everything(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for user in 1..=5 {
        tx.record(Change::User(UserId(user))).await.unwrap();
    }
    tx.forget_changes(2).await.unwrap();
    assert_eq!(since(&mut tx, 2).await, Since::Everything(Revision(5)));
    let newest = [4, 5].map(|user| Change::User(UserId(user)));
    assert_eq!(since(&mut tx, 3).await, Since::Changes(Revision(5), newest.to_vec()));
    tx.forget_changes(0).await.unwrap();
    assert_eq!(since(&mut tx, 4).await, Since::Everything(Revision(5)));
    assert_eq!(since(&mut tx, 5).await, Since::Changes(Revision(5), vec![]));
    assert_eq!(tx.record(Change::Config).await.unwrap(), Revision(6));
}

async fn an_earlier_state_means_everything(store: Database) {
    let mut tx = begin(&store, Access::Read).await;
    assert_eq!(since(&mut tx, 7).await, Since::Everything(Revision(0)));
}

async fn recording_needs_access_to_change(store: Database) {
    for access in [Access::Read, Access::Append] {
        let mut tx = begin(&store, access).await;
        assert!(tx.record(Change::Config).await.is_err(), "{access:?}");
    }
}

/// More than go into one statement.
async fn many_changes_are_recorded_at_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    tx.record(Change::Config).await.unwrap();
    assert_eq!(tx.record_all(Vec::new()).await.unwrap(), Revision(1));
    let many: Vec<Change> = (1..=600).map(|user| Change::User(UserId(user))).collect();
    assert_eq!(tx.record_all(many.clone()).await.unwrap(), Revision(601));
    assert_eq!(since(&mut tx, 1).await, Since::Changes(Revision(601), many));
}
