//! What groups of directories give whoever is in them.

use std::sync::Arc;

use robin_api::{
    Message,
    mappings::{AddDirectoryMapping, AddedMapping, DirectoryMapping, ListDirectoryMappings, RemoveDirectoryMapping},
};
use robin_model::{
    MappingId,
    directory::{Mapping, Source},
};
use robin_service::{
    Ctx, Page, Result,
    directory::mapping::{self, Addition},
};

use super::{capability_names, done};
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListDirectoryMappings, _, _>(list);
    endpoints.closed::<AddDirectoryMapping, _, _>(add);
    endpoints.closed::<RemoveDirectoryMapping, _, _>(remove);
}

fn shown(ctx: &Ctx, mapping: Mapping) -> DirectoryMapping {
    let server = match mapping.source {
        Source::Ldap(id) => ctx.whole.directories.server(id),
        Source::Openshift => None,
    };
    DirectoryMapping {
        id: mapping.id.0,
        ldap_server_name: server.map(|known| known.server().settings.name.to_string()),
        group_name: mapping.group.into(),
        tenant: mapping.tenant_name.into(),
        tenant_role: mapping.role,
        user_capabilities: capability_names(&ctx.whole.catalogue, &mapping.capabilities),
    }
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListDirectoryMappings>, cut: Cut) -> Result<Page<DirectoryMapping>> {
    let (server, group) = (input.ldap_server_name.as_ref(), input.group_name.as_ref());
    let page = mapping::list(&ctx, server, group, cut.after.map(MappingId), cut.limit).await?;
    Ok(page.map(|mapping| shown(&ctx, mapping)))
}

async fn add(ctx: Arc<Ctx>, input: AddDirectoryMapping) -> Result<AddedMapping> {
    let addition = Addition {
        server: input.ldap_server_name,
        group: input.group_name,
        tenant: input.tenant,
        role: input.tenant_role,
        capabilities: input.user_capabilities,
    };
    let warning = mapping::add(&ctx, &addition).await?;
    let Addition { group, tenant, .. } = addition;
    Ok(AddedMapping {
        message: format!("Successfully added LDAP mapping of group '{group}' to tenant '{tenant}'"),
        warning,
    })
}

async fn remove(ctx: Arc<Ctx>, input: RemoveDirectoryMapping) -> Result<Message> {
    let RemoveDirectoryMapping { ldap_server_name: server, group_name: group, tenant } = input;
    mapping::remove(&ctx, &server, &group, &tenant).await?;
    done(format!("Successfully removed LDAP mapping of group '{group}' to tenant '{tenant}'"))
}
