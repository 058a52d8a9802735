//! Answers that begin before their work is done, because it takes long.
//!
//! What fails before anything was done is refused as anywhere. After that the answer has begun: it tells how far the work is, if that
//! was asked for, and what it came to; or it comes whole at the end, and breaks off where the work fails. Whoever hangs up ends the
//! work.

use std::{pin::Pin, sync::Arc};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header::CONTENT_TYPE};
use robin_api::imports;
use robin_service::{Error, Origin, Result, Step};
use serde::Serialize;
use tokio::sync::watch::Receiver;

use crate::{answer, failure};

/// How the answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As one JSON text.
    Whole,
    /// As JSON texts of one line each: steps, and at the end the outcome.
    Lines,
}

type Working<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The answer to what `working` does, which tells of its steps.
pub async fn answer<T>(
    origin: Arc<Origin>,
    working: impl Future<Output = Result<T>> + Send + 'static,
    mut steps: Receiver<Step>,
    manner: Manner,
) -> Result<Response>
where
    T: Serialize + Send + 'static,
{
    let mut working: Working<T> = Box::pin(working);
    let is_begun = |step: &Step| if manner == Manner::Lines { step.total > 0 } else { step.done > 0 };
    let first = tokio::select! {
        biased;
        outcome = &mut working => Some(outcome?),
        _ = steps.wait_for(is_begun) => None,
    };
    let mut response = match first {
        Some(reply) if manner == Manner::Whole => return Ok(answer::json(&reply)),
        Some(reply) => answer::json_of(Body::from(line(&reply)?)),
        None => {
            steps.mark_changed();
            let going = Going { origin, working, steps, manner };
            answer::json_of(Body::from_stream(stream::unfold(
                Some(going),
                |going| async move { Some(going?.more().await) },
            )))
        }
    };
    if manner == Manner::Lines {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    }
    Ok(response)
}

/// Work under way whose answer has begun.
struct Going<T> {
    origin: Arc<Origin>,
    working: Working<T>,
    steps: Receiver<Step>,
    manner: Manner,
}

impl<T: Serialize> Going<T> {
    /// The next part of the answer, and what makes the rest, if there is more.
    async fn more(mut self) -> (std::result::Result<Bytes, Failure>, Option<Self>) {
        let tells = self.manner == Manner::Lines;
        let outcome = tokio::select! {
            biased;
            outcome = &mut self.working => outcome,
            _ = self.steps.changed(), if tells => {
                let Step { done, total } = *self.steps.borrow_and_update();
                return (line(&imports::Step { done, total }).map_err(Into::into), Some(self));
            }
        };
        (self.end(outcome), None)
    }

    fn end(&self, outcome: Result<T>) -> std::result::Result<Bytes, Failure> {
        match (outcome, self.manner) {
            (Ok(reply), Manner::Lines) => Ok(line(&reply)?),
            (Ok(reply), Manner::Whole) => Ok(serde_json::to_vec(&reply)?.into()),
            (Err(error), Manner::Lines) => Ok(line(&failure::told(&error, &self.origin))?),
            (Err(error), Manner::Whole) => {
                failure::told(&error, &self.origin);
                Err(error.into())
            }
        }
    }
}

fn line(value: &impl Serialize) -> Result<Bytes> {
    let mut text = serde_json::to_vec(value).map_err(Error::internal)?;
    text.push(b'\n');
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tokio::sync::watch;

    use super::*;

    const STEPS: [Step; 3] = [Step { done: 0, total: 9 }, Step { done: 4, total: 9 }, Step { done: 9, total: 9 }];

    fn origin() -> Arc<Origin> {
        Arc::new(Origin { request_id: "r".to_owned(), address: None, user_agent: String::new() })
    }

    /// What is answered to work that takes these steps and ends so.
    async fn answered(steps: &'static [Step], end: Result<&'static str>, manner: Manner) -> Result<Response> {
        let (progress, listening) = watch::channel(Step::default());
        let working = async move {
            for step in steps {
                progress.send_replace(*step);
                tokio::task::yield_now().await;
            }
            end
        };
        answer(origin(), working, listening, manner).await
    }

    async fn text(response: Response) -> std::result::Result<String, axum::Error> {
        let bytes = to_bytes(response.into_body(), usize::MAX).await?;
        Ok(String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn conflict() -> Error {
        Error::Conflict("it has changed".to_owned())
    }

    #[tokio::test]
    async fn steps_come_as_lines_before_the_outcome() {
        let response = answered(&STEPS, Ok("done"), Manner::Lines).await.unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/x-ndjson");
        let said = text(response).await.unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.last(), Some(&"\"done\""));
        assert!(lines.contains(&r#"{"done":4,"total":9}"#), "{said}");
        assert_eq!(text(answered(&[], Ok("done"), Manner::Lines).await.unwrap()).await.unwrap(), "\"done\"\n");
    }

    #[tokio::test]
    async fn a_whole_answer_is_the_same_whether_it_began_early_or_not() {
        for steps in [&STEPS[..], &STEPS[..1], &[]] {
            let response = answered(steps, Ok("done"), Manner::Whole).await.unwrap();
            assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
            assert_eq!(text(response).await.unwrap(), "\"done\"");
        }
    }

    #[tokio::test]
    async fn what_fails_before_anything_is_done_is_refused() {
        for (steps, manner) in [(&STEPS[..1], Manner::Whole), (&[], Manner::Whole), (&[], Manner::Lines)] {
            assert_eq!(answered(steps, Err(conflict()), manner).await.unwrap_err().code(), "conflict");
        }
    }

    #[tokio::test]
    async fn what_fails_later_is_the_last_line_or_breaks_the_answer_off() {
        let said = text(answered(&STEPS, Err(conflict()), Manner::Lines).await.unwrap()).await.unwrap();
        let last = said.lines().last().unwrap();
        assert_eq!(last, r#"{"message":"it has changed","code":"conflict","request_id":"r"}"#);
        assert!(text(answered(&STEPS, Err(conflict()), Manner::Whole).await.unwrap()).await.is_err());
    }
}
