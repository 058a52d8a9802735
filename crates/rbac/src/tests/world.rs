//! Small random worlds: a catalogue, somebody, and something to ask about.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::oracle::Who;
use crate::{
    CapabilityId, Definition, Entry, Grant, Instance, Request, Scope, Share, ShareTarget, TenantId, TenantRole, UserId,
    sharing::Operations,
};

const TYPES: [&str; 12] = [
    "APPLICATION",
    "CLONE",
    "BUNDLE",
    "BACKUP",
    "K8S_BACKUP",
    "STORAGE_REPO",
    "K8S_APPLICATION",
    "CONFIG",
    "USER",
    "TENANT",
    "SNAPSHOT",
    "THING",
];
const OPERATIONS: [&str; 11] = [
    "view",
    "create",
    "start",
    "stop",
    "update",
    "push",
    "clone",
    "user_share",
    "tenant_share",
    "change_owner",
    "delete",
];
const SHARED: [&str; 7] = ["view", "start", "stop", "update", "push", "share", "manage"];
const IDS: [&str; 3] = ["a", "b", "1"];

/// An instance that owns what it lists.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Object { id: &'static str, owner: Option<UserId>, tenant: Option<TenantId>, shares: Vec<Share> },
    Tenant { id: TenantId, member: bool },
    User { id: UserId, member: bool },
}

impl Thing {
    pub(super) fn instance(&self) -> Instance<'_> {
        match self {
            Self::Object { id, owner, tenant, shares } => {
                Instance::Object { id, owner: *owner, tenant: *tenant, shares }
            }
            Self::Tenant { id, member } => Instance::Tenant { id: *id, member: *member },
            Self::User { id, member } => Instance::User { id: *id, member: *member },
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) definitions: Vec<Definition>,
    pub(super) who: Who,
    pub(super) object_type: &'static str,
    pub(super) operation: &'static str,
    pub(super) thing: Option<Thing>,
}

impl World {
    pub(super) fn request(&self) -> Request<'_> {
        let instance = self.thing.as_ref().map(Thing::instance);
        Request { object_type: self.object_type, operation: self.operation, instance }
    }
}

pub(super) fn world() -> impl Strategy<Value = World> {
    (definitions(), who(), operation_on_type(), option::weighted(0.9, thing()), prop::bool::weighted(0.9)).prop_map(
        |(mut definitions, who, (object_type, operation), thing, viewed)| {
            // What is asked for is given by somebody more often than chance would have it.
            if let Some(definition) = definitions.first_mut() {
                definition.entries.push(entry(object_type, operation));
                if viewed {
                    definition.entries.push(entry(object_type, "view"));
                }
            }
            World { definitions, thing: thing.map(|thing| nearby(thing, &who)), who, object_type, operation }
        },
    )
}

/// Makes the first share of some objects one with the tenant that somebody is logged into.
fn nearby(mut thing: Thing, who: &Who) -> Thing {
    if let Thing::Object { id: "a", shares, .. } = &mut thing
        && let Some(share) = shares.first_mut()
    {
        share.with = ShareTarget::Tenant(who.tenant);
    }
    thing
}

/// Capabilities numbered from 1 on, each inheriting only later ones.
pub(super) fn definitions() -> impl Strategy<Value = Vec<Definition>> {
    vec((vec(operation_on_type(), 0..4), vec(any::<prop::sample::Index>(), 0..3)), 1..8).prop_map(|drafts| {
        let count = drafts.len();
        let numbered = drafts.into_iter().enumerate();
        let written = numbered.map(|(place, (entries, providers))| {
            let later = count - place - 1;
            let providers =
                providers.iter().filter(|_| later > 0).map(|index| place + 1 + index.index(later)).collect();
            definition(place, providers, &entries)
        });
        written.collect()
    })
}

/// Capabilities numbered from 1 on that inherit each other without any order.
pub(super) fn tangle() -> impl Strategy<Value = Vec<Definition>> {
    vec(vec(any::<prop::sample::Index>(), 0..3), 1..8).prop_map(|drafts| {
        let count = drafts.len();
        let numbered = drafts.into_iter().enumerate();
        let written = numbered.map(|(place, providers)| {
            definition(place, providers.iter().map(|index| index.index(count)).collect(), &[("THING", "view")])
        });
        written.collect()
    })
}

fn definition(place: usize, providers: Vec<usize>, entries: &[(&str, &str)]) -> Definition {
    Definition {
        id: CapabilityId(i64::try_from(place).unwrap() + 1),
        name: format!("Capability{place}"),
        group: "Custom".into(),
        description: String::new(),
        hidden: false,
        tenant_roles: TenantRole::ALL.to_vec(),
        providers: providers.into_iter().map(|provider| format!("CAPABILITY{provider}")).collect(),
        entries: entries.iter().map(|(object_type, operation)| entry(object_type, operation)).collect(),
    }
}

fn entry(object_type: &str, operation: &str) -> Entry {
    Entry { object_type: object_type.into(), operation: operation.into() }
}

fn operation_on_type() -> impl Strategy<Value = (&'static str, &'static str)> {
    (select(&TYPES[..]), select(&OPERATIONS[..]))
}

fn user() -> impl Strategy<Value = UserId> {
    (1_i64..4).prop_map(UserId)
}

fn tenant() -> impl Strategy<Value = TenantId> {
    (1_i64..4).prop_map(TenantId)
}

fn who() -> impl Strategy<Value = Who> {
    let assigned = vec((1_i64..9).prop_map(CapabilityId), 0..3).prop_map(|mut assigned| {
        assigned.push(CapabilityId(1));
        assigned
    });
    let roles = select(&TenantRole::ALL[..]);
    (user(), tenant(), roles, prop_oneof![assigned, Just(Vec::new())], option::weighted(0.2, vec(grant(), 0..3)))
        .prop_map(|(user, tenant, role, assigned, grants)| Who { user, tenant, role, assigned, grants })
}

fn grant() -> impl Strategy<Value = Grant> {
    (scope(&TYPES), scope(&OPERATIONS), scope(&["1", "2", "3"]), scope(&IDS)).prop_map(
        |(object_types, operations, tenants, object_ids)| Grant { object_types, operations, tenants, object_ids },
    )
}

fn scope(texts: &'static [&'static str]) -> impl Strategy<Value = Scope> {
    prop_oneof![Just(Scope::All), vec(select(texts), 0..5).prop_map(Scope::of)]
}

fn thing() -> impl Strategy<Value = Thing> {
    let object = (select(&IDS[..]), option::of(user()), option::weighted(0.9, tenant()), vec(share(), 0..4))
        .prop_map(|(id, owner, tenant, shares)| Thing::Object { id, owner, tenant, shares });
    let tenants = (tenant(), any::<bool>()).prop_map(|(id, member)| Thing::Tenant { id, member });
    let users = (user(), any::<bool>()).prop_map(|(id, member)| Thing::User { id, member });
    prop_oneof![6 => object, 1 => tenants, 1 => users]
}

fn share() -> impl Strategy<Value = Share> {
    let with = prop_oneof![tenant().prop_map(ShareTarget::Tenant), user().prop_map(ShareTarget::User)];
    let operations = vec(select(&SHARED[..]), 0..4).prop_map(|names| Operations::parse(names).unwrap());
    (with, operations).prop_map(|(with, operations)| Share { with, operations })
}
