//! What a directory says of its people.

use std::collections::HashMap;

use robin_model::{
    GroupName, UserId,
    directory::Absence,
    profile::Profile,
    user::{Authentication, User},
};

use crate::directory::mapping::Groups;

/// Somebody in a directory.
pub struct Seen {
    /// What identifies them for ever, where the directory has such a thing.
    pub id: Option<String>,
    /// The name to log in with.
    pub username: String,
    /// What is known of the person.
    pub profile: Profile,
    /// Why they are not to log in, if they are not.
    pub absence: Option<Absence>,
    /// The mapped groups that they are in, by their places in the reading.
    groups: Vec<usize>,
}

impl Seen {
    pub const fn new(id: Option<String>, username: String, profile: Profile, absence: Option<Absence>) -> Self {
        Self { id, username, profile, absence, groups: Vec::new() }
    }
}

/// All that a directory says.
#[derive(Default)]
pub struct Reading {
    people: Vec<Seen>,
    by_id: HashMap<String, usize>,
    /// Nobody where several have the name.
    by_name: HashMap<String, Option<usize>>,
    groups: Vec<GroupName>,
    /// Whom accounts lead to that say themselves who they are there.
    named: HashMap<UserId, Option<usize>>,
}

/// Whom an account leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Somebody, by their place.
    One(usize),
    /// Nobody.
    Nobody,
    /// More than one.
    Several,
}

impl Reading {
    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// All of them.
    pub fn people(&self) -> &[Seen] {
        &self.people
    }

    /// Somebody, by their place.
    pub fn person(&self, at: usize) -> Option<&Seen> {
        self.people.get(at)
    }

    /// Takes somebody in, and gives their place. Who was seen before keeps it.
    pub fn add(&mut self, seen: Seen) -> usize {
        let name = seen.username.to_lowercase();
        let known = match &seen.id {
            Some(id) => self.by_id.get(id).copied(),
            None => self.by_name.get(&name).copied().flatten(),
        };
        if let Some(at) = known {
            return at;
        }
        let at = self.people.len();
        if let Some(id) = &seen.id {
            self.by_id.insert(id.clone(), at);
        }
        self.by_name.entry(name).and_modify(|several| *several = None).or_insert(Some(at));
        self.people.push(seen);
        at
    }

    /// Takes in who is in a group.
    pub fn add_group(&mut self, group: GroupName, members: impl Iterator<Item = Seen>) {
        let number = self.groups.len();
        self.groups.push(group);
        for member in members {
            let at = self.add(member);
            if let Some(seen) = self.people.get_mut(at) {
                seen.groups.push(number);
            }
        }
    }

    /// Takes in whom an account leads to that says itself who it is.
    pub fn add_named(&mut self, account: UserId, seen: Option<Seen>) {
        let at = seen.map(|seen| self.add(seen));
        self.named.insert(account, at);
    }

    /// The mapped groups that somebody is in.
    pub fn groups_of(&self, seen: &Seen) -> Groups {
        seen.groups.iter().filter_map(|number| self.groups.get(*number)).collect()
    }

    /// Whom an account leads to: by what identifies it, else by the name that it says, else by its username.
    pub fn whom(&self, account: &User) -> Whom {
        let id = match &account.authentication {
            Authentication::Ldap { object_sid, .. } => object_sid.as_ref(),
            Authentication::Local | Authentication::Openshift { .. } | Authentication::Service => None,
        };
        let found = match (id, self.named.get(&account.id)) {
            (Some(id), _) => self.by_id.get(id).copied(),
            (None, Some(named)) => *named,
            (None, None) => match self.by_name.get(&account.username.key()) {
                Some(None) => return Whom::Several,
                Some(one) => *one,
                None => None,
            },
        };
        found.map_or(Whom::Nobody, Whom::One)
    }
}
