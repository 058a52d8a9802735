use robin_model::{
    ObjectId, TenantId, UserId,
    object::{Attributes, NewObject, Object, ObjectFilter, ObjectSource, ObjectTypes},
};

use super::{Database, NOW, Tx, add_object, add_tenant, add_user, begin, cases, new_object};
use crate::Access;

cases!(
    an_object_comes_back_as_it_was_registered,
    an_object_of_the_cluster_has_no_tenant_and_may_have_no_owner,
    a_name_is_taken_within_its_type_as_it_is_written,
    a_removed_objects_number_is_not_given_again,
    what_is_said_of_an_object_can_change,
    objects_come_by_number_type_tenant_and_owner,
    many_are_registered_at_once,
);

async fn one(tx: &mut Tx, object_type: &str, name: &str) -> Option<Object> {
    tx.object_named(object_type, &name.parse().unwrap()).await.unwrap()
}

fn attributes() -> Attributes {
    let list = ["", "Ä\0'🦀"].map(str::to_owned).to_vec();
    [("list".to_owned(), list.into()), ("\"".to_owned(), true.into())].into_iter().collect()
}

async fn an_object_comes_back_as_it_was_registered(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (owner, tenant) = (add_user(&mut tx, "Ada").await, add_tenant(&mut tx, "Dev").await);
    let new = NewObject { attributes: attributes(), ..new_object("BUNDLE", "a/b %2F~", Some(tenant), Some(owner)) };
    let id = tx.insert_object(&new).await.unwrap().unwrap();
    let object = Object {
        id,
        object_type: "BUNDLE".into(),
        name: "a/b %2F~".parse().unwrap(),
        owner: Some(owner),
        owner_name: Some("Ada".parse().unwrap()),
        tenant: Some(tenant),
        tenant_name: Some("Dev".parse().unwrap()),
        attributes: attributes(),
        created_at: NOW,
    };
    assert_eq!(one(&mut tx, "BUNDLE", "a/b %2F~").await.as_ref(), Some(&object));
    assert_eq!(tx.object(id).await.unwrap(), Some(object));
    assert_eq!(one(&mut tx, "IMAGE", "a/b %2F~").await, None);
}

async fn an_object_of_the_cluster_has_no_tenant_and_may_have_no_owner(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let owner = add_user(&mut tx, "ada").await;
    let id = tx.insert_object(&new_object("NODE", "n1", None, Some(owner))).await.unwrap().unwrap();
    tx.set_object_owner(id, None).await.unwrap();
    let object = one(&mut tx, "NODE", "n1").await.unwrap();
    assert_eq!((object.owner, object.owner_name, object.tenant, object.tenant_name), (None, None, None, None));
}

async fn a_name_is_taken_within_its_type_as_it_is_written(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (owner, tenant) = (add_user(&mut tx, "ada").await, add_tenant(&mut tx, "dev").await);
    let first = add_object(&mut tx, "BUNDLE", "x", tenant, owner).await;
    assert_eq!(tx.insert_object(&new_object("BUNDLE", "x", None, None)).await.unwrap(), None);
    add_object(&mut tx, "IMAGE", "x", tenant, owner).await;
    add_object(&mut tx, "BUNDLE", "X", tenant, owner).await;
    assert_eq!(one(&mut tx, "BUNDLE", "x").await.unwrap().id, first);
    tx.commit().await.unwrap();
}

async fn a_removed_objects_number_is_not_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (owner, tenant) = (add_user(&mut tx, "ada").await, add_tenant(&mut tx, "dev").await);
    let first = add_object(&mut tx, "BUNDLE", "x", tenant, owner).await;
    tx.remove_object(first).await.unwrap();
    assert_eq!(one(&mut tx, "BUNDLE", "x").await, None);
    assert!(add_object(&mut tx, "BUNDLE", "x", tenant, owner).await > first);
}

async fn what_is_said_of_an_object_can_change(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (owner, tenant) = (add_user(&mut tx, "ada").await, add_tenant(&mut tx, "dev").await);
    let ben = add_user(&mut tx, "ben").await;
    let id = add_object(&mut tx, "BUNDLE", "x", tenant, owner).await;
    tx.set_object_attributes(id, &attributes()).await.unwrap();
    tx.set_object_owner(id, Some(ben)).await.unwrap();
    let object = one(&mut tx, "BUNDLE", "x").await.unwrap();
    assert_eq!((object.owner, object.attributes), (Some(ben), attributes()));
}

/// Objects 1 to 6 of tenants 1 and 2, users 3 and 4, and object 7 of the cluster.
async fn some(tx: &mut Tx) {
    let tenant = add_tenant(tx, "dev").await;
    for name in ["ada", "ben"] {
        add_user(tx, name).await;
    }
    for (object_type, tenant, owner) in [
        ("BUNDLE", tenant, 3),
        ("BUNDLE", TenantId(1), 3),
        ("IMAGE", tenant, 3),
        ("IMAGE", tenant, 4),
        ("NODE", TenantId(1), 4),
        ("BUNDLE", tenant, 4),
    ] {
        add_object(tx, object_type, &format!("{tenant}-{owner}-{object_type}"), tenant, UserId(owner)).await;
    }
    tx.insert_object(&new_object("NODE", "n", None, Some(UserId(3)))).await.unwrap().unwrap();
}

async fn objects_come_by_number_type_tenant_and_owner(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    some(&mut tx).await;
    let any = |types: &[&str]| ObjectTypes::Any(types.iter().map(|name| (*name).to_owned()).collect());
    let all = || any(&["NODE", "IMAGE", "BUNDLE"]);
    let only = |object_type: &str| ObjectTypes::One(object_type.to_owned());
    for (source, types, tenant, owner, after, limit, expected) in [
        (ObjectSource::Registered, all(), None, None, 0, 9, &[1, 2, 3, 4, 5, 6, 7][..]),
        (ObjectSource::Registered, all(), None, None, 2, 2, &[3, 4]),
        (ObjectSource::Registered, ObjectTypes::Every, None, None, 5, 9, &[6, 7]),
        (ObjectSource::Registered, any(&["IMAGE", "NODE"]), None, None, 0, 9, &[3, 4, 5, 7]),
        (ObjectSource::Registered, any(&["IMAG", "MAGE", "IMAGE2"]), None, None, 0, 9, &[]),
        (ObjectSource::Registered, any(&[]), None, None, 0, 9, &[]),
        (ObjectSource::Registered, only("BUNDLE"), None, None, 0, 9, &[1, 2, 6]),
        (ObjectSource::Registered, only("BUNDLE"), None, None, 1, 1, &[2]),
        (ObjectSource::Registered, all(), Some(2), None, 0, 9, &[1, 3, 4, 6]),
        (ObjectSource::Registered, only("IMAGE"), Some(2), None, 3, 9, &[4]),
        (ObjectSource::Registered, all(), None, Some(4), 0, 9, &[4, 5, 6]),
        (ObjectSource::Registered, all(), Some(1), Some(4), 0, 9, &[5]),
        (ObjectSource::Registered, only("BUNDLE"), Some(2), Some(3), 0, 9, &[1]),
        (ObjectSource::Cluster, all(), None, None, 0, 9, &[7]),
        (ObjectSource::Cluster, only("NODE"), None, Some(3), 0, 9, &[7]),
        (ObjectSource::Cluster, only("NODE"), None, Some(4), 0, 9, &[]),
        (ObjectSource::Cluster, all(), Some(1), None, 0, 9, &[]),
    ] {
        let filter = ObjectFilter { source, types, tenant: tenant.map(TenantId), owner: owner.map(UserId) };
        let page = tx.objects(&filter, Some(ObjectId(after)), limit).await.unwrap();
        let numbers: Vec<i64> = page.into_iter().map(|object| object.id.0).collect();
        assert_eq!(numbers, expected, "{filter:?} after {after}, {limit}");
    }
}

/// More than go into one statement.
async fn many_are_registered_at_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let known = tx.insert_object(&new_object("BUNDLE", "7", None, None)).await.unwrap();
    let mut new: Vec<NewObject> =
        (0..300).map(|number| new_object("BUNDLE", &number.to_string(), None, None)).collect();
    new.push(new_object("IMAGE", "7", None, None));
    new.push(new_object("IMAGE", "7", None, None));
    let ids = tx.insert_objects(&new).await.unwrap();
    assert_eq!((ids[7], ids[301]), (None, None), "there before, and one of them");
    assert_eq!((ids.iter().flatten().count(), known), (300, Some(ObjectId(1))));
    assert_eq!(Some(one(&mut tx, "BUNDLE", "299").await.unwrap().id), ids[299]);
    assert_eq!(Some(one(&mut tx, "IMAGE", "7").await.unwrap().id), ids[300]);
}
