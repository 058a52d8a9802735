//! What this directory calls what Robin reads.

use robin_model::directory::{AttributeName, Attributes, ObjectKind, ServerType};

use super::{Filter, entry::Entry, person::Standing};

/// What Active Directory says of an account that belongs to a person, as opposed to a computer or a trust.
const PERSON_TYPE: &str = "805306368";

/// The attribute with which a group of POSIX accounts names its members, by username.
pub(super) const MEMBER_UID: &str = "memberUid";

/// Names of attributes, for one kind of object.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    class: Vec<String>,
    classes: Vec<String>,
    /// Its distinguished name.
    pub(super) dn: Vec<String>,
    /// What identifies it for ever.
    pub(super) id: Vec<String>,
    /// Its name.
    pub(super) name: Vec<String>,
}

/// Names of attributes.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    /// What kind of server it is.
    pub(super) server_type: ServerType,
    /// Users.
    pub(super) user: Kind,
    /// Groups.
    pub(super) group: Kind,
    /// A group's members.
    pub(super) members: Vec<String>,
    /// The email address.
    pub(super) email: Vec<String>,
    /// The last name.
    pub(super) last_name: Vec<String>,
    /// The first name.
    pub(super) first_name: Vec<String>,
    /// The name to log in with that has the form of an email address.
    pub(super) principal: Vec<String>,
    /// The name to show.
    pub(super) display_name: Vec<String>,
}

impl Kind {
    /// Whether an entry is of this kind, by its classes.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.class.iter().any(|attribute| entry.has(attribute, &self.classes))
    }

    fn filter(&self) -> Filter {
        let classes = self.class.first().into_iter();
        let pairs = classes.flat_map(|attribute| self.classes.iter().map(move |class| Filter::equal(attribute, class)));
        Filter::any(pairs.collect())
    }

    /// Entries of one of these names, in any of the attributes that can hold it.
    fn named(&self, names: &[String]) -> Filter {
        let pairs = names.iter().flat_map(|name| self.name.iter().map(move |attribute| Filter::equal(attribute, name)));
        Filter::any(pairs.collect())
    }

    fn attributes(&self) -> impl Iterator<Item = &String> {
        self.class.iter().chain(&self.dn).chain(&self.id).chain(&self.name)
    }
}

impl Schema {
    pub(super) fn new(server_type: ServerType, attributes: &Attributes) -> Self {
        use AttributeName::{
            ClassList, DisplayName, DistinguishedName, EmailAddress, FirstName, GroupName, LastName, Members,
            ObjectClass, ObjectSid, UserPrincipalName, Username,
        };
        use ObjectKind::{Group, User};
        let of = |kind, name| attributes.of(server_type, kind, name).into_iter().map(str::to_owned).collect();
        let kind = |kind, name| Kind {
            class: of(kind, ObjectClass),
            classes: of(kind, ClassList),
            dn: of(kind, DistinguishedName),
            id: of(kind, ObjectSid),
            name: of(kind, name),
        };
        Self {
            server_type,
            user: kind(User, Username),
            group: kind(Group, GroupName),
            members: of(Group, Members),
            email: of(User, EmailAddress),
            last_name: of(User, LastName),
            first_name: of(User, FirstName),
            principal: of(User, UserPrincipalName),
            display_name: of(User, DisplayName),
        }
    }

    /// Users, of these names if there are any.
    pub(super) fn users(&self, names: &[String], extra: Option<&Filter>) -> Filter {
        let mut parts = vec![self.user.filter()];
        if self.server_type == ServerType::ActiveDirectory {
            parts.push(Filter::equal("sAMAccountType", PERSON_TYPE));
        }
        restrict(parts, &self.user, names, extra)
    }

    /// Groups, of these names if there are any.
    pub(super) fn groups(&self, names: &[String], extra: Option<&Filter>) -> Filter {
        restrict(vec![self.group.filter()], &self.group, names, extra)
    }

    /// Whether an entry is a user.
    pub(super) fn is_user(&self, entry: &Entry) -> bool {
        let is_person = || entry.has("sAMAccountType", &[PERSON_TYPE.to_owned()]);
        self.user.has(entry) && (self.server_type != ServerType::ActiveDirectory || is_person())
    }

    /// What to ask for of users.
    pub(super) fn user_attributes(&self) -> Vec<String> {
        let mapped = [&self.email, &self.last_name, &self.first_name, &self.principal, &self.display_name];
        let mapped = self.user.attributes().chain(mapped.into_iter().flatten());
        let own: &[&str] = match self.server_type {
            ServerType::ActiveDirectory => &["sAMAccountType", "sAMAccountName"],
            ServerType::OpenLdap => &[],
        };
        unique(mapped.map(String::as_str).chain(own.iter().copied()).chain(Standing::ATTRIBUTES))
    }

    /// What to ask for of groups, with or without their members.
    pub(super) fn group_attributes(&self, with_members: bool) -> Vec<String> {
        let members = self.members.iter().map(String::as_str).chain([MEMBER_UID]).filter(|_| with_members);
        unique(self.group.attributes().map(String::as_str).chain(members))
    }

    /// What to ask for of entries that may be either.
    pub(super) fn member_attributes(&self) -> Vec<String> {
        let (user, group) = (self.user_attributes(), self.group_attributes(true));
        unique(user.iter().chain(&group).map(String::as_str))
    }
}

fn restrict(mut parts: Vec<Filter>, kind: &Kind, names: &[String], extra: Option<&Filter>) -> Filter {
    if !names.is_empty() {
        parts.push(kind.named(names));
    }
    parts.extend(extra.cloned());
    Filter::all(parts)
}

/// Each name once, whatever its case.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            all.push(name.to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_groups_are_searched_by_class_and_name() {
        let schema = Schema::new(ServerType::OpenLdap, &Attributes::default());
        assert_eq!(
            schema.users(&["a*".to_owned()], None).to_string(),
            r"(&(|(objectClass=posixAccount)(objectClass=inetOrgPerson)(objectClass=organizationalPerson))(|(uid=a\2a)(cn=a\2a)))"
        );
        let schema = Schema::new(ServerType::ActiveDirectory, &Attributes::default());
        let extra = "(mail=*)".parse().unwrap();
        assert_eq!(
            schema.users(&[], Some(&extra)).to_string(),
            "(&(|(objectClass=person)(objectClass=organizationalPerson)(objectClass=user))(sAMAccountType=805306368)(mail=*))"
        );
        assert_eq!(
            schema.groups(&["x".to_owned()], None).to_string(),
            "(&(|(objectClass=group)(objectClass=groupOfNames))(name=x))"
        );
    }
}
