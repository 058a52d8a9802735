//! When an access token was used last, and when one that ended is forgotten.

use std::{sync::Arc, time::Duration};

use robin_model::Timestamp;
use robin_service::{
    Ctx, Error, Robin, housekeeping,
    startup::{self, Parts},
    token::{self, Listing, New, Whose, Wish},
};
use robin_testkit::{ADMIN, Engine, PASSWORD, Server};

use crate::inside::{Later, admin, asked_by, key, log_in, opened, origin, parts, quick};

async fn own(ctx: &Ctx) -> Vec<(Option<Timestamp>, &'static str)> {
    let page = token::list(ctx, &Listing::Of(Whose::Oneself), None, 10).await.unwrap();
    page.items.into_iter().map(|detail| (detail.token.last_used_at, detail.status)).collect()
}

async fn come(robin: &Arc<Robin>, text: &str) -> Result<(), Error> {
    Ctx::authenticate(robin, text, origin()).await.map(drop)
}

#[tokio::test]
async fn a_use_is_written_down_once_a_minute_and_what_ended_is_forgotten_after_a_month() {
    let how = Server::builder(Engine::Sqlite);
    let clock = Arc::new(Later::default());
    let installed = parts(&how.database_url(), key(), quick()).await;
    let parts = Parts { clock: Arc::clone(&clock) as Arc<_>, ..installed };
    assert!(startup::install(&parts, &admin()).await.unwrap());
    let robin = opened(parts).await;
    let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    let ctx = asked_by(&robin, &who).await.unwrap();
    let new = New {
        whose: Whose::Oneself,
        tenant: None,
        name: "ci".to_owned(),
        wish: Wish::Everything,
        lifetime: Some(Duration::from_hours(3 * 24)),
        force: false,
    };
    let made = token::create(&ctx, &new).await.unwrap();
    let text = made.text.unwrap();
    housekeeping::tick(&robin).await;
    assert_eq!(own(&ctx).await, [(None, "active")], "nobody came with it");

    for _ in 0..3 {
        come(&robin, text.expose()).await.unwrap();
    }
    assert_eq!(own(&ctx).await, [(None, "active")], "no request waits for it");
    housekeeping::tick(&robin).await;
    let first = own(&ctx).await[0].0.expect("a use");
    come(&robin, text.expose()).await.unwrap();
    token::write_uses(&robin).await.unwrap();
    assert_eq!(own(&ctx).await[0].0, Some(first), "a moment later is the same use");
    clock.set(1);
    come(&robin, text.expose()).await.unwrap();
    token::write_uses(&robin).await.unwrap();
    assert!(own(&ctx).await[0].0 > Some(first));

    clock.set(4);
    assert!(matches!(come(&robin, text.expose()).await, Err(Error::Unauthenticated("Invalid token"))));
    housekeeping::tick(&robin).await;
    let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    assert_eq!(own(&asked_by(&robin, &who).await.unwrap()).await[0].1, "expired");
    clock.set(34);
    housekeeping::tick(&robin).await;
    let who = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
    assert_eq!(own(&asked_by(&robin, &who).await.unwrap()).await, []);
}
