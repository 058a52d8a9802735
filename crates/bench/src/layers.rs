//! Deep inheritance: capabilities in fifty layers, each inheriting four of the next, so that most are reached by many ways.

use robin_rbac::{
    CapabilityId, Catalogue, Definition, Entry, PermissionSet, Request, Subject, TenantId, TenantRole, UserId, decide,
};

const LAYERS: usize = 50;
const FAN_OUT: usize = 4;

/// The definitions `C0`, `C1` and so on, in layers from the top. Each gives one permission of its own, `p` and its number.
#[must_use]
pub fn definitions(count: usize) -> Vec<Definition> {
    let width = count / LAYERS;
    let definition = |place: usize| {
        let (layer, column) = (place / width, place % width);
        let below = |step: usize| format!("C{}", (layer + 1) * width + (column * 3 + step * 7) % width);
        Definition {
            id: id(place),
            name: format!("C{place}"),
            group: "Layers".into(),
            description: String::new(),
            hidden: false,
            tenant_roles: vec![TenantRole::User],
            providers: if layer + 1 < LAYERS { (0..FAN_OUT).map(below).collect() } else { Vec::new() },
            entries: vec![Entry { object_type: "THING".into(), operation: format!("p{place}") }],
        }
    };
    (0..count).map(definition).collect()
}

/// The places of those that each inherits.
#[must_use]
pub fn providers(definitions: &[Definition]) -> Vec<Vec<usize>> {
    let place = |name: &String| name[1..].parse().expect("a number follows the letter");
    definitions.iter().map(|definition| definition.providers.iter().map(place).collect()).collect()
}

/// What the capability at a place gives.
#[must_use]
pub fn given_by(catalogue: &Catalogue, place: usize) -> PermissionSet {
    catalogue.resolve([id(place)])
}

/// The last place whose permission is in the set: as deep as it goes.
#[must_use]
pub fn deepest(catalogue: &Catalogue, set: &PermissionSet) -> usize {
    let holds = |place: &usize| {
        let permission = catalogue.permission("THING", &format!("p{place}"));
        permission.is_some_and(|permission| set.contains(permission))
    };
    (0..catalogue.capabilities().count()).rev().find(holds).expect("a capability gives its own permission")
}

/// Asks for the permission `operation` of somebody who has the set.
#[must_use]
pub fn may(catalogue: &Catalogue, permissions: &PermissionSet, operation: &str) -> bool {
    let (user, tenant, role) = (UserId(15), TenantId(1), TenantRole::User);
    let subject = Subject { user, tenant, role, permissions, grants: None };
    decide(catalogue, &subject, &Request::on_type("THING", operation)).allowed
}

fn id(place: usize) -> CapabilityId {
    CapabilityId(i64::try_from(place).expect("few enough") + 1)
}
