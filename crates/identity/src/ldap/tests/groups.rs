//! Who is in a group.

use robin_testkit::{Slapd, slapd::Setup};

use super::{directory, dn, on};
use crate::ldap::{Directory, Error, Member, Membership, Query, Skipped};

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

fn start() -> (Slapd, Directory) {
    let slapd = Slapd::start(&Setup { ldif: Setup::default().ldif + GROUPS, ..Setup::default() });
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

#[tokio::test]
async fn groups_are_followed_to_a_depth_and_no_further() {
    let mut setup = Setup::default();
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
