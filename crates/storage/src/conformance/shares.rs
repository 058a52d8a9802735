use std::time::Duration;

use robin_model::{
    ObjectId, ShareId, TenantId, Timestamp, UserId,
    object::{ObjectFilter, ObjectSource, ObjectTypes},
    share::{NewShare, ObjectShare, ShareSource},
};
use robin_rbac::{ShareTarget, sharing::Operations};

use super::{Database, NOW, Tx, add_member, add_object, add_tenant, add_user, begin, cases};
use crate::{Access, Stranded};

cases!(
    a_share_comes_back_as_it_was_made,
    an_object_is_shared_with_somebody_once,
    a_share_can_change_and_end,
    a_removed_object_takes_its_shares_along,
    shares_come_by_number_and_source,
    shared_objects_come_by_number,
    a_share_with_a_user_holds_while_a_membership_does,
    a_share_with_a_tenant_holds_up_others_until_it_is_over,
);

const ADA: UserId = UserId(3);
const BEN: UserId = UserId(4);
const DEV: TenantId = TenantId(2);
const OPS: TenantId = TenantId(3);
const BUNDLE: ObjectId = ObjectId(1);
const BACKUP: ObjectId = ObjectId(2);

fn after(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(minutes * 60))
}

/// Ada in tenant 2, Ben in tenant 3; object 1 and 2 are Ada's in tenant 2.
async fn some(tx: &mut Tx) {
    for name in ["Ada", "Ben"] {
        add_user(tx, name).await;
    }
    for name in ["Dev", "Ops"] {
        add_tenant(tx, name).await;
    }
    add_member(tx, ADA, DEV, &[]).await;
    add_member(tx, BEN, OPS, &[]).await;
    add_object(tx, "BUNDLE", "bundle", DEV, ADA).await;
    add_object(tx, "BACKUP", "backup", DEV, ADA).await;
}

fn new(object: ObjectId, with: ShareTarget, expires_at: Option<Timestamp>) -> NewShare {
    NewShare { object, with, operations: Operations::VIEW, expires_at, created_at: NOW, created_by: ADA }
}

async fn add(tx: &mut Tx, object: ObjectId, with: ShareTarget, expires_at: Option<Timestamp>) -> ShareId {
    tx.insert_share(&new(object, with, expires_at)).await.unwrap().unwrap()
}

fn numbers(shares: &[ObjectShare]) -> Vec<i64> {
    shares.iter().map(|share| share.id.0).collect()
}

async fn a_share_comes_back_as_it_was_made(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let operations = Operations::parse(["manage", "share"]).unwrap();
    for (with, name) in [(ShareTarget::Tenant(OPS), "Ops"), (ShareTarget::User(BEN), "Ben")] {
        let new = NewShare { operations, ..new(BACKUP, with, Some(after(1))) };
        let id = tx.insert_share(&new).await.unwrap().unwrap();
        let share = ObjectShare {
            id,
            object: BACKUP,
            object_type: "BACKUP".into(),
            object_name: "backup".parse().unwrap(),
            with,
            with_name: name.into(),
            operations,
            expires_at: Some(after(1)),
            created_at: NOW,
            created_by: ADA,
            created_by_name: "Ada".parse().unwrap(),
        };
        assert_eq!(tx.share(BACKUP, with).await.unwrap(), Some(share));
        assert_eq!(tx.share(BUNDLE, with).await.unwrap(), None);
    }
}

async fn an_object_is_shared_with_somebody_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    for with in [ShareTarget::Tenant(OPS), ShareTarget::User(BEN)] {
        let first = add(&mut tx, BUNDLE, with, None).await;
        assert_eq!(tx.insert_share(&new(BUNDLE, with, Some(after(1)))).await.unwrap(), None);
        let kept = tx.share(BUNDLE, with).await.unwrap().unwrap();
        assert_eq!((kept.id, kept.expires_at), (first, None));
    }
    assert_eq!(tx.insert_share(&new(ObjectId(99), ShareTarget::User(BEN), None)).await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn a_share_can_change_and_end(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let with = ShareTarget::Tenant(OPS);
    let id = add(&mut tx, BACKUP, with, None).await;
    let operations = Operations::parse(["manage"]).unwrap();
    tx.set_share(id, operations, Some(after(2))).await.unwrap();
    let now = tx.share(BACKUP, with).await.unwrap().unwrap();
    assert_eq!((now.operations, now.expires_at), (operations, Some(after(2))));
    tx.remove_share(id).await.unwrap();
    assert_eq!(tx.share(BACKUP, with).await.unwrap(), None);
    assert!(add(&mut tx, BACKUP, with, None).await > id, "its number is not given again");
}

async fn a_removed_object_takes_its_shares_along(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    add(&mut tx, BUNDLE, ShareTarget::Tenant(OPS), None).await;
    let other = add(&mut tx, BACKUP, ShareTarget::Tenant(OPS), None).await;
    add(&mut tx, BUNDLE, ShareTarget::User(BEN), None).await;
    tx.remove_object(BUNDLE).await.unwrap();
    assert_eq!(numbers(&tx.shares(ShareSource::All, NOW, None, 9).await.unwrap()), [other.0]);
    tx.commit().await.unwrap();
}

async fn shares_come_by_number_and_source(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let elsewhere = add_object(&mut tx, "IMAGE", "image", OPS, BEN).await;
    for (object, with, expires_at) in [
        (BUNDLE, ShareTarget::Tenant(OPS), None),
        (BACKUP, ShareTarget::Tenant(OPS), Some(after(1))),
        (BACKUP, ShareTarget::User(BEN), None),
        (BUNDLE, ShareTarget::Tenant(DEV), Some(after(2))),
        (elsewhere, ShareTarget::Tenant(DEV), None),
        (elsewhere, ShareTarget::User(ADA), None),
    ] {
        add(&mut tx, object, with, expires_at).await;
    }
    for (source, now, behind, limit, expected) in [
        (ShareSource::All, NOW, 0, 9, &[1, 2, 3, 4, 5, 6][..]),
        (ShareSource::All, after(1), 0, 9, &[1, 3, 4, 5, 6]),
        (ShareSource::All, after(2), 1, 2, &[3, 5]),
        (ShareSource::Object(BACKUP), NOW, 0, 9, &[2, 3]),
        (ShareSource::Object(BACKUP), after(1), 0, 9, &[3]),
        (ShareSource::ObjectsOf(DEV), NOW, 1, 9, &[2, 3, 4]),
        (ShareSource::ObjectsOf(OPS), NOW, 0, 1, &[5]),
        (ShareSource::With(ShareTarget::Tenant(OPS)), NOW, 0, 9, &[1, 2]),
        (ShareSource::With(ShareTarget::Tenant(DEV)), after(2), 0, 9, &[5]),
        (ShareSource::With(ShareTarget::User(BEN)), NOW, 0, 9, &[3]),
        (ShareSource::With(ShareTarget::User(BEN)), NOW, 3, 9, &[]),
    ] {
        let page = tx.shares(source, now, Some(ShareId(behind)), limit).await.unwrap();
        assert_eq!(numbers(&page), expected, "{source:?} at {now} after {behind}, {limit}");
    }
    assert_eq!(numbers(&tx.expired_shares(NOW, 9).await.unwrap()), [0; 0]);
    assert_eq!(numbers(&tx.expired_shares(after(2), 9).await.unwrap()), [2, 4]);
    assert_eq!(numbers(&tx.expired_shares(after(2), 1).await.unwrap()), [2]);
}

async fn shared_objects_come_by_number(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let third = add_object(&mut tx, "BUNDLE", "another", DEV, ADA).await;
    add(&mut tx, third, ShareTarget::Tenant(OPS), None).await;
    add(&mut tx, BUNDLE, ShareTarget::Tenant(OPS), Some(after(1))).await;
    for object in [third, BACKUP, BUNDLE] {
        add(&mut tx, object, ShareTarget::User(BEN), Some(after(2))).await;
    }
    let with_user = |tenant, minutes| ObjectSource::SharedWithUser { user: BEN, tenant, now: after(minutes) };
    let with_tenant = |minutes| ObjectSource::SharedWithTenant { tenant: OPS, now: after(minutes) };
    let any = || ObjectTypes::Any(vec!["BUNDLE".into(), "BACKUP".into()]);
    let one = |object_type: &str| ObjectTypes::One(object_type.into());
    for (source, types, owner, behind, limit, expected) in [
        (with_tenant(0), any(), None, 0, 9, &[1, 3][..]),
        (with_tenant(0), any(), None, 1, 9, &[3]),
        (with_tenant(0), one("BACKUP"), None, 0, 9, &[]),
        (with_tenant(0), one("BUNDLE"), None, 0, 1, &[1]),
        (with_tenant(0), any(), Some(BEN), 0, 9, &[]),
        (with_tenant(1), any(), None, 0, 9, &[3]),
        (with_user(DEV, 0), any(), None, 0, 9, &[1, 2, 3]),
        (with_user(DEV, 0), one("BUNDLE"), Some(ADA), 1, 9, &[3]),
        (with_user(DEV, 0), any(), None, 1, 1, &[2]),
        (with_user(DEV, 0), ObjectTypes::Every, None, 1, 9, &[2, 3]),
        (with_user(DEV, 2), any(), None, 0, 9, &[]),
        (with_user(OPS, 0), any(), None, 0, 9, &[1, 3]),
        (with_user(OPS, 1), any(), None, 0, 9, &[3]),
        (with_user(TenantId(1), 0), any(), None, 0, 9, &[]),
    ] {
        let filter = ObjectFilter { source, types, tenant: None, owner };
        let page = tx.objects(&filter, Some(ObjectId(behind)), limit).await.unwrap();
        let found: Vec<i64> = page.into_iter().map(|object| object.id.0).collect();
        assert_eq!(found, expected, "{filter:?} after {behind}, {limit}");
    }
}

async fn stranded(tx: &mut Tx, of: Stranded, now: Timestamp) -> Vec<i64> {
    numbers(&tx.stranded_shares(of, now).await.unwrap())
}

async fn a_share_with_a_user_holds_while_a_membership_does(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let share = add(&mut tx, BACKUP, ShareTarget::User(BEN), None).await;
    let of_ada = add(&mut tx, BACKUP, ShareTarget::User(ADA), None).await;
    assert_eq!(stranded(&mut tx, Stranded::User(BEN), NOW).await, [share.0]);
    assert_eq!(stranded(&mut tx, Stranded::Object(BACKUP), NOW).await, [share.0]);
    let place = add_member(&mut tx, BEN, DEV, &[]).await;
    assert_eq!(stranded(&mut tx, Stranded::User(BEN), NOW).await, [0; 0]);
    assert_eq!(stranded(&mut tx, Stranded::Object(BACKUP), NOW).await, [0; 0]);
    tx.remove_membership(place).await.unwrap();
    assert_eq!(stranded(&mut tx, Stranded::User(BEN), NOW).await, [share.0]);
    assert_eq!(stranded(&mut tx, Stranded::User(ADA), NOW).await, [0; 0], "{of_ada} holds");
}

async fn a_share_with_a_tenant_holds_up_others_until_it_is_over(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let with_tenant = add(&mut tx, BACKUP, ShareTarget::Tenant(OPS), Some(after(1))).await;
    let share = add(&mut tx, BACKUP, ShareTarget::User(BEN), None).await;
    add(&mut tx, BUNDLE, ShareTarget::Tenant(OPS), None).await;
    assert_eq!(stranded(&mut tx, Stranded::Object(BACKUP), NOW).await, [0; 0]);
    assert_eq!(stranded(&mut tx, Stranded::Object(BACKUP), after(1)).await, [share.0]);
    assert_eq!(stranded(&mut tx, Stranded::User(BEN), after(1)).await, [share.0]);
    tx.remove_share(with_tenant).await.unwrap();
    assert_eq!(stranded(&mut tx, Stranded::User(BEN), NOW).await, [share.0]);
}
