//! Cedar with one policy for each role of each tenant. Which actions a capability holds is resolved beforehand, into groups
//! of actions.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    str::FromStr,
};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
};
use robin_rbac::Catalogue;

use crate::world::{CAPABILITY, TENANTS, USERS, tenant_of};

const CAPABILITIES: [&str; 3] = ["AllSuperAdminCapabilities", "AllTenantAdminCapabilities", CAPABILITY];

/// An authorizer with what it decides by.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

impl Cedar {
    /// Parses the policies and closes the hierarchy.
    #[must_use]
    pub fn load(policies: &str) -> Self {
        let entities = Entities::from_entities(entities(), None).unwrap();
        Self { authorizer: Authorizer::new(), policies: PolicySet::from_str(policies).unwrap(), entities }
    }

    /// From the names, as they come into a service.
    #[must_use]
    pub fn may(&self, user: &str, tenant: &str, action: &str) -> bool {
        let (principal, action, resource) = (uid("User", user), uid("Action", action), uid("Tenant", tenant));
        let request = Request::new(principal, action, resource, Context::empty(), None).unwrap();
        self.authorizer.is_authorized(&request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

/// The policies' text.
#[must_use]
pub fn policies() -> String {
    let mut text = String::new();
    for tenant in 0..TENANTS {
        for capability in CAPABILITIES {
            let who = format!(r#"principal in Role::"t{tenant}/{capability}""#);
            let what = format!(r#"action in Action::"{capability}", resource == Tenant::"t{tenant}""#);
            writeln!(text, "permit({who}, {what});").unwrap();
        }
    }
    text
}

fn entities() -> Vec<Entity> {
    let catalogue = Catalogue::builtin();
    let mut groups: HashMap<(&str, &str), HashSet<EntityUid>> = HashMap::new();
    for name in CAPABILITIES {
        for permission in catalogue.capability(name).unwrap().permissions().iter() {
            groups.entry(catalogue.describe(permission)).or_default().insert(uid("Action", name));
        }
    }
    let action = |((object_type, operation), groups): ((&str, &str), _)| {
        Entity::new_no_attrs(uid("Action", &format!("{object_type}:{operation}")), groups)
    };
    let user = |user| {
        let role = uid("Role", &format!("t{}/{CAPABILITY}", tenant_of(user)));
        Entity::new_no_attrs(uid("User", &format!("u{user}")), HashSet::from([role]))
    };
    groups.into_iter().map(action).chain((0..USERS).map(user)).collect()
}

/// The entities of a graph: each inherits those that it names.
#[must_use]
pub fn graph(providers: &[Vec<usize>]) -> Vec<Entity> {
    let node = |(place, providers): (usize, &Vec<usize>)| {
        Entity::new_no_attrs(vertex(place), providers.iter().map(|provider| vertex(*provider)).collect())
    };
    providers.iter().enumerate().map(node).collect()
}

/// The name of a place in that graph.
#[must_use]
pub fn vertex(place: usize) -> EntityUid {
    uid("Capability", &format!("C{place}"))
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).unwrap(), EntityId::new(id))
}
