use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> Filter {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn filters_are_written_as_they_are_read() {
    for text in [
        "(uid=newton)",
        "(&(objectClass=person)(|(uid=a)(uid=b))(!(mail=*)))",
        "(cn=*)",
        "(cn=a*)",
        "(cn=*a)",
        "(cn=*a*)",
        "(cn=a*b*c)",
        "(uidNumber>=5)",
        "(uidNumber<=5)",
        "(cn~=newton)",
        "(cn=)",
        r"(cn=\2a\28\29\5c\00)",
        "(userAccountControl:1.2.840.113556.1.4.803:=2)",
        "(ou:dn:=people)",
        "(ou:dn:2.5.13.5:=people)",
        "(&)",
        "(|)",
        "(cn;lang-de=x)",
        "(1.2.840.113549.1.9.1=x)",
    ] {
        assert_eq!(parsed(text).to_string(), text);
    }
    assert_eq!(parsed("uid=newton"), parsed("(uid=newton)"));
    assert_eq!(parsed(" ( & ( a=b ) (c=d) ) ").to_string(), "(&(a=b )(c=d))");
    assert_eq!(parsed("(cn=Jürgen)").to_string(), r"(cn=J\c3\bcrgen)");
}

#[test]
fn what_is_no_filter_is_refused_with_the_place() {
    for (text, position) in [
        ("", 1),
        ("(", 2),
        ("()", 2),
        ("(uid=a", 7),
        ("(uid)", 5),
        ("(uid=a))", 8),
        ("(uid=a)(uid=b)", 8),
        ("(&(uid=a)", 10),
        ("(&uid=a)", 3),
        ("(!uid=a)", 3),
        ("(uid=(a))", 6),
        (r"(uid=\)", 7),
        (r"(uid=\2)", 8),
        (r"(uid=\zz)", 7),
        ("(u id=a)", 3),
        ("(uid>a)", 6),
        ("(uid>=a*)", 8),
        ("(uid=a**b)", 9),
        ("(:=a)", 2),
        ("(:2.5.13.17:=a)", 2),
        ("(cn::=a)", 5),
        ("(cn:a:b:=a)", 7),
        ("uid=a)", 6),
        ("(2a=b)", 2),
        ("(1..2=b)", 2),
        ("(cn;=b)", 2),
        ("(cn:1:=b)", 5),
        ("(userPassword=*)", 2),
        ("(USERPASSWORD;x-a=*)", 2),
    ] {
        assert_eq!(text.parse::<Filter>().map_err(|error| error.position), Err(position), "{text}");
    }
    let error = "(uid=a".parse::<Filter>().unwrap_err().to_string();
    assert!(error.starts_with("invalid LDAP filter: a `)` is missing at character 7;"), "{error}");
}

#[test]
fn sec_06_a_million_parentheses_are_an_error() {
    for open in ["(", "(!", "(&", "(|(&", "(& "] {
        let text = open.repeat(1_000_000);
        assert!(text.parse::<Filter>().is_err());
        // Within the length that is taken, the depth is what ends it.
        let text = open.repeat(3_000);
        let error = text.parse::<Filter>().unwrap_err();
        assert!(open == "(" || error.what.contains("deeper"), "{error}");
    }
    let nested = |levels: usize| format!("{}(a=b){}", "(!".repeat(levels), ")".repeat(levels));
    assert!(nested(31).parse::<Filter>().is_ok());
    let error = nested(32).parse::<Filter>().unwrap_err();
    assert!(error.what.contains("deeper"), "{error}");
}

/// What the library that sends filters makes of a text.
fn sent(text: &str) -> Option<ldap3::asn1::StructureTag> {
    ldap3::parse_filter(text).ok().map(ldap3::asn1::ASNTag::into_structure)
}

/// An equality comparison as it is sent (RFC 4511, section 4.5.1).
fn equality(attribute: &str, value: &[u8]) -> ldap3::asn1::StructureTag {
    use ldap3::asn1::{PL, StructureTag, TagClass};
    let octets = |bytes: &[u8]| StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(bytes.to_vec()) };
    let payload = PL::C(vec![octets(attribute.as_bytes()), octets(value)]);
    StructureTag { class: TagClass::Context, id: 3, payload }
}

proptest! {
    #[test]
    fn sec_01_a_value_of_any_characters_is_compared_and_nothing_else(value in any::<String>()) {
        let filter = Filter::equal("uid", &value);
        prop_assert_eq!(&parsed(&filter.to_string()), &filter);
        prop_assert_eq!(sent(&filter.to_string()), Some(equality("uid", value.as_bytes())));
    }

    #[test]
    fn sec_02_a_distinguished_name_in_a_filter_stays_one_value(value in "[a-z,+\"\\\\<>;=# \u{0}()*ü]{1,12}") {
        let base: robin_model::directory::Dn = "ou=people,dc=example,dc=com".parse().unwrap();
        let dn = base.child("cn", &value);
        let filter = Filter::equal("member", dn.as_str());
        prop_assert_eq!(sent(&filter.to_string()), Some(equality("member", dn.as_str().as_bytes())));
    }

    #[test]
    fn sec_06_whatever_is_read_is_written_so_that_it_reads_the_same(text in "[(&|!)ab=*:~<>.;\\\\2c -]{0,40}") {
        if let Ok(filter) = text.parse::<Filter>() {
            prop_assert_eq!(parsed(&filter.to_string()), filter.clone());
            prop_assert!(sent(&filter.to_string()).is_some(), "{}", filter);
        }
    }
}
