//! Users and groups of a directory, as it gives them.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use robin_identity::ldap::{self, Directory, Filter, Listing, Query};
pub use robin_identity::ldap::{Group, GroupName, Member, Person, RawEntry, RawValue};
use robin_model::{LdapServerName, directory::Dn};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Known, LDAP,
    failure::{failed, unavailable, usable},
    invalid, missing, reach,
};
use crate::{
    Ctx, Error, Result,
    list::{Flow, Piece},
};

/// The most names that are asked for at once.
const MOST_NAMES: usize = 1000;

/// Which users or groups.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The server.
    pub server: LdapServerName,
    /// These names; all when there are none.
    pub names: Vec<String>,
    /// Those that this filter finds as well; not together with names.
    pub filter: Option<String>,
    /// Where to look, if not where the server's settings say.
    pub base: Option<Dn>,
}

/// Users, in the directory's order. Needs `LDAP:view`.
///
/// # Errors
/// [`Error::NotFound`] when there is no such server, no entry of the base's name, or no user of one of the names;
/// [`Error::Invalid`] for a filter that is none, or stands beside names; [`Error::Unavailable`] while the directory is down;
/// [`Error::Conflict`] when it can't be read as it is set up.
pub async fn users(ctx: &Ctx, wanted: &Wanted) -> Result<Flow<Person>> {
    let search = Search::of(ctx, wanted).await?;
    search.known_users().await?;
    search.run(Directory::users)
}

/// Users with all that the directory has of them, but for secrets. As [`users`].
///
/// # Errors
/// As [`users`].
pub async fn raw_users(ctx: &Ctx, wanted: &Wanted) -> Result<Flow<RawEntry>> {
    let search = Search::of(ctx, wanted).await?;
    search.known_users().await?;
    search.run(Directory::raw_users)
}

/// Groups with their members, in the directory's order. As [`users`].
///
/// # Errors
/// As [`users`].
pub async fn groups(ctx: &Ctx, wanted: &Wanted) -> Result<Flow<Group>> {
    let search = Search::of(ctx, wanted).await?;
    search.known_groups().await?;
    search.run(Directory::groups)
}

/// Groups with all that the directory has of them, but for secrets. As [`users`].
///
/// # Errors
/// As [`users`].
pub async fn raw_groups(ctx: &Ctx, wanted: &Wanted) -> Result<Flow<RawEntry>> {
    let search = Search::of(ctx, wanted).await?;
    search.known_groups().await?;
    search.run(Directory::raw_groups)
}

/// A search that may begin.
struct Search {
    server: Arc<Known>,
    query: Query,
    place: OwnedSemaphorePermit,
}

impl Search {
    /// Asks whether the actor may, and whether the search makes sense.
    async fn of(ctx: &Ctx, wanted: &Wanted) -> Result<Self> {
        ctx.permit(LDAP, "view")?;
        reach(ctx, "view", wanted.server.as_str())?;
        let server = ctx.whole.directories.named(&wanted.server).ok_or_else(|| missing(&wanted.server))?;
        let query = query(wanted)?;
        let place = server.place().await.ok_or_else(|| unavailable("too many of its lists are being read"))?;
        Ok(Self { server: Arc::clone(server), query, place })
    }

    fn directory(&self) -> Result<&Directory> {
        usable(&self.server)
    }

    async fn known_users(&self) -> Result<()> {
        let unknown = self.directory()?.unknown_users(&self.query).await;
        self.none("LDAP user", unknown)
    }

    async fn known_groups(&self) -> Result<()> {
        let unknown = self.directory()?.unknown_groups(&self.query).await;
        self.none("LDAP group", unknown)
    }

    fn none(&self, kind: &'static str, unknown: std::result::Result<Vec<String>, ldap::Error>) -> Result<()> {
        let unknown = unknown.map_err(|error| failed(&self.server, self.query.base.as_ref(), error))?;
        unknown.first().map_or(Ok(()), |name| Err(Error::not_found(kind, name)))
    }

    fn run<T: Send + 'static>(self, start: impl Fn(&Directory, Query) -> Listing<T>) -> Result<Flow<T>> {
        let listing = start(self.directory()?, self.query.clone());
        let Self { server, query, place } = self;
        let rest = stream::unfold(Some((listing, server, query.base, place)), |rest| async move {
            let (mut listing, server, base, place) = rest?;
            match listing.next().await {
                Some(Ok(item)) => Some((Ok(Piece::Item(item)), Some((listing, server, base, place)))),
                Some(Err(error)) => Some((Err(failed(&server, base.as_ref(), error)), None)),
                None => listing.partial().map(|partial| (Ok(Piece::Partial(partial.to_string())), None)),
            }
        });
        Ok(rest.boxed())
    }
}

fn query(wanted: &Wanted) -> Result<Query> {
    let Wanted { names, filter, base, .. } = wanted;
    if filter.is_some() && !names.is_empty() {
        let text = "`ldap_filter` can't be used together with names: leave out the one or the other";
        return Err(Error::Invalid(text.to_owned()));
    }
    if names.len() > MOST_NAMES {
        return Err(Error::Invalid(format!("too many names: use at most {MOST_NAMES}, or none to list all")));
    }
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err(Error::Invalid("one of the names is empty: leave it out".to_owned()));
    }
    let filter = filter.as_deref().map(str::parse::<Filter>).transpose().map_err(|error| invalid(&error))?;
    Ok(Query { names: names.clone(), filter, base: base.clone() })
}
