//! Importing users from directories.

use std::sync::Arc;

use robin_api::imports::{Import, ImportLdapGroup, Report, Skipped};
use robin_service::{
    Ctx, Progress, Result,
    directory::{self, GroupImport, Imported},
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
    Ok(Import { message, report: Some(report(imported, group.dry_run)) })
}

/// What became of the members of a group.
pub fn report(imported: Imported, dry_run: bool) -> Report {
    let Imported { added, already_there, skipped, disabled } = imported;
    let skipped = skipped.into_iter().map(|(name, reason)| Skipped { name, reason }).collect();
    Report { dry_run, added, already_there, disabled, skipped }
}
