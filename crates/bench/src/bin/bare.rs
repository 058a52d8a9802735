//! The floor of a server: axum with one handler that answers the JSON it was given, after it has taken a body where one is
//! sent, on the same transport as Robin, which could do HTTPS, too: HTTP/1.1, HTTP/2 and rustls on AWS-LC.

use std::{
    env,
    io::{self, Write},
    net::TcpListener,
};

use axum::{Json, Router, body::Bytes, routing::get};
use axum_server::tls_rustls::RustlsConfig;
use serde_json::Value;

#[tokio::main]
async fn main() -> io::Result<()> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let body: Value = serde_json::from_str(&env::args().nth(1).unwrap_or_else(|| "{}".to_owned()))?;
    let after_body = body.clone();
    let answer = get(move || async move { Json(body) }).post(move |_: Bytes| async move { Json(after_body) });
    // On whatever path, so that it takes the same request as the server beside it.
    let router = Router::new().fallback_service(answer).into_make_service();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    writeln!(io::stdout(), "bare is ready on http://{}", listener.local_addr()?)?;
    match (env::args().nth(2), env::args().nth(3)) {
        (Some(certificate), Some(key)) => {
            let config = RustlsConfig::from_pem_file(certificate, key).await?;
            axum_server::from_tcp_rustls(listener, config)?.serve(router).await
        }
        _ => axum_server::from_tcp(listener)?.serve(router).await,
    }
}
