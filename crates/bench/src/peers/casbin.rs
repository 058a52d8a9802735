//! casbin with roles in domains. Inheritance is resolved beforehand, which of the models that fit is the fastest to load.

use std::fmt::Write;

use casbin::{CachedEnforcer, CoreApi, DefaultModel, Enforcer, StringAdapter};
use robin_rbac::Catalogue;
use tokio::runtime::Runtime;

use crate::world::{CAPABILITY, USERS, tenant_of};

const MODEL: &str = "
[request_definition]
r = sub, dom, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.obj == p.obj && r.act == p.act
";

/// What is loaded: a line for each permission of each capability that is there for a role, and one for each user.
#[must_use]
pub fn policy() -> String {
    let catalogue = Catalogue::builtin();
    let mut text = String::new();
    for name in ["AllSuperAdminCapabilities", "AllTenantAdminCapabilities", CAPABILITY] {
        for permission in catalogue.capability(name).unwrap().permissions().iter() {
            let (object_type, operation) = catalogue.describe(permission);
            writeln!(text, "p, {name}, {object_type}, {operation}").unwrap();
        }
    }
    for user in 0..USERS {
        writeln!(text, "g, u{user}, {CAPABILITY}, t{}", tenant_of(user)).unwrap();
    }
    text
}

/// The plain enforcer.
#[must_use]
pub fn load(runtime: &Runtime, policy: &str) -> Enforcer {
    runtime.block_on(async {
        let model = DefaultModel::from_str(MODEL).await.unwrap();
        Enforcer::new(model, StringAdapter::new(policy)).await.unwrap()
    })
}

/// The enforcer that remembers its answers.
#[must_use]
pub fn load_cached(runtime: &Runtime, policy: &str) -> CachedEnforcer {
    runtime.block_on(async {
        let model = DefaultModel::from_str(MODEL).await.unwrap();
        CachedEnforcer::new(model, StringAdapter::new(policy)).await.unwrap()
    })
}

/// Asks for a user in a tenant.
pub fn may(enforcer: &impl CoreApi, user: &str, tenant: &str, object_type: &str, operation: &str) -> bool {
    enforcer.enforce((user, tenant, object_type, operation)).unwrap()
}
