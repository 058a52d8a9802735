//! The suite that every store must pass: what the traits promise, tried on a fresh database for each case.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a case that can't go on has failed")]

mod access_tokens;
mod audits;
mod capabilities;
mod certificates;
mod changes;
mod directories;
mod login_counters;
mod mappings;
mod memberships;
mod namespaces;
mod objects;
mod schedules;
mod secrets;
mod sessions;
mod shares;
mod syncs;
mod tenants;
mod transactions;
mod users;

use std::{pin::Pin, sync::Arc};

use robin_model::{
    CapabilityId, ContextId, ObjectId, TenantId, TenantRole, Timestamp, UserId,
    object::{Attributes, NewObject},
    profile::Profile,
    tenant::NewTenant,
    user::{Authentication, NewMembership, NewUser},
};

use crate::{Access, Store, Transaction};

type Database = Arc<dyn Store>;
type Case = (&'static str, fn(Database) -> Pin<Box<dyn Future<Output = ()> + Send>>);

/// Lists the cases of a module.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[super::Case] = &[$((stringify!($name), |store| Box::pin($name(store)))),+];
    };
}
use cases;

/// Runs every case, each on a new database that `fresh` makes.
///
/// # Panics
/// When a case fails, with the names of all that did.
pub async fn all(fresh: impl AsyncFn() -> Arc<dyn Store>) {
    let cases = [
        access_tokens::CASES,
        audits::CASES,
        capabilities::CASES,
        certificates::CASES,
        changes::CASES,
        directories::CASES,
        mappings::CASES,
        login_counters::CASES,
        memberships::CASES,
        namespaces::CASES,
        objects::CASES,
        schedules::CASES,
        secrets::CASES,
        sessions::CASES,
        shares::CASES,
        syncs::CASES,
        tenants::CASES,
        transactions::CASES,
        users::CASES,
    ];
    let mut failed = Vec::new();
    for (name, case) in cases.concat() {
        let store = fresh().await;
        let ended = tokio::spawn(case(Arc::clone(&store))).await;
        store.close().await;
        if ended.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "the store fails {failed:?}");
}

type Tx = Box<dyn Transaction>;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

async fn begin(store: &Database, access: Access) -> Tx {
    store.begin(access).await.unwrap()
}

fn new_user(name: &str) -> NewUser {
    NewUser {
        username: name.parse().unwrap(),
        authentication: Authentication::Local,
        password: None,
        profile: Profile::default(),
        disabled: false,
        current_tenant: None,
        created_at: NOW,
    }
}

async fn add_user(tx: &mut Tx, name: &str) -> UserId {
    tx.insert_user(&new_user(name)).await.unwrap().unwrap()
}

fn new_tenant(name: &str) -> NewTenant {
    NewTenant { name: name.parse().unwrap(), description: format!("about {name}"), created_at: NOW }
}

async fn add_tenant(tx: &mut Tx, name: &str) -> TenantId {
    tx.insert_tenant(&new_tenant(name)).await.unwrap().unwrap()
}

fn new_membership(user: UserId, tenant: TenantId, role: TenantRole, capabilities: &[i64]) -> NewMembership {
    let capabilities = capabilities.iter().copied().map(CapabilityId).collect();
    NewMembership { user, tenant, role, capabilities, namespace: None, mapped_by: None }
}

async fn add_member(tx: &mut Tx, user: UserId, tenant: TenantId, capabilities: &[i64]) -> ContextId {
    tx.insert_membership(&new_membership(user, tenant, TenantRole::User, capabilities)).await.unwrap().unwrap()
}

fn new_namespace(name: &str, tenant: TenantId, owner: UserId) -> NewObject {
    NewObject::namespace(&name.parse().unwrap(), tenant, owner, NOW)
}

async fn add_namespace(tx: &mut Tx, name: &str, tenant: TenantId, owner: UserId) -> ObjectId {
    tx.insert_object(&new_namespace(name, tenant, owner)).await.unwrap().unwrap()
}

fn new_object(object_type: &str, name: &str, tenant: Option<TenantId>, owner: Option<UserId>) -> NewObject {
    let (object_type, name) = (object_type.to_owned(), name.parse().unwrap());
    NewObject { object_type, name, owner, tenant, attributes: Attributes::new(), created_at: NOW }
}

async fn add_object(tx: &mut Tx, object_type: &str, name: &str, tenant: TenantId, owner: UserId) -> ObjectId {
    tx.insert_object(&new_object(object_type, name, Some(tenant), Some(owner))).await.unwrap().unwrap()
}
