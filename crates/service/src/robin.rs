//! One running server: its parts, put together.

use std::sync::Arc;

use robin_crypto::{CursorKey, SecretKey};
use robin_identity::{
    local::{HashingPool, Local},
    openshift::Cluster,
};
use robin_model::{Clock, Random};
use robin_storage::Store;

use crate::{memory::Memory, refusals::Refusals};

/// The parts of one server, shared by all its requests.
pub struct Robin {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// What passwords are hashed with.
    pub passwords: Arc<HashingPool>,
    /// Who checks the passwords of local accounts.
    pub local: Local,
    /// Who checks the passwords of users of the OpenShift cluster, where Robin runs on one.
    pub openshift: Option<Cluster>,
    /// The key that secrets in the database are sealed under.
    pub secret_key: Arc<SecretKey>,
    /// The key that makes cursors of lists unforgeable.
    pub cursors: CursorKey,
    /// What decisions are made from.
    pub memory: Memory,
    /// Refusals to be summarised.
    pub refusals: Refusals,
    /// The installation's number.
    pub zone_id: i64,
}
