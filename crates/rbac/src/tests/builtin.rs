//! The rules by example, with the built-in catalogue.

use std::{
    collections::BTreeSet,
    fmt::{self, Write as _},
};

use crate::{
    Catalogue, Grant, Instance, PermissionSet, Reason, Request, RoleSet, Scope, Share, ShareTarget, ShareType, Subject,
    TenantId, TenantRole, UserId, decide, decide_as, explain,
    sharing::{self, Operations},
};

const ALICE: UserId = UserId(10);
const BOB: UserId = UserId(11);
const HOME: TenantId = TenantId(3);
const AWAY: TenantId = TenantId(4);

struct Defaults {
    catalogue: Catalogue,
    user: PermissionSet,
    tenantadmin: PermissionSet,
    superadmin: PermissionSet,
}

impl Defaults {
    fn new() -> Self {
        let catalogue = Catalogue::builtin();
        let of = |role| catalogue.resolve(catalogue.default_for(role));
        let (user, tenantadmin) = (of(TenantRole::User), of(TenantRole::Tenantadmin));
        Self { user, tenantadmin, superadmin: of(TenantRole::Superadmin), catalogue }
    }

    fn subject(&self, user: UserId, tenant: TenantId, role: TenantRole) -> Subject<'_> {
        let permissions = match role {
            TenantRole::User => &self.user,
            TenantRole::Tenantadmin => &self.tenantadmin,
            TenantRole::Superadmin => &self.superadmin,
        };
        Subject { user, tenant, role, permissions, grants: None }
    }

    fn reason(&self, subject: &Subject<'_>, object_type: &str, operation: &str, instance: Instance<'_>) -> Reason {
        decide(&self.catalogue, subject, &Request { object_type, operation, instance: Some(instance) }).reason
    }
}

fn owned_by(owner: UserId, shares: &[Share]) -> Instance<'_> {
    Instance::Object { id: "web", owner: Some(owner), tenant: Some(HOME), shares }
}

fn share(with: ShareTarget, names: &[&str]) -> Share {
    Share { with, operations: Operations::parse(names).unwrap() }
}

#[test]
fn an_owner_reaches_their_object_only_in_its_tenant() {
    let defaults = Defaults::new();
    let at = |tenant| {
        let alice = defaults.subject(ALICE, tenant, TenantRole::User);
        defaults.reason(&alice, "APPLICATION", "start", owned_by(ALICE, &[]))
    };
    assert_eq!((at(HOME), at(AWAY)), (Reason::Owner, Reason::OutOfReach));
}

#[test]
fn administrators_reach_what_is_bound_to_their_tenant_and_superadmins_everything() {
    let defaults = Defaults::new();
    let reason = |tenant, role| {
        defaults.reason(&defaults.subject(BOB, tenant, role), "APPLICATION", "delete", owned_by(ALICE, &[]))
    };
    assert_eq!(reason(HOME, TenantRole::Tenantadmin), Reason::TenantAdmin);
    assert_eq!(reason(AWAY, TenantRole::Tenantadmin), Reason::OutOfReach);
    assert_eq!(reason(TenantId::ADMINISTRATORS, TenantRole::Tenantadmin), Reason::OutOfReach);
    assert_eq!(reason(TenantId::ADMINISTRATORS, TenantRole::Superadmin), Reason::SuperAdmin);
    assert_eq!(reason(HOME, TenantRole::Superadmin), Reason::OutOfReach, "the role exists in Administrators alone");
    assert_eq!(reason(HOME, TenantRole::User), Reason::OutOfReach);
}

#[test]
fn a_user_share_is_for_its_operations_in_a_tenant_that_has_to_do_with_the_object() {
    let defaults = Defaults::new();
    let with_bob = share(ShareTarget::User(BOB), &["start"]);
    let reason = |tenant, operation, shares: &[Share]| {
        let bob = defaults.subject(BOB, tenant, TenantRole::User);
        defaults.reason(&bob, "APPLICATION", operation, owned_by(ALICE, shares))
    };
    assert_eq!(reason(HOME, "start", &[with_bob]), Reason::UserShare);
    assert_eq!(reason(HOME, "view", &[with_bob]), Reason::UserShare);
    assert_eq!(reason(HOME, "stop", &[with_bob]), Reason::OnlyVisible);
    assert_eq!(reason(HOME, "delete", &[with_bob]), Reason::OnlyVisible);
    assert_eq!(reason(AWAY, "start", &[with_bob]), Reason::OutOfReach);
    assert_eq!(reason(AWAY, "start", &[with_bob, share(ShareTarget::Tenant(AWAY), &[])]), Reason::UserShare);
    assert_eq!(reason(HOME, "start", &[share(ShareTarget::User(ALICE), &["start"])]), Reason::OutOfReach);
}

#[test]
fn a_tenant_share_of_a_bundle_reaches_every_member_for_what_their_permissions_allow() {
    let defaults = Defaults::new();
    let shares = [share(ShareTarget::Tenant(AWAY), &[])];
    let reason = |tenant, operation| {
        let bob = defaults.subject(BOB, tenant, TenantRole::User);
        defaults.reason(&bob, "BUNDLE", operation, owned_by(ALICE, &shares))
    };
    assert_eq!(reason(AWAY, "view"), Reason::TenantShare);
    assert_eq!(reason(AWAY, "tenant_share"), Reason::PermissionMissing);
    assert_eq!(reason(HOME, "view"), Reason::OutOfReach);
}

#[test]
fn a_tenant_share_of_a_repository_reaches_administrators_for_what_it_says() {
    let defaults = Defaults::new();
    let reason = |role, operation, names: &[&str]| {
        let shares = [share(ShareTarget::Tenant(AWAY), names)];
        let subject = Subject { permissions: &defaults.superadmin, ..defaults.subject(BOB, AWAY, role) };
        defaults.reason(&subject, "STORAGE_REPO", operation, owned_by(ALICE, &shares))
    };
    let admin = TenantRole::Tenantadmin;
    assert_eq!(reason(admin, "view", &[]), Reason::TenantShare);
    assert_eq!(reason(admin, "user_share", &[]), Reason::OnlyVisible);
    assert_eq!(reason(admin, "user_share", &["share"]), Reason::TenantShare);
    assert_eq!(reason(admin, "user_unshare", &["share"]), Reason::TenantShare);
    assert_eq!(reason(admin, "user_share", &["manage"]), Reason::OnlyVisible);
    assert_eq!(reason(admin, "purge", &["share"]), Reason::OnlyVisible);
    assert_eq!(reason(admin, "purge", &["manage"]), Reason::TenantShare);
    assert_eq!(reason(admin, "tenant_share", &["manage", "share"]), Reason::OnlyVisible);
    assert_eq!(reason(TenantRole::User, "view", &["manage", "share"]), Reason::OutOfReach);
}

#[test]
fn an_administrator_may_share_a_shared_repository_with_a_member_who_then_uses_it() {
    let defaults = Defaults::new();
    let shares = [share(ShareTarget::Tenant(AWAY), &["share"]), share(ShareTarget::User(BOB), &["push"])];
    let bob = Subject { permissions: &defaults.superadmin, ..defaults.subject(BOB, AWAY, TenantRole::User) };
    assert_eq!(defaults.reason(&bob, "STORAGE_REPO", "push", owned_by(ALICE, &shares)), Reason::UserShare);
}

#[test]
fn on_things_of_the_cluster_the_permission_decides_alone() {
    let defaults = Defaults::new();
    let bob = defaults.subject(BOB, AWAY, TenantRole::User);
    let unbound = Instance::Object { id: "pool", owner: Some(ALICE), tenant: None, shares: &[] };
    assert_eq!(defaults.reason(&bob, "RESOURCEPOOL", "view", unbound), Reason::Cluster);
    assert_eq!(defaults.reason(&bob, "CONFIG", "view", owned_by(ALICE, &[])), Reason::Cluster);
    assert_eq!(defaults.reason(&bob, "CONFIG", "update", owned_by(ALICE, &[])), Reason::PermissionMissing);
}

#[test]
fn users_are_reached_by_themselves_their_administrators_and_superadmins() {
    let defaults = Defaults::new();
    let reason = |role, tenant, member| {
        let subject = Subject { permissions: &defaults.superadmin, ..defaults.subject(ALICE, tenant, role) };
        defaults.reason(&subject, "USER", "update", Instance::User { id: BOB, member })
    };
    assert_eq!(reason(TenantRole::Tenantadmin, HOME, true), Reason::TenantAdmin);
    assert_eq!(reason(TenantRole::Tenantadmin, HOME, false), Reason::OutOfReach);
    assert_eq!(reason(TenantRole::User, HOME, true), Reason::OutOfReach);
    assert_eq!(reason(TenantRole::Superadmin, TenantId::ADMINISTRATORS, false), Reason::SuperAdmin);
    let bob = Subject { permissions: &defaults.superadmin, ..defaults.subject(BOB, HOME, TenantRole::User) };
    assert_eq!(defaults.reason(&bob, "USER", "update", Instance::User { id: BOB, member: false }), Reason::Oneself);
}

#[test]
fn the_administrator_of_one_tenant_only_sees_another_in_which_they_are_a_member() {
    let defaults = Defaults::new();
    let admin = defaults.subject(ALICE, HOME, TenantRole::Tenantadmin);
    let reason = |operation, id, member| defaults.reason(&admin, "TENANT", operation, Instance::Tenant { id, member });
    assert_eq!(reason("update", HOME, true), Reason::TenantAdmin);
    assert_eq!(reason("view", AWAY, true), Reason::OwnTenant);
    assert_eq!(reason("update", AWAY, true), Reason::OnlyVisible);
    assert_eq!(reason("view", AWAY, false), Reason::OutOfReach);
}

#[test]
fn an_operation_on_an_instance_also_needs_view_on_its_type() {
    let defaults = Defaults::new();
    let start: PermissionSet = defaults.catalogue.permission("APPLICATION", "start").into_iter().collect();
    let alice = Subject { permissions: &start, ..defaults.subject(ALICE, HOME, TenantRole::User) };
    assert_eq!(defaults.reason(&alice, "APPLICATION", "start", owned_by(ALICE, &[])), Reason::ViewMissing);
    let on_type = Request::on_type("APPLICATION", "start");
    assert_eq!(decide(&defaults.catalogue, &alice, &on_type).reason, Reason::Permission);
}

#[test]
fn an_instance_of_a_type_that_cannot_be_viewed_is_out_of_the_question() {
    let defaults = Defaults::new();
    let admin = defaults.subject(ALICE, TenantId::ADMINISTRATORS, TenantRole::Superadmin);
    assert_eq!(defaults.reason(&admin, "PRIVILEGED_APP", "create", owned_by(ALICE, &[])), Reason::ViewMissing);
    assert!(decide(&defaults.catalogue, &admin, &Request::on_type("PRIVILEGED_APP", "create")).allowed);
}

#[test]
fn finer_operations_and_update_do_not_follow_from_each_other() {
    let defaults = Defaults::new();
    let reason = |held: &str, asked: &str| {
        let set: PermissionSet = defaults.catalogue.permission("USER", held).into_iter().collect();
        let alice = Subject { permissions: &set, ..defaults.subject(ALICE, HOME, TenantRole::User) };
        decide(&defaults.catalogue, &alice, &Request::on_type("USER", asked)).reason
    };
    assert_eq!(reason("update", "update_role"), Reason::PermissionMissing);
    assert_eq!(reason("update_role", "update"), Reason::PermissionMissing);
}

#[test]
fn grants_come_first_and_cover_a_request_whole_or_not_at_all() {
    let defaults = Defaults::new();
    let view_users = Grant { object_types: Scope::of(["USER"]), operations: Scope::of(["view"]), ..Grant::all() };
    let start_web = Grant {
        object_types: Scope::of(["APPLICATION"]),
        operations: Scope::of(["start"]),
        object_ids: Scope::of(["web"]),
        ..Grant::all()
    };
    let grants = [view_users, start_web];
    let alice = Subject { grants: Some(&grants), ..defaults.subject(ALICE, HOME, TenantRole::User) };
    let on_type =
        |object_type, operation| decide(&defaults.catalogue, &alice, &Request::on_type(object_type, operation)).reason;
    assert_eq!(defaults.reason(&alice, "APPLICATION", "start", owned_by(ALICE, &[])), Reason::Owner);
    assert_eq!(defaults.reason(&alice, "APPLICATION", "view", owned_by(ALICE, &[])), Reason::NotGranted);
    assert_eq!(on_type("APPLICATION", "start"), Reason::NotGranted);
    assert_eq!(on_type("USER", "start"), Reason::UnknownOperation);
    assert_eq!(on_type("USER", "delete"), Reason::NotGranted);
    assert_eq!(on_type("USER", "view"), Reason::PermissionMissing, "a grant gives nothing by itself");
    let nothing = Subject { grants: Some(&[]), ..alice };
    assert_eq!(
        decide(&defaults.catalogue, &nothing, &Request::on_type("APPLICATION", "view")).reason,
        Reason::NotGranted
    );
}

#[test]
fn what_the_catalogue_does_not_know_is_told_apart() {
    let defaults = Defaults::new();
    let alice = defaults.subject(ALICE, HOME, TenantRole::User);
    let reason =
        |object_type, operation| decide(&defaults.catalogue, &alice, &Request::on_type(object_type, operation)).reason;
    assert_eq!(reason("NOTHING", "view"), Reason::UnknownObjectType);
    assert_eq!(reason("application", "view"), Reason::UnknownObjectType);
    assert_eq!(reason("JOB", "start"), Reason::UnknownOperation);
    assert_eq!(reason("", ""), Reason::UnknownObjectType);
    for (object_type, operation, text) in [
        ("NOTHING", "view", "denied: the catalogue has no such object type\n"),
        ("JOB", "start", "denied: the catalogue has no such operation on the object type\n"),
    ] {
        let explanation = explain(&defaults.catalogue, &alice, &[], &Request::on_type(object_type, operation));
        assert_eq!(explanation.to_string(), text);
    }
    let snapshot = defaults.catalogue.permission("APPLICATION", "snapshot").unwrap();
    let decided =
        |object_type| decide_as(&defaults.catalogue, &alice, &Request::on_type(object_type, "create"), snapshot).reason;
    assert_eq!((decided("SNAPSHOT"), decided("NOTHING")), (Reason::Permission, Reason::UnknownObjectType));
}

#[test]
fn a_clone_is_judged_by_every_operation_of_an_application() {
    let catalogue = Catalogue::builtin();
    let asked: BTreeSet<&str> = catalogue.judged_operations("CLONE").collect();
    assert!(catalogue.operations("APPLICATION").all(|operation| asked.contains(operation)));
    assert!(catalogue.judged_operations("JOB").eq(catalogue.operations("JOB")), "nothing else borrows");
}

#[test]
fn a_set_of_roles_knows_whether_it_is_empty() {
    assert!(RoleSet::default().is_empty() && !RoleSet::from_iter([TenantRole::User]).is_empty());
}

#[test]
fn an_explanation_names_chains_and_rules() {
    let defaults = Defaults::new();
    let assigned: Vec<_> = defaults.catalogue.default_for(TenantRole::User).into_iter().collect();
    let bob = defaults.subject(BOB, HOME, TenantRole::User);
    let shares = [share(ShareTarget::User(BOB), &["start"])];
    let instance = Some(owned_by(ALICE, &shares));
    let stop = Request { object_type: "CLONE", operation: "stop", instance };
    let explanation = explain(&defaults.catalogue, &bob, &assigned, &stop);
    assert_eq!(
        explanation.to_string(),
        "denied: the user may see the instance but not do this to it\n\
         permission APPLICATION:stop: given by AllUserCapabilities > CloneApplications > ManageApplications\n\
         needed on any instance CLONE:view: given by AllUserCapabilities > ViewApplications\n\
         instance: visible only, because the instance is shared with the user for this operation\n"
    );
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["decision"]["reason"], "only_visible");
    assert_eq!(json["trace"]["view"]["chain"][1], "ViewApplications");
    assert_eq!(json["trace"]["instance"]["visible_by"], "user_share");
    let unassigned = explain(&defaults.catalogue, &bob, &[], &Request::on_type("CLONE", "stop"));
    assert!(unassigned.to_string().contains("held, but given by no assigned capability"), "{unassigned}");
}

/// Takes so many bytes and no more.
struct Narrow(usize);

impl fmt::Write for Narrow {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[test]
fn a_text_that_is_not_taken_whole_is_an_error() {
    let defaults = Defaults::new();
    let assigned: Vec<_> = defaults.catalogue.default_for(TenantRole::User).into_iter().collect();
    let bob = defaults.subject(BOB, HOME, TenantRole::User);
    let instance = Some(owned_by(BOB, &[]));
    let start = Request { object_type: "APPLICATION", operation: "start", instance };
    let texts: Vec<Box<dyn fmt::Display>> = vec![
        Box::new(explain(&defaults.catalogue, &bob, &assigned, &start)),
        Box::new(explain(&defaults.catalogue, &Subject { grants: Some(&[Grant::all()]), ..bob }, &assigned, &start)),
        Box::new(explain(&defaults.catalogue, &Subject { grants: Some(&[]), ..bob }, &assigned, &start)),
        Box::new(Operations::offered("BACKUP", ShareType::User, ["manage"]).unwrap_err()),
    ];
    for text in texts {
        let length = text.to_string().len();
        for room in 0..length {
            assert!(write!(Narrow(room), "{text}").is_err(), "{text} in {room} bytes");
        }
        assert!(write!(Narrow(length), "{text}").is_ok());
    }
}

#[test]
fn sharing_needs_the_operation_that_the_type_has_for_it() {
    let catalogue = Catalogue::builtin();
    let operations = |object_type, share_type| {
        (
            sharing::sharing_operation(&catalogue, object_type, share_type),
            sharing::unsharing_operation(&catalogue, object_type, share_type),
        )
    };
    let (user, tenant) = (ShareType::User, ShareType::Tenant);
    for plain in ["APPLICATION", "K8S_APPLICATION", "SNAPSHOT", "CLONE"] {
        assert_eq!(operations(plain, user), (Some("share"), Some("unshare")), "{plain}");
    }
    for both in ["BACKUP", "STORAGE_REPO", "K8S_BACKUP"] {
        assert_eq!(operations(both, user), (Some("user_share"), Some("user_unshare")), "{both}");
        assert_eq!(operations(both, tenant), (Some("tenant_share"), Some("tenant_unshare")), "{both}");
    }
    for bundle in ["BUNDLE", "IMAGE", "DOCKER_REGISTRY"] {
        assert_eq!(operations(bundle, tenant), (Some("tenant_share"), Some("tenant_share")), "{bundle}");
        assert_eq!(operations(bundle, user), (None, None), "{bundle}");
    }
    assert_eq!(operations("NAMESPACE", user), (Some("user_share"), Some("user_unshare")));
    assert_eq!(operations("JOB", user), (None, None));
}

#[test]
fn everything_that_may_be_shared_is_known_to_the_catalogue() {
    let catalogue = Catalogue::builtin();
    for option in sharing::options(None, None) {
        assert!(catalogue.has_object_type(option.object_type));
        let judged = catalogue.judged(option.object_type, option.operation).is_some();
        assert!(judged || option.share_type == ShareType::Tenant, "{option:?}");
        let share = sharing::sharing_operation(&catalogue, option.object_type, option.share_type);
        assert!(share.is_some(), "{option:?}");
    }
}
