use robin_model::{
    LdapServerId,
    directory::{Absence, MaxDisable, Source, SyncSettings},
    user::{Authentication, NewUser},
};

use super::{Database, NOW, begin, cases, new_user};
use crate::Access;

cases!(how_accounts_are_kept_in_step_is_kept, accounts_come_by_source, an_absence_lasts_until_somebody_says_otherwise);

async fn how_accounts_are_kept_in_step_is_kept(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (one, other) = (Source::Ldap(LdapServerId(1)), Source::Openshift);
    assert_eq!(tx.sync_settings(one).await.unwrap(), SyncSettings::default());
    let first = SyncSettings { ground: None, max_disable: MaxDisable::Count(7), allow_superadmin: true };
    let second = SyncSettings { ground: Some("g".to_owned()), ..SyncSettings::default() };
    for settings in [&first, &second] {
        tx.set_sync_settings(one, settings).await.unwrap();
        assert_eq!(&tx.sync_settings(one).await.unwrap(), settings);
    }
    tx.set_sync_settings(other, &first).await.unwrap();
    tx.remove_ldap_server(LdapServerId(1)).await.unwrap();
    assert_eq!(tx.sync_settings(one).await.unwrap(), SyncSettings::default());
    assert_eq!(tx.sync_settings(other).await.unwrap(), first);
}

async fn accounts_come_by_source(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ldap = |server| Authentication::Ldap { server: LdapServerId(server), dn: None, object_sid: None };
    let mut ids = Vec::new();
    for (name, authentication) in [
        ("a", ldap(1)),
        ("b", ldap(1)),
        ("c", ldap(2)),
        ("d", Authentication::Openshift { uid: "u-4".to_owned() }),
        ("e", Authentication::Local),
        ("f", ldap(1)),
        ("g", ldap(1)),
    ] {
        let user = NewUser { authentication, ..new_user(name) };
        ids.push(tx.insert_user(&user).await.unwrap().unwrap());
    }
    tx.set_disabled(ids[1], true).await.unwrap();
    tx.mark_user_deleted(ids[6], NOW).await.unwrap();
    let one = Source::Ldap(LdapServerId(1));
    for (source, after, limit, expected) in [
        (one, None, 9, vec![ids[0], ids[1], ids[5]]),
        (one, None, 2, vec![ids[0], ids[1]]),
        (one, Some(ids[1]), 2, vec![ids[5]]),
        (Source::Openshift, None, 9, vec![ids[3]]),
        (Source::Openshift, Some(ids[3]), 9, vec![]),
    ] {
        let page = tx.accounts_of(source, after, limit).await.unwrap();
        assert_eq!(page.into_iter().map(|user| user.id).collect::<Vec<_>>(), expected);
    }
    assert_eq!(tx.active_accounts(one).await.unwrap(), 2);
    assert_eq!(tx.active_accounts(Source::Openshift).await.unwrap(), 1);
}

async fn an_absence_lasts_until_somebody_says_otherwise(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(super::add_user(&mut tx, name).await);
    }
    for (id, absence) in ids.iter().zip(Absence::ALL) {
        tx.disable_absent(*id, absence).await.unwrap();
    }
    tx.disable_absent(ids[2], Absence::Gone).await.unwrap();
    tx.set_disabled(ids[3], true).await.unwrap();
    let absent = [(ids[0], Absence::Gone), (ids[1], Absence::Disabled), (ids[2], Absence::Gone)];
    assert_eq!(tx.absences(&ids).await.unwrap(), absent);
    assert!(tx.user(ids[0]).await.unwrap().unwrap().disabled);
    // Whoever says that it is disabled, or not, says why from then on.
    tx.set_disabled(ids[0], true).await.unwrap();
    tx.set_disabled(ids[1], false).await.unwrap();
    assert_eq!(tx.absences(&ids).await.unwrap(), [(ids[2], Absence::Gone)]);
    assert_eq!(tx.absences(&ids[..1]).await.unwrap(), []);
}
