//! The endpoints with their functions, and the router that finds them.
//!
//! Endpoints that share method and path are told apart by the input's `action`.

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::{MethodFilter, on},
};
use http::Method;
use robin_api::{Endpoint, ListEndpoint};
use robin_service::{Ctx, Flow, Origin, Page, Progress, Result, Step};
use tokio::sync::watch;

use crate::{
    answer,
    app::App,
    dispatch, flow,
    input::Input,
    listing,
    progress::{self, Manner},
    rehearsal,
};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    pub after: Option<i64>,
    pub limit: u32,
}

type Running = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// What answers for anybody.
pub type Open = Arc<dyn Fn(Arc<App>, Arc<Origin>, Input) -> Running + Send + Sync>;

/// What answers for those who are logged in.
pub type Closed = Arc<dyn Fn(Arc<Ctx>, Input) -> Running + Send + Sync>;

/// One of the endpoints on a path and method.
pub struct Choice<R> {
    pub action: Option<&'static str>,
    pub can_rehearse: bool,
    pub run: R,
}

type Place = (&'static str, Method);

/// The endpoints that are mounted, by path and method.
#[derive(Default)]
pub struct Endpoints {
    open: BTreeMap<String, (Place, Vec<Choice<Open>>)>,
    closed: BTreeMap<String, (Place, Vec<Choice<Closed>>)>,
}

impl Endpoints {
    /// Mounts an endpoint for anybody.
    pub fn open<E, F, R>(&mut self, handler: F)
    where
        E: Endpoint,
        F: Fn(Arc<App>, Arc<Origin>, E) -> R + Send + Sync + Copy + 'static,
        R: Future<Output = Result<E::Reply>> + Send,
    {
        let run: Open = Arc::new(move |app, origin, input| {
            Box::pin(async move { Ok(answer::json(&handler(app, origin, input.read()?).await?)) })
        });
        add::<E, _>(&mut self.open, &run);
    }

    /// Mounts an endpoint for those who are logged in.
    pub fn closed<E, F, R>(&mut self, handler: F)
    where
        E: Endpoint,
        F: Fn(Arc<Ctx>, E) -> R + Send + Sync + Copy + 'static,
        R: Future<Output = Result<E::Reply>> + Send,
    {
        let run: Closed = Arc::new(move |ctx, mut input| {
            Box::pin(async move {
                if E::CAN_REHEARSE && input.take_dry_run()? {
                    return rehearsal::answer(ctx, input.read()?, handler).await;
                }
                Ok(answer::json(&handler(ctx, input.read()?).await?))
            })
        });
        add::<E, _>(&mut self.closed, &run);
    }

    /// Mounts an endpoint that takes long, for those who are logged in. Whether its answer is to tell how far it is, the input says.
    pub fn lengthy<E, F, R>(&mut self, handler: F, tells: fn(&E) -> bool)
    where
        E: Endpoint + 'static,
        F: Fn(Arc<Ctx>, E, Progress) -> R + Send + Sync + Copy + 'static,
        R: Future<Output = Result<E::Reply>> + Send + 'static,
    {
        let run: Closed = Arc::new(move |ctx, input| {
            Box::pin(async move {
                let input = input.read::<E>()?;
                let manner = if tells(&input) { Manner::Lines } else { Manner::Whole };
                let (progress, steps) = watch::channel(Step::default());
                progress::answer(Arc::clone(&ctx.origin), handler(ctx, input, progress), steps, manner).await
            })
        });
        add::<E, _>(&mut self.closed, &run);
    }

    /// Mounts a list for those who are logged in.
    pub fn list<E, F, R>(&mut self, handler: F)
    where
        E: ListEndpoint,
        F: Fn(Arc<Ctx>, Arc<E>, Cut) -> R + Send + Sync + Copy + 'static,
        R: Future<Output = Result<Page<E::Item>>> + Send,
    {
        let run: Closed = Arc::new(move |ctx, mut input| {
            Box::pin(async move {
                let paging = input.take_paging()?;
                listing::answer(ctx, Arc::new(input.read::<E>()?), paging, handler).await
            })
        });
        add::<E, _>(&mut self.closed, &run);
    }

    /// Mounts a list that comes from elsewhere, for those who are logged in.
    pub fn flow<E, F, R>(&mut self, handler: F)
    where
        E: ListEndpoint,
        F: Fn(Arc<Ctx>, E) -> R + Send + Sync + Copy + 'static,
        R: Future<Output = Result<Flow<E::Item>>> + Send,
    {
        let run: Closed = Arc::new(move |ctx, mut input| {
            Box::pin(async move {
                let paging = input.take_paging()?;
                flow::answer(ctx, input.read::<E>()?, paging, handler).await
            })
        });
        add::<E, _>(&mut self.closed, &run);
    }

    /// The router that answers for all of them.
    pub fn into_router(self) -> Router<Arc<App>> {
        let mut router = Router::new();
        for ((path, method), choices) in self.open.into_values() {
            let choices: Arc<[_]> = choices.into();
            let answer = move |State(app): State<Arc<App>>, request: Request| {
                let choices = Arc::clone(&choices);
                async move { dispatch::open(app, &choices, request).await }
            };
            router = router.route(path, on(filter(method), answer));
        }
        for ((path, method), choices) in self.closed.into_values() {
            let choices: Arc<[_]> = choices.into();
            let answer = move |State(app): State<Arc<App>>, request: Request| {
                let choices = Arc::clone(&choices);
                async move { dispatch::closed(app, &choices, request).await }
            };
            router = router.route(path, on(filter(method), answer));
        }
        router
    }

    /// The endpoints that are mounted: method, path and action of each, and whether it answers for anybody.
    #[cfg(test)]
    pub fn names(&self) -> Vec<(String, &'static str, Option<&'static str>, bool)> {
        fn of<R>(
            mounted: &BTreeMap<String, (Place, Vec<Choice<R>>)>,
            is_open: bool,
        ) -> impl Iterator<Item = (String, &'static str, Option<&'static str>, bool)> {
            let named =
                move |(path, method): &Place, choice: &Choice<R>| (method.to_string(), *path, choice.action, is_open);
            mounted.values().flat_map(move |(place, choices)| choices.iter().map(move |choice| named(place, choice)))
        }
        of(&self.open, true).chain(of(&self.closed, false)).collect()
    }
}

fn add<E: Endpoint, R: Clone>(mounted: &mut BTreeMap<String, (Place, Vec<Choice<R>>)>, run: &R) {
    for path in E::PATHS {
        let place = || ((*path, E::METHOD), Vec::new());
        let (_, choices) = mounted.entry(format!("{path} {}", E::METHOD)).or_insert_with(place);
        choices.push(Choice { action: E::ACTION, can_rehearse: E::CAN_REHEARSE, run: run.clone() });
    }
}

/// Endpoints have methods of HTTP's own, which are all known to the router.
fn filter(method: Method) -> MethodFilter {
    MethodFilter::try_from(method).unwrap_or(MethodFilter::GET)
}
