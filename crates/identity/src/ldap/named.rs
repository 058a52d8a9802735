//! Whether users and groups are in the directory.

use std::collections::HashSet;

use super::{
    Directory, Error, Query,
    listing::{Walk, What},
};

impl Directory {
    /// Those of the query's names that no user has, in the query's order. Where the answer is partial nobody can tell, and there are
    /// none.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn unknown_users(&self, query: &Query) -> Result<Vec<String>, Error> {
        self.unknown(query, What::Users).await
    }

    /// Those of the query's names that no group has, as [`unknown_users`](Self::unknown_users).
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn unknown_groups(&self, query: &Query) -> Result<Vec<String>, Error> {
        self.unknown(query, What::Groups).await
    }

    async fn unknown(&self, query: &Query, what: What) -> Result<Vec<String>, Error> {
        if query.names.is_empty() {
            return Ok(Vec::new());
        }
        let schema = &self.0.schema;
        let attributes = if what == What::Users { &schema.user.name } else { &schema.group.name };
        let lease = self.0.pool.fresh().await?;
        let mut walk = Walk::new(&lease, self.requests(query, what, attributes));
        let mut found = HashSet::new();
        while let Some(entry) = walk.next().await? {
            found.extend(entry.first(attributes).map(|name| name.to_lowercase()));
        }
        let is_whole = walk.partial.is_whole();
        lease.keep();
        let unknown = query.names.iter().filter(|name| is_whole && !found.contains(&name.to_lowercase()));
        Ok(unknown.cloned().collect())
    }
}
