//! The decision: token, permission, instance, in this order. It allocates nothing.

use crate::{Catalogue, Decision, Instance, Permission, Reason, Request, Subject, reach::reach, vocabulary::VIEW};

/// Whether the subject may do what the request asks for, and why.
///
/// First the grants of the token must cover the request; then the subject must have the permission, and on an instance
/// `view` on its type too; then a rule must let them reach the instance.
///
/// ```
/// use robin_rbac::{Catalogue, Instance, Reason, Request, Subject, TenantId, TenantRole, UserId, decide};
/// let catalogue = Catalogue::builtin();
/// let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
/// let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
/// let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
///
/// let mine = Instance::Object { id: "web", owner: Some(user), tenant: Some(tenant), shares: &[] };
/// let start = Request { object_type: "APPLICATION", operation: "start", instance: Some(mine) };
/// assert_eq!(decide(&catalogue, &subject, &start).reason, Reason::Owner);
///
/// let elsewhere = Subject { tenant: TenantId(4), ..subject };
/// assert_eq!(decide(&catalogue, &elsewhere, &start).reason, Reason::OutOfReach);
/// ```
#[must_use]
#[inline]
pub fn decide(catalogue: &Catalogue, subject: &Subject<'_>, request: &Request<'_>) -> Decision {
    let reason = match catalogue.row(request.object_type, request.operation) {
        Some(row) => judge(subject, request, row.permission, row.view),
        None if catalogue.has_object_type(request.object_type) => Reason::UnknownOperation,
        None => Reason::UnknownObjectType,
    };
    reason.into()
}

/// As [`decide`], with another permission in place of the request's own: for an operation that the catalogue lacks on the
/// type and that something else stands for. Grants, `view` and the instance are judged as the request has them.
///
/// ```
/// use robin_rbac::{Catalogue, Reason, Request, Subject, TenantId, TenantRole, UserId, decide, decide_as};
/// let catalogue = Catalogue::builtin();
/// let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
/// let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
/// let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
///
/// let create = Request::on_type("SNAPSHOT", "create");
/// assert_eq!(decide(&catalogue, &subject, &create).reason, Reason::UnknownOperation);
/// let snapshot = catalogue.permission("APPLICATION", "snapshot").expect("built in");
/// assert!(decide_as(&catalogue, &subject, &create, snapshot).allowed);
/// ```
#[must_use]
pub fn decide_as(
    catalogue: &Catalogue,
    subject: &Subject<'_>,
    request: &Request<'_>,
    permission: Permission,
) -> Decision {
    if !catalogue.has_object_type(request.object_type) {
        return Reason::UnknownObjectType.into();
    }
    judge(subject, request, permission, catalogue.judged(request.object_type, VIEW)).into()
}

#[inline]
fn judge(subject: &Subject<'_>, request: &Request<'_>, permission: Permission, view: Option<Permission>) -> Reason {
    if !subject.is_granted(request) {
        return Reason::NotGranted;
    }
    if !subject.permissions.contains(permission) {
        return Reason::PermissionMissing;
    }
    match &request.instance {
        None => Reason::Permission,
        Some(_) if !view.is_some_and(|view| subject.permissions.contains(view)) => Reason::ViewMissing,
        Some(instance) => judge_instance(subject, request, instance),
    }
}

fn judge_instance(subject: &Subject<'_>, request: &Request<'_>, instance: &Instance<'_>) -> Reason {
    let Request { object_type, operation, .. } = *request;
    reach(subject, object_type, operation, instance).unwrap_or_else(|| {
        let visible = reach(subject, object_type, VIEW, instance).is_some();
        if visible { Reason::OnlyVisible } else { Reason::OutOfReach }
    })
}
