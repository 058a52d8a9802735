//! Lists of users and groups.

use std::time::Duration;

use robin_model::directory::ServerSettings;
use robin_testkit::{Slapd, slapd::Setup};

use super::{
    directory, dn,
    fake::{self, Fake},
    on,
};
use crate::ldap::{Base, Directory, Error, Member, Partial, Query, RawValue, Standing};

fn named(names: &[&str]) -> Query {
    Query { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Query::default() }
}

fn below(base: &str) -> Query {
    Query { base: Some(dn(base)), ..Query::default() }
}

fn filtered(filter: &str) -> Query {
    Query { filter: Some(filter.parse().unwrap()), ..Query::default() }
}

async fn usernames(directory: &Directory, query: Query) -> Vec<String> {
    let (people, partial) = directory.users(query).all().await.unwrap();
    assert_eq!(partial, None);
    people.into_iter().map(|person| person.username).collect()
}

/// A directory with this many users besides those of the reference.
fn with_users(count: usize, global: &'static str) -> Slapd {
    let mut setup = Setup { global, ..Setup::default() };
    setup.ldif.extend((0..count).map(super::user));
    Slapd::start(&setup)
}

#[tokio::test]
async fn users_come_in_the_order_of_the_directory() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    let (people, partial) = directory.users(Query::default()).all().await.unwrap();
    assert_eq!(partial, None);
    let names: Vec<&str> = people.iter().map(|person| person.username.as_str()).collect();
    assert_eq!(
        names,
        [
            "newton",
            "einstein",
            "tesla",
            "galieleo",
            "euler",
            "gauss",
            "riemann",
            "euclid",
            "read-only-admin",
            "test",
            "curie",
            "nobel",
            "boyle",
            "pasteur",
            "nogroup",
            "training",
            "jmacy"
        ]
    );
    let test = people.iter().find(|person| person.username == "test").unwrap();
    assert_eq!(test.distinguished_name, "uid=test,dc=example,dc=com");
    assert_eq!(test.object_sid.as_deref(), Some("1df9dada-bbe4-1033-8a53-8fb78330d80a"));
    let (first, last, shown) = (&test.first_name, &test.last_name, &test.display_name);
    assert_eq!([first, last, shown].map(|text| text.as_deref()), [Some("Test"); 3]);
    // The directory calls it `mail`, the reference looks for `emailAddress`.
    assert_eq!((&test.email_address, &test.user_principal_name, test.standing), (&None, &None, Standing::Active));
}

#[tokio::test]
async fn users_are_chosen_by_name_filter_and_base() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    assert_eq!(usernames(&directory, named(&["TESLA", "euler", "nobody"])).await, ["tesla", "euler"]);
    assert_eq!(usernames(&directory, filtered("(mail=*@forumsys.com)")).await, ["training", "jmacy"]);
    assert_eq!(
        usernames(&directory, filtered("(|(uid=n*)(userPrincipalName=x))")).await,
        ["newton", "nobel", "nogroup"]
    );
    assert_eq!(usernames(&directory, below("uid=tesla,dc=example,dc=com")).await, ["tesla"]);
    // Found by `cn`, but that is not the username.
    assert!(usernames(&directory, named(&["Isaac Newton"])).await.is_empty());
    let many: Vec<String> = (0..250).map(|nth| format!("nobody{nth}")).chain(["curie".to_owned()]).collect();
    assert_eq!(usernames(&directory, Query { names: many, ..Query::default() }).await, ["curie"]);

    let missing = directory.users(below("ou=nowhere,dc=example,dc=com")).all().await.unwrap_err();
    assert_eq!(missing, Error::NoBase { base: Base::Search, dn: dn("ou=nowhere,dc=example,dc=com") });
}

#[tokio::test]
async fn sec_01_names_are_never_patterns() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    for name in ["*", "n*", "newton)(uid=*", "*)(|(uid=*", "newton\0", "\\2a", "(", ")", "\\"] {
        assert!(usernames(&directory, named(&[name])).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn groups_come_with_their_members_in_order() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    let (groups, partial) = directory.groups(Query::default()).all().await.unwrap();
    assert_eq!(partial, None);
    let lines = groups.iter().map(|group| {
        let members = group.members.iter().map(|member| match member {
            Member::User(person) => person.username.as_str(),
            Member::Group(group) => group.name.as_str(),
        });
        format!("{}: {}", group.name, members.collect::<Vec<_>>().join(","))
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "Mathematicians: euclid,riemann,euler,gauss,test",
            "Scientists: einstein,galieleo,tesla,newton,training,jmacy",
            "Italians: tesla",
            "Chemists: curie,boyle,nobel,pasteur",
        ]
    );
    assert_eq!(groups[0].distinguished_name, "ou=mathematicians,dc=example,dc=com");
    let settings = ServerSettings { group_base: Some(dn("ou=scientists,dc=example,dc=com")), ..on(slapd.port) };
    let (groups, _) = super::directory(&settings, "password").groups(Query::default()).all().await.unwrap();
    assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Scientists", "Italians"]);
    let (groups, _) = directory.groups(named(&["chemists"])).all().await.unwrap();
    assert_eq!(groups.len(), 1);
}

#[tokio::test]
async fn raw_entries_have_everything_but_secrets() {
    let slapd = Slapd::forumsys();
    // The root of the directory reads passwords, too.
    let (root, password) = slapd.root();
    let settings = ServerSettings { username: root, ..on(slapd.port) };
    let directory = directory(&settings, password);
    let (entries, _) = directory.raw_users(named(&["tesla"])).all().await.unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!(entry.dn, "uid=tesla,dc=example,dc=com");
    let values =
        |name: &str| entry.attributes.iter().find(|(known, _)| known == name).map(|(_, values)| values.clone());
    assert_eq!(values("uidNumber"), Some(vec![RawValue::Text("88888".to_owned())]));
    assert!(values("entryUUID").is_some() && values("objectClass").is_some_and(|classes| classes.len() == 5));
    assert_eq!(values("userPassword"), None);
    let (groups, _) = directory.raw_groups(Query::default()).all().await.unwrap();
    assert_eq!(groups.len(), 4);
}

#[tokio::test]
async fn many_users_come_page_by_page() {
    for global in [
        "sizelimit unlimited",
        "sizelimit size.soft=500 size.hard=1000 size.prtotal=unlimited",
        // No page of 500 there.
        "sizelimit size.soft=500 size.hard=1000 size.prtotal=unlimited size.pr=200",
    ] {
        let slapd = with_users(1_300, global);
        let directory = directory(&on(slapd.port), "password");
        assert_eq!(usernames(&directory, Query::default()).await.len(), 1_317, "{global}");
    }
}

#[tokio::test]
async fn what_a_limit_of_the_server_leaves_out_is_said() {
    for (global, count) in [
        ("", 500),
        ("sizelimit 700", 700),
        ("sizelimit size.soft=500 size.hard=1000 size.pr=200", 1_000),
        ("sizelimit size.soft=500 size.hard=1000 size.prtotal=disabled", 500),
        ("sizelimit size.unchecked=1000", 0),
    ] {
        let slapd = with_users(1_300, global);
        let (people, partial) = directory(&on(slapd.port), "password").users(Query::default()).all().await.unwrap();
        let Some(Partial { stopped: Some((stopped, said)), unreadable: 0 }) = partial else {
            panic!("{global}: {partial:?}")
        };
        // One of the users of the class list is the reader; `dc=example` and the groups are none.
        assert_eq!((people.len(), usize::try_from(stopped)), (count, Ok(count)), "{global}: {said}");
    }
    let partial = Partial { stopped: Some((500, "size limit exceeded, code 4".to_owned())), unreadable: 1 };
    assert_eq!(
        partial.to_string(),
        "the answer is partial: the directory stopped after 500 entries (size limit exceeded, code 4); raise its limit, or \
         narrow the search; 1 entries can't be read"
    );
}

#[tokio::test]
async fn a_list_that_nobody_reads_waits_and_ends_when_dropped() {
    let slapd = with_users(1_300, "sizelimit unlimited");
    let directory = directory(&on(slapd.port), "password");
    let mut listing = directory.users(Query::default());
    assert_eq!(listing.next().await.unwrap().unwrap().username, "newton");
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(listing);
    // All its connections are free again, ten times over.
    for _ in 0..20 {
        drop(directory.groups(Query::default()));
        drop(directory.users(Query::default()).next().await);
    }
    assert_eq!(usernames(&directory, named(&["euler"])).await, ["euler"]);
}

/// Answers every search with these operations, and every login with yes.
async fn answering(operations: Vec<Vec<u8>>) -> Fake {
    Fake::answering(move |tag, _| match tag {
        0x60 => vec![fake::result(0x61, 0, "")],
        _ => operations.clone(),
    })
    .await
}

#[tokio::test]
async fn an_odd_entry_spoils_itself_alone() {
    let class: (&str, &[&[u8]]) = ("objectClass", &[b"inetOrgPerson"]);
    let odd = fake::element(0x64, &[fake::element(4, b"cn=\xff\xfe"), fake::element(0x30, b"")].concat());
    let fake = answering(vec![
        fake::entry("uid=a", &[class, ("UID", &[b"a"]), ("sn", &[b"\xff\xfe"]), ("givenName", &[b""])]),
        odd,
        fake::element(0x64, b""),
        fake::element(0x73, &fake::element(4, b"ldap://elsewhere/dc=x")),
        fake::entry("sn=nameless", &[class, ("uid", &[b" "])]),
        fake::entry("not a name at all", &[class, ("uid", &[b"", b"b"])]),
        fake::result(0x65, 0, ""),
    ])
    .await;
    let (people, partial) = directory(&on(fake.port), "password").users(Query::default()).all().await.unwrap();
    let names: Vec<_> = people.iter().map(|person| (person.username.as_str(), person.last_name.as_deref())).collect();
    assert_eq!(names, [("a", None), ("b", None)]);
    assert_eq!(partial, Some(Partial { stopped: None, unreadable: 2 }));
}

#[tokio::test]
async fn sec_09_references_are_passed_over_and_nobody_is_called() {
    let called = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&called);
    let elsewhere = Fake::new(move |stream| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        async move { drop(stream) }
    })
    .await;
    let address = format!("ldap://127.0.0.1:{}/dc=example,dc=com", elsewhere.port);
    let reference = fake::element(0x73, &fake::element(4, address.as_bytes()));
    let refers = [fake::element(0x0a, &[10]), fake::element(4, b""), fake::element(4, b"")].concat();
    let refers = fake::element(0x65, &[refers, fake::element(0xa3, &fake::element(4, address.as_bytes()))].concat());
    let fake = answering(vec![reference, refers]).await;
    let error = directory(&on(fake.port), "password").users(Query::default()).all().await.unwrap_err();
    assert_eq!(error, Error::Referral);
    assert_eq!(called.load(std::sync::atomic::Ordering::Relaxed), 0);
}

#[tokio::test]
async fn rel_06_a_server_that_sends_pages_without_end_is_given_up() {
    // A result with a mark for the next page, always: control 1.2.840.113556.1.4.319, size 0, mark `x`.
    let mark = fake::element(0x30, &[fake::element(2, &[0]), fake::element(4, b"x")].concat());
    let control = [fake::element(4, b"1.2.840.113556.1.4.319"), fake::element(4, &mark)].concat();
    let controls = fake::element(0xa0, &fake::element(0x30, &control));
    let done = [fake::result(0x65, 0, ""), controls].concat();
    let fake = answering(vec![done]).await;
    let error = directory(&on(fake.port), "password").users(Query::default()).all().await.unwrap_err();
    assert!(matches!(&error, Error::Lost(why) if why.contains("page after page")), "{error:?}");
}

#[tokio::test]
async fn values_that_come_in_parts_are_all_read() {
    // As Active Directory sends the members of a large group: nothing under the plain name, and a part.
    let member = |nth: usize| format!("uid=user{nth},dc=example,dc=com");
    let fake = Fake::answering(move |tag, content| {
        if tag == 0x60 {
            return vec![fake::result(0x61, 0, "")];
        }
        let asked = String::from_utf8_lossy(content);
        let part = |name: &str, from: usize, to: usize| {
            let values: Vec<String> = (from..to).map(member).collect();
            let values: Vec<&[u8]> = values.iter().map(String::as_bytes).collect();
            fake::entry("cn=big", &[("objectClass", &[b"group"]), ("cn", &[b"big"]), ("member", &[]), (name, &values)])
        };
        let entries = if asked.contains("member;range=1500-*") {
            vec![part("member;range=1500-2999", 1_500, 3_000)]
        } else if asked.contains("member;range=3000-*") {
            vec![part("member;range=3000-*", 3_000, 3_100)]
        } else if asked.contains("groupOfNames") {
            vec![part("member;range=0-1499", 0, 1_500)]
        } else {
            // Whoever asks for members by name gets those.
            let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
            let wanted: std::collections::BTreeSet<usize> =
                asked.split("uid=user").skip(1).filter_map(|rest| digits(rest).parse().ok()).collect();
            let entry = |nth: usize| {
                let name = format!("user{nth}");
                fake::entry(&member(nth), &[("objectClass", &[b"inetOrgPerson"]), ("uid", &[name.as_bytes()])])
            };
            wanted.into_iter().map(entry).collect()
        };
        entries.into_iter().chain([fake::result(0x65, 0, "")]).collect()
    })
    .await;
    let (groups, partial) = directory(&on(fake.port), "password").groups(Query::default()).all().await.unwrap();
    assert_eq!((groups.len(), partial), (1, None));
    assert_eq!(groups[0].members.len(), 3_100);
}
