//! Service accounts.

use std::sync::Arc;

use robin_api::{
    Message,
    service_accounts::{
        AddAccount, AddedAccount, GetAccount, ListAccounts, RemoveAccount, ResumeAccount, ServiceAccount,
        SuspendAccount,
    },
};
use robin_model::UserId;
use robin_service::{
    Ctx, Page, Result,
    account::{self, New},
    user::Detail,
};

use super::{capability_names, done};
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListAccounts, _, _>(list);
    endpoints.closed::<GetAccount, _, _>(get);
    endpoints.closed::<AddAccount, _, _>(add);
    endpoints.closed::<SuspendAccount, _, _>(suspend);
    endpoints.closed::<ResumeAccount, _, _>(resume);
    endpoints.closed::<RemoveAccount, _, _>(remove);
}

fn shown(ctx: &Ctx, detail: &Detail) -> ServiceAccount {
    let place = detail.current();
    ServiceAccount {
        id: detail.user.id.0,
        name: detail.user.username.to_string(),
        tenant: place.map(|place| place.tenant_name.to_string()),
        tenant_role: place.map(|place| place.role),
        user_capabilities: place
            .map_or_else(Vec::new, |place| capability_names(&ctx.whole.catalogue, &place.capabilities)),
        status: (if detail.user.disabled { "suspended" } else { "active" }).to_owned(),
        created_at: detail.user.created_at,
    }
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListAccounts>, cut: Cut) -> Result<Page<ServiceAccount>> {
    let page = account::list(&ctx, cut.after.map(UserId), cut.limit).await?;
    Ok(page.map(|detail| shown(&ctx, &detail)))
}

async fn get(ctx: Arc<Ctx>, input: GetAccount) -> Result<ServiceAccount> {
    let detail = account::get(&ctx, &input.name).await?;
    Ok(shown(&ctx, &detail))
}

async fn add(ctx: Arc<Ctx>, input: AddAccount) -> Result<AddedAccount> {
    let AddAccount { name, tenant, tenant_role: role, user_capabilities: capabilities } = input;
    let new = New { name, tenant, role, capabilities };
    let id = account::create(&ctx, &new).await?.0;
    let message = format!("created account: '{}' ({id})", new.name);
    Ok(AddedAccount { message, id, name: new.name.into() })
}

async fn suspend(ctx: Arc<Ctx>, input: SuspendAccount) -> Result<Message> {
    account::suspend(&ctx, &input.name).await?;
    done(format!("Account '{}' has been suspended", input.name))
}

async fn resume(ctx: Arc<Ctx>, input: ResumeAccount) -> Result<Message> {
    account::resume(&ctx, &input.name).await?;
    done(format!("Account '{}' has been resumed", input.name))
}

async fn remove(ctx: Arc<Ctx>, input: RemoveAccount) -> Result<Message> {
    account::remove(&ctx, &input.name).await?;
    done(format!("deleted account: '{}'", input.name))
}
