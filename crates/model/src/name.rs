//! Names that people choose, checked where they enter.
//!
//! Usernames, tenants, capabilities and directory servers follow one pattern, `[A-Za-z0-9._-]{1,64}`; namespaces follow
//! RFC 1123. All are unique without regard to case: [`Username::key`] and its kin give the form to compare. The ids of
//! objects are other services' own: they are compared as they are.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A text that cannot be a name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {kind} `{}`: {rule}", shown(.text))]
pub struct InvalidName {
    /// What the text should have named.
    pub kind: &'static str,
    /// The text as it came in.
    pub text: String,
    /// What a name of this kind looks like.
    pub rule: &'static str,
}

/// The text with everything that could disturb a terminal or a log line escaped, and cut at 80 characters.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    if text.chars().count() > 80 { cut + "…" } else { cut }
}

const WORD_RULE: &str = "use 1 to 64 of the characters a-z, A-Z, 0-9, `.`, `-` and `_`";
const SCHEDULE_RULE: &str = "use 1 to 80 of the characters a-z, A-Z, 0-9, `.`, `-` and `_`";
const LABEL_RULE: &str =
    "use 1 to 63 of the characters a-z, 0-9 and `-`, with a letter or digit first and last (RFC 1123)";
const ID_RULE: &str = "use 1 to 255 printable ASCII characters, and not `*` alone";

fn is_word(text: &str) -> bool {
    text.len() <= 64 && is_schedule(text)
}

fn is_schedule(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_object_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| matches!(b, b' '..=b'~')) && text != "*"
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $valid:ident, $rule:ident, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                if $valid(&text) { Ok(Self(text)) } else { Err(InvalidName { kind: $kind, text, rule: $rule }) }
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

/// For names that are unique without regard to case.
macro_rules! folded {
    ($($name:ident),+) => {
        $(impl $name {
            /// The form in which two equal names are equal: lower case. Names are ASCII, so this folds them fully.
            #[must_use]
            pub fn key(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        })+
    };
}
folded!(Username, TenantName, CapabilityName, NamespaceName, LdapServerName, ScheduleName);

name! {
    /// The name a user logs in with.
    Username, "username", is_word, WORD_RULE, "^[A-Za-z0-9._-]{1,64}$"
}
name! {
    /// A tenant's name.
    TenantName, "tenant name", is_word, WORD_RULE, "^[A-Za-z0-9._-]{1,64}$"
}
name! {
    /// A capability's name.
    CapabilityName, "capability name", is_word, WORD_RULE, "^[A-Za-z0-9._-]{1,64}$"
}
name! {
    /// A directory server's name.
    LdapServerName, "LDAP server name", is_word, WORD_RULE, "^[A-Za-z0-9._-]{1,64}$"
}
name! {
    /// A schedule's name: that of what it does, and of what it does it to.
    ScheduleName, "schedule name", is_schedule, SCHEDULE_RULE, "^[A-Za-z0-9._-]{1,80}$"
}
name! {
    /// A namespace's name, as Kubernetes takes it.
    NamespaceName, "namespace name", is_label, LABEL_RULE, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
}

name! {
    /// What another service calls an object of its own, unique among those of its type. Upper and lower case differ.
    ObjectName, "object id", is_object_id, ID_RULE, "^(?!\\*$)[ -~]{1,255}$"
}

impl From<&NamespaceName> for ObjectName {
    fn from(name: &NamespaceName) -> Self {
        Self(name.0.clone())
    }
}

impl NamespaceName {
    /// The namespace of a user for whom none was named: `t%03d-u%06d` of tenant and user id.
    #[must_use]
    pub fn of_member(tenant: robin_rbac::TenantId, user: robin_rbac::UserId) -> Self {
        Self(format!("t{:03}-u{:06}", tenant.0, user.0))
    }
}

#[cfg(test)]
mod tests {
    use robin_rbac::{TenantId, UserId};

    use super::*;

    #[test]
    fn a_username_takes_the_documented_characters_only() {
        for good in ["a", "Admin.1", "x_y-z", &"a".repeat(64)] {
            assert!(good.parse::<Username>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a\n", "ä", "a/b", "\u{202e}a", &"a".repeat(65)] {
            assert!(bad.parse::<Username>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_namespace_is_an_rfc_1123_label() {
        for good in ["a", "t001-u000003", &"a".repeat(63)] {
            assert!(good.parse::<NamespaceName>().is_ok(), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a.b", "a_b", &"a".repeat(64)] {
            assert!(bad.parse::<NamespaceName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn sec_34_an_object_id_is_printable_and_no_wildcard() {
        for good in ["a", "a/b%2F c", "**", "a*", "..", "~", &"a".repeat(255)] {
            assert!(good.parse::<ObjectName>().is_ok(), "{good}");
        }
        for bad in ["", "*", "a\n", "a\t", "\u{7f}", "ä", "\u{202e}a", &"a".repeat(256)] {
            assert!(bad.parse::<ObjectName>().is_err(), "{bad:?}");
        }
        let namespace = "t001-u000003".parse::<NamespaceName>().unwrap();
        assert_eq!(ObjectName::from(&namespace).as_str(), namespace.as_str());
    }

    #[test]
    fn sec_43_a_refusal_shows_the_name_without_its_control_characters() {
        let error = "a\u{1b}[2J".parse::<Username>().unwrap_err().to_string();
        assert!(error.contains(r"`a\u{1b}[2J`"), "{error}");
    }

    #[test]
    fn a_member_without_a_namespace_gets_one_from_both_ids() {
        assert_eq!(NamespaceName::of_member(TenantId(1), UserId(3)).as_str(), "t001-u000003");
    }

    #[test]
    fn a_text_is_a_name_or_refused_in_one_line() {
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let text = if dice.below(2) == 0 { dice.text() } else { dice.changed("t001-u000003") };
            match text.parse::<Username>() {
                Ok(name) => assert!(is_word(&text) && name.as_str() == text, "case {case}: {text:?}"),
                Err(error) => {
                    let said = error.to_string();
                    assert!(!is_word(&text) && !said.contains(char::is_control), "case {case}: {said:?}");
                    assert!(said.len() < 1500, "case {case}: {said}");
                }
            }
            let namespace = text.parse::<NamespaceName>();
            assert_eq!(namespace.as_ref().map(NamespaceName::as_str).ok(), is_label(&text).then_some(text.as_str()));
        }
    }
}
