//! Tenants and their members.

use std::sync::Arc;

use robin_api::{
    Message,
    tenants::{
        AddMemberCapabilities, AddMembers, AddTenant, DescribeTenant, GetTenant, ListTenants, RemoveMemberCapabilities,
        RemoveMembers, RemoveTenant, RenameTenant, Tenant, UpdateMemberCapabilities,
    },
};
use robin_model::TenantId;
use robin_service::{
    Ctx, Page, Result,
    tenant::{self, Grant},
};

use super::{done, joined};
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListTenants, _, _>(list);
    endpoints.closed::<GetTenant, _, _>(get);
    endpoints.closed::<AddTenant, _, _>(add);
    endpoints.closed::<AddMembers, _, _>(add_members);
    endpoints.closed::<RemoveMembers, _, _>(remove_members);
    endpoints.closed::<AddMemberCapabilities, _, _>(add_capabilities);
    endpoints.closed::<UpdateMemberCapabilities, _, _>(update_capabilities);
    endpoints.closed::<RemoveMemberCapabilities, _, _>(remove_capabilities);
    endpoints.closed::<RenameTenant, _, _>(rename);
    endpoints.closed::<DescribeTenant, _, _>(describe);
    endpoints.closed::<RemoveTenant, _, _>(remove);
}

fn shown(tenant: robin_model::tenant::Tenant) -> Tenant {
    let name = tenant.name.to_string();
    Tenant { id: tenant.id.0, name, description: tenant.description, created_at: tenant.created_at }
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListTenants>, cut: Cut) -> Result<Page<Tenant>> {
    Ok(tenant::list(&ctx, cut.after.map(TenantId), cut.limit).await?.map(shown))
}

async fn get(ctx: Arc<Ctx>, input: GetTenant) -> Result<Tenant> {
    tenant::get(&ctx, &input.name).await.map(shown)
}

async fn add(ctx: Arc<Ctx>, input: AddTenant) -> Result<Message> {
    tenant::create(&ctx, &input.name, input.description.as_deref().unwrap_or_default()).await?;
    done(format!("Successfully added tenant '{}'", input.name))
}

async fn add_members(ctx: Arc<Ctx>, input: AddMembers) -> Result<Message> {
    let AddMembers { name, users, tenant_role, user_capabilities } = input;
    tenant::add_members(&ctx, &name, &users, tenant_role, user_capabilities.as_deref()).await?;
    done(format!("Successfully added user(s) {} to tenant '{name}'", joined(&users)))
}

async fn remove_members(ctx: Arc<Ctx>, input: RemoveMembers) -> Result<Message> {
    let RemoveMembers { name, users, replacement_user } = input;
    tenant::remove_members(&ctx, &name, &users, replacement_user.as_ref()).await?;
    done(format!("Successfully removed user(s) {} from tenant '{name}'", joined(&users)))
}

async fn add_capabilities(ctx: Arc<Ctx>, input: AddMemberCapabilities) -> Result<Message> {
    let AddMemberCapabilities { name, users, user_capabilities } = input;
    tenant::change_capabilities(&ctx, &name, &users, &user_capabilities, Grant::Add).await?;
    done(format!("Successfully added user capabilities for user(s) {} in tenant '{name}'", joined(&users)))
}

async fn update_capabilities(ctx: Arc<Ctx>, input: UpdateMemberCapabilities) -> Result<Message> {
    let UpdateMemberCapabilities { name, users, user_capabilities } = input;
    tenant::change_capabilities(&ctx, &name, &users, &user_capabilities, Grant::Replace).await?;
    done(format!("Successfully updated user capabilities for user(s) {} in tenant '{name}'", joined(&users)))
}

async fn remove_capabilities(ctx: Arc<Ctx>, input: RemoveMemberCapabilities) -> Result<Message> {
    let RemoveMemberCapabilities { name, users, user_capabilities } = input;
    tenant::change_capabilities(&ctx, &name, &users, &user_capabilities, Grant::Remove).await?;
    done(format!("Successfully removed user capabilities for user(s) {} in tenant '{name}'", joined(&users)))
}

async fn rename(ctx: Arc<Ctx>, input: RenameTenant) -> Result<Message> {
    tenant::rename(&ctx, &input.name, &input.new_name).await?;
    done(format!("Tenant '{}' has been renamed to '{}'", input.name, input.new_name))
}

async fn describe(ctx: Arc<Ctx>, input: DescribeTenant) -> Result<Message> {
    tenant::describe(&ctx, &input.name, &input.description).await?;
    done(format!("Description of tenant '{}' has been updated", input.name))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveTenant) -> Result<Message> {
    tenant::remove(&ctx, &input.name).await?;
    done(format!("Successfully removed tenant '{}'", input.name))
}
