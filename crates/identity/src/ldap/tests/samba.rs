//! Against a real Active Directory domain.

use robin_model::directory::{ServerSettings, ServerType, Transport};
use robin_testkit::{
    Samba,
    samba::{BIG, READER},
};

use super::{directory, dn, on, secret};
use crate::ldap::{Answer, Directory, Error, Failure, Member, Query, RawValue, Refusal, Skipped, Standing, Who};

fn settings(samba: &Samba) -> ServerSettings {
    ServerSettings {
        server_type: ServerType::ActiveDirectory,
        hosts: samba.address.to_string().parse().unwrap(),
        transport: Transport::Ldaps,
        ca_cert: Some(samba.ca_cert.clone()),
        username: READER.0.to_owned(),
        search_base: dn("DC=mydomain,DC=com"),
        user_base: Some(dn("OU=Staff,DC=mydomain,DC=com")),
        netbios: Some("MYDOMAIN".to_owned()),
        ..on(636)
    }
}

fn domain() -> Directory {
    directory(&settings(Samba::shared()), READER.1)
}

async fn sign_in(directory: &Directory, username: &str, password: &str) -> Answer {
    directory.authenticate(Who::Username(username), &secret(password)).await.unwrap()
}

#[tokio::test]
async fn a_domain_is_used_with_tls_alone() {
    let samba = Samba::shared();
    let good = settings(samba);
    assert_eq!(directory(&good, READER.1).check().await, Ok(()));
    let starttls = ServerSettings { transport: Transport::Starttls, port: 389, ..good.clone() };
    assert_eq!(directory(&starttls, READER.1).check().await, Ok(()));
    for username in ["svc-ldap@mydomain.com", r"mydomain\SVC-LDAP", "CN=svc-ldap,OU=Staff,DC=mydomain,DC=com"] {
        let settings = ServerSettings { username: username.to_owned(), netbios: None, ..good.clone() };
        assert_eq!(directory(&settings, READER.1).check().await, Ok(()), "{username}");
    }
    let without = ServerSettings { netbios: None, ..good.clone() };
    assert_eq!(directory(&without, READER.1).check().await, Ok(()), "the domain is known from the search base");

    let plain = ServerSettings { transport: Transport::None, port: 389, ..good.clone() };
    assert_eq!(directory(&plain, READER.1).check().await, Err(Error::Confidentiality(Transport::None)));
    assert!(matches!(directory(&good, "wrong").check().await, Err(Error::Credentials(_))));
    let base = ServerSettings { search_base: dn("DC=other,DC=com"), ..good };
    let checked = directory(&base, READER.1).check().await;
    assert!(matches!(checked, Err(Error::NoBase { .. } | Error::Referral)), "{checked:?}");
}

#[tokio::test]
async fn sec_04_a_domain_with_a_certificate_of_another_is_refused() {
    let samba = Samba::shared();
    let other = robin_testkit::certificates::Authority::new("Another").pem();
    let settings = ServerSettings { ca_cert: Some(other), ..settings(samba) };
    match directory(&settings, READER.1).check().await {
        Err(Error::Unreachable(failures)) => assert_eq!(failures.0[0].1, Failure::UnknownCertificate),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn people_are_listed_and_nothing_else() {
    let (people, partial) = domain().users(Query::default()).all().await.unwrap();
    assert_eq!(partial, None);
    let mut names: Vec<&str> = people.iter().map(|person| person.username.as_str()).collect();
    names.sort_unstable();
    // Neither the computer nor the contact.
    assert_eq!(
        names,
        [
            "acctexpired1",
            "alice",
            "bob",
            "cdoe",
            "disabled1",
            "expired1",
            "hours1",
            "jsmith",
            "locked1",
            "mustchange1",
            "nested1",
            "primary1",
            "svc-ldap"
        ]
    );
    let of = |name: &str| people.iter().find(|person| person.username == name).unwrap();
    let alice = of("alice");
    assert_eq!(alice.distinguished_name, "CN=Alice Adams,OU=Staff,DC=mydomain,DC=com");
    let texts =
        [&alice.first_name, &alice.last_name, &alice.display_name, &alice.email_address, &alice.user_principal_name];
    assert_eq!(
        texts.map(|text| text.as_deref().unwrap_or_default()),
        ["Alice", "Adams", "Alice Adams", "alice@mydomain.com", "alice@mydomain.com"]
    );
    let sid = alice.object_sid.as_deref().unwrap();
    assert!(sid.starts_with("S-1-5-21-") && sid.split('-').count() == 8, "{sid}");
    let standings = ["alice", "disabled1", "locked1"].map(|name| of(name).standing);
    assert_eq!(standings, [Standing::Active, Standing::Disabled, Standing::Locked]);
}

#[tokio::test]
async fn the_root_of_a_domain_refers_elsewhere_and_is_read_all_the_same() {
    let whole = ServerSettings { user_base: None, ..settings(Samba::shared()) };
    let (people, partial) = directory(&whole, READER.1).users(Query::default()).all().await.unwrap();
    assert_eq!(partial, None);
    assert!(people.len() >= BIG + 13, "{}", people.len());
    // Its account of the machine, and what it keeps for itself, are people to a domain.
    assert!(people.iter().any(|person| person.username == "Administrator"));
    assert!(!people.iter().any(|person| person.username.ends_with('$')));
}

#[tokio::test]
async fn a_filter_on_a_name_with_a_comma_finds_it() {
    let john = r"CN=Smith\, John,OU=Staff,DC=mydomain,DC=com";
    let directory = domain();
    let person = directory.person(Who::Dn(&dn(john)), None).await.unwrap().unwrap();
    assert_eq!((person.username.as_str(), person.distinguished_name.as_str()), ("jsmith", john));
    let filter = Some(crate::ldap::Filter::equal("distinguishedName", john));
    let (people, _) = directory.users(Query { filter, ..Query::default() }).all().await.unwrap();
    assert_eq!(people.len(), 1);
    // A domain finds names whatever the case and whatever the spaces; what is meant is the exact name.
    assert!(directory.person(Who::Username("ALICE"), None).await.unwrap().is_some());
    assert_eq!(directory.person(Who::Username("alice "), None).await, Ok(None));
}

#[tokio::test]
async fn passwords_are_checked_by_the_domain() {
    let directory = domain();
    for (username, password) in [
        ("alice", "Alice.Passw0rd"),
        ("ALICE", "Alice.Passw0rd"),
        ("cdoe", "Carol.Passw0rd"),
        ("jsmith", "Smith.Passw0rd"),
    ] {
        let answer = sign_in(&directory, username, password).await;
        let Answer::Is(person) = answer else { panic!("{username}: {answer:?}") };
        assert!(person.object_sid.is_some() && person.is_named(username));
    }
    // Without the NetBIOS name, people log in under their distinguished names.
    let plain = ServerSettings { netbios: None, ..settings(Samba::shared()) };
    let answer = sign_in(&super::directory(&plain, READER.1), "jsmith", "Smith.Passw0rd").await;
    assert!(matches!(answer, Answer::Is(_)), "{answer:?}");
    for (username, password, refusal) in [
        ("bob", "wrong", Refusal::WrongPassword),
        ("bob", "Alice.Passw0rd", Refusal::WrongPassword),
        ("bob", "", Refusal::NoPassword),
        ("nobody", "Alice.Passw0rd", Refusal::Unknown),
        ("carol.doe", "Carol.Passw0rd", Refusal::Unknown),
        ("PC01$", "Alice.Passw0rd", Refusal::Unknown),
        ("*", "Alice.Passw0rd", Refusal::Unknown),
    ] {
        assert_eq!(sign_in(&directory, username, password).await, Answer::Refused(refusal), "{username} {password}");
    }
}

#[tokio::test]
async fn the_state_of_an_account_is_told_apart() {
    let directory = domain();
    for (username, refusal) in [
        ("disabled1", Refusal::Disabled),
        ("locked1", Refusal::Locked),
        ("expired1", Refusal::PasswordExpired),
        ("mustchange1", Refusal::MustChange),
        ("acctexpired1", Refusal::AccountExpired),
        ("hours1", Refusal::NotNow),
    ] {
        assert_eq!(sign_in(&directory, username, "State.Passw0rd").await, Answer::Refused(refusal), "{username}");
    }
}

#[tokio::test]
async fn groups_in_groups_and_primary_groups_are_expanded() {
    let directory = domain();
    let members = async |group: &str| {
        let membership = directory.members_of(group, None).await.unwrap().unwrap();
        assert_eq!(membership.partial, None);
        let mut names: Vec<_> = membership.people.into_iter().map(|person| person.username).collect();
        names.sort_unstable();
        (names, membership.skipped)
    };
    assert_eq!(members("nest-l1").await, (["alice", "bob", "nested1"].map(str::to_owned).to_vec(), vec![]));
    assert_eq!(members("PrimaryGrp").await, (vec!["primary1".to_owned()], vec![]));
    let (names, mut skipped) = members("Mixed").await;
    assert_eq!(names, ["jsmith"]);
    skipped.sort_by(|one, other| one.0.cmp(&other.0));
    let staff = "OU=Staff,DC=mydomain,DC=com";
    assert_eq!(skipped, ["A contact", "PC01"].map(|name| (format!("CN={name},{staff}"), Skipped::Neither)).to_vec());
}

#[tokio::test]
async fn a_person_s_groups_are_found_by_way_of_others_and_as_the_primary_one() {
    let directory = domain();
    let groups = ["Nest-L1", "nest-l3", "PrimaryGrp", "Mixed", "Big"].map(str::to_owned);
    let of = async |name: &str| {
        let person = directory.person(Who::Username(name), None).await.unwrap().unwrap();
        directory.groups_of(&person, &groups).await.unwrap()
    };
    for name in ["alice", "bob", "nested1", "primary1", "jsmith", "cdoe"] {
        let mut expected = Vec::new();
        for group in &groups {
            let membership = directory.members_of(group, None).await.unwrap().unwrap();
            expected.extend(membership.people.iter().any(|person| person.username == name).then(|| group.clone()));
        }
        assert_eq!(of(name).await, expected, "{name}");
    }
    assert_eq!((of("primary1").await, of("nested1").await[0].as_str()), (vec!["PrimaryGrp".to_owned()], "Nest-L1"));
}

#[tokio::test]
async fn a_group_of_three_thousand_is_read_whole() {
    let directory = domain();
    let big = directory.members_of("Big", None).await.unwrap().unwrap();
    assert_eq!((big.people.len(), big.skipped.len()), (BIG, 0));
    assert!(big.people.iter().all(|person| person.standing == Standing::Disabled && person.object_sid.is_some()));
    let query = Query { names: vec!["Nest-L2".to_owned()], ..Query::default() };
    let (groups, _) = directory.groups(query).all().await.unwrap();
    let [group] = groups.as_slice() else { panic!("{groups:?}") };
    let is_group = |member: &Member| matches!(member, Member::Group(group) if group.name == "Nest-L3");
    assert!(group.members.len() == 2 && group.members.iter().any(is_group), "{group:?}");
}

#[tokio::test]
async fn raw_entries_show_bytes_as_bytes() {
    let query = Query { names: vec!["alice".to_owned()], ..Query::default() };
    let (entries, _) = domain().raw_users(query).all().await.unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    let values =
        |name: &str| entry.attributes.iter().find(|(known, _)| known == name).map(|(_, values)| values.clone());
    assert!(matches!(values("objectSid").unwrap().as_slice(), [RawValue::Bytes(bytes)] if bytes.len() == 28));
    assert!(matches!(values("objectGUID").unwrap().as_slice(), [RawValue::Bytes(bytes)] if bytes.len() == 16));
    assert_eq!(values("mail"), Some(vec![RawValue::Text("alice@mydomain.com".to_owned())]));
}
