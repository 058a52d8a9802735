//! Sharing namespaces with members of their tenant.

use robin_model::{NamespaceName, Timestamp, Username, namespace::NAMESPACE};
use robin_rbac::{ShareType, sharing};

use crate::{
    Ctx, Result,
    share::{self, New, Target},
};

/// Shares a namespace with a member of its tenant; without `operations` for all that it can be shared for. Needs
/// `NAMESPACE:user_share` and reach.
///
/// # Errors
/// As [`share::add`].
pub async fn share(
    ctx: &Ctx,
    name: &NamespaceName,
    user: &Username,
    operations: Option<Vec<String>>,
    expires_at: Option<Timestamp>,
) -> Result<()> {
    ctx.intend("namespace.share", NAMESPACE, name);
    let all = || sharing::shareable(NAMESPACE, ShareType::User).iter().map(|one| (*one).to_owned()).collect();
    let new = New {
        object_type: NAMESPACE.to_owned(),
        name: name.into(),
        with: Target::User(user.clone()),
        operations: operations.unwrap_or_else(all),
        expires_at,
    };
    share::add(ctx, &new).await
}

/// Takes operations from a share of a namespace, or ends it. Needs `NAMESPACE:user_unshare` and reach.
///
/// # Errors
/// As [`share::remove`].
pub async fn unshare(ctx: &Ctx, name: &NamespaceName, user: &Username, operations: Option<&[String]>) -> Result<()> {
    ctx.intend("namespace.unshare", NAMESPACE, name);
    share::remove(ctx, NAMESPACE, &name.into(), &Target::User(user.clone()), operations).await
}
