use robin_model::{ObjectId, TenantId, UserId, namespace::Namespace};

use super::{
    Database, NOW, Tx, add_member, add_namespace, add_object, add_tenant, add_user, begin, cases, new_namespace,
};
use crate::Access;

cases!(
    a_namespace_comes_back_as_it_was_added,
    a_namespace_name_is_taken,
    namespaces_come_by_number,
    a_namespace_is_primary_for_its_owner_only,
    a_namespace_with_another_owner_is_nobodys_primary_one,
    a_removed_namespace_is_nobodys_primary_one,
);

async fn one(tx: &mut Tx, name: &str) -> Option<Namespace> {
    tx.namespace_named(&name.parse().unwrap()).await.unwrap()
}

/// Users 3 and 4 in tenant 2.
async fn two_members(tx: &mut Tx) -> TenantId {
    let tenant = add_tenant(tx, "Dev").await;
    for name in ["Ada", "Bob"] {
        let user = add_user(tx, name).await;
        add_member(tx, user, tenant, &[]).await;
    }
    tenant
}

async fn a_namespace_comes_back_as_it_was_added(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = two_members(&mut tx).await;
    let id = add_namespace(&mut tx, "dev-1", tenant, UserId(3)).await;
    let namespace = Namespace {
        id,
        name: "dev-1".parse().unwrap(),
        tenant,
        tenant_name: "Dev".parse().unwrap(),
        owner: UserId(3),
        owner_name: "Ada".parse().unwrap(),
        primary: false,
        created_at: NOW,
    };
    assert_eq!(one(&mut tx, "dev-1").await, Some(namespace));
    assert_eq!(one(&mut tx, "dev-2").await, None);
}

async fn a_namespace_name_is_taken(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = two_members(&mut tx).await;
    let first = add_namespace(&mut tx, "dev-1", tenant, UserId(3)).await;
    assert_eq!(tx.insert_object(&new_namespace("dev-1", TenantId(1), UserId(4))).await.unwrap(), None);
    tx.remove_object(first).await.unwrap();
    assert!(add_namespace(&mut tx, "dev-1", tenant, UserId(4)).await > first, "its number is not given again");
}

async fn namespaces_come_by_number(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = two_members(&mut tx).await;
    let mut all = Vec::new();
    for (name, tenant, owner) in [("z", tenant, 3), ("y", TenantId(1), 3), ("x", tenant, 4)] {
        all.push(add_namespace(&mut tx, name, tenant, UserId(owner)).await);
    }
    let bundle = add_object(&mut tx, "BUNDLE", "w", tenant, UserId(3)).await;
    let names = async |tx: &mut Tx, ids: &[ObjectId]| {
        let found = tx.namespaces(ids).await.unwrap();
        found.into_iter().map(|namespace| namespace.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut tx, &[all[2], all[0], bundle, ObjectId(99)]).await, ["z", "x"]);
    assert_eq!(names(&mut tx, &all).await, ["z", "y", "x"]);
    assert_eq!(names(&mut tx, &[]).await, [""; 0]);
}

/// User 3 owns a namespace, which is primary for both members.
async fn shared(tx: &mut Tx) -> (ObjectId, TenantId) {
    let tenant = two_members(tx).await;
    let namespace = add_namespace(tx, "dev-1", tenant, UserId(3)).await;
    for user in [3, 4] {
        let membership = tx.membership(UserId(user), tenant).await.unwrap().unwrap();
        tx.set_primary_namespace(membership.id, Some(namespace)).await.unwrap();
    }
    (namespace, tenant)
}

async fn a_namespace_is_primary_for_its_owner_only(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (_, tenant) = shared(&mut tx).await;
    assert!(one(&mut tx, "dev-1").await.unwrap().primary);
    let owners = tx.membership(UserId(3), tenant).await.unwrap().unwrap();
    tx.set_primary_namespace(owners.id, None).await.unwrap();
    assert!(!one(&mut tx, "dev-1").await.unwrap().primary, "another member's choice does not count");
}

async fn a_namespace_with_another_owner_is_nobodys_primary_one(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (namespace, tenant) = shared(&mut tx).await;
    tx.set_object_owner(namespace, Some(UserId(4))).await.unwrap();
    let now = one(&mut tx, "dev-1").await.unwrap();
    assert_eq!((now.owner, now.owner_name.as_str(), now.primary), (UserId(4), "Bob", false));
    for user in [3, 4] {
        assert_eq!(tx.membership(UserId(user), tenant).await.unwrap().unwrap().namespace, None);
    }
}

async fn a_removed_namespace_is_nobodys_primary_one(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (namespace, tenant) = shared(&mut tx).await;
    tx.remove_object(namespace).await.unwrap();
    assert_eq!(one(&mut tx, "dev-1").await, None);
    assert_eq!(tx.membership(UserId(4), tenant).await.unwrap().unwrap().namespace, None);
    tx.commit().await.unwrap();
}
