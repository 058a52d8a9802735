use std::slice;

use robin_model::{
    CapabilityId, ContextId, LdapServerId, TenantId, TenantRole, UserId,
    directory::Source,
    user::{Membership, NewMembership},
};

use super::{Database, Tx, add_member, add_namespace, add_tenant, add_user, begin, cases, new_membership};
use crate::Access;

cases!(
    the_first_membership_is_number_three,
    a_membership_comes_back_with_its_capabilities_in_order,
    a_user_is_a_member_once,
    memberships_come_by_user_and_number,
    memberships_with_a_capability_come_whole,
    a_new_role_brings_its_own_capabilities,
    a_membership_knows_whose_mappings_made_it,
    a_removed_memberships_number_is_not_given_again,
    a_thousand_users_are_asked_for_at_once,
    many_join_at_once,
);

async fn of(tx: &mut Tx, users: &[i64]) -> Vec<i64> {
    let users: Vec<UserId> = users.iter().copied().map(UserId).collect();
    tx.memberships_of(&users).await.unwrap().into_iter().map(|membership| membership.id.0).collect()
}

async fn the_first_membership_is_number_three(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let user = add_user(&mut tx, "admin").await;
    assert_eq!(add_member(&mut tx, user, TenantId::ADMINISTRATORS, &[1]).await, ContextId(3));
}

async fn a_membership_comes_back_with_its_capabilities_in_order(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (user, tenant) = (add_user(&mut tx, "ada").await, add_tenant(&mut tx, "Dev").await);
    let new = new_membership(user, tenant, TenantRole::Tenantadmin, &[30, 10, 20]);
    let id = tx.insert_membership(&new).await.unwrap().unwrap();
    let namespace = add_namespace(&mut tx, "dev-1", tenant, user).await;
    tx.set_primary_namespace(id, Some(namespace)).await.unwrap();
    let membership = Membership {
        id,
        user,
        tenant,
        tenant_name: "Dev".parse().unwrap(),
        role: TenantRole::Tenantadmin,
        capabilities: [30, 10, 20].map(CapabilityId).to_vec(),
        namespace: Some("dev-1".parse().unwrap()),
        mapped_by: None,
    };
    assert_eq!(tx.membership(user, tenant).await.unwrap(), Some(membership.clone()));
    assert_eq!(tx.memberships_of(&[user]).await.unwrap(), slice::from_ref(&membership));
    tx.set_primary_namespace(id, None).await.unwrap();
    let without = Membership { namespace: None, ..membership };
    assert_eq!(tx.membership(user, tenant).await.unwrap(), Some(without));
    assert_eq!(tx.membership(user, TenantId::ADMINISTRATORS).await.unwrap(), None);
}

async fn a_user_is_a_member_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let user = add_user(&mut tx, "ada").await;
    add_member(&mut tx, user, TenantId(1), &[1]).await;
    let again = new_membership(user, TenantId(1), TenantRole::Superadmin, &[2, 3]);
    assert_eq!(tx.insert_membership(&again).await.unwrap(), None);
    let kept = tx.membership(user, TenantId(1)).await.unwrap().unwrap();
    assert_eq!((kept.role, kept.capabilities), (TenantRole::User, vec![CapabilityId(1)]));
}

async fn memberships_come_by_user_and_number(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for name in ["a", "b", "c"] {
        add_user(&mut tx, name).await;
    }
    let dev = add_tenant(&mut tx, "dev").await;
    for (user, tenant) in [(5, dev), (3, dev), (4, TenantId(1)), (3, TenantId(1))] {
        add_member(&mut tx, UserId(user), tenant, &[2, 1]).await;
    }
    assert_eq!(of(&mut tx, &[5, 3]).await, [4, 6, 3]);
    assert_eq!(of(&mut tx, &[3, 4, 5, 99]).await, [4, 6, 5, 3]);
    assert_eq!(of(&mut tx, &[]).await, [0; 0]);
}

async fn memberships_with_a_capability_come_whole(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for (name, capabilities) in [("a", [7, 9].as_slice()), ("b", &[8]), ("c", &[9]), ("d", &[])] {
        let user = add_user(&mut tx, name).await;
        add_member(&mut tx, user, TenantId(1), capabilities).await;
    }
    let found = tx.memberships_with(CapabilityId(9)).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|membership| (membership.user.0, membership.capabilities)).collect();
    assert_eq!(found, [(3, vec![CapabilityId(7), CapabilityId(9)]), (5, vec![CapabilityId(9)])]);
}

async fn a_new_role_brings_its_own_capabilities(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let user = add_user(&mut tx, "ada").await;
    let id = add_member(&mut tx, user, TenantId(1), &[1, 2]).await;
    let list = [5, 1].map(CapabilityId);
    tx.set_role(id, TenantRole::Superadmin, &list, None).await.unwrap();
    let now = tx.membership(user, TenantId(1)).await.unwrap().unwrap();
    assert_eq!((now.role, now.capabilities.as_slice()), (TenantRole::Superadmin, list.as_slice()));
    tx.set_role(id, TenantRole::User, &[], None).await.unwrap();
    assert_eq!(tx.membership(user, TenantId(1)).await.unwrap().unwrap().capabilities, []);
    tx.set_role(ContextId(99), TenantRole::User, &list, None).await.unwrap();
    assert_eq!(tx.memberships_with(CapabilityId(5)).await.unwrap(), []);
    tx.commit().await.unwrap();
}

async fn a_membership_knows_whose_mappings_made_it(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (user, source) = (add_user(&mut tx, "ada").await, Source::Ldap(LdapServerId(7)));
    let new = new_membership(user, TenantId(1), TenantRole::User, &[1, 2]);
    let id = tx.insert_membership(&NewMembership { mapped_by: Some(source), ..new }).await.unwrap().unwrap();
    let mapped_by = async |tx: &mut Tx| tx.membership(user, TenantId(1)).await.unwrap().unwrap().mapped_by;
    assert_eq!(mapped_by(&mut tx).await, Some(source));
    tx.set_role(id, TenantRole::User, &[], None).await.unwrap();
    assert_eq!(mapped_by(&mut tx).await, None, "somebody took it over");
    tx.set_role(id, TenantRole::User, &[], Some(Source::Openshift)).await.unwrap();
    assert_eq!(mapped_by(&mut tx).await, Some(Source::Openshift));
}

async fn a_removed_memberships_number_is_not_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let user = add_user(&mut tx, "ada").await;
    let first = add_member(&mut tx, user, TenantId(1), &[1]).await;
    tx.remove_membership(first).await.unwrap();
    assert_eq!(tx.membership(user, TenantId(1)).await.unwrap(), None);
    assert_eq!(tx.memberships_with(CapabilityId(1)).await.unwrap(), []);
    assert!(add_member(&mut tx, user, TenantId(1), &[]).await > first);
}

async fn a_thousand_users_are_asked_for_at_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for number in 0..1000 {
        let user = add_user(&mut tx, &format!("user-{number}")).await;
        add_member(&mut tx, user, TenantId(1), &[2, 1]).await;
    }
    let users: Vec<UserId> = (3..1003).map(UserId).collect();
    let found = tx.memberships_of(&users).await.unwrap();
    assert_eq!(found.len(), 1000);
    assert!(found.iter().all(|membership| membership.capabilities == [2, 1].map(CapabilityId)));
}

/// More than go into one statement.
async fn many_join_at_once(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "dev").await;
    let users: Vec<_> = (0..300).map(|number| super::new_user(&format!("user-{number}"))).collect();
    let users: Vec<UserId> = tx.insert_users(&users).await.unwrap().into_iter().flatten().collect();
    let namespace = add_namespace(&mut tx, "n", tenant, users[1]).await;
    let known = add_member(&mut tx, users[0], tenant, &[7]).await;
    let member = |user: &UserId| NewMembership {
        namespace: (*user == users[1]).then_some(namespace),
        ..new_membership(*user, tenant, TenantRole::User, if *user == users[2] { &[] } else { &[9, 2] })
    };
    let mut new: Vec<NewMembership> = users.iter().map(member).collect();
    new.push(member(&users[1]));
    let ids = tx.insert_memberships(&new).await.unwrap();
    assert_eq!((ids[0], ids[300]), (None, None), "a member before, and one of them");
    assert_eq!(ids.iter().flatten().count(), 299);
    let found = tx.memberships_of(&users).await.unwrap();
    assert_eq!((found[0].id, found[0].capabilities.as_slice()), (known, [CapabilityId(7)].as_slice()));
    let shown = |place: &Membership| (Some(place.id), place.capabilities.len(), place.namespace.is_some());
    assert_eq!(shown(&found[1]), (ids[1], 2, true));
    assert_eq!(shown(&found[2]), (ids[2], 0, false));
    assert_eq!(found[299].capabilities, [9, 2].map(CapabilityId));
}
