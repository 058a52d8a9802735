//! User capabilities.

use std::sync::Arc;

use robin_api::{
    Message,
    capabilities::{
        AddCapability, AddEntries, AddProviders, Capability, Entry, GetCapability, ListCapabilities, RemoveCapability,
        RemoveEntries, RemoveProviders, UpdateCapability,
    },
};
use robin_model::CapabilityId;
use robin_rbac::Catalogue;
use robin_service::{
    Ctx, Page, Result,
    capability::{self, Filter, New, Update},
};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListCapabilities, _, _>(list);
    endpoints.closed::<GetCapability, _, _>(get);
    endpoints.closed::<AddCapability, _, _>(add);
    endpoints.closed::<UpdateCapability, _, _>(update);
    endpoints.closed::<AddEntries, _, _>(add_entries);
    endpoints.closed::<RemoveEntries, _, _>(remove_entries);
    endpoints.closed::<AddProviders, _, _>(add_providers);
    endpoints.closed::<RemoveProviders, _, _>(remove_providers);
    endpoints.closed::<RemoveCapability, _, _>(remove);
}

async fn list(ctx: Arc<Ctx>, input: Arc<ListCapabilities>, cut: Cut) -> Result<Page<Capability>> {
    let ListCapabilities { all_capabilities, capability_group, names, .. } = (*input).clone();
    let filter = Filter { all: all_capabilities, group: capability_group, names };
    let page = capability::list(&ctx, &filter, cut.after.map(CapabilityId), cut.limit)?;
    Ok(page.map(|found| shown(&ctx.whole.catalogue, &found)))
}

async fn get(ctx: Arc<Ctx>, input: GetCapability) -> Result<Capability> {
    capability::get(&ctx, &input.name).map(|found| shown(&ctx.whole.catalogue, found))
}

fn shown(catalogue: &Catalogue, found: &robin_rbac::Capability) -> Capability {
    let providers = found.providers().iter().filter_map(|id| catalogue.by_id(*id));
    let entry = |permission: &robin_rbac::Permission| {
        let (object_type, operation) = catalogue.describe(*permission);
        Entry { operation: operation.to_owned(), object_type: object_type.to_owned() }
    };
    Capability {
        capability_group: found.group().to_owned(),
        id: found.id().0,
        description: found.description().to_owned(),
        providers: providers.map(|provider| provider.name().to_owned()).collect(),
        hidden: found.is_hidden(),
        name: found.name().to_owned(),
        capability_entries: found.entries().iter().map(entry).collect(),
        tenant_roles: found.declared_roles().to_vec(),
    }
}

fn entries(entries: Vec<Entry>) -> Vec<robin_rbac::Entry> {
    let entry = |Entry { object_type, operation }| robin_rbac::Entry { object_type, operation };
    entries.into_iter().map(entry).collect()
}

async fn add(ctx: Arc<Ctx>, input: AddCapability) -> Result<Message> {
    let name = input.name.clone();
    let new = New {
        name: input.name,
        description: input.description,
        tenant_roles: input.tenant_roles,
        providers: input.providers.unwrap_or_default(),
        entries: entries(input.capability_entries.unwrap_or_default()),
        hidden: input.hidden,
    };
    capability::create(&ctx, new).await?;
    done(format!("Custom User Capability '{name}' successfully added"))
}

async fn update(ctx: Arc<Ctx>, input: UpdateCapability) -> Result<Message> {
    let update = Update {
        description: input.description,
        tenant_roles: input.tenant_roles,
        providers: input.providers,
        entries: input.capability_entries.map(entries),
        hidden: input.hidden,
    };
    capability::update(&ctx, &input.name, update).await?;
    done(format!("User Capability '{}' has been updated", input.name))
}

async fn add_entries(ctx: Arc<Ctx>, input: AddEntries) -> Result<Message> {
    capability::add_entries(&ctx, &input.name, &entries(input.capability_entries)).await?;
    done(format!("One or more Capability Entries for User Capability '{}' have been added", input.name))
}

async fn remove_entries(ctx: Arc<Ctx>, input: RemoveEntries) -> Result<Message> {
    capability::remove_entries(&ctx, &input.name, &entries(input.capability_entries)).await?;
    done(format!("One or more Capability Entries for User Capability '{}' have been removed", input.name))
}

async fn add_providers(ctx: Arc<Ctx>, input: AddProviders) -> Result<Message> {
    capability::add_providers(&ctx, &input.name, &input.providers).await?;
    done(format!("One or more Providers for User Capability '{}' have been added", input.name))
}

async fn remove_providers(ctx: Arc<Ctx>, input: RemoveProviders) -> Result<Message> {
    capability::remove_providers(&ctx, &input.name, &input.providers).await?;
    done(format!("One or more Providers for User Capability '{}' have been removed", input.name))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveCapability) -> Result<Message> {
    capability::remove(&ctx, &input.name).await?;
    done(format!("Deleted User Capability '{}'", input.name))
}
