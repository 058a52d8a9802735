//! Settings.

use std::sync::Arc;

use robin_api::{
    Message,
    config::{Attribute, ListConfig, UpdateConfig},
};
use robin_service::{Ctx, Page, Result, config};

use super::done;
use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ListConfig, _, _>(list);
    endpoints.closed::<UpdateConfig, _, _>(update);
}

async fn list(ctx: Arc<Ctx>, _: Arc<ListConfig>, cut: Cut) -> Result<Page<Attribute>> {
    let numbered = (1..).zip(config::list(&ctx).await?);
    let page = Page::cut(numbered, cut.after, cut.limit, |(nth, _)| *nth);
    Ok(page.map(|(_, (attribute, value))| Attribute {
        name: attribute.name.to_owned(),
        value: value.to_string(),
        default: attribute.default.to_string(),
        description: attribute.description.to_owned(),
    }))
}

async fn update(ctx: Arc<Ctx>, input: UpdateConfig) -> Result<Message> {
    config::update(&ctx, &input.name, &input.value).await?;
    done(format!("Setting '{}' has been updated to {}", input.name, input.value))
}
