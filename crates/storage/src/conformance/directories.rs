use std::time::Duration;

use robin_model::{
    LdapServerId, UserId,
    directory::{
        AttributeName, Attributes, KeptServer, LdapServer, ObjectKind, ServerSettings, ServerType, Timeouts, Transport,
    },
    user::{Authentication, NewUser},
};

use super::{Database, NOW, Tx, begin, cases, new_user};
use crate::Access;

cases!(
    servers_keep_what_is_said_of_them,
    a_server_s_name_is_taken_without_regard_to_case,
    a_server_s_number_is_never_given_again,
    a_server_counts_the_accounts_it_checks,
    a_server_s_sealed_password_is_replaced_where_it_stands,
    attributes_are_kept_where_they_are_custom,
);

fn settings(name: &str) -> ServerSettings {
    ServerSettings {
        name: name.parse().unwrap(),
        server_type: ServerType::OpenLdap,
        hosts: "a.example.com,10.0.0.1".parse().unwrap(),
        port: 389,
        transport: Transport::None,
        ca_cert: None,
        username: "cn=reader,dc=example,dc=com".to_owned(),
        search_base: "dc=example,dc=com".parse().unwrap(),
        user_base: None,
        group_base: None,
        netbios: None,
        timeouts: Timeouts::default(),
        create_on_login: false,
    }
}

fn further(name: &str) -> ServerSettings {
    ServerSettings {
        hosts: "::1".parse().unwrap(),
        port: 636,
        transport: Transport::Ldaps,
        ca_cert: Some("-----BEGIN CERTIFICATE-----\n".to_owned()),
        username: "administrator".to_owned(),
        search_base: "DC=Example, DC=net".parse().unwrap(),
        user_base: Some(r"ou=a\2cb,dc=example".parse().unwrap()),
        group_base: Some("ou=ö,dc=example".parse().unwrap()),
        netbios: Some("EXAMPLE".to_owned()),
        timeouts: Timeouts { connect: Duration::from_millis(1500), answer: Duration::from_mins(10) },
        create_on_login: true,
        ..settings(name)
    }
}

async fn add(tx: &mut Tx, settings: &ServerSettings) -> LdapServerId {
    tx.insert_ldap_server(settings).await.unwrap().unwrap()
}

fn kept(id: LdapServerId, settings: &ServerSettings, sealed: &[u8]) -> KeptServer {
    KeptServer { server: LdapServer { id, settings: settings.clone() }, sealed: sealed.to_vec() }
}

async fn servers_keep_what_is_said_of_them(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.ldap_servers().await.unwrap(), []);
    let ad = ServerSettings { server_type: ServerType::ActiveDirectory, ..further("ad1") };
    let (first, second) = (add(&mut tx, &settings("ldap1")).await, add(&mut tx, &ad).await);
    tx.set_ldap_password(second, &[0, 255]).await.unwrap();
    assert_eq!(tx.ldap_servers().await.unwrap(), [kept(first, &settings("ldap1"), &[]), kept(second, &ad, &[0, 255])]);
    // Names alone do not say how a base was written.
    let found = tx.ldap_server_named(&"AD1".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(found.server.settings.search_base.as_str(), "DC=Example, DC=net");

    tx.set_ldap_server(first, &further("other")).await.unwrap();
    let changed = tx.ldap_server_named(&"ldap1".parse().unwrap()).await.unwrap();
    assert_eq!(changed, Some(kept(first, &further("ldap1"), &[])), "the name stays");
    tx.set_ldap_server(first, &settings("ldap1")).await.unwrap();
    tx.set_ldap_server(LdapServerId(99), &settings("nobody")).await.unwrap();
    tx.set_ldap_password(LdapServerId(99), &[1]).await.unwrap();
    tx.remove_ldap_server(second).await.unwrap();
    assert_eq!(tx.ldap_servers().await.unwrap(), [kept(first, &settings("ldap1"), &[])]);
}

async fn a_server_s_name_is_taken_without_regard_to_case(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add(&mut tx, &settings("Ldap1")).await;
    assert_eq!(tx.insert_ldap_server(&further("lDAP1")).await.unwrap(), None);
    assert_eq!(tx.ldap_servers().await.unwrap(), [kept(id, &settings("Ldap1"), &[])]);
}

async fn a_server_s_number_is_never_given_again(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let first = add(&mut tx, &settings("a")).await;
    tx.remove_ldap_server(first).await.unwrap();
    assert!(add(&mut tx, &settings("a")).await > first);
}

async fn a_server_counts_the_accounts_it_checks(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let (one, other) = (add(&mut tx, &settings("a")).await, add(&mut tx, &settings("b")).await);
    let mut users: Vec<UserId> = Vec::new();
    for (name, server) in [("ada", one), ("bob", one), ("cyd", other)] {
        let authentication = Authentication::Ldap { server, dn: None, object_sid: None };
        let user = NewUser { authentication, ..new_user(name) };
        users.push(tx.insert_user(&user).await.unwrap().unwrap());
    }
    super::add_user(&mut tx, "local").await;
    tx.set_disabled(users[0], true).await.unwrap();
    assert_eq!((tx.ldap_accounts(one).await.unwrap(), tx.ldap_accounts(other).await.unwrap()), (2, 1));
    let unused = add(&mut tx, &settings("c")).await;
    assert_eq!(tx.ldap_servers_in_use().await.unwrap(), [one, other]);
    assert_eq!(tx.ldap_accounts(unused).await.unwrap(), 0);
    tx.mark_user_deleted(users[2], NOW).await.unwrap();
    assert_eq!(tx.ldap_servers_in_use().await.unwrap(), [one]);
    tx.mark_user_deleted(users[1], NOW).await.unwrap();
    assert_eq!(tx.ldap_accounts(one).await.unwrap(), 1);
    tx.remove_ldap_server(one).await.unwrap();
    let left = tx.user(users[0]).await.unwrap().unwrap();
    assert_eq!(left.authentication, Authentication::Ldap { server: one, dn: None, object_sid: None });
}

async fn a_server_s_sealed_password_is_replaced_where_it_stands(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let id = add(&mut tx, &settings("a")).await;
    tx.set_ldap_password(id, &[1]).await.unwrap();
    let place = format!("ldap_servers/{id}/sealed");
    assert_eq!(tx.sealed_secrets().await.unwrap(), [(place.clone(), vec![1])]);
    tx.reseal(&place, &[2]).await.unwrap();
    assert_eq!(tx.ldap_servers().await.unwrap(), [kept(id, &settings("a"), &[2])]);
    assert!(tx.reseal("ldap_servers/a/sealed", &[3]).await.is_err());
}

async fn attributes_are_kept_where_they_are_custom(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let mut attributes = Attributes::default();
    assert_eq!(tx.ldap_attributes().await.unwrap(), attributes);
    let members = (ServerType::OpenLdap, ObjectKind::Group, AttributeName::Members);
    let class = (ServerType::ActiveDirectory, ObjectKind::Any, AttributeName::ObjectClass);
    for (key, value) in [
        (members, Some("memberUid")),
        (class, Some("structuralObjectClass")),
        (members, Some("member,uniqueMember")),
        (class, None),
    ] {
        attributes.set(key, value.map(|value| Attributes::value(value).unwrap())).unwrap();
        tx.set_ldap_attribute(&attributes.get(key).unwrap()).await.unwrap();
        assert_eq!(tx.ldap_attributes().await.unwrap(), attributes);
    }
}
