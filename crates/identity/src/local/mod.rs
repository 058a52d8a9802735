//! Local accounts: passwords checked against Argon2id hashes in Robin's own database.

mod memory;
mod params;
mod phc;
mod pool;
mod queue;

use std::sync::Arc;

use async_trait::async_trait;
use robin_model::Secret;

use crate::{Account, Error, IdentityProvider, Verdict};

pub use params::{InvalidParams, Params};
pub use pool::HashingPool;

/// The provider for local accounts.
pub struct Local {
    pool: Arc<HashingPool>,
}

impl Local {
    /// Checks passwords with this pool.
    #[must_use]
    pub fn new(pool: Arc<HashingPool>) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl IdentityProvider for Local {
    async fn authenticate(&self, account: &Account, password: &Secret) -> Result<Verdict, Error> {
        self.pool.verify(password, account.password.as_ref()).await
    }
}
