//! The instance rule: which instances a subject reaches, for which operation.

use crate::{
    Instance, Reason, Share, ShareTarget, Subject, TenantId, UserId,
    sharing::{offers_user, reaches_tenant},
    vocabulary::VIEW,
};

/// Things of the cluster: no tenant bounds them, the permission decides alone.
const CLUSTER: [&str; 6] = ["USER_CAPABILITY", "CONFIG", "LDAP", "OPEN_SHIFT", "USER_AUDIT", "SYSTEM"];

/// Whether objects of the type belong to the cluster whatever tenant they name, so that the permission decides alone.
///
/// ```
/// assert!(robin_rbac::is_of_cluster("LDAP") && !robin_rbac::is_of_cluster("APPLICATION"));
/// ```
#[must_use]
pub fn is_of_cluster(object_type: &str) -> bool {
    CLUSTER.contains(&object_type)
}

/// The rule that lets the subject reach the instance for this operation, if one does.
pub(crate) fn reach(
    subject: &Subject<'_>,
    object_type: &str,
    operation: &str,
    instance: &Instance<'_>,
) -> Option<Reason> {
    match *instance {
        Instance::Object { owner, tenant, shares, .. } => {
            let Some(tenant) = tenant.filter(|_| !is_of_cluster(object_type)) else { return Some(Reason::Cluster) };
            reach_object(subject, owner, tenant)
                .or_else(|| reach_share(subject, object_type, operation, tenant, shares))
        }
        Instance::Tenant { id, member } => reach_tenant(subject, operation, id, member),
        Instance::User { id, member } => reach_user(subject, id, member),
    }
}

fn reach_object(subject: &Subject<'_>, owner: Option<UserId>, tenant: TenantId) -> Option<Reason> {
    if owner == Some(subject.user) && tenant == subject.tenant {
        Some(Reason::Owner)
    } else if subject.is_tenantadmin_of(tenant) {
        Some(Reason::TenantAdmin)
    } else {
        subject.is_superadmin().then_some(Reason::SuperAdmin)
    }
}

fn reach_share(
    subject: &Subject<'_>,
    object_type: &str,
    operation: &str,
    tenant: TenantId,
    shares: &[Share],
) -> Option<Reason> {
    let with_tenant = |share: &&Share| share.with == ShareTarget::Tenant(subject.tenant);
    let with_user = |share: &&Share| share.with == ShareTarget::User(subject.user);

    let mut from_tenant = shares.iter().filter(with_tenant);
    let mut from_user = shares.iter().filter(with_user).filter(|share| share.operations.contains(operation));
    // A share with a user does not follow them into a tenant that has nothing to do with the object.
    let here = tenant == subject.tenant || from_tenant.clone().next().is_some();
    if here && from_user.next().is_some() && offers_user(object_type, operation) {
        return Some(Reason::UserShare);
    }
    from_tenant
        .any(|share| reaches_tenant(object_type, operation, share.operations, subject.role))
        .then_some(Reason::TenantShare)
}

fn reach_tenant(subject: &Subject<'_>, operation: &str, id: TenantId, member: bool) -> Option<Reason> {
    if subject.is_superadmin() {
        Some(Reason::SuperAdmin)
    } else if subject.is_tenantadmin_of(id) {
        Some(Reason::TenantAdmin)
    } else {
        // The permissions at hand are those of the tenant they are logged into, and must not act on another: the
        // administrator of one tenant may be a plain member of that other.
        let own = subject.tenant == id || member && operation == VIEW;
        own.then_some(Reason::OwnTenant)
    }
}

fn reach_user(subject: &Subject<'_>, id: UserId, member: bool) -> Option<Reason> {
    if subject.user == id {
        Some(Reason::Oneself)
    } else if subject.is_superadmin() {
        Some(Reason::SuperAdmin)
    } else {
        (member && subject.is_tenantadmin_of(subject.tenant)).then_some(Reason::TenantAdmin)
    }
}
