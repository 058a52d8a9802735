//! A service that keeps notes, and leaves to Robin who may read and write them.
//!
//! Its words, the type `NOTE` and what is done to notes, are in `catalogue.json`, with which Robin is started. Each note is
//! registered with Robin as an object of whoever wrote it. Who may do what is said once for each route, in one line; answers
//! come from memory, and a right that is taken away is gone within a second.
//!
//! ```text
//! ROBIN_CATALOGUE_EXTRA=examples/notes/catalogue.json robin-server
//! NOTES_PASSWORD=… cargo run -p robin-notes
//! curl -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' \
//!     -d '{"id": "shopping", "text": "milk"}' http://127.0.0.1:8080/notes
//! ```

mod notes;
mod robin;

use std::{env, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    routing::{delete, get, post},
};
use robin_client::Guard;

use crate::{notes::Notes, robin::Robin};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let url = setting("ROBIN_URL", "http://127.0.0.1:29442");
    let (username, password) = (setting("NOTES_USERNAME", "admin"), setting("NOTES_PASSWORD", ""));
    let listen: SocketAddr = setting("NOTES_LISTEN", "127.0.0.1:8080").parse()?;

    let robin = Robin::log_in(&url, username, password).await?;
    tokio::spawn(Arc::clone(&robin).stay_logged_in());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    announce(listener.local_addr()?);
    axum::serve(listener, router(robin)).await?;
    Ok(())
}

/// Who may what is said here, and nowhere else.
fn router(robin: Arc<Robin>) -> Router {
    let guard = Guard::new(Arc::clone(&robin.decisions));
    Router::new()
        .route("/notes", post(notes::write).layer(guard.needs("NOTE", "create")))
        .route("/notes", get(notes::list).layer(guard.needs("NOTE", "view")))
        .route("/notes/{id}", get(notes::read).layer(guard.needs("NOTE", "view").of_segment(1)))
        .route("/notes/{id}", delete(notes::remove).layer(guard.needs("NOTE", "delete").of_segment(1)))
        .with_state(Arc::new(Notes::new(robin)))
}

#[expect(clippy::print_stdout, reason = "whoever starts the program wants to know where it listens")]
fn announce(address: SocketAddr) {
    println!("notes on http://{address}");
}
