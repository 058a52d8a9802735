//! Users and groups of the OpenShift cluster, and importing them.

use std::sync::Arc;

use futures_util::StreamExt;
use robin_api::{
    imports::Import,
    openshift::{
        ImportOpenshiftGroup, ImportOpenshiftUsers, ListOpenshiftGroups, ListOpenshiftUsers, OpenshiftGroup,
        OpenshiftUser,
    },
};
use robin_service::{
    Ctx, Flow, Progress, Result,
    openshift::{self, Group, GroupImport, Listed, User, UsersImport},
};

use super::{
    imports::report,
    users::{names, report_unless_plain},
};
use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.flow::<ListOpenshiftUsers, _, _>(users);
    endpoints.flow::<ListOpenshiftGroups, _, _>(groups);
    endpoints.closed::<ImportOpenshiftUsers, _, _>(import_users);
    endpoints.lengthy::<ImportOpenshiftGroup, _, _>(import_group, |input| input.progress);
}

async fn users(ctx: Arc<Ctx>, input: ListOpenshiftUsers) -> Result<Flow<OpenshiftUser>> {
    let flow = openshift::users(&ctx, &input.users.unwrap_or_default()).await?;
    Ok(flow.map(|piece| piece.map(|piece| piece.map(user))).boxed())
}

fn user(listed: Listed) -> OpenshiftUser {
    let Listed { user: User { name, uid, full_name }, groups } = listed;
    let groups = groups.iter().map(|name| name.as_ref().to_owned()).collect();
    OpenshiftUser { username: name, uid, full_name, groups }
}

async fn groups(ctx: Arc<Ctx>, input: ListOpenshiftGroups) -> Result<Flow<OpenshiftGroup>> {
    let flow = openshift::groups(&ctx, &input.groups.unwrap_or_default()).await?;
    let group = |Group { name, uid, users }| OpenshiftGroup { name, uid, users };
    Ok(flow.map(move |piece| piece.map(|piece| piece.map(group))).boxed())
}

async fn import_users(ctx: Arc<Ctx>, input: ImportOpenshiftUsers) -> Result<Import> {
    let import = UsersImport {
        users: input.users,
        excluded: input.excluded_users.unwrap_or_default(),
        tenant: input.tenant,
        role: input.tenant_role,
        capabilities: input.user_capabilities,
    };
    let added = openshift::import_users(&ctx, import).await?;
    let message = match added.added.as_slice() {
        [name] => format!("Successfully added one user: {name}"),
        several => format!("Successfully added multiple users: {}", names(several).join(",")),
    };
    Ok(Import { message, report: report_unless_plain(&added) })
}

async fn import_group(ctx: Arc<Ctx>, input: ImportOpenshiftGroup, progress: Progress) -> Result<Import> {
    let group = GroupImport {
        name: input.group,
        tenant: input.tenant,
        role: input.tenant_role,
        capabilities: input.user_capabilities,
        excluded: input.excluded_users.unwrap_or_default(),
        dry_run: input.dry_run,
    };
    let imported = openshift::import_group(&ctx, &group, &progress).await?;
    let done = if group.dry_run { "Would import" } else { "Imported" };
    let message = format!("{done} OpenShift users: '{}'", imported.added.join(", "));
    Ok(Import { message, report: Some(report(imported, group.dry_run)) })
}
