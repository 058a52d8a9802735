//! Searches for what decisions would allow.

use std::sync::Arc;

use robin_api::access::{
    Action, NextPage, Page, Resource, Results, SearchActions, SearchResources, SearchSubjects, Subject,
};
use robin_service::{
    Ctx, Error, Result,
    access::{self, Cut},
};

use super::access::asked;
use crate::endpoints::Endpoints;

/// The most that is found at a time.
const MOST: u32 = 1000;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.closed::<SearchSubjects, _, _>(subjects);
    endpoints.closed::<SearchResources, _, _>(resources);
    endpoints.closed::<SearchActions, _, _>(actions);
}

async fn subjects(ctx: Arc<Ctx>, input: SearchSubjects) -> Result<Results<Subject>> {
    let SearchSubjects { subject, action, resource, page } = input;
    let tenant = subject.properties.as_ref().and_then(|properties| properties.tenant.as_deref());
    let scope = scope(
        &ctx,
        &["subject", &subject.kind, tenant.unwrap_or_default(), &action.name, &resource.kind, &resource.id],
    );
    let cut = cut(&ctx, &scope, page)?;
    if subject.kind != "user" {
        return Ok(results(&ctx, &scope, robin_service::Page { items: Vec::new(), next: None }));
    }
    let found = access::search_subjects(&ctx, tenant, &action.name, &resource.kind, &resource.id, cut).await?;
    let properties = subject.properties;
    let named = |id| Subject { kind: subject.kind.clone(), id, properties: properties.clone() };
    Ok(results(&ctx, &scope, found.map(named)))
}

async fn resources(ctx: Arc<Ctx>, input: SearchResources) -> Result<Results<Resource>> {
    let SearchResources { subject, action, resource, page } = input;
    let asked = asked(&subject);
    let tenant = asked.tenant.unwrap_or_default();
    let scope = scope(&ctx, &["resource", asked.kind, asked.name, tenant, &action.name, &resource.kind]);
    let cut = cut(&ctx, &scope, page)?;
    let found = access::search_resources(&ctx, asked, &action.name, &resource.kind, cut).await?;
    Ok(results(&ctx, &scope, found.map(|id| Resource { kind: resource.kind.clone(), id })))
}

async fn actions(ctx: Arc<Ctx>, input: SearchActions) -> Result<Results<Action>> {
    let SearchActions { subject, resource, page } = input;
    let asked = asked(&subject);
    let tenant = asked.tenant.unwrap_or_default();
    let scope = scope(&ctx, &["action", asked.kind, asked.name, tenant, &resource.kind, &resource.id]);
    let cut = cut(&ctx, &scope, page)?;
    let found = access::search_actions(&ctx, asked, &resource.kind, &resource.id, cut).await?;
    Ok(results(&ctx, &scope, found.map(|name| Action { name })))
}

/// What a token of a next page is good for: this search, by this user in this tenant.
fn scope(ctx: &Ctx, search: &[&str]) -> String {
    format!("access/{}/{}/{search:?}", ctx.actor.user_id(), ctx.actor.tenant_id())
}

fn cut(ctx: &Ctx, scope: &str, page: Option<Page>) -> Result<Cut> {
    let Page { token, limit } = page.unwrap_or_default();
    let limit = limit.unwrap_or(MOST).min(MOST);
    if limit == 0 {
        return Err(Error::Invalid("`page.limit` must be at least 1".to_owned()));
    }
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(Cut { after: None, limit }) };
    let position = ctx.robin.cursors.read(scope, &token).and_then(|position| position.parse().ok());
    let stale =
        || Error::Invalid("`page.token` is not one that this search gave you: begin again without it".to_owned());
    Ok(Cut { after: Some(position.ok_or_else(stale)?), limit })
}

fn results<T>(ctx: &Ctx, scope: &str, page: robin_service::Page<T>) -> Results<T> {
    let token = page.next.map(|position| ctx.robin.cursors.issue(scope, &position.to_string()));
    Results { page: NextPage { next_token: token.unwrap_or_default(), count: page.items.len() }, results: page.items }
}
