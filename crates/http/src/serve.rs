//! Taking connections.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::{ServiceExt, extract::Request};
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use http::StatusCode;
use hyper_util::rt::TokioTimer;
use tower::Layer;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePathLayer};

use crate::{App, Limits, failure, patience::Patient, router, tls::Files};

/// The most time for a client to send a request's head.
const HEAD: Duration = Duration::from_secs(10);
/// Time for running requests to end when the server stops.
const DRAIN: Duration = Duration::from_secs(30);
/// Bytes of a request's head, and its number of headers: room for the longest token many times over.
const HEAD_BYTES: u32 = 64 << 10;

/// Serves until `stop` is done, then lets running requests end.
///
/// # Errors
/// When the listener breaks, or the certificate can't be served.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<Files>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    tokio::spawn(drain(Arc::clone(&app), handle.clone(), stop));
    // Around the whole router, not on it: there it would wrap every route.
    let panicked = Arc::clone(&app);
    let service = CatchPanicLayer::custom(move |_| {
        failure::stray(&panicked, StatusCode::INTERNAL_SERVER_ERROR, "internal error")
    })
    .layer(NormalizePathLayer::trim_trailing_slash().layer(router(&app)));
    let service = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(service);
    let limits = app.limits;
    match tls {
        None => bound(axum_server::from_tcp(listener)?, limits).handle(handle).serve(service).await,
        Some(files) => {
            let config = RustlsConfig::from_config(files.load().map_err(io::Error::other)?);
            let following = tokio::spawn(files.follow(config.clone()));
            let acceptor = RustlsAcceptor::new(config).handshake_timeout(head(limits));
            let server = axum_server::from_tcp(listener)?.acceptor(acceptor);
            let outcome = bound(server, limits).handle(handle).serve(service).await;
            following.abort();
            outcome
        }
    }
}

async fn drain(app: Arc<App>, handle: Handle<SocketAddr>, stop: impl Future<Output = ()>) {
    stop.await;
    app.drain();
    tracing::info!("stopping: letting running requests end");
    handle.graceful_shutdown(Some(DRAIN));
}

/// Bounds what a slow or talkative client can hold.
fn bound<A>(mut server: Server<SocketAddr, A>, limits: Limits) -> Server<SocketAddr, Patient<A>> {
    let head = head(limits);
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEAD_BYTES as usize);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(head).max_header_list_size(HEAD_BYTES);
    server.map(|acceptor| Patient { acceptor, head, write: limits.time })
}

/// Nothing of a request may take longer than all of it.
fn head(limits: Limits) -> Duration {
    HEAD.min(limits.time)
}
