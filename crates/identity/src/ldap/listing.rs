//! Lists of users and groups, as they come.

use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

use ldap3::Scope;
use robin_model::directory::Dn;
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    Base, Connection, Directory, Error, Filter, Partial, Person, RawEntry,
    entry::Entry,
    members::{Found, Members},
    search::{Request, Search},
};

/// How many items wait for whoever reads the list.
const WAITING: usize = 64;

/// How many names are searched for at once.
const NAMES: usize = 100;

/// Which users or groups.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// These names; all when there are none.
    pub names: Vec<String>,
    /// Those that this finds as well.
    pub filter: Option<Filter>,
    /// Where the search starts, if not where the settings say.
    pub base: Option<Dn>,
}

/// A group in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its entry's name, as the directory shows it.
    pub distinguished_name: String,
    /// Its members in the directory's order. Those that are not there, or neither user nor group, are left out.
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A user.
    User(Person),
    /// Another group.
    Group(GroupName),
}

/// A group, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupName {
    /// Its name.
    pub name: String,
    /// Its entry's name, as the directory shows it.
    pub distinguished_name: String,
}

/// A list that comes bit by bit. Dropped before its end, the search ends too.
pub struct Listing<T> {
    items: mpsc::Receiver<Result<T, Error>>,
    partial: Arc<OnceLock<Partial>>,
    task: AbortHandle,
}

impl<T> Drop for Listing<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<T> Listing<T> {
    /// The next item, in the directory's order; `None` at the end. Nothing comes after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.items.recv().await
    }

    /// What is missing from the list, once it is at its end; `None` when it is whole.
    #[must_use]
    pub fn partial(&self) -> Option<&Partial> {
        self.partial.get()
    }

    /// All items, with what is missing.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn all(mut self) -> Result<(Vec<T>, Option<Partial>), Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok((all, self.partial().cloned()))
    }
}

/// Where a list's items go.
type Sink<T> = mpsc::Sender<Result<T, Error>>;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Users,
    Groups,
}

impl Directory {
    /// Users, in the directory's order. Those without a username are left out.
    #[must_use]
    pub fn users(&self, query: Query) -> Listing<Person> {
        listed(|sink| self.clone().send_users(query, sink))
    }

    /// Users with all that the directory has of them.
    #[must_use]
    pub fn raw_users(&self, query: Query) -> Listing<RawEntry> {
        listed(|sink| self.clone().send_raw(query, What::Users, sink))
    }

    /// Groups with their members, in the directory's order. Those without a name are left out.
    #[must_use]
    pub fn groups(&self, query: Query) -> Listing<Group> {
        listed(|sink| self.clone().send_groups(query, sink))
    }

    /// Groups with all that the directory has of them.
    #[must_use]
    pub fn raw_groups(&self, query: Query) -> Listing<RawEntry> {
        listed(|sink| self.clone().send_raw(query, What::Groups, sink))
    }

    async fn send_users(self, query: Query, sink: Sink<Person>) -> Result<Partial, Error> {
        let schema = &self.0.schema;
        let lease = self.0.pool.fresh().await?;
        let mut walk = Walk::new(&lease, self.requests(&query, What::Users, &schema.user_attributes()));
        while let Some(entry) = walk.next().await? {
            let person = Person::read(&entry, schema).filter(|person| is_wanted(&query, &person.username));
            if let Some(person) = person
                && sink.send(Ok(person)).await.is_err()
            {
                return Ok(Partial::default());
            }
        }
        let partial = walk.partial;
        lease.keep();
        Ok(partial)
    }

    async fn send_groups(self, query: Query, sink: Sink<Group>) -> Result<Partial, Error> {
        let schema = &self.0.schema;
        // One to look for groups, one to look for their members meanwhile.
        let (lease, other) = self.0.pool.fresh_two().await?;
        let members = self.members(&other);
        let mut walk = Walk::new(&lease, self.requests(&query, What::Groups, &schema.group_attributes(true)));
        while let Some(entry) = walk.next().await? {
            let Some(GroupName { name, distinguished_name }) = self.group_name(&entry) else { continue };
            if !is_wanted(&query, &name) {
                continue;
            }
            let found = members.find(&members.names(&entry).await?).await?;
            let members = found.into_iter().filter_map(|found| match found {
                Found::User(person) => Some(Member::User(person)),
                Found::Group(entry) => self.group_name(&entry).map(Member::Group),
                Found::Other | Found::Nothing => None,
            });
            let group = Group { name, distinguished_name, members: members.collect() };
            if sink.send(Ok(group)).await.is_err() {
                return Ok(Partial::default());
            }
        }
        let partial = walk.partial;
        lease.keep();
        other.keep();
        Ok(partial)
    }

    async fn send_raw(self, query: Query, what: What, sink: Sink<RawEntry>) -> Result<Partial, Error> {
        let lease = self.0.pool.fresh().await?;
        // All attributes, and those that are only shown when asked for (RFC 3673).
        let attributes = ["*", "+"].map(str::to_owned);
        let mut walk = Walk::new(&lease, self.requests(&query, what, &attributes));
        while let Some(entry) = walk.next().await? {
            let names = if what == What::Users { &self.0.schema.user.name } else { &self.0.schema.group.name };
            let is_listed = entry.first(names).is_some_and(|name| is_wanted(&query, &name));
            if is_listed && sink.send(Ok(entry.into_raw())).await.is_err() {
                return Ok(Partial::default());
            }
        }
        let partial = walk.partial;
        lease.keep();
        Ok(partial)
    }

    /// What to search for, a limited number of names at a time.
    pub(super) fn requests(&self, query: &Query, what: What, attributes: &[String]) -> Vec<Request> {
        let schema = &self.0.schema;
        let (own, kind) = match what {
            What::Users => (self.user_base(), Base::User),
            What::Groups => (self.group_base(), Base::Group),
        };
        let base = query.base.as_ref().unwrap_or(own);
        let request = |names: &[String]| Request {
            base: base.as_str().to_owned(),
            what: if base == &self.0.settings.search_base || query.base.is_some() { Base::Search } else { kind },
            scope: Scope::Subtree,
            filter: match what {
                What::Users => schema.users(names, query.filter.as_ref()),
                What::Groups => schema.groups(names, query.filter.as_ref()),
            },
            attributes: attributes.to_vec(),
        };
        if query.names.is_empty() { vec![request(&[])] } else { query.names.chunks(NAMES).map(request).collect() }
    }

    /// A group's names, if it has one.
    pub(super) fn group_name(&self, entry: &Entry) -> Option<GroupName> {
        let kind = &self.0.schema.group;
        let name = entry.first(&kind.name)?;
        Some(GroupName { name, distinguished_name: entry.first(&kind.dn).unwrap_or_else(|| entry.dn.clone()) })
    }

    /// What looks members up on this connection.
    pub(super) fn members<'c>(&'c self, connection: &'c Connection) -> Members<'c> {
        let base = &self.0.settings.search_base;
        Members { connection, schema: &self.0.schema, base, user_base: self.user_base() }
    }
}

/// Searches one after the other, on one connection.
pub(super) struct Walk<'c> {
    connection: &'c Connection,
    requests: std::vec::IntoIter<Request>,
    search: Option<Search<'c>>,
    /// What is missing so far.
    pub(super) partial: Partial,
}

impl<'c> Walk<'c> {
    pub(super) fn new(connection: &'c Connection, requests: Vec<Request>) -> Self {
        Self { connection, requests: requests.into_iter(), search: None, partial: Partial::default() }
    }

    /// The next entry of any of them; `None` at the end of the last.
    ///
    /// # Errors
    /// When there is no answer, or a search has no place to start at.
    pub(super) async fn next(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            let search = match &mut self.search {
                Some(search) => search,
                None => match self.requests.next() {
                    Some(request) => self.search.insert(Search::new(self.connection, request)),
                    None => return Ok(None),
                },
            };
            if let Some(entry) = search.next().await? {
                return Ok(Some(entry));
            }
            let missing = self.search.take().map(Search::into_partial).unwrap_or_default();
            self.partial = std::mem::take(&mut self.partial).and(missing);
        }
    }
}

/// Starts a task that sends items, and gives what receives them.
fn listed<T, F>(start: impl FnOnce(Sink<T>) -> F) -> Listing<T>
where
    T: Send + 'static,
    F: Future<Output = Result<Partial, Error>> + Send + 'static,
{
    let (sender, items) = mpsc::channel(WAITING);
    let partial = Arc::new(OnceLock::new());
    let (run, noted) = (start(sender.clone()), Arc::clone(&partial));
    let task = tokio::spawn(async move {
        match run.await {
            // Before the channel closes: whoever sees the end sees this.
            Ok(missing) if !missing.is_whole() => drop(noted.set(missing)),
            Ok(_) => (),
            Err(error) => drop(sender.send(Err(error)).await),
        }
    });
    Listing { items, partial, task: task.abort_handle() }
}

/// Whether the name is one of those asked for. An entry is also found by another of its attributes that could hold a name.
fn is_wanted(query: &Query, name: &str) -> bool {
    query.names.is_empty() || query.names.iter().any(|wanted| wanted.to_lowercase() == name.to_lowercase())
}
