//! What a directory calls the attributes that Robin reads, and the defaults for each type of server.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Serialize, Serializer};

use super::ServerType;

/// The most alternatives that one attribute may have.
const MOST: usize = 16;

/// What an attribute is for: the objects of one kind, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// All objects: `none` where it is chosen, the empty text in lists.
    Any,
    /// Groups.
    Group,
    /// Users.
    User,
}

impl ObjectKind {
    /// As lists show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Group => "group",
            Self::User => "user",
        }
    }

    /// As it is chosen: what [`FromStr`] reads.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Any => "none",
            Self::Group | Self::User => self.as_str(),
        }
    }
}

/// What Robin itself calls an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeName {
    /// The object classes of such objects: one of them is enough.
    ClassList,
    /// The name to show.
    DisplayName,
    /// The entry's own distinguished name.
    DistinguishedName,
    /// The email address.
    EmailAddress,
    /// The first name.
    FirstName,
    /// The group's name.
    GroupName,
    /// The last name.
    LastName,
    /// The group's members.
    Members,
    /// The attribute that holds an entry's classes.
    ObjectClass,
    /// What identifies the entry for ever, whatever else changes.
    ObjectSid,
    /// The name to log in with that has the form of an email address.
    UserPrincipalName,
    /// The name to log in with.
    Username,
}

use AttributeName::{
    ClassList, DisplayName, DistinguishedName, EmailAddress, FirstName, GroupName, LastName, Members, ObjectClass,
    ObjectSid, UserPrincipalName, Username,
};
use ObjectKind::{Any, Group, User};
use ServerType::{ActiveDirectory, OpenLdap};

impl AttributeName {
    /// All of them, in the order of their texts.
    const ALL: [Self; 12] = [
        ClassList,
        DisplayName,
        DistinguishedName,
        EmailAddress,
        FirstName,
        GroupName,
        LastName,
        Members,
        ObjectClass,
        ObjectSid,
        UserPrincipalName,
        Username,
    ];

    /// As commands and lists write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ClassList => "class_list",
            DisplayName => "display_name",
            DistinguishedName => "distinguished_name",
            EmailAddress => "email_address",
            FirstName => "first_name",
            GroupName => "group_name",
            LastName => "last_name",
            Members => "members",
            ObjectClass => "object_class",
            ObjectSid => "object_sid",
            UserPrincipalName => "user_principal_name",
            Username => "username",
        }
    }

    /// Whether it always has a list of values, be it of one.
    const fn is_list(self) -> bool {
        matches!(self, ClassList | Members | Username)
    }
}

/// A word that is no such thing, or a value that no attribute can take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAttribute {
    /// A kind of object that is not one.
    #[error("unknown object type `{0}`: use `user`, `group` or `none`")]
    Kind(String),
    /// Robin reads no such attribute of such objects.
    #[error("unknown LDAP attribute `{0}`: `robinctl ldap list-attributes` shows those there are")]
    Name(String),
    /// Not the name of an attribute or class in a directory's schema.
    #[error(
        "invalid value `{0}`: use names of a directory's schema, of letters, digits and `-` and a letter first, or object \
         identifiers, separated by commas, 16 at most"
    )]
    Value(String),
}

impl FromStr for ObjectKind {
    type Err = InvalidAttribute;

    fn from_str(text: &str) -> Result<Self, InvalidAttribute> {
        match text {
            "none" => Ok(Any),
            "group" => Ok(Group),
            "user" => Ok(User),
            _ => Err(InvalidAttribute::Kind(text.to_owned())),
        }
    }
}

impl Serialize for ObjectKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Serialize for AttributeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl FromStr for AttributeName {
    type Err = InvalidAttribute;

    fn from_str(text: &str) -> Result<Self, InvalidAttribute> {
        let named = Self::ALL.into_iter().find(|name| name.as_str() == text);
        named.ok_or_else(|| InvalidAttribute::Name(text.to_owned()))
    }
}

impl fmt::Display for AttributeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One attribute of one kind of object on one type of server.
pub type AttributeKey = (ServerType, ObjectKind, AttributeName);

/// The defaults, in the order of lists.
const DEFAULTS: [(AttributeKey, &[&str]); 36] = [
    ((ActiveDirectory, Any, DistinguishedName), &["distinguishedName"]),
    ((ActiveDirectory, Any, ObjectClass), &["objectClass"]),
    ((ActiveDirectory, Group, ClassList), &["group", "groupOfNames"]),
    ((ActiveDirectory, Group, DistinguishedName), &["distinguishedName"]),
    ((ActiveDirectory, Group, GroupName), &["name"]),
    ((ActiveDirectory, Group, Members), &["member"]),
    ((ActiveDirectory, Group, ObjectClass), &["objectClass"]),
    ((ActiveDirectory, Group, ObjectSid), &["objectSid"]),
    ((ActiveDirectory, User, ClassList), &["person", "organizationalPerson", "user"]),
    ((ActiveDirectory, User, DisplayName), &["displayName"]),
    ((ActiveDirectory, User, DistinguishedName), &["distinguishedName"]),
    ((ActiveDirectory, User, EmailAddress), &["mail"]),
    ((ActiveDirectory, User, FirstName), &["givenName"]),
    ((ActiveDirectory, User, LastName), &["sn"]),
    ((ActiveDirectory, User, ObjectClass), &["objectClass"]),
    ((ActiveDirectory, User, ObjectSid), &["objectSid"]),
    ((ActiveDirectory, User, UserPrincipalName), &["userPrincipalName"]),
    ((ActiveDirectory, User, Username), &["sAMAccountName"]),
    ((OpenLdap, Any, DistinguishedName), &["entryDN"]),
    ((OpenLdap, Any, ObjectClass), &["objectClass"]),
    ((OpenLdap, Group, ClassList), &["posixGroup", "groupOfNames", "groupOfUniqueNames"]),
    ((OpenLdap, Group, DistinguishedName), &["entryDN"]),
    ((OpenLdap, Group, GroupName), &["cn"]),
    ((OpenLdap, Group, Members), &["uniqueMember", "member"]),
    ((OpenLdap, Group, ObjectClass), &["objectClass"]),
    ((OpenLdap, Group, ObjectSid), &["objectSid"]),
    ((OpenLdap, User, ClassList), &["posixAccount", "inetOrgPerson", "organizationalPerson"]),
    ((OpenLdap, User, DisplayName), &["displayName"]),
    ((OpenLdap, User, DistinguishedName), &["entryDN"]),
    ((OpenLdap, User, EmailAddress), &["emailAddress"]),
    ((OpenLdap, User, FirstName), &["givenName"]),
    ((OpenLdap, User, LastName), &["sn"]),
    ((OpenLdap, User, ObjectClass), &["objectClass"]),
    ((OpenLdap, User, ObjectSid), &["entryUUID"]),
    ((OpenLdap, User, UserPrincipalName), &["userPrincipalName"]),
    ((OpenLdap, User, Username), &["uid", "cn"]),
];

/// One line of the list of attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The type of server it is for.
    pub server_type: ServerType,
    /// The kind of object it is for.
    pub kind: ObjectKind,
    /// What Robin calls it.
    pub name: AttributeName,
    /// What the directory calls it: several are alternatives, and the first that an entry has counts.
    pub value: Vec<String>,
    /// Not the default.
    pub custom: bool,
}

impl Attribute {
    /// Whether lists show the value as a list, even of one.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.name.is_list() || self.value.len() > 1
    }
}

/// What directories call the attributes that Robin reads: the defaults, and what an administrator changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    custom: BTreeMap<AttributeKey, Vec<String>>,
}

impl Attributes {
    /// Reads a value: one name, or several separated by commas.
    ///
    /// # Errors
    /// [`InvalidAttribute::Value`] for what no schema could name (RFC 4512, section 1.4).
    pub fn value(text: &str) -> Result<Vec<String>, InvalidAttribute> {
        let is_descriptor = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let is_number = |arc: &str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
        let is_identifier = |name: &str| name.contains('.') && name.split('.').all(is_number);
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        let is_known = |name: &&str| name.len() <= 128 && (is_descriptor(name) || is_identifier(name));
        if names.len() > MOST || !names.iter().all(is_known) {
            return Err(InvalidAttribute::Value(text.chars().take(200).collect()));
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    /// Sets an attribute; `None` sets it back to its default.
    ///
    /// # Errors
    /// [`InvalidAttribute::Name`] when Robin reads no such attribute of such objects.
    pub fn set(&mut self, key: AttributeKey, value: Option<Vec<String>>) -> Result<(), InvalidAttribute> {
        let default = default(key).ok_or_else(|| InvalidAttribute::Name(key.2.to_string()))?;
        match value {
            Some(value) if value != default => self.custom.insert(key, value),
            _ => self.custom.remove(&key),
        };
        Ok(())
    }

    /// What such a server calls this attribute of such an object, in order of preference. What is set for the kind of object
    /// comes first, then what is set for all, then the defaults in the same order. Empty when there is no such attribute.
    #[must_use]
    pub fn of(&self, server_type: ServerType, kind: ObjectKind, name: AttributeName) -> Vec<&str> {
        let keys = [(server_type, kind, name), (server_type, Any, name)];
        match keys.iter().find_map(|key| self.custom.get(key)) {
            Some(custom) => custom.iter().map(String::as_str).collect(),
            None => keys.iter().find_map(|key| default(*key)).unwrap_or_default().to_vec(),
        }
    }

    /// All of them, by type of server, kind of object and name.
    #[must_use]
    pub fn list(&self) -> Vec<Attribute> {
        DEFAULTS.iter().map(|(key, default)| self.line(*key, default)).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`InvalidAttribute::Name`] when Robin reads no such attribute of such objects.
    pub fn get(&self, key: AttributeKey) -> Result<Attribute, InvalidAttribute> {
        let default = default(key).ok_or_else(|| InvalidAttribute::Name(key.2.to_string()))?;
        Ok(self.line(key, default))
    }

    /// What is said of such servers, and nothing of others.
    #[must_use]
    pub fn only(&self, server_type: ServerType) -> Self {
        let custom = self.custom.iter().filter(|((of, ..), _)| *of == server_type);
        Self { custom: custom.map(|(key, value)| (*key, value.clone())).collect() }
    }

    fn line(&self, key: AttributeKey, default: &[&str]) -> Attribute {
        let custom = self.custom.get(&key);
        let value = custom.cloned().unwrap_or_else(|| default.iter().map(ToString::to_string).collect());
        let (server_type, kind, name) = key;
        Attribute { server_type, kind, name, value, custom: custom.is_some() }
    }
}

fn default(key: AttributeKey) -> Option<&'static [&'static str]> {
    DEFAULTS.iter().find(|(known, _)| *known == key).map(|(_, default)| *default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_of_one_kind_goes_before_that_of_all() {
        let mut attributes = Attributes::default();
        let mut set = |kind, value: &str| {
            attributes.set((OpenLdap, kind, DistinguishedName), Some(vec![value.to_owned()])).unwrap();
            attributes.of(OpenLdap, User, DistinguishedName).join(",")
        };
        assert_eq!(set(Any, "dn"), "dn");
        assert_eq!(set(User, "myDN"), "myDN");
        assert_eq!(attributes.of(OpenLdap, Group, DistinguishedName), ["dn"]);
        assert_eq!(attributes.of(ActiveDirectory, Group, DistinguishedName), ["distinguishedName"]);
    }

    #[test]
    fn the_default_is_not_custom_and_can_be_had_back() {
        let mut attributes = Attributes::default();
        let key = (OpenLdap, Group, Members);
        let value = |text| Attributes::value(text).ok();
        let custom = |attributes: &Attributes| attributes.list().iter().filter(|one| one.custom).count();
        attributes.set(key, value("member,uniqueMember")).unwrap();
        assert_eq!((attributes.of(OpenLdap, Group, Members), custom(&attributes)), (vec!["member", "uniqueMember"], 1));
        attributes.set(key, value("uniqueMember, member")).unwrap();
        assert_eq!(custom(&attributes), 0);
        attributes.set(key, value("memberUid")).unwrap();
        assert_eq!(attributes.get(key).map(|one| one.custom), Ok(true));
        assert_eq!(
            (attributes.only(OpenLdap), attributes.only(ActiveDirectory)),
            (attributes.clone(), Attributes::default())
        );
        attributes.set(key, None).unwrap();
        assert_eq!(attributes, Attributes::default());
        assert!(attributes.get((OpenLdap, Any, Members)).is_err());
    }

    #[test]
    fn there_are_36_and_no_others() {
        assert_eq!(Attributes::default().list().len(), 36);
        let order: Vec<_> = DEFAULTS.iter().map(|(key, _)| (key.0.as_str(), key.1.as_str(), key.2.as_str())).collect();
        assert!(order.is_sorted());
        let none = Attributes::default().set((OpenLdap, Any, Members), None);
        assert_eq!(none, Err(InvalidAttribute::Name("members".to_owned())));
        assert!("nickname".parse::<AttributeName>().is_err() && "users".parse::<ObjectKind>().is_err());
        for kind in [Any, Group, User] {
            assert_eq!(kind.word().parse(), Ok(kind));
        }
    }

    #[test]
    fn sec_01_a_value_is_a_name_of_a_schema() {
        for text in ["uid", "uid,cn", "user-name", "1.2.840.113549.1.9.1", "x, y"] {
            assert!(Attributes::value(text).is_ok(), "{text}");
        }
        let many = vec!["uid"; 17].join(",");
        for text in ["", ",", "uid,", "u id", "uid)(cn", "*", "1uid", "1..2", "uid;binary", many.as_str()] {
            assert!(Attributes::value(text).is_err(), "{text}");
        }
    }
}
