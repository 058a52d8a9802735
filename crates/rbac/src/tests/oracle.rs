//! The rules written down once more, as directly as they can be said and with no regard to speed: sets of texts, and a
//! search for each question. It shares no code with what it checks but the plain records.

use std::collections::BTreeSet;

use crate::{
    CapabilityId, Definition, Grant, Instance, Request, Scope, Share, ShareTarget, TenantId, TenantRole, UserId,
};

pub(super) type Pair = (String, String);

/// What is known of the subject, with assigned capabilities in place of permissions.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) user: UserId,
    pub(super) tenant: TenantId,
    pub(super) role: TenantRole,
    pub(super) assigned: Vec<CapabilityId>,
    pub(super) grants: Option<Vec<Grant>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    Unknown,
    Forbidden,
    Hidden,
}

pub(super) fn pair(object_type: &str, operation: &str) -> Pair {
    (object_type.to_owned(), operation.to_owned())
}

/// The capabilities reachable from these over providers, these included.
pub(super) fn closure(definitions: &[Definition], from: &[CapabilityId]) -> BTreeSet<CapabilityId> {
    let mut reached: BTreeSet<CapabilityId> =
        definitions.iter().map(|definition| definition.id).filter(|id| from.contains(id)).collect();
    loop {
        let providers = definitions
            .iter()
            .filter(|definition| reached.contains(&definition.id))
            .flat_map(|definition| &definition.providers)
            .flat_map(|name| definitions.iter().filter(move |other| other.name.eq_ignore_ascii_case(name)))
            .map(|provider| provider.id);
        let more: BTreeSet<CapabilityId> = providers.collect();
        if more.is_subset(&reached) {
            return reached;
        }
        reached.extend(more);
    }
}

/// Own entries and those of everything reachable over providers.
pub(super) fn permissions(definitions: &[Definition], assigned: &[CapabilityId]) -> BTreeSet<Pair> {
    let reached = closure(definitions, assigned);
    let given = definitions.iter().filter(|definition| reached.contains(&definition.id));
    words(given)
}

fn words<'a>(definitions: impl Iterator<Item = &'a Definition>) -> BTreeSet<Pair> {
    let entries = definitions.flat_map(|definition| &definition.entries);
    entries.map(|entry| pair(&entry.object_type, &entry.operation)).collect()
}

/// The permission that a request is judged by, if the catalogue knows what is asked.
pub(super) fn needed(definitions: &[Definition], object_type: &str, operation: &str) -> Option<Pair> {
    let words = words(definitions.iter());
    let known_type = words.iter().any(|(known, _)| known == object_type);
    let own = pair(object_type, operation);
    let lent = pair("APPLICATION", operation);
    if words.contains(&own) {
        Some(own)
    } else if object_type == "CLONE" && known_type && words.contains(&lent) {
        Some(lent)
    } else {
        None
    }
}

pub(super) fn decide(definitions: &[Definition], who: &Who, request: &Request<'_>) -> Verdict {
    let Request { object_type, operation, instance } = *request;
    let Some(needed_pair) = needed(definitions, object_type, operation) else { return Verdict::Unknown };
    let held = permissions(definitions, &who.assigned);
    let granted = who.grants.as_ref().is_none_or(|grants| grants.iter().any(|grant| covers(who, grant, request)));
    if !granted || !held.contains(&needed_pair) {
        return Verdict::Forbidden;
    }
    let Some(instance) = instance else { return Verdict::Allowed };
    let views = needed(definitions, object_type, "view").is_some_and(|view| held.contains(&view));
    if !views {
        Verdict::Forbidden
    } else if reaches(who, object_type, operation, &instance) {
        Verdict::Allowed
    } else if reaches(who, object_type, "view", &instance) {
        Verdict::Forbidden
    } else {
        Verdict::Hidden
    }
}

fn covers(who: &Who, grant: &Grant, request: &Request<'_>) -> bool {
    let lists = |scope: &Scope, text: &str| match scope {
        Scope::All => true,
        Scope::Only(listed) => listed.iter().any(|one| one == text),
    };
    let id = match request.instance {
        None => "*".to_owned(),
        Some(Instance::Object { id, .. }) => id.to_owned(),
        Some(Instance::Tenant { id, .. }) => id.to_string(),
        Some(Instance::User { id, .. }) => id.to_string(),
    };
    lists(&grant.object_types, request.object_type)
        && lists(&grant.operations, request.operation)
        && lists(&grant.tenants, &place(who, request))
        && lists(&grant.object_ids, &id)
}

/// The number of the tenant that a request is about, `*` where that is none.
fn place(who: &Who, request: &Request<'_>) -> String {
    let all = "*".to_owned();
    if matches!(request.object_type, "USER_CAPABILITY" | "CONFIG" | "LDAP" | "OPEN_SHIFT" | "USER_AUDIT" | "SYSTEM") {
        return all;
    }
    match request.instance {
        None if request.object_type == "TENANT" => all,
        None => who.tenant.to_string(),
        Some(Instance::Object { tenant, .. }) => tenant.map_or(all, |tenant| tenant.to_string()),
        Some(Instance::Tenant { id, .. }) => id.to_string(),
        Some(Instance::User { id, member }) if member || id == who.user => who.tenant.to_string(),
        Some(Instance::User { .. }) => all,
    }
}

fn reaches(who: &Who, object_type: &str, operation: &str, instance: &Instance<'_>) -> bool {
    let superadmin = who.role == TenantRole::Superadmin && who.tenant == TenantId(1);
    let tenantadmin = who.role == TenantRole::Tenantadmin;
    match *instance {
        Instance::Tenant { id, member } => {
            let own_elsewhere = member && operation == "view";
            superadmin || who.tenant == id || own_elsewhere
        }
        Instance::User { id, member } => superadmin || tenantadmin && member || who.user == id,
        Instance::Object { owner, tenant, shares, .. } => {
            let of_the_cluster =
                matches!(object_type, "USER_CAPABILITY" | "CONFIG" | "LDAP" | "OPEN_SHIFT" | "USER_AUDIT" | "SYSTEM");
            let owns = owner == Some(who.user) && tenant == Some(who.tenant);
            let administers = tenantadmin && tenant == Some(who.tenant);
            of_the_cluster
                || tenant.is_none()
                || owns
                || administers
                || superadmin
                || shared_with_user(who, object_type, operation, tenant, shares)
                || shared_with_tenant(who, object_type, operation, shares)
        }
    }
}

fn shared_with_user(who: &Who, object_type: &str, operation: &str, tenant: Option<TenantId>, shares: &[Share]) -> bool {
    let shareable = match object_type {
        "APPLICATION" => matches!(operation, "view" | "start" | "stop" | "clone"),
        "CLONE" => matches!(operation, "view" | "start" | "stop"),
        "K8S_APPLICATION" => matches!(operation, "view" | "update" | "start" | "stop" | "clone"),
        "STORAGE_REPO" => matches!(operation, "view" | "push"),
        "BACKUP" | "SNAPSHOT" => operation == "view",
        _ => false,
    };
    let with_user = shares.iter().any(|share| {
        share.with == ShareTarget::User(who.user) && (operation == "view" || share.operations.contains(operation))
    });
    let with_tenant = shares.iter().any(|share| share.with == ShareTarget::Tenant(who.tenant));
    shareable && with_user && (tenant == Some(who.tenant) || with_tenant)
}

fn shared_with_tenant(who: &Who, object_type: &str, operation: &str, shares: &[Share]) -> bool {
    let admin = who.role == TenantRole::Tenantadmin;
    let mut with_tenant = shares.iter().filter(|share| share.with == ShareTarget::Tenant(who.tenant));
    match object_type {
        "BUNDLE" | "IMAGE" | "DOCKER_REGISTRY" => with_tenant.next().is_some(),
        "BACKUP" | "K8S_BACKUP" | "STORAGE_REPO" => with_tenant.any(|share| {
            let sharing = operation == "user_share" || operation == "user_unshare";
            let reserved = operation == "change_owner" || operation.starts_with("tenant_");
            let managing = !sharing && !reserved;
            admin
                && (operation == "view"
                    || sharing && share.operations.contains("share")
                    || managing && share.operations.contains("manage"))
        }),
        _ => false,
    }
}
