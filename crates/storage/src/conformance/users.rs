use robin_model::{
    LdapServerId, PasswordHash, TenantId, TenantRole, Timestamp, UserId,
    profile::Profile,
    user::{Authentication, NewUser, User, UserFilter},
};

use super::{Database, NOW, Tx, add_member, add_tenant, add_user, begin, cases, new_membership, new_user};
use crate::Access;

cases!(
    a_new_database_has_the_two_built_in_users,
    the_first_user_is_number_three,
    an_account_comes_back_as_it_was_added,
    a_name_is_taken_whatever_its_case,
    a_deleted_users_name_is_free_and_its_number_is_not,
    a_page_holds_what_the_filter_lets_through,
    a_page_of_a_tenant_holds_its_members_only,
    an_account_of_a_directory_is_one_account_here,
    an_account_of_the_cluster_is_one_account_here,
    accounts_are_added_and_found_many_at_a_time,
    passwords_are_kept_and_forgotten,
    updates_change_one_thing_each,
    only_other_active_local_superadmins_count,
);

/// An account of a directory server, with the name to log in with there and what identifies it.
fn directory(server: i64, dn: Option<&str>, object_sid: Option<&str>) -> Authentication {
    Authentication::Ldap {
        server: LdapServerId(server),
        dn: dn.map(|dn| dn.parse().unwrap()),
        object_sid: object_sid.map(str::to_owned),
    }
}

/// An account of the OpenShift cluster.
fn openshift(uid: &str) -> Authentication {
    Authentication::Openshift { uid: uid.to_owned() }
}

async fn named(tx: &mut Tx, name: &str) -> Option<User> {
    tx.user_named(&name.parse().unwrap()).await.unwrap()
}

async fn numbers(tx: &mut Tx, filter: &UserFilter, after: Option<i64>, limit: u32) -> Vec<i64> {
    let page = tx.users(filter, after.map(UserId), limit).await.unwrap();
    page.into_iter().map(|user| user.id.0).collect()
}

async fn a_new_database_has_the_two_built_in_users(store: Database) {
    let mut tx = begin(&store, Access::Read).await;
    let system = tx.user(User::SYSTEM).await.unwrap().unwrap();
    assert_eq!((system.username.as_str(), system.hidden, system.is_active()), ("system", true, false));
    assert_eq!(system.created_at, Timestamp::from_micros(0));
    let anonymous = named(&mut tx, "Anonymous").await.unwrap();
    assert_eq!((anonymous.id, anonymous.hidden, anonymous.disabled), (User::ANONYMOUS, true, false));
    assert!(tx.password(User::SYSTEM).await.unwrap().is_none());
    assert_eq!(numbers(&mut tx, &UserFilter::default(), None, 10).await, [0; 0]);
}

async fn the_first_user_is_number_three(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(add_user(&mut tx, "admin").await, UserId(3));
}

async fn an_account_comes_back_as_it_was_added(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ways = [
        Authentication::Local,
        openshift("29d228e0-0a61"),
        Authentication::Ldap { server: LdapServerId(7), dn: None, object_sid: None },
        directory(8, Some(r"cn=Ä\, B+c=\22d,dc=x"), Some("050ce4de")),
    ];
    for (authentication, name) in ways.into_iter().zip(["Ada", "b.b", "c_c", "d-d"]) {
        let profile = Profile { first_name: Some("Zoë".into()), last_name: None, email: Some("z@example.com".into()) };
        let new = NewUser { authentication, profile, ..new_user(name) };
        let id = tx.insert_user(&new).await.unwrap().unwrap();
        let user = User {
            id,
            username: new.username,
            authentication: new.authentication,
            profile: new.profile,
            hidden: false,
            disabled: false,
            deleted_at: None,
            current_tenant: None,
            created_at: NOW,
        };
        assert_eq!(tx.user(id).await.unwrap(), Some(user.clone()));
        assert_eq!(named(&mut tx, &name.to_ascii_uppercase()).await, Some(user));
    }
    assert_eq!(named(&mut tx, "nobody").await, None);
    assert_eq!(tx.user(UserId(99)).await.unwrap(), None);
}

async fn a_name_is_taken_whatever_its_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add_user(&mut tx, "Ada").await;
    assert_eq!(tx.insert_user(&new_user("aDA")).await.unwrap(), None);
    assert_eq!(tx.insert_user(&new_user("SYSTEM")).await.unwrap(), None);
    assert_eq!(named(&mut tx, "ADA").await.unwrap().id, id);
    tx.commit().await.unwrap();
}

async fn a_deleted_users_name_is_free_and_its_number_is_not(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let first = add_user(&mut tx, "ada").await;
    tx.set_password(first, &PasswordHash::new("hash".into())).await.unwrap();
    tx.mark_user_deleted(first, NOW).await.unwrap();
    assert_eq!(named(&mut tx, "ada").await, None);
    let second = add_user(&mut tx, "Ada").await;
    assert!(second > first);
    let gone = tx.user(first).await.unwrap().unwrap();
    assert_eq!((gone.deleted_at, gone.username.as_str()), (Some(NOW), "ada"));
    assert!(tx.password(first).await.unwrap().is_none());
    assert_eq!(named(&mut tx, "ada").await.unwrap().id, second);
    tx.mark_user_deleted(first, Timestamp::from_seconds(1)).await.unwrap();
    assert_eq!(tx.user(first).await.unwrap().unwrap().deleted_at, Some(NOW), "it was deleted before");
}

async fn a_page_holds_what_the_filter_lets_through(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for name in ["a", "b", "c", "d", "e"] {
        add_user(&mut tx, name).await;
    }
    tx.set_disabled(UserId(4), true).await.unwrap();
    tx.mark_user_deleted(UserId(5), NOW).await.unwrap();
    let all = UserFilter { disabled: true, hidden: true, deleted: true, ..UserFilter::default() };
    assert_eq!(numbers(&mut tx, &UserFilter::default(), None, 10).await, [3, 6, 7]);
    assert_eq!(numbers(&mut tx, &all, None, 10).await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(numbers(&mut tx, &all, None, 3).await, [1, 2, 3]);
    assert_eq!(numbers(&mut tx, &all, Some(3), 3).await, [4, 5, 6]);
    assert_eq!(numbers(&mut tx, &all, Some(7), 3).await, [0; 0]);
    for (filter, numbers_let_through) in [
        (UserFilter { disabled: true, ..UserFilter::default() }, vec![3, 4, 6, 7]),
        (UserFilter { hidden: true, ..UserFilter::default() }, vec![1, 2, 3, 6, 7]),
        (UserFilter { deleted: true, ..UserFilter::default() }, vec![3, 5, 6, 7]),
        (UserFilter { user: Some(UserId(6)), ..UserFilter::default() }, vec![6]),
        (UserFilter { user: Some(UserId(4)), ..UserFilter::default() }, vec![]),
    ] {
        assert_eq!(numbers(&mut tx, &filter, None, 10).await, numbers_let_through, "{filter:?}");
    }
    let one = UserFilter { user: Some(UserId(6)), ..UserFilter::default() };
    assert_eq!(numbers(&mut tx, &one, Some(6), 10).await, [0; 0]);
}

async fn a_page_of_a_tenant_holds_its_members_only(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "dev").await;
    for name in ["a", "b", "c", "d"] {
        add_user(&mut tx, name).await;
    }
    for user in [6, 4, 3] {
        add_member(&mut tx, UserId(user), tenant, &[1]).await;
    }
    add_member(&mut tx, UserId(5), TenantId::ADMINISTRATORS, &[]).await;
    tx.set_disabled(UserId(4), true).await.unwrap();
    let members = UserFilter { tenant: Some(tenant), ..UserFilter::default() };
    assert_eq!(numbers(&mut tx, &members, None, 10).await, [3, 6]);
    assert_eq!(numbers(&mut tx, &members, Some(3), 10).await, [6]);
    let with_disabled = UserFilter { disabled: true, ..members.clone() };
    assert_eq!(numbers(&mut tx, &with_disabled, None, 2).await, [3, 4]);
    let stranger = UserFilter { user: Some(UserId(5)), ..members };
    assert_eq!(numbers(&mut tx, &stranger, None, 10).await, [0; 0]);
}

async fn an_account_of_a_directory_is_one_account_here(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let of = |name: &str, server, object_sid| NewUser {
        authentication: directory(server, None, object_sid),
        ..new_user(name)
    };
    let first = tx.insert_user(&of("ada", 1, Some("S-1"))).await.unwrap().unwrap();
    assert_eq!(tx.insert_user(&of("bob", 1, Some("S-1"))).await.unwrap(), None, "the same by another name");
    let other = tx.insert_user(&of("bob", 2, Some("S-1"))).await.unwrap().unwrap();
    let unknown = tx.insert_user(&of("cyd", 1, None)).await.unwrap().unwrap();
    let sids = ["S-2", "S-1", "s-1"].map(str::to_owned);
    let found = tx.directory_users(LdapServerId(1), &sids).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [first]);

    assert!(!tx.set_directory_account(unknown, None, Some("S-1")).await.unwrap(), "that is another account");
    let dn = "uid=cyd,dc=x".parse().unwrap();
    assert!(tx.set_directory_account(unknown, Some(&dn), Some("S-2")).await.unwrap());
    assert_eq!(
        tx.user(unknown).await.unwrap().unwrap().authentication,
        directory(1, Some("uid=cyd,dc=x"), Some("S-2"))
    );
    assert!(tx.set_directory_account(first, None, None).await.unwrap());
    assert!(tx.set_directory_account(other, None, Some("S-2")).await.unwrap(), "of another server");
    assert!(!tx.set_directory_account(UserId(99), None, None).await.unwrap());
    tx.mark_user_deleted(unknown, NOW).await.unwrap();
    assert!(
        tx.set_directory_account(first, None, Some("S-2")).await.unwrap(),
        "what is deleted stands in nobody's way"
    );
    assert_eq!(tx.directory_users(LdapServerId(1), &sids).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
}

async fn an_account_of_the_cluster_is_one_account_here(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let of = |name: &str, uid: &str| NewUser { authentication: openshift(uid), ..new_user(name) };
    assert!(!tx.openshift_in_use().await.unwrap());
    let first = tx.insert_user(&of("ada", "u-1")).await.unwrap().unwrap();
    assert_eq!(tx.insert_user(&of("bob", "u-1")).await.unwrap(), None, "the same by another name");
    let of_directory = NewUser { authentication: directory(1, None, Some("u-1")), ..new_user("cyd") };
    assert!(tx.insert_user(&of_directory).await.unwrap().is_some());
    assert!(tx.insert_user(&of("dot", "U-1")).await.unwrap().is_some(), "another one");
    let uids = ["u-2", "u-1", "u-1"].map(str::to_owned);
    let found = tx.openshift_users(&uids).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [first]);
    assert_eq!(tx.openshift_users(&[]).await.unwrap(), []);
    assert!(tx.openshift_in_use().await.unwrap());
    tx.mark_user_deleted(first, NOW).await.unwrap();
    assert_eq!(tx.openshift_users(&uids).await.unwrap(), []);
    let again = tx.insert_user(&of("bob", "u-1")).await.unwrap();
    assert!(again.is_some(), "what is deleted stands in nobody's way");
    tx.commit().await.unwrap();
}

/// More than go into one statement.
async fn accounts_are_added_and_found_many_at_a_time(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let tenant = add_tenant(&mut tx, "dev").await;
    let taken = add_user(&mut tx, "USER-7").await;
    let new = |number: i64| NewUser {
        authentication: directory(1, None, Some(&format!("sid-{number}"))),
        disabled: number % 2 == 1,
        current_tenant: Some(tenant),
        ..new_user(&format!("user-{number}"))
    };
    let mut many: Vec<NewUser> = (0..600).map(new).collect();
    many.push(new(3));
    let ids = tx.insert_users(&many).await.unwrap();
    assert_eq!((ids[7], ids[600]), (None, None), "taken before, and taken by one of them");
    let added: Vec<UserId> = ids.iter().copied().flatten().collect();
    assert_eq!(added.len(), 599);
    for nth in [0, 249, 250, 599] {
        let user = tx.user(ids[nth].unwrap()).await.unwrap().unwrap();
        assert_eq!((&user.username, user.disabled), (&many[nth].username, nth % 2 == 1));
        assert_eq!((user.current_tenant, &user.authentication), (Some(tenant), &many[nth].authentication));
    }
    let names: Vec<_> = many.iter().map(|new| new.username.clone()).chain(["nobody".parse().unwrap()]).collect();
    let found = tx.users_named(&names).await.unwrap();
    assert_eq!((found.len(), found[0].id), (600, taken), "without regard to case, by number");
    let sids: Vec<String> = (0..700).map(|number| format!("sid-{number}")).collect();
    assert_eq!(tx.directory_users(LdapServerId(1), &sids).await.unwrap().len(), 599);
    assert_eq!(tx.directory_users(LdapServerId(2), &sids).await.unwrap(), []);
    assert_eq!((tx.users_named(&[]).await.unwrap(), tx.insert_users(&[]).await.unwrap()), (vec![], vec![]));
}

async fn passwords_are_kept_and_forgotten(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let password = Some(PasswordHash::new("first".into()));
    let id = tx.insert_user(&NewUser { password, ..new_user("ada") }).await.unwrap().unwrap();
    assert_eq!(tx.password(id).await.unwrap().unwrap().expose(), "first");
    tx.set_password(id, &PasswordHash::new("second".into())).await.unwrap();
    assert_eq!(tx.password(id).await.unwrap().unwrap().expose(), "second");
    assert!(tx.password(UserId(99)).await.unwrap().is_none());
}

async fn updates_change_one_thing_each(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add_user(&mut tx, "ada").await;
    let before = tx.user(id).await.unwrap().unwrap();
    let profile = Profile { first_name: None, last_name: Some("Lovelace".into()), email: None };
    tx.set_profile(id, &profile).await.unwrap();
    assert_eq!(tx.user(id).await.unwrap().unwrap(), User { profile, ..before.clone() });
    tx.set_profile(id, &Profile::default()).await.unwrap();
    tx.set_disabled(id, true).await.unwrap();
    assert_eq!(tx.user(id).await.unwrap().unwrap(), User { disabled: true, ..before.clone() });
    tx.set_disabled(id, false).await.unwrap();
    tx.set_current_tenant(id, Some(TenantId(1))).await.unwrap();
    assert_eq!(tx.user(id).await.unwrap().unwrap(), User { current_tenant: Some(TenantId(1)), ..before.clone() });
    tx.set_current_tenant(id, None).await.unwrap();
    assert_eq!(tx.user(id).await.unwrap().unwrap(), before);
    for missing in [UserId(98), UserId(99)] {
        tx.set_disabled(missing, true).await.unwrap();
        tx.mark_user_deleted(missing, NOW).await.unwrap();
    }
}

async fn only_other_active_local_superadmins_count(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let administrators = TenantId::ADMINISTRATORS;
    for name in ["admin", "other", "disabled", "deleted", "tenantadmin"] {
        let id = add_user(&mut tx, name).await;
        let role = if name == "tenantadmin" { TenantRole::Tenantadmin } else { TenantRole::Superadmin };
        tx.insert_membership(&new_membership(id, administrators, role, &[1])).await.unwrap().unwrap();
    }
    let openshift = NewUser { authentication: openshift("1"), ..new_user("openshift") };
    let openshift = tx.insert_user(&openshift).await.unwrap().unwrap();
    let role = TenantRole::Superadmin;
    tx.insert_membership(&new_membership(openshift, administrators, role, &[1])).await.unwrap().unwrap();
    tx.set_disabled(UserId(5), true).await.unwrap();
    tx.mark_user_deleted(UserId(6), NOW).await.unwrap();
    assert_eq!(tx.other_local_superadmins(UserId(3)).await.unwrap(), 1);
    assert_eq!(tx.other_local_superadmins(UserId(7)).await.unwrap(), 2);
    tx.set_disabled(UserId(4), true).await.unwrap();
    assert_eq!(tx.other_local_superadmins(UserId(3)).await.unwrap(), 0);
}
