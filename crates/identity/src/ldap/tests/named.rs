//! Whether users and groups are there.

use robin_testkit::{Slapd, slapd::Setup};

use super::{directory, dn, on};
use crate::ldap::{Base, Error, Query};

fn named(names: &[&str]) -> Query {
    Query { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Query::default() }
}

#[tokio::test]
async fn names_that_nobody_has_are_told() {
    let slapd = Slapd::forumsys();
    let directory = directory(&on(slapd.port), "password");
    let users = async |names: &[&str]| directory.unknown_users(&named(names)).await.unwrap();
    assert_eq!(users(&["volta", "TESLA", "newton", "galileo"]).await, ["volta", "galileo"]);
    // Found by `cn`, but that is not the username.
    assert_eq!(users(&["Isaac Newton", "*", ""]).await, ["Isaac Newton", "*", ""]);
    assert!(users(&[]).await.is_empty() && users(&["read-only-admin"]).await.is_empty());
    let groups = directory.unknown_groups(&named(&["Romans", "chemists", "tesla"])).await.unwrap();
    assert_eq!(groups, ["Romans", "tesla"]);

    let base = Some(dn("ou=scientists,dc=example,dc=com"));
    let below = Query { base, ..named(&["Italians", "Chemists"]) };
    assert_eq!(directory.unknown_groups(&below).await.unwrap(), ["Chemists"]);
    let nowhere = Query { base: Some(dn("dc=nowhere")), ..named(&["tesla"]) };
    let missing = directory.unknown_users(&nowhere).await.unwrap_err();
    assert_eq!(missing, Error::NoBase { base: Base::Search, dn: dn("dc=nowhere") });
}

#[tokio::test]
async fn from_a_part_of_an_answer_nobody_can_tell_who_is_missing() {
    let slapd = Slapd::start(&Setup { global: "sizelimit 1", ..Setup::default() });
    let directory = directory(&on(slapd.port), "password");
    assert!(directory.unknown_users(&named(&["tesla", "newton", "volta"])).await.unwrap().is_empty());
    assert_eq!(directory.unknown_users(&named(&["tesla", "volta"])).await.unwrap(), ["volta"]);
}
