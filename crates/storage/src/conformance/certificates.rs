use std::time::Duration;

use robin_model::{
    Timestamp, UserId,
    certificate::{Certificate, Reason, Revocation, RevocationList, Serial, StoredAuthority},
    user::UserFilter,
};

use super::{Database, NOW, Tx, add_member, add_tenant, add_user, begin, cases, new_user};
use crate::Access;

cases!(
    there_is_one_authority,
    the_newest_certificate_is_the_current_one,
    certificates_are_listed_by_user_and_tenant,
    active_accounts_without_certificate_are_found,
    revoking_takes_all_that_are_not_over,
    the_list_of_revoked_ones_is_replaced,
    what_is_over_is_forgotten_unless_it_is_current,
    sealed_keys_are_replaced_where_they_stand,
);

const YEAR: Duration = Duration::from_hours(24 * 365);

fn certificate(number: u8, user: UserId) -> Certificate {
    Certificate {
        serial: Serial::from_bytes(&[1, number]).unwrap(),
        user,
        pem: format!("certificate {number}"),
        sealed_key: Some(vec![0, 255, number]),
        not_before: NOW,
        not_after: NOW.plus(YEAR),
        issued_at: NOW,
        revoked: None,
    }
}

const fn revoked(reason: Reason) -> Revocation {
    Revocation { at: NOW, reason }
}

async fn listed(tx: &mut Tx, filter: &UserFilter, after: Option<UserId>, limit: u32) -> Vec<String> {
    let found = tx.certificates(filter, after, limit).await.unwrap();
    found.into_iter().map(|(username, certificate)| format!("{username}: {}", certificate.pem)).collect()
}

async fn there_is_one_authority(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert!(tx.authority().await.unwrap().is_none());
    let first = StoredAuthority { pem: "a".into(), sealed_key: vec![0, 1], created_at: NOW };
    assert!(tx.insert_authority(&first).await.unwrap());
    assert!(!tx.insert_authority(&StoredAuthority { pem: "b".into(), ..first.clone() }).await.unwrap());
    let kept = tx.authority().await.unwrap().unwrap();
    assert_eq!((kept.pem, kept.sealed_key, kept.created_at), (first.pem, first.sealed_key, NOW));
}

async fn the_newest_certificate_is_the_current_one(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (ada, bob) = (add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await);
    assert_eq!(tx.certificate_of(ada).await.unwrap(), None);
    let own = Certificate { sealed_key: None, ..certificate(2, ada) };
    let odd = Certificate { revoked: Some(revoked(Reason::Superseded)), ..certificate(3, bob) };
    for new in [&certificate(1, ada), &own, &odd] {
        tx.insert_certificate(new).await.unwrap();
    }
    assert_eq!(tx.certificate_of(ada).await.unwrap(), Some(own));
    assert_eq!(tx.certificate_of(bob).await.unwrap(), Some(odd));
    assert!(tx.insert_certificate(&certificate(1, bob)).await.is_err(), "no serial number comes twice");
}

async fn certificates_are_listed_by_user_and_tenant(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (ada, bob, cy) =
        (add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await, add_user(&mut tx, "cy").await);
    let (dev, ops) = (add_tenant(&mut tx, "dev").await, add_tenant(&mut tx, "ops").await);
    for (user, tenant) in [(ada, dev), (cy, dev), (bob, ops)] {
        add_member(&mut tx, user, tenant, &[]).await;
    }
    for (number, user) in [(1, cy), (2, bob), (3, ada), (4, ada)] {
        tx.insert_certificate(&certificate(number, user)).await.unwrap();
    }
    let (all, of_dev) = (UserFilter::default(), UserFilter { tenant: Some(dev), ..UserFilter::default() });
    assert_eq!(listed(&mut tx, &all, None, 9).await, ["ada: certificate 4", "bob: certificate 2", "cy: certificate 1"]);
    assert_eq!(listed(&mut tx, &all, Some(ada), 1).await, ["bob: certificate 2"]);
    assert_eq!(listed(&mut tx, &of_dev, None, 9).await, ["ada: certificate 4", "cy: certificate 1"]);
    assert_eq!(listed(&mut tx, &of_dev, Some(ada), 9).await, ["cy: certificate 1"]);
    let of_ada = UserFilter { user: Some(ada), ..of_dev };
    assert_eq!(listed(&mut tx, &of_ada, None, 9).await, ["ada: certificate 4"]);
    assert_eq!(listed(&mut tx, &of_ada, Some(ada), 9).await, Vec::<String>::new());
    tx.retire_certificate_of(ada).await.unwrap();
    assert_eq!(tx.certificate_of(ada).await.unwrap(), None);
    assert_eq!(listed(&mut tx, &of_dev, None, 9).await, ["cy: certificate 1"]);
}

async fn active_accounts_without_certificate_are_found(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let mut off = new_user("off");
    off.disabled = true;
    tx.insert_user(&off).await.unwrap();
    let users = [add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await, add_user(&mut tx, "cy").await];
    tx.insert_certificate(&certificate(1, users[1])).await.unwrap();
    let revocation = revoked(Reason::KeyCompromise);
    tx.revoke_certificates_of(users[1], revocation).await.unwrap();
    let names = |found: Vec<(UserId, robin_model::Username)>| {
        found.into_iter().map(|(id, name)| (id, name.to_string())).collect::<Vec<_>>()
    };
    let without = [(users[0], "ada".to_owned()), (users[2], "cy".to_owned())];
    assert_eq!(names(tx.users_without_certificate(9).await.unwrap()), without);
    assert_eq!(names(tx.users_without_certificate(1).await.unwrap()), without[..1]);
    tx.mark_user_deleted(users[0], NOW).await.unwrap();
    tx.retire_certificate_of(users[1]).await.unwrap();
    let without = [(users[1], "bob".to_owned()), (users[2], "cy".to_owned())];
    assert_eq!(names(tx.users_without_certificate(9).await.unwrap()), without);
}

async fn revoking_takes_all_that_are_not_over(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (ada, bob) = (add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await);
    let over = Certificate { not_after: NOW, ..certificate(1, ada) };
    for new in [&over, &certificate(2, ada), &certificate(3, ada), &certificate(4, bob)] {
        tx.insert_certificate(new).await.unwrap();
    }
    let mut revoked_now = tx.revoke_certificates_of(ada, revoked(Reason::PrivilegeWithdrawn)).await.unwrap();
    revoked_now.sort();
    assert_eq!(revoked_now, [certificate(2, ada).serial, certificate(3, ada).serial]);
    assert_eq!(tx.revoke_certificates_of(ada, revoked(Reason::Unspecified)).await.unwrap(), []);
    let current = tx.certificate_of(ada).await.unwrap().unwrap();
    assert_eq!(current.revoked, Some(revoked(Reason::PrivilegeWithdrawn)));
    tx.revoke_certificates_of(bob, revoked(Reason::KeyCompromise)).await.unwrap();
    let found = |list: Vec<robin_model::certificate::Revoked>| {
        list.into_iter().map(|one| (one.serial.bytes()[1], one.revocation)).collect::<Vec<_>>()
    };
    let (withdrawn, compromised) = (revoked(Reason::PrivilegeWithdrawn), revoked(Reason::KeyCompromise));
    let all = [(2, withdrawn), (3, withdrawn), (4, compromised)];
    assert_eq!(found(tx.revoked_certificates(NOW).await.unwrap()), all);
    assert_eq!(found(tx.revoked_certificates(NOW.plus(YEAR)).await.unwrap()), all);
    assert_eq!(found(tx.revoked_certificates(NOW.plus(2 * YEAR)).await.unwrap()), []);
}

async fn the_list_of_revoked_ones_is_replaced(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.revocation_list().await.unwrap(), None);
    for (number, der) in [(1, Some(vec![0, 1])), (2, None), (i64::MAX, Some(vec![]))] {
        let list = RevocationList { number, der, next_update: NOW };
        tx.set_revocation_list(&list).await.unwrap();
        assert_eq!(tx.revocation_list().await.unwrap(), Some(list));
    }
}

async fn what_is_over_is_forgotten_unless_it_is_current(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ada = add_user(&mut tx, "ada").await;
    for number in [1, 2] {
        tx.insert_certificate(&certificate(number, ada)).await.unwrap();
    }
    assert_eq!(tx.forget_certificates(NOW.plus(YEAR)).await.unwrap(), 0);
    assert_eq!(tx.forget_certificates(Timestamp::from_micros(i64::MAX)).await.unwrap(), 1);
    assert_eq!(tx.certificate_of(ada).await.unwrap(), Some(certificate(2, ada)));
}

async fn sealed_keys_are_replaced_where_they_stand(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ada = add_user(&mut tx, "ada").await;
    let authority = StoredAuthority { pem: "a".into(), sealed_key: vec![1], created_at: NOW };
    tx.insert_authority(&authority).await.unwrap();
    tx.insert_certificate(&Certificate { sealed_key: None, ..certificate(1, ada) }).await.unwrap();
    tx.insert_certificate(&certificate(2, ada)).await.unwrap();
    let sealed = tx.sealed_secrets().await.unwrap();
    let places: Vec<&str> = sealed.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["authority/1/sealed", "certificates/0102/sealed"]);
    for place in places {
        tx.reseal(place, &[7]).await.unwrap();
    }
    assert_eq!(tx.authority().await.unwrap().unwrap().sealed_key, [7]);
    assert_eq!(tx.certificate_of(ada).await.unwrap().unwrap().sealed_key, Some(vec![7]));
}
