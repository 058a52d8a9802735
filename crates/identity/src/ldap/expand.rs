//! Everybody in a group, however deep.

use std::collections::{HashSet, VecDeque};

use ldap3::Scope;
use robin_model::directory::{Dn, ServerType};

use super::{
    Base, Connection, Directory, Error, Filter, GroupName, Partial, Person,
    entry::{Entry, key},
    listing::Walk,
    members::{Found, collect},
    schema::Schema,
    search::Request,
    sid,
};

/// The deepest that groups are followed into groups.
pub(super) const DEEPEST: usize = 32;

/// Everybody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupName,
    /// Its users, and those of the groups in it, each once.
    pub people: Vec<Person>,
    /// Members that are no users, as the directory names them.
    pub skipped: Vec<(String, Skipped)>,
    /// What is missing.
    pub partial: Option<Partial>,
}

/// Why a member was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Skipped {
    /// The group names an entry that is not there.
    #[error("it is not in the directory")]
    NotFound,
    /// The entry is neither a user nor a group.
    #[error("it is neither a user nor a group")]
    Neither,
    /// The groups are nested too deep.
    #[error("the groups are nested deeper than {DEEPEST} levels")]
    TooDeep,
}

impl Directory {
    /// Everybody in the group of this name: members, those of groups inside it, and on Active Directory those whose primary group
    /// it is. `None` when there is no such group.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when several groups have the name; otherwise when there is no answer.
    pub async fn members_of(&self, group: &str, base: Option<&Dn>) -> Result<Option<Membership>, Error> {
        let lease = self.0.pool.fresh().await?;
        let Some(first) = self.group_entry(&lease, group, base).await? else {
            lease.keep();
            return Ok(None);
        };
        let Some(name) = self.group_name(&first) else { return Ok(None) };
        let mut crowd = Crowd::default();
        crowd.groups.insert(first.key());
        let mut waiting = VecDeque::from([(first, 1)]);
        while let Some((group, depth)) = waiting.pop_front() {
            for (entry, name) in self.gather(&lease, &group, &mut crowd).await? {
                if depth == DEEPEST {
                    crowd.skipped.push((name, Skipped::TooDeep));
                } else {
                    waiting.push_back((entry, depth + 1));
                }
            }
        }
        lease.keep();
        let Crowd { people, skipped, partial, .. } = crowd;
        let partial = (!partial.is_whole()).then_some(partial);
        Ok(Some(Membership { group: name, people, skipped, partial }))
    }

    /// Takes in the users of one group, and gives the groups in it that were not seen before.
    async fn gather(
        &self,
        connection: &Connection,
        group: &Entry,
        crowd: &mut Crowd,
    ) -> Result<Vec<(Entry, String)>, Error> {
        let members = self.members(connection);
        let names = members.names(group).await?;
        let found = members.find(&names).await?;
        let mut groups = Vec::new();
        for (name, found) in names.iter().zip(found) {
            let name = name.as_str().to_owned();
            match found {
                Found::User(person) => crowd.add(person),
                Found::Group(entry) => {
                    if crowd.groups.insert(entry.key()) {
                        groups.push((entry, name));
                    }
                }
                Found::Other => crowd.skipped.push((name, Skipped::Neither)),
                Found::Nothing => crowd.skipped.push((name, Skipped::NotFound)),
            }
        }
        self.add_primary(connection, group, crowd).await?;
        Ok(groups)
    }

    /// Takes in those whose primary group it is: Active Directory names them nowhere else.
    async fn add_primary(&self, connection: &Connection, group: &Entry, crowd: &mut Crowd) -> Result<(), Error> {
        let Schema { server_type: ServerType::ActiveDirectory, .. } = self.0.schema else { return Ok(()) };
        let id = group.identifier(&self.0.schema.group.id);
        let Some(relative) = id.as_deref().and_then(sid::relative) else { return Ok(()) };
        let primary = Filter::equal("primaryGroupID", &relative.to_string());
        let request = Request {
            base: self.user_base().as_str().to_owned(),
            what: Base::User,
            scope: Scope::Subtree,
            filter: self.0.schema.users(&[], Some(&primary)),
            attributes: self.0.schema.user_attributes(),
        };
        let mut walk = Walk::new(connection, vec![request]);
        while let Some(entry) = walk.next().await? {
            if let Some(person) = Person::read(&entry, &self.0.schema) {
                crowd.add(person);
            }
        }
        crowd.partial = std::mem::take(&mut crowd.partial).and(walk.partial);
        Ok(())
    }

    /// The one group of this name.
    pub(super) async fn group_entry(
        &self,
        connection: &Connection,
        name: &str,
        base: Option<&Dn>,
    ) -> Result<Option<Entry>, Error> {
        let request = Request {
            base: base.unwrap_or(self.group_base()).as_str().to_owned(),
            what: if base.is_some() { Base::Search } else { Base::Group },
            scope: Scope::Subtree,
            filter: self.0.schema.groups(&[name.to_owned()], None),
            attributes: self.0.schema.group_attributes(true),
        };
        let mut found = collect(connection, request).await?;
        found.retain(|entry| {
            self.group_name(entry).is_some_and(|found| found.name.to_lowercase() == name.to_lowercase())
        });
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => Err(Error::Ambiguous(name.to_owned())),
        }
    }
}

/// Those who were found so far.
#[derive(Default)]
struct Crowd {
    people: Vec<Person>,
    /// Their entries, by key.
    known: HashSet<String>,
    /// The groups that were seen, by key.
    groups: HashSet<String>,
    skipped: Vec<(String, Skipped)>,
    partial: Partial,
}

impl Crowd {
    fn add(&mut self, person: Person) {
        if self.known.insert(key(&person.distinguished_name)) {
            self.people.push(person);
        }
    }
}
