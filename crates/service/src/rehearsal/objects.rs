//! What would be different about objects, for those who own them and with whom they are shared.
//!
//! Whom the actor may ask about is judged as the decisions about them are. Of others whom the actor may know of it is said what
//! owning and sharing give, as far as their own permissions go: what those are is theirs to know.

use std::collections::{BTreeMap, BTreeSet};

use robin_model::{ObjectName, TenantId, TenantRole, UserId, user::Membership};
use robin_rbac::{Catalogue, PermissionSet, Request, Subject, decide};

use super::{
    ObjectDifference, is_shown,
    state::{Seen, State},
    without,
};
use crate::{Ctx, object};

/// The differences, by object, without the users' names.
pub(super) fn differences(ctx: &Ctx, before: &State, after: &State) -> Vec<(Option<UserId>, ObjectDifference)> {
    let keys: BTreeSet<&(String, ObjectName)> = before.objects.keys().chain(after.objects.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let one = Both { key, ctx, before, after, was: before.objects.get(key), is: after.objects.get(key) };
        if one.is_visible() {
            found.extend(one.for_tenants());
            found.extend(one.for_users());
        }
    }
    found
}

/// An object before the change and after it; there is none before it is made, or after it is removed.
struct Both<'a> {
    key: &'a (String, ObjectName),
    ctx: &'a Ctx,
    before: &'a State,
    after: &'a State,
    was: Option<&'a Seen>,
    is: Option<&'a Seen>,
}

type Difference = (Option<UserId>, ObjectDifference);

impl<'a> Both<'a> {
    fn either(&self) -> impl Iterator<Item = &'a Seen> {
        self.was.into_iter().chain(self.is)
    }

    fn is_visible(&self) -> bool {
        self.either().any(|seen| {
            let view = Request::on_type(&seen.object.object_type, "view");
            let request = Request { instance: Some(seen.object.instance(self.ctx.now())), ..view };
            object::ask(self.ctx, &request).is_ok()
        })
    }

    /// Whether the actor owns the object, or is an administrator of its tenant: they know with whom it is shared.
    fn is_own(&self) -> bool {
        let actor = &self.ctx.actor;
        let is_admin = actor.role() == TenantRole::Tenantadmin;
        let is_own = |seen: &Seen| {
            seen.object.tenant == Some(actor.tenant_id()) && (is_admin || seen.object.owner == Some(actor.user_id()))
        };
        actor.is_superadmin() || self.either().any(is_own)
    }

    fn for_tenants(&self) -> Vec<Difference> {
        let tenants: BTreeMap<TenantId, &str> = self.either().flat_map(Seen::tenants).collect();
        let all: PermissionSet = everything(&self.after.catalogue);
        let mut found = Vec::new();
        for (tenant, name) in tenants {
            if !self.is_own() && tenant != self.ctx.actor.tenant_id() {
                continue;
            }
            // Administrators reach what is bound to their tenant anyway; in another one a share gives them no less than others.
            let is_home = self.either().any(|seen| seen.object.tenant == Some(tenant));
            let role = if is_home { TenantRole::User } else { TenantRole::Tenantadmin };
            let nobody = Subject { user: UserId(0), tenant, role, permissions: &all, grants: None };
            found.extend(self.difference(None, name, Some(&nobody), Some(&nobody)));
        }
        found
    }

    fn for_users(&self) -> Vec<Difference> {
        let users: BTreeSet<UserId> = self.either().flat_map(Seen::users).collect();
        let of_user = |user: UserId| (user, TenantId(i64::MIN))..=(user, TenantId(i64::MAX));
        let mut found = Vec::new();
        for user in users {
            let places = self.before.places.range(of_user(user)).chain(self.after.places.range(of_user(user)));
            let tenants: BTreeSet<(UserId, TenantId)> = places.map(|(key, _)| *key).collect();
            for key in tenants {
                found.extend(self.for_member(self.before.places.get(&key), self.after.places.get(&key)));
            }
        }
        found
    }

    fn for_member(&self, was: Option<&Membership>, is: Option<&Membership>) -> Option<Difference> {
        let may_ask = |place: &Membership| {
            let is_oneself = place.user == self.ctx.actor.user_id();
            is_oneself || (is_shown(self.ctx, place) && self.ctx.permit("USER", "view").is_ok())
        };
        let may_know = |place: &Membership| self.is_own() && place.tenant == self.ctx.actor.tenant_id();
        let place = was.or(is).filter(|place| may_ask(place) || may_know(place))?;
        let (user, tenant, name) = (Some(place.user), place.tenant, place.tenant_name.as_str());
        if may_ask(place) {
            let had = was.map(|place| self.before.permissions(place)).unwrap_or_default();
            let has = is.map(|place| self.after.permissions(place)).unwrap_or_default();
            let subject = |place: &Membership, permissions| Subject {
                user: place.user,
                tenant,
                role: place.role,
                permissions,
                grants: None,
            };
            let (was, is) = (was.map(|place| subject(place, &had)), is.map(|place| subject(place, &has)));
            return self.difference(user, name, was.as_ref(), is.as_ref());
        }
        let all: PermissionSet = everything(&self.after.catalogue);
        let plain = Subject { user: place.user, tenant, role: TenantRole::User, permissions: &all, grants: None };
        self.difference(user, name, was.map(|_| &plain), is.map(|_| &plain))
    }

    /// What is different for a subject, unless nothing is.
    fn difference(
        &self,
        user: Option<UserId>,
        tenant: &str,
        was: Option<&Subject<'_>>,
        is: Option<&Subject<'_>>,
    ) -> Option<Difference> {
        let could = self.allowed(&self.before.catalogue, was, self.was);
        let can = self.allowed(&self.after.catalogue, is, self.is);
        let (gains, loses) = (without(&can, &could), without(&could, &can));
        if gains.is_empty() && loses.is_empty() {
            return None;
        }
        let (object_type, name) = self.key.clone();
        Some((user, ObjectDifference { object_type, name, username: None, tenant: tenant.to_owned(), gains, loses }))
    }

    /// What the subject may do to the object, where there are both.
    fn allowed(&self, catalogue: &Catalogue, subject: Option<&Subject<'_>>, seen: Option<&Seen>) -> Vec<String> {
        let (Some(subject), Some(Seen { object, .. })) = (subject, seen) else { return Vec::new() };
        let instance = Some(object.instance(self.ctx.now()));
        let is_allowed = |operation: &&str| {
            decide(catalogue, subject, &Request { object_type: &object.object_type, operation, instance }).allowed
        };
        catalogue.judged_operations(&object.object_type).filter(is_allowed).map(str::to_owned).collect()
    }
}

fn everything(catalogue: &Catalogue) -> PermissionSet {
    let mut all = PermissionSet::new();
    for permission in catalogue.permissions() {
        all.insert(permission);
    }
    all
}
