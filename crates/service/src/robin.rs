//! One running server: its parts, put together.

use std::sync::Arc;

use robin_crypto::{CursorKey, SecretKey};
use robin_identity::{
    local::{HashingPool, Local},
    openshift::Cluster,
};
use robin_model::{Clock, Random};
use robin_storage::Store;

use crate::{certificate::Certificates, memory::Memory, refusals::Refusals, session::Crowd, token::Uses};

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
    /// Certificates of users.
    pub certificates: Certificates,
    /// What decisions are made from.
    pub memory: Memory,
    /// Refusals to be summarised.
    pub refusals: Refusals,
    /// Whether more names than are told apart have failed to log in.
    pub crowd: Crowd,
    /// Which access tokens were used, to be written down.
    pub uses: Uses,
    /// The installation's number.
    pub zone_id: i64,
}
