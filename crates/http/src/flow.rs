//! Lists that come from elsewhere, sent as they come: their length costs no memory.

use std::{mem, pin::Pin, sync::Arc};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, Peekable, ReadyChunks},
};
use robin_api::{List, ListEndpoint, Paging};
use robin_service::{Ctx, Flow, Piece, Result};

use crate::{answer, listing};

/// With what a list begins.
const OPENING: &[u8] = br#"{"items":["#;

/// The most elements that are sent at once. What is there goes out, whether there is more already or not.
const AT_ONCE: usize = 64;

/// The answer to a request for a list. It begins when the first element is there, or when it is known that there is none: what
/// fails before is refused.
///
/// A page is cut out of the whole, which is read again up to there: a cursor says how many elements come before it.
pub async fn answer<E, F, R>(ctx: Arc<Ctx>, input: E, paging: Paging, handler: F) -> Result<Response>
where
    E: ListEndpoint,
    F: Fn(Arc<Ctx>, E) -> R,
    R: Future<Output = Result<Flow<E::Item>>> + Send,
{
    let scope = listing::scope::<E>(&ctx);
    let before = paging.cursor.as_ref().map(|cursor| listing::position(&ctx, &scope, cursor)).transpose()?;
    let position = before.unwrap_or_default();
    let limit = paging.limit.or(before.map(|_| listing::PART));
    let mut flow = handler(Arc::clone(&ctx), input).await?.peekable();
    for _ in 0..position {
        let Some(Ok(Piece::Item(_))) = Pin::new(&mut flow).peek().await else { break };
        flow.next().await;
    }
    if let Some(error) = Pin::new(&mut flow).next_if(Result::is_err).await {
        error?;
    }
    let cursor = move |position: i64| ctx.robin.cursors.issue(&scope, &position.to_string());
    let end = limit.map(|limit| position + i64::from(limit));
    let writing =
        Writing { pieces: flow.ready_chunks(AT_ONCE), text: OPENING.to_vec(), is_empty: true, position, end, cursor };
    let body = stream::unfold(Some(writing), |writing| async move { Some(writing?.more().await) });
    Ok(answer::json_of(Body::from_stream(body)))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A list on its way out.
struct Writing<T, C> {
    pieces: ReadyChunks<Peekable<Flow<T>>>,
    /// What is not sent yet.
    text: Vec<u8>,
    is_empty: bool,
    /// The number of elements that came so far, in all.
    position: i64,
    /// The number at which the page ends.
    end: Option<i64>,
    cursor: C,
}

impl<T: serde::Serialize, C: Fn(i64) -> String> Writing<T, C> {
    /// The next part of the text, and what writes the rest, if there is more.
    async fn more(mut self) -> (std::result::Result<Bytes, Failure>, Option<Self>) {
        let pieces = self.pieces.next().await;
        let is_over = pieces.is_none();
        match self.write(pieces.unwrap_or_default(), is_over) {
            Ok(true) => (Ok(self.text.into()), None),
            Ok(false) => (Ok(mem::take(&mut self.text).into()), Some(self)),
            Err(error) => {
                tracing::error!("a list broke off: {error}");
                (Err(error), None)
            }
        }
    }

    /// Writes elements, and the end where it is reached. Says whether it is.
    fn write(&mut self, pieces: Vec<Result<Piece<T>>>, is_over: bool) -> std::result::Result<bool, Failure> {
        for piece in pieces {
            match piece? {
                Piece::Item(_) if self.end == Some(self.position) => {
                    let next_cursor = Some((self.cursor)(self.position));
                    return self.close(&List { next_cursor, ..List::default() });
                }
                Piece::Item(item) => {
                    if !mem::take(&mut self.is_empty) {
                        self.text.push(b',');
                    }
                    serde_json::to_writer(&mut self.text, &item)?;
                    self.position += 1;
                }
                Piece::Partial(why) => {
                    return self.close(&List { partial: true, message: Some(why), ..List::default() });
                }
            }
        }
        if is_over { self.close(&List::default()) } else { Ok(false) }
    }

    /// Writes what follows the elements.
    fn close(&mut self, rest: &List<()>) -> std::result::Result<bool, Failure> {
        let whole = serde_json::to_vec(rest)?;
        self.text.extend_from_slice(whole.strip_prefix(OPENING).unwrap_or_default());
        Ok(true)
    }
}
