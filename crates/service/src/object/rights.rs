//! Which permission lets somebody do something to a registered object.

use robin_model::TenantRole;
use robin_rbac::{Catalogue, Denial, Permission, Request, Subject, decide, decide_as};

use super::{SharedObject, label};
use crate::{Ctx, Error, Result, ctx::judged};

/// What gives the right to an operation on a type.
enum Right {
    /// The type's own permission for it.
    Own,
    /// Another permission, for an operation that the type lacks.
    As(Permission),
    /// Being superadmin in Administrators: the type lacks the operation altogether.
    Superadmin,
}

fn right(catalogue: &Catalogue, object_type: &str, operation: &str) -> Right {
    let lent = match (object_type, operation) {
        ("CLONE", "create") => Some("clone"),
        ("SNAPSHOT", "create") => Some("snapshot"),
        ("CLONE" | "SNAPSHOT", "delete") => Some("delete"),
        _ => None,
    };
    if let Some(permission) = lent.and_then(|operation| catalogue.permission("APPLICATION", operation)) {
        return Right::As(permission);
    }
    match (catalogue.judged(object_type, operation), operation) {
        (Some(_), _) => Right::Own,
        (None, "change_owner") => catalogue.judged(object_type, "update").map_or(Right::Superadmin, Right::As),
        (None, _) => Right::Superadmin,
    }
}

/// Whether the actor may do what is asked.
///
/// # Errors
/// What they may learn, when not.
pub(crate) fn ask(ctx: &Ctx, request: &Request<'_>) -> std::result::Result<(), Denial> {
    asked(ctx, &ctx.actor.subject(), request)
}

fn asked(ctx: &Ctx, subject: &Subject<'_>, request: &Request<'_>) -> std::result::Result<(), Denial> {
    let Request { object_type, operation, .. } = *request;
    let catalogue = &ctx.whole.catalogue;
    let right = match right(catalogue, object_type, operation) {
        // Nobody can have the permission to see what can't be seen.
        _ if request.instance.is_some() && catalogue.judged(object_type, "view").is_none() => Right::Superadmin,
        right => right,
    };
    let decision = match right {
        Right::Own => decide(catalogue, subject, request),
        Right::As(_) if operation == "change_owner" && subject.role == TenantRole::User => {
            return Err(Denial::Forbidden);
        }
        Right::As(permission) => decide_as(catalogue, subject, request, permission),
        Right::Superadmin => {
            let may = subject.is_superadmin() && subject.is_granted(request);
            return if may { Ok(()) } else { Err(Denial::Forbidden) };
        }
    };
    judged(catalogue, subject, request, decision)
}

/// Asks that there is such an object type.
///
/// # Errors
/// [`Error::Invalid`] when not.
pub(crate) fn known(ctx: &Ctx, object_type: &str) -> Result<()> {
    if ctx.whole.catalogue.has_object_type(object_type) {
        return Ok(());
    }
    let shown: String = object_type.chars().take(80).flat_map(char::escape_debug).collect();
    Err(Error::Invalid(format!("unknown object type `{shown}`: write it like APPLICATION")))
}

/// Asks whether the actor may do this to some objects of this type at all. Comes before any look-up, where the very object is asked
/// about after it.
///
/// # Errors
/// [`Error::Invalid`] for an unknown type; [`Error::Denied`] when they may not.
pub(crate) fn permit_some(ctx: &Ctx, object_type: &str, operation: &str) -> Result<()> {
    known(ctx, object_type)?;
    let subject = ctx.actor.subject();
    let whole = Subject { grants: None, ..subject };
    if asked(ctx, &whole, &Request::on_type(object_type, operation)).is_ok()
        && subject.is_touched(object_type, operation)
    {
        return Ok(());
    }
    Err(ctx.missing(object_type, operation))
}

/// Asks whether the actor may do this to this very object.
///
/// # Errors
/// [`Error::Denied`] when they see it and may not; [`Error::NotFound`] when it is out of their reach.
pub(crate) fn reach(ctx: &Ctx, object: &SharedObject, operation: &str) -> Result<()> {
    let object_type = object.object_type.as_str();
    let request = Request { object_type, operation, instance: Some(object.instance(ctx.now())) };
    ask(ctx, &request).map_err(|denial| match denial {
        Denial::Unknown | Denial::Forbidden => ctx.missing(object_type, operation),
        Denial::Hidden => Error::not_found("object", &label(object_type, &object.name)),
    })
}
