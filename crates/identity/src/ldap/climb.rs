//! Which groups somebody is in, however deep: upward from the person, so that nobody else in a group is read.

use std::collections::{HashMap, HashSet};

use ldap3::Scope;
use robin_model::directory::ServerType;

use super::{
    Base, Connection, Directory, Error, Filter, GroupName, Person, Query,
    entry::{Entry, key},
    expand::DEEPEST,
    listing::What,
    members::{Name, TOGETHER, collect},
    schema::MEMBER_UID,
    search::Request,
};

impl Directory {
    /// The group of this name; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when several groups have the name; otherwise when there is no answer.
    pub async fn group(&self, name: &str) -> Result<Option<GroupName>, Error> {
        let lease = self.0.pool.fresh().await?;
        let found = self.group_entry(&lease, name, None).await?;
        lease.keep();
        Ok(found.and_then(|entry| self.group_name(&entry)))
    }

    /// Which of the groups of these names the person is in: those that have them as a member, those that have such a group inside, and
    /// on Active Directory the primary group. [`members_of`](Self::members_of) says the same from the other end, but for members that
    /// are named with a number behind (RFC 4517, section 3.3.21), which nobody can search for. Of a name that several groups have
    /// nobody is a member.
    ///
    /// # Errors
    /// When there is no answer, or not a whole one.
    pub async fn groups_of(&self, person: &Person, among: &[String]) -> Result<Vec<String>, Error> {
        let lease = self.0.pool.fresh().await?;
        let asked = self.groups_named(&lease, among).await?;
        let above = if asked.is_empty() { HashSet::new() } else { self.above(&lease, person).await? };
        lease.keep();
        let is_in = |name: &&String| match asked.get(&name.to_lowercase()).map(Vec::as_slice) {
            Some([only]) => above.contains(only),
            _ => false,
        };
        Ok(among.iter().filter(is_in).cloned().collect())
    }

    /// The keys of the groups of these names, by name in lower case.
    async fn groups_named(
        &self,
        connection: &Connection,
        names: &[String],
    ) -> Result<HashMap<String, Vec<String>>, Error> {
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        if names.is_empty() {
            return Ok(found);
        }
        let query = Query { names: names.to_vec(), ..Query::default() };
        for request in self.requests(&query, What::Groups, &self.0.schema.group_attributes(false)) {
            for entry in collect(connection, request).await? {
                if let Some(group) = self.group_name(&entry) {
                    found.entry(group.name.to_lowercase()).or_default().push(entry.key());
                }
            }
        }
        Ok(found)
    }

    /// The keys of all groups that the person is in.
    async fn above(&self, connection: &Connection, person: &Person) -> Result<HashSet<String>, Error> {
        let mut names = vec![Name::Dn(person.distinguished_name.clone()), Name::Username(person.username.clone())];
        let mut above = HashSet::new();
        let mut primary = self.primary_group(connection, person).await?;
        for _ in 0..DEEPEST {
            let mut found = self.groups_with(connection, &names).await?;
            found.append(&mut primary);
            found.retain(|group| above.insert(group.key()));
            if found.is_empty() {
                break;
            }
            names = found.into_iter().map(|group| Name::Dn(group.dn)).collect();
        }
        Ok(above)
    }

    /// The groups that have one of these as a member.
    async fn groups_with(&self, connection: &Connection, names: &[Name]) -> Result<Vec<Entry>, Error> {
        let attributes = self.member_attributes();
        let mut found = Vec::new();
        for some in names.chunks(TOGETHER) {
            let parts = named(&attributes, some);
            let having = Filter::any(parts.iter().map(|(_, filter)| filter.clone()).collect());
            found.extend(self.groups_where(connection, having, false).await?);
            // Where a group has several of these attributes, the first alone says who is in it.
            let besides: Vec<Filter> = parts.into_iter().filter_map(|one| behind_another(&attributes, one)).collect();
            if besides.is_empty() {
                continue;
            }
            let sought: HashSet<String> = some.iter().map(|name| key(name.as_str())).collect();
            for group in self.groups_where(connection, Filter::any(besides), true).await? {
                let members = self.members(connection).names(&group).await?;
                if !members.iter().any(|name| sought.contains(&key(name.as_str()))) {
                    found.retain(|known: &Entry| known.key() != group.key());
                }
            }
        }
        Ok(found)
    }

    /// Groups that a filter finds, wherever groups can be.
    async fn groups_where(
        &self,
        connection: &Connection,
        filter: Filter,
        with_members: bool,
    ) -> Result<Vec<Entry>, Error> {
        let (all, own) = (&self.0.settings.search_base, self.group_base());
        let bases = [(Base::Search, all)].into_iter().chain((!own.is_within(all)).then_some((Base::Group, own)));
        let mut found = Vec::new();
        for (what, base) in bases {
            let request = Request {
                base: base.as_str().to_owned(),
                what,
                scope: Scope::Subtree,
                filter: self.0.schema.groups(&[], Some(&filter)),
                attributes: self.0.schema.group_attributes(with_members),
            };
            found.extend(collect(connection, request).await?);
        }
        Ok(found)
    }

    /// The group that Active Directory names nowhere but in the person's own entry, by the last number of its identifier.
    async fn primary_group(&self, connection: &Connection, person: &Person) -> Result<Vec<Entry>, Error> {
        if self.0.settings.server_type != ServerType::ActiveDirectory {
            return Ok(Vec::new());
        }
        let attributes = ["objectSid", "primaryGroupID"].map(str::to_owned).to_vec();
        let request = Request {
            base: person.distinguished_name.clone(),
            what: Base::User,
            scope: Scope::Base,
            filter: Filter::everything(),
            attributes,
        };
        let own = collect(connection, request).await?;
        let group = own.first().and_then(|entry| {
            let sid = entry.identifier(&["objectSid".to_owned()])?;
            Some(format!("{}-{}", sid.rsplit_once('-')?.0, entry.texts("primaryGroupID").next()?))
        });
        match group {
            Some(sid) => self.groups_where(connection, Filter::equal("objectSid", &sid), false).await,
            None => Ok(Vec::new()),
        }
    }

    /// Where groups name their members: one goes before those behind it.
    fn member_attributes(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.0.schema.members.iter().map(String::as_str).collect();
        if !all.iter().any(|attribute| is_of_usernames(attribute)) {
            all.push(MEMBER_UID);
        }
        all
    }
}

fn is_of_usernames(attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case(MEMBER_UID)
}

/// For each attribute that can have one of these names: its place, and that it has one.
fn named(attributes: &[&str], names: &[Name]) -> Vec<(usize, Filter)> {
    let mut all = Vec::new();
    for (place, attribute) in attributes.iter().enumerate() {
        let fitting = names.iter().filter(|name| matches!(name, Name::Username(_)) == is_of_usernames(attribute));
        let filters: Vec<Filter> = fitting.map(|name| is_one(attribute, name)).collect();
        if !filters.is_empty() {
            all.push((place, Filter::any(filters)));
        }
    }
    all
}

/// That a value of the attribute is this name. Usernames are compared there with regard to case (RFC 2307, section 3), but not by us:
/// servers that know the rule are asked to do likewise (RFC 4517, section 4.2.3).
fn is_one(attribute: &str, name: &Name) -> Filter {
    let exact = Filter::equal(attribute, name.as_str());
    match name {
        Name::Dn(_) => exact,
        Name::Username(name) => Filter::any(vec![exact, Filter::by_rule(attribute, "caseIgnoreIA5Match", name)]),
    }
}

/// That a group is found so, and has an attribute that goes before the one by which it is.
fn behind_another(attributes: &[&str], (place, filter): (usize, Filter)) -> Option<Filter> {
    let before: Vec<Filter> = attributes.iter().take(place).map(|attribute| Filter::present(attribute)).collect();
    (place > 0).then(|| Filter::all(vec![filter, Filter::any(before)]))
}
