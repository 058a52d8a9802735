//! What has changed, for those who remember decisions.

use std::{sync::Arc, time::Duration};

use robin_api::changes::{ChangedObject, Changes, WatchChanges};
use robin_model::Revision;
use robin_service::{Ctx, Result, changes};

use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.closed::<WatchChanges, _, _>(watch);
}

async fn watch(ctx: Arc<Ctx>, input: WatchChanges) -> Result<Changes> {
    let patience = Duration::from_millis(input.wait.into());
    let news = changes::since(&ctx, input.since.map(Revision), patience).await?;
    Ok(Changes {
        revision: news.revision,
        everything: news.everything,
        users: news.users.iter().map(ToString::to_string).collect(),
        sessions: news.sessions,
        objects: news
            .objects
            .into_iter()
            .map(|(object_type, id)| ChangedObject { object_type, id: id.into() })
            .collect(),
    })
}
