//! Lists of users and groups, page by page.

use std::marker::PhantomData;

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};

use super::{Cluster, Error, Group, User, api::USERS, entry::Entry, wire};

/// Entries per page.
const PAGE: &str = "500";

/// How often a list is begun anew without getting any further.
const RESTARTS: u32 = 3;

/// What is read next.
enum Next {
    First,
    After(String),
    Nothing,
}

/// A list, page by page, in the order of the names' bytes.
pub struct Pages<T> {
    cluster: Cluster,
    next: Next,
    /// The name of the last entry that was handed out.
    last: Option<String>,
    restarts: u32,
    entry: PhantomData<fn() -> T>,
}

impl Cluster {
    /// All users.
    #[must_use]
    pub fn users(&self) -> Pages<User> {
        Pages::new(self)
    }

    /// All groups.
    #[must_use]
    pub fn groups(&self) -> Pages<Group> {
        Pages::new(self)
    }
}

impl<T: Entry + 'static> Pages<T> {
    /// The entries of all pages, as they come. Nothing comes after an error.
    #[must_use]
    pub fn entries(self) -> BoxStream<'static, Result<T, Error>> {
        let page = |mut pages: Self| async move { Ok(pages.next().await?.map(|page| (page, pages))) };
        let entries = |page: Vec<T>| stream::iter(page.into_iter().map(Ok));
        stream::try_unfold(self, page).map_ok(entries).try_flatten().boxed()
    }

    fn new(cluster: &Cluster) -> Self {
        Self { cluster: cluster.clone(), next: Next::First, last: None, restarts: 0, entry: PhantomData }
    }

    /// The next page; `None` after the last one. Each entry comes once, also when the cluster has forgotten where the list was and it
    /// is begun anew.
    ///
    /// # Errors
    /// When there is no answer; [`Error::Expired`] when that happens again and again.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        loop {
            let query = match &self.next {
                Next::First => vec![("limit", PAGE)],
                Next::After(mark) => vec![("limit", PAGE), ("continue", mark.as_str())],
                Next::Nothing => return Ok(None),
            };
            let api = &self.cluster.0.api;
            let [root, group, version] = USERS;
            let path = [root, group, version, T::RESOURCE];
            let place = self.cluster.0.lists.acquire().await.map_err(|_| Error::Busy)?;
            let listed = api.get(&path, &query, &api.own_token().await?).await;
            drop(place);
            let list: wire::List<T> = match listed {
                Err(Error::Expired) if self.restarts < RESTARTS => {
                    self.restarts += 1;
                    self.next = Next::First;
                    continue;
                }
                list => list?,
            };
            self.next = match list.metadata.next.filter(|mark| !mark.is_empty()) {
                Some(mark) => Next::After(mark),
                None => Next::Nothing,
            };
            let mut page: Vec<T> = list.items.unwrap_or_default();
            if let Some(last) = &self.last {
                page.retain(|entry| entry.name() > last.as_str());
            }
            if let Some(entry) = page.last() {
                self.last = Some(entry.name().to_owned());
                self.restarts = 0;
                return Ok(Some(page));
            }
        }
    }
}
