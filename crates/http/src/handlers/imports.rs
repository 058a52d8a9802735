//! Importing users from directories.

use std::sync::Arc;

use robin_api::imports::{Import, ImportLdapGroup, Report, Skipped};
use robin_service::{
    Ctx, Progress, Result,
    directory::{self, GroupImport},
};

use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.lengthy::<ImportLdapGroup, _, _>(import_group, |input| input.progress);
}

async fn import_group(ctx: Arc<Ctx>, input: ImportLdapGroup, progress: Progress) -> Result<Import> {
    let group = GroupImport {
        server: input.ldap_server,
        name: input.group_name,
        tenant: input.tenant,
        role: input.tenant_role,
        capabilities: input.user_capabilities,
        excluded: input.excluded_users.unwrap_or_default(),
        base: input.search_base,
        dry_run: input.dry_run,
    };
    let imported = directory::import_group(&ctx, &group, &progress).await?;
    let done = if group.dry_run { "Would import" } else { "Imported" };
    let message = format!("{done} LDAP users: {}", imported.added.join(","));
    let skipped = imported.skipped.into_iter().map(|(name, reason)| Skipped { name, reason });
    let report = Report {
        dry_run: group.dry_run,
        added: imported.added,
        already_there: imported.already_there,
        disabled: imported.disabled,
        skipped: skipped.collect(),
    };
    Ok(Import { message, report: Some(report) })
}
