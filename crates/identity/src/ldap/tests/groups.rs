//! Who is in a group.

use std::collections::HashMap;

use robin_model::directory::ServerSettings;
use robin_testkit::{Slapd, slapd::Setup};

use super::{directory, dn, on};
use crate::ldap::{Directory, Error, Member, Membership, Query, Skipped, Who};

/// Groups of all sorts, besides those of the reference.
const GROUPS: &str = r"
dn: ou=groups,dc=example,dc=com
objectClass: organizationalUnit
ou: groups

dn: ou=more,dc=example,dc=com
objectClass: organizationalUnit
ou: more

dn: cn=Smith\, John,dc=example,dc=com
objectClass: inetOrgPerson
uid: jsmith
cn: Smith, John
sn: Smith

dn: cn=comma,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: comma
member: cn=Smith\2c  john, DC=Example,dc=com
member: UID=Newton,dc=example,dc=com

dn: cn=nested-1,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: nested-1
member: uid=newton,dc=example,dc=com
member: cn=nested-2,ou=groups,dc=example,dc=com

dn: cn=nested-2,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: nested-2
member: uid=newton,dc=example,dc=com
member: uid=tesla,dc=example,dc=com
member: cn=cycle-a,ou=groups,dc=example,dc=com

dn: cn=cycle-a,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: cycle-a
member: cn=cycle-b,ou=groups,dc=example,dc=com

dn: cn=cycle-b,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: cycle-b
member: cn=cycle-a,ou=groups,dc=example,dc=com
member: cn=cycle-b,ou=groups,dc=example,dc=com
member: uid=gauss,dc=example,dc=com

dn: cn=mixed,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: mixed
member: uid=gone,dc=example,dc=com
member: ou=groups,dc=example,dc=com
member: uid=euler,dc=example,dc=com
member: dc=elsewhere,dc=org

dn: cn=posix,ou=groups,dc=example,dc=com
objectClass: posixGroup
cn: posix
gidNumber: 1
memberUid: tesla
memberUid: nobody
memberUid: TEST

dn: cn=numbered,ou=groups,dc=example,dc=com
objectClass: groupOfUniqueNames
cn: numbered
uniqueMember: uid=curie,dc=example,dc=com#'0101'B

dn: cn=twice,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: twice
member: uid=euler,dc=example,dc=com

dn: cn=twice,ou=more,dc=example,dc=com
objectClass: groupOfNames
cn: twice
member: uid=gauss,dc=example,dc=com

dn: cn=empty,ou=groups,dc=example,dc=com
objectClass: posixGroup
cn: empty
gidNumber: 2
";

/// Groups with members in several attributes.
const TWOFOLD: &str = r"
dn: cn=both,ou=groups,dc=example,dc=com
objectClass: groupOfUniqueNames
objectClass: extensibleObject
cn: both
uniqueMember: uid=curie,dc=example,dc=com
member: uid=euler,dc=example,dc=com
memberUid: gauss
";

fn start() -> (Slapd, Directory) {
    let slapd = Slapd::start(&Setup { ldif: Setup::default().ldif + GROUPS + TWOFOLD, ..Setup::default() });
    let directory = directory(&on(slapd.port), "password");
    (slapd, directory)
}

async fn members(directory: &Directory, group: &str) -> Membership {
    directory.members_of(group, None).await.unwrap().unwrap_or_else(|| panic!("no group {group}"))
}

fn names(membership: &Membership) -> Vec<&str> {
    membership.people.iter().map(|person| person.username.as_str()).collect()
}

#[tokio::test]
async fn a_member_is_found_however_its_name_is_spelled() {
    let (_slapd, directory) = start();
    assert_eq!(names(&members(&directory, "comma").await), ["jsmith", "newton"]);
    assert_eq!(names(&members(&directory, "numbered").await), ["curie"]);
}

#[tokio::test]
async fn groups_in_groups_are_expanded_and_circles_end() {
    let (_slapd, directory) = start();
    let nested = members(&directory, "NESTED-1").await;
    assert_eq!(names(&nested), ["newton", "tesla", "gauss"]);
    assert_eq!((nested.group.name.as_str(), nested.skipped.len(), nested.partial), ("nested-1", 0, None));
    assert_eq!(names(&members(&directory, "cycle-a").await), ["gauss"]);
}

#[tokio::test]
async fn members_that_are_nobody_are_passed_over_and_named() {
    let (_slapd, directory) = start();
    let mixed = members(&directory, "mixed").await;
    assert_eq!(names(&mixed), ["euler"]);
    assert_eq!(
        mixed.skipped,
        [
            ("uid=gone,dc=example,dc=com".to_owned(), Skipped::NotFound),
            ("ou=groups,dc=example,dc=com".to_owned(), Skipped::Neither),
            ("dc=elsewhere,dc=org".to_owned(), Skipped::NotFound),
        ]
    );
    let posix = members(&directory, "posix").await;
    assert_eq!(names(&posix), ["tesla", "test"]);
    assert_eq!(posix.skipped, [("nobody".to_owned(), Skipped::NotFound)]);
    assert!(members(&directory, "empty").await.people.is_empty());
}

#[tokio::test]
async fn a_group_is_found_by_its_one_name() {
    let (_slapd, directory) = start();
    assert_eq!(directory.members_of("no-such-group", None).await, Ok(None));
    assert_eq!(directory.members_of("*", None).await, Ok(None));
    assert_eq!(directory.members_of("twice", None).await, Err(Error::Ambiguous("twice".to_owned())));
    let one = directory.members_of("twice", Some(&dn("ou=more,dc=example,dc=com"))).await.unwrap().unwrap();
    assert_eq!(names(&one), ["gauss"]);
}

#[tokio::test]
async fn lists_show_groups_in_groups_and_leave_out_nobody() {
    let (_slapd, directory) = start();
    let shown = async |name: &str| {
        let query = Query { names: vec![name.to_owned()], ..Query::default() };
        let (groups, _) = directory.groups(query).all().await.unwrap();
        let members = groups[0].members.iter().map(|member| match member {
            Member::User(person) => person.username.clone(),
            Member::Group(group) => format!("group {}", group.name),
        });
        members.collect::<Vec<_>>()
    };
    assert_eq!(shown("nested-1").await, ["newton", "group nested-2"]);
    assert_eq!(shown("mixed").await, ["euler"]);
    assert_eq!(shown("posix").await, ["tesla", "test"]);
    assert_eq!(shown("cycle-b").await, ["group cycle-a", "group cycle-b", "gauss"]);
}

/// Those of these groups that the user is in.
async fn of(directory: &Directory, username: &str, among: &[&str]) -> Vec<String> {
    let person = directory.person(Who::Username(username), None).await.unwrap().unwrap();
    let among: Vec<String> = among.iter().map(|name| (*name).to_owned()).collect();
    directory.groups_of(&person, &among).await.unwrap()
}

#[tokio::test]
async fn a_person_s_groups_are_those_that_count_them_as_a_member() {
    let (_slapd, directory) = start();
    let all = [
        "comma",
        "nested-1",
        "nested-2",
        "cycle-a",
        "cycle-b",
        "mixed",
        "posix",
        "empty",
        "both",
        "Scientists",
        "Chemists",
        "Italians",
    ];
    let (people, _) = directory.users(Query::default()).all().await.unwrap();
    assert!(people.len() > 16, "{}", people.len());
    let mut expected: HashMap<String, Vec<&str>> = HashMap::new();
    for group in all {
        for person in members(&directory, group).await.people {
            expected.entry(person.username).or_default().push(group);
        }
    }
    for person in people {
        let found = of(&directory, &person.username, &all).await;
        assert_eq!(found, expected.remove(&person.username).unwrap_or_default(), "{}", person.username);
    }
    assert_eq!(expected, HashMap::new());
    assert_eq!(of(&directory, "curie", &all).await, ["both", "Chemists"]);
    assert_eq!(of(&directory, "gauss", &["BOTH", "Nested-1", "nobody's"]).await, ["Nested-1"]);
    assert_eq!(of(&directory, "jsmith", &["comma"]).await, ["comma"], "its name has a comma in it");
}

#[tokio::test]
async fn a_name_that_several_groups_have_counts_nobody_in() {
    let (_slapd, directory) = start();
    assert_eq!(of(&directory, "euler", &["twice", "mixed"]).await, ["mixed"]);
    assert_eq!(directory.group("twice").await, Err(Error::Ambiguous("twice".to_owned())));
    assert_eq!(directory.group("no-such-group").await, Ok(None));
    assert_eq!(directory.group("POSIX").await.unwrap().unwrap().name, "posix");
    assert_eq!(of(&directory, "euler", &[]).await, [""; 0]);
}

#[tokio::test]
async fn a_person_s_groups_are_found_outside_of_the_search_base_too() {
    let (slapd, _) = start();
    let group_base = Some(dn("ou=groups,dc=example,dc=com"));
    let settings = ServerSettings { search_base: dn("ou=more,dc=example,dc=com"), group_base, ..on(slapd.port) };
    let settings = ServerSettings { user_base: Some(dn("dc=example,dc=com")), ..settings };
    assert_eq!(of(&directory(&settings, "password"), "tesla", &["nested-1", "posix"]).await, ["nested-1", "posix"]);
}

#[tokio::test]
async fn a_directory_that_stops_halfway_says_nothing_of_a_person_s_groups() {
    let mut setup = Setup { global: "sizelimit 3", ..Setup::default() };
    setup.ldif.extend((0..4).map(|nth| {
        format!(
            "\ndn: cn=many-{nth},dc=example,dc=com\nobjectClass: groupOfNames\ncn: many-{nth}\n\
             member: uid=newton,dc=example,dc=com\n"
        )
    }));
    let slapd = Slapd::start(&setup);
    let directory = directory(&on(slapd.port), "password");
    let person = directory.person(Who::Username("newton"), None).await.unwrap().unwrap();
    let refused = directory.groups_of(&person, &["many-1".to_owned()]).await;
    assert!(matches!(refused, Err(Error::Refused { code: 4, .. })), "{refused:?}");
}

#[tokio::test]
async fn groups_are_followed_to_a_depth_and_no_further() {
    let mut setup = Setup::default();
    setup.ldif += "\ndn: cn=deep-40,dc=example,dc=com\nobjectClass: groupOfNames\ncn: deep-40\n\
                   member: uid=tesla,dc=example,dc=com\n";
    setup.ldif.extend((0..40).map(|nth| {
        let next = nth + 1;
        format!(
            "\ndn: cn=deep-{nth},dc=example,dc=com\nobjectClass: groupOfNames\ncn: deep-{nth}\n\
             member: cn=deep-{next},dc=example,dc=com\n"
        )
    }));
    let slapd = Slapd::start(&setup);
    let deep = members(&directory(&on(slapd.port), "password"), "deep-0").await;
    assert_eq!(deep.skipped, [("cn=deep-32,dc=example,dc=com".to_owned(), Skipped::TooDeep)]);
    let directory = directory(&on(slapd.port), "password");
    assert_eq!(of(&directory, "tesla", &["deep-8", "deep-9", "deep-39"]).await, ["deep-9", "deep-39"]);
}

#[tokio::test]
async fn a_group_of_thousands_is_read_whole() {
    let mut setup = Setup { global: "sizelimit unlimited", ..Setup::default() };
    setup.ldif.extend((0..3_000).map(super::user));
    setup.ldif += "\ndn: cn=all,dc=example,dc=com\nobjectClass: groupOfNames\ncn: all\n";
    setup.ldif.extend((0..3_000).map(|nth| format!("member: uid=user{nth},dc=example,dc=com\n")));
    let slapd = Slapd::start(&setup);
    let all = members(&directory(&on(slapd.port), "password"), "all").await;
    assert_eq!((all.people.len(), all.skipped.len(), all.partial), (3_000, 0, None));
    assert_eq!(all.people[2_999].username, "user2999");
}
