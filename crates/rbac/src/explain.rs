//! The same decision with its trace: what gave the permission, and what gave the instance.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
};

use serde::Serialize;

use crate::{
    CapabilityId, Catalogue, Decision, Permission, Reason, Request, Subject, decide::decide, reach::reach,
    vocabulary::VIEW,
};

/// A decision and how it came about. It says more than a denied subject may learn: show it to those who may see both the
/// subject and the instance.
///
/// ```
/// use robin_rbac::{Catalogue, Request, Subject, TenantId, TenantRole, UserId, explain};
/// let catalogue = Catalogue::builtin();
/// let assigned: Vec<_> = catalogue.default_for(TenantRole::User).into_iter().collect();
/// let permissions = catalogue.resolve(assigned.iter().copied());
/// let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
/// let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
/// let explanation = explain(&catalogue, &subject, &assigned, &Request::on_type("APPLICATION", "start"));
/// assert_eq!(
///     explanation.to_string(),
///     "allowed: the permission is held\n\
///      permission APPLICATION:start: given by AllUserCapabilities > CloneApplications > ManageApplications\n"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The decision, as [`decide`] makes it.
    pub decision: Decision,
    /// How it came about. What was not looked at is `None`.
    pub trace: Trace,
}

/// What was looked at, in this order, until the decision was made.
///
/// ```
/// let nothing = robin_rbac::Trace::default();
/// assert!(nothing.permission.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trace {
    /// The grants of the token, when it has any.
    pub grants: Option<GrantTrace>,
    /// The permission.
    pub permission: Option<PermissionTrace>,
    /// `view` on the type, when the request is about an instance.
    pub view: Option<PermissionTrace>,
    /// The instance, when the request is about one.
    pub instance: Option<InstanceTrace>,
}

/// Whether the grants of the token cover the request.
///
/// ```
/// let trace = robin_rbac::GrantTrace { covered_by: Some(1) };
/// assert_eq!(serde_json::to_string(&trace)?, r#"{"covered_by":1}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantTrace {
    /// The place of the first grant that covers it, from 1.
    pub covered_by: Option<usize>,
}

/// Where a permission comes from.
///
/// ```
/// use robin_rbac::{Catalogue, Request, Subject, TenantId, TenantRole, UserId, explain};
/// # let catalogue = Catalogue::builtin();
/// # let assigned: Vec<_> = catalogue.default_for(TenantRole::User).into_iter().collect();
/// # let permissions = catalogue.resolve(assigned.iter().copied());
/// # let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::User);
/// # let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
/// let explanation = explain(&catalogue, &subject, &assigned, &Request::on_type("CLONE", "start"));
/// let permission = explanation.trace.permission.expect("it was looked at");
/// assert_eq!((permission.object_type.as_str(), permission.held), ("APPLICATION", true), "as clones are judged");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermissionTrace {
    /// The object type of the permission, which need not be the request's.
    pub object_type: String,
    /// Its operation.
    pub operation: String,
    /// Whether the subject has it.
    pub held: bool,
    /// The shortest chain that gives it: an assigned capability first, each inheriting the next, the last having it among
    /// its own entries. Empty when no assigned capability gives it.
    pub chain: Vec<String>,
}

/// How the instance is reached.
///
/// ```
/// use robin_rbac::{InstanceTrace, Reason};
/// let trace = InstanceTrace { rule: None, visible_by: Some(Reason::UserShare) };
/// assert_eq!(serde_json::to_string(&trace)?, r#"{"rule":null,"visible_by":"user_share"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstanceTrace {
    /// The rule that lets the subject do this to it, if one does.
    pub rule: Option<Reason>,
    /// The rule that lets the subject see it, if one does.
    pub visible_by: Option<Reason>,
}

/// Decides as [`decide`], and says how.
///
/// `assigned` are the capabilities that the subject's permissions were resolved from.
///
/// ```
/// use robin_rbac::{Catalogue, Reason, Request, Subject, TenantId, TenantRole, UserId, explain};
/// let catalogue = Catalogue::builtin();
/// let assigned = [catalogue.capability("ViewUsers").expect("built in").id()];
/// let permissions = catalogue.resolve(assigned);
/// let (user, tenant, role) = (UserId(7), TenantId(3), TenantRole::Tenantadmin);
/// let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };
/// let explanation = explain(&catalogue, &subject, &assigned, &Request::on_type("USER", "delete"));
/// assert_eq!(explanation.decision.reason, Reason::PermissionMissing);
/// assert!(explanation.to_string().starts_with("denied: no assigned capability gives the permission"));
/// ```
#[must_use]
pub fn explain(
    catalogue: &Catalogue,
    subject: &Subject<'_>,
    assigned: &[CapabilityId],
    request: &Request<'_>,
) -> Explanation {
    let decision = decide(catalogue, subject, request);
    let trace = trace(catalogue, subject, assigned, request, decision.reason);
    Explanation { decision, trace }
}

fn trace(
    catalogue: &Catalogue,
    subject: &Subject<'_>,
    assigned: &[CapabilityId],
    request: &Request<'_>,
    reason: Reason,
) -> Trace {
    let mut trace = Trace::default();
    let Some(row) = catalogue.row(request.object_type, request.operation) else { return trace };
    trace.grants = subject.grants.map(|grants| {
        let covering = subject.covering(grants, request);
        GrantTrace { covered_by: covering.map(|index| index + 1) }
    });
    if reason == Reason::NotGranted {
        return trace;
    }
    let source = |permission| trace_permission(catalogue, subject, assigned, permission);
    trace.permission = Some(source(row.permission));
    if reason == Reason::PermissionMissing {
        return trace;
    }
    let Some(instance) = &request.instance else { return trace };
    trace.view = row.view.map(source);
    if reason == Reason::ViewMissing {
        return trace;
    }
    let by = |operation| reach(subject, request.object_type, operation, instance);
    trace.instance = Some(InstanceTrace { rule: by(request.operation), visible_by: by(VIEW) });
    trace
}

fn trace_permission(
    catalogue: &Catalogue,
    subject: &Subject<'_>,
    assigned: &[CapabilityId],
    permission: Permission,
) -> PermissionTrace {
    let (object_type, operation) = catalogue.describe(permission);
    PermissionTrace {
        object_type: object_type.to_owned(),
        operation: operation.to_owned(),
        held: subject.permissions.contains(permission),
        chain: chain(catalogue, assigned, permission),
    }
}

/// The shortest chain of inheritance; of several, the one found first in the order of assignments and providers.
fn chain(catalogue: &Catalogue, assigned: &[CapabilityId], permission: Permission) -> Vec<String> {
    let mut heirs: HashMap<CapabilityId, Option<CapabilityId>> = HashMap::new();
    let mut queue = VecDeque::new();
    let mut last = None;
    let mut visit = |id: CapabilityId, heir: Option<CapabilityId>, queue: &mut VecDeque<_>| {
        let Some(capability) = catalogue.by_id(id) else { return };
        // Whoever does not give the permission leads nowhere.
        if capability.permissions().contains(permission) && !heirs.contains_key(&id) {
            heirs.insert(id, heir);
            queue.push_back(capability);
        }
    };
    for id in assigned {
        visit(*id, None, &mut queue);
    }
    while let Some(capability) = queue.pop_front() {
        if capability.entries().contains(&permission) {
            last = Some(capability.id());
            break;
        }
        for id in capability.providers() {
            visit(*id, Some(capability.id()), &mut queue);
        }
    }
    let back = std::iter::successors(last, |id| heirs.get(id).copied().flatten());
    let mut names: Vec<String> =
        back.filter_map(|id| catalogue.by_id(id)).map(|capability| capability.name().to_owned()).collect();
    names.reverse();
    names
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { decision, trace } = self;
        let answer = if decision.allowed { "allowed" } else { "denied" };
        writeln!(f, "{answer}: {}", decision.reason.text())?;
        if let Some(grants) = &trace.grants {
            match grants.covered_by {
                Some(place) => writeln!(f, "token: covered by grant {place}")?,
                None => writeln!(f, "token: covered by no grant")?,
            }
        }
        if let Some(permission) = &trace.permission {
            writeln!(f, "permission {permission}")?;
        }
        if let Some(view) = &trace.view {
            writeln!(f, "needed on any instance {view}")?;
        }
        match &trace.instance {
            Some(InstanceTrace { rule: Some(rule), .. }) => writeln!(f, "instance: {}", rule.text()),
            Some(InstanceTrace { rule: None, visible_by: Some(rule) }) => {
                writeln!(f, "instance: visible only, because {}", rule.text())
            }
            Some(InstanceTrace { rule: None, visible_by: None }) => writeln!(f, "instance: no rule reaches it"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PermissionTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object_type, operation, held, chain } = self;
        write!(f, "{object_type}:{operation}: ")?;
        match (held, chain.as_slice()) {
            (false, _) => f.write_str("missing"),
            (true, []) => f.write_str("held, but given by no assigned capability"),
            (true, chain) => write!(f, "given by {}", chain.join(" > ")),
        }
    }
}
