//! Who is meant by what a group says of its members.

use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use ldap3::Scope;
use robin_model::directory::Dn;

use super::{
    Base, Connection, Error, Filter, Person,
    entry::{Entry, key},
    schema::{MEMBER_UID, Schema},
    search::{Request, Search},
};

/// How many entries are asked for by name in one search.
pub(super) const TOGETHER: usize = 100;

/// How many that were not found so are asked for one by one at the same time.
const AT_ONCE: usize = 16;

/// The most parts in which the values of one attribute may come.
const MOST_PARTS: usize = 10_000;

/// How a group names a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// By distinguished name.
    Dn(String),
    /// By username.
    Username(String),
}

impl Name {
    /// As the directory has it.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Dn(name) | Self::Username(name) => name,
        }
    }
}

/// What a name leads to.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// A user.
    User(Person),
    /// A group.
    Group(Entry),
    /// An entry that is neither.
    Other,
    /// Nothing.
    Nothing,
}

/// Looks members up.
pub(super) struct Members<'c> {
    pub(super) connection: &'c Connection,
    pub(super) schema: &'c Schema,
    /// Where entries are searched for by distinguished name.
    pub(super) base: &'c Dn,
    /// Where users are searched for by username.
    pub(super) user_base: &'c Dn,
}

impl Members<'_> {
    /// All members of a group, as its entry names them.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn names(&self, group: &Entry) -> Result<Vec<Name>, Error> {
        for attribute in &self.schema.members {
            let values = self.all_values(group, attribute).await?;
            if !values.is_empty() {
                return Ok(values.into_iter().map(|value| name(attribute, value)).collect());
            }
        }
        Ok(group.texts(MEMBER_UID).map(|uid| Name::Username(uid.to_owned())).collect())
    }

    /// What each name leads to, in the same order.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn find(&self, names: &[Name]) -> Result<Vec<Found>, Error> {
        let mut found = Vec::with_capacity(names.len());
        for some in names.chunks(TOGETHER) {
            let mut entries = self.by_dn(some).await?;
            let people = self.by_username(some).await?;
            let missing = some.iter().filter_map(|name| match name {
                Name::Dn(dn) if !entries.contains_key(&key(dn)) => Some(dn.clone()),
                _ => None,
            });
            let missing: Vec<String> = missing.collect();
            let one_by_one = stream::iter(missing).map(|dn| self.at(dn)).buffer_unordered(AT_ONCE);
            let one_by_one: Vec<_> = one_by_one.try_collect().await?;
            entries.extend(one_by_one.into_iter().flatten());
            found.extend(some.iter().map(|name| {
                match name {
                    Name::Dn(dn) => entries.get(&key(dn)).map(|entry| self.judged(entry)),
                    Name::Username(name) => people.get(&name.to_lowercase()).cloned().map(Found::User),
                }
                .unwrap_or(Found::Nothing)
            }));
        }
        Ok(found)
    }

    fn judged(&self, entry: &Entry) -> Found {
        if self.schema.is_user(entry) {
            return Person::read(entry, self.schema).map_or(Found::Other, Found::User);
        }
        if self.schema.group.has(entry) { Found::Group(entry.clone()) } else { Found::Other }
    }

    /// Entries of these names, by their keys. Some servers can't be asked so: what is missing here is looked for one by one.
    async fn by_dn(&self, names: &[Name]) -> Result<HashMap<String, Entry>, Error> {
        let Some(attribute) = self.schema.user.dn.first() else { return Ok(HashMap::new()) };
        let wanted = names.iter().filter_map(|name| match name {
            Name::Dn(dn) => Some(Filter::equal(attribute, dn)),
            Name::Username(_) => None,
        });
        let wanted: Vec<Filter> = wanted.collect();
        if wanted.len() < 2 {
            return Ok(HashMap::new());
        }
        let request = self.request(self.base, Base::Search, Scope::Subtree, Filter::any(wanted));
        match collect(self.connection, request).await {
            Ok(entries) => Ok(entries.into_iter().map(|entry| (entry.key(), entry)).collect()),
            Err(error) if error.is_outage() => Err(error),
            Err(_) => Ok(HashMap::new()),
        }
    }

    /// Users of these names, by their names in lower case.
    async fn by_username(&self, names: &[Name]) -> Result<HashMap<String, Person>, Error> {
        let wanted = names.iter().filter_map(|name| match name {
            Name::Username(name) => Some(name.clone()),
            Name::Dn(_) => None,
        });
        let wanted: Vec<String> = wanted.collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = self.schema.users(&wanted, None);
        let request = self.request(self.user_base, Base::User, Scope::Subtree, filter);
        let entries = collect(self.connection, request).await?;
        let people = entries.iter().filter_map(|entry| Person::read(entry, self.schema));
        Ok(people.map(|person| (person.username.to_lowercase(), person)).collect())
    }

    /// The entry of this name, if there is one, by the key of the name.
    async fn at(&self, dn: String) -> Result<Option<(String, Entry)>, Error> {
        let key = key(&dn);
        let request = Request {
            base: dn,
            what: Base::Search,
            scope: Scope::Base,
            filter: Filter::everything(),
            attributes: self.schema.member_attributes(),
        };
        match collect(self.connection, request).await {
            Ok(entries) => Ok(entries.into_iter().next().map(|entry| (key, entry))),
            // What is not there, is no name, is elsewhere, or may not be seen.
            Err(Error::NoBase { .. } | Error::Referral | Error::Refused { code: 32 | 34 | 50, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All values of an attribute, also where the server sends so many in parts.
    async fn all_values(&self, group: &Entry, attribute: &str) -> Result<Vec<String>, Error> {
        let Some((mut values, mut next)) = group.part(attribute) else {
            return Ok(group.texts(attribute).map(str::to_owned).collect());
        };
        for _ in 0..MOST_PARTS {
            let Some(start) = next else { break };
            let request = Request {
                base: group.dn.clone(),
                what: Base::Group,
                scope: Scope::Base,
                filter: Filter::everything(),
                attributes: vec![format!("{attribute};range={start}-*")],
            };
            let entries = collect(self.connection, request).await?;
            let part = entries.iter().find_map(|entry| entry.part(attribute));
            let Some((more, after)) =
                part.filter(|(more, after)| !more.is_empty() && after.is_none_or(|next| next > start))
            else {
                break;
            };
            values.extend(more);
            next = after;
        }
        Ok(values.into_iter().filter_map(|value| String::from_utf8(value).ok()).collect())
    }

    fn request(&self, base: &Dn, what: Base, scope: Scope, filter: Filter) -> Request {
        let attributes = self.schema.member_attributes();
        Request { base: base.as_str().to_owned(), what, scope, filter, attributes }
    }
}

/// How a value of this attribute names a member.
fn name(attribute: &str, value: String) -> Name {
    if attribute.eq_ignore_ascii_case(MEMBER_UID) {
        return Name::Username(value);
    }
    // A name may carry a number behind it (RFC 4517, section 3.3.21): `cn=a,dc=b#'0101'B`.
    let is_numbered = value.ends_with("'B");
    match value.rsplit_once("#'").filter(|_| is_numbered) {
        Some((dn, _)) => Name::Dn(dn.to_owned()),
        None => Name::Dn(value),
    }
}

/// All entries of a search that has few.
///
/// # Errors
/// When there is no answer, or not a whole one.
pub(super) async fn collect(connection: &Connection, request: Request) -> Result<Vec<Entry>, Error> {
    let mut search = Search::new(connection, request);
    let mut entries = Vec::new();
    while let Some(entry) = search.next().await? {
        entries.push(entry);
    }
    match search.into_partial().stopped {
        None => Ok(entries),
        Some((_, said)) => Err(Error::Refused { code: 4, text: said }),
    }
}
