//! Keeping accounts in step with their directory.

use std::sync::Arc;

use robin_api::sync::{Sync, SyncLdapServer, SyncLine};
use robin_service::{
    Ctx, Result,
    directory::{self, Line, Wish},
};

use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.closed::<SyncLdapServer, _, _>(sync);
}

async fn sync(ctx: Arc<Ctx>, input: SyncLdapServer) -> Result<Sync> {
    let SyncLdapServer { name, apply, max_disable, allow_superadmin } = input;
    let done = directory::sync(&ctx, &name, &Wish { apply, max_disable, allow_superadmin }).await?;
    let message = format!(
        "{} {} change(s) to accounts of ldap server '{name}', {} of them disabled",
        if apply { "Applied" } else { "Would apply" },
        done.changes.len(),
        done.disabled
    );
    Ok(Sync {
        message,
        applied: apply,
        changes: done.changes.into_iter().map(line).collect(),
        left: done.left.into_iter().map(line).collect(),
        not_imported: done.not_imported,
        out_of_reach: done.hidden,
        refused: done.refused,
    })
}

fn line(line: Line) -> SyncLine {
    let Line { username, what, why } = line;
    SyncLine { username, what, why }
}
