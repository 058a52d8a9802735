//! Decisions answered from memory.
//!
//! [`Decisions`] remembers what the server has answered, and asks it over and over what has changed since: what a change may
//! have altered is forgotten, and what can't be confirmed is not relied on. So a right that is taken away is gone here within a
//! second, whatever happens to the network between: the server knows of other servers' changes within 400 milliseconds, and an
//! answer is used for no longer than 500 milliseconds after the question was sent that confirmed it.

mod cache;
mod question;
mod watch;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use robin_api::login::{Identity, Whoami};
use robin_model::Secret;
use tokio::task::JoinHandle;

pub use question::{Answer, Question};

use crate::{Client, Error};
use cache::Cache;

/// How many answers are remembered where nothing else is said: some 50 MB when full.
const CAPACITY: usize = 100_000;

/// For how long a token is remembered. That it expires is no change that anybody would hear of.
const TOKEN_LIFE: Duration = Duration::from_secs(30);

/// Asks a server for decisions, and remembers them for as long as they hold.
///
/// ```no_run
/// # async fn example(client: robin_client::Client) -> Result<(), robin_client::Error> {
/// use robin_client::{Decisions, Question};
///
/// let decisions = Decisions::follow(client);
/// let start = Question::about("ann", "t1", "APPLICATION", "start").of("web");
/// if decisions.decide(&start).await?.allowed {
///     println!("started");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Decisions {
    line: Arc<Line>,
    watching: JoinHandle<()>,
}

/// Whom to ask, and what was heard.
struct Line {
    client: RwLock<Client>,
    cache: Cache,
}

impl Line {
    fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Decisions {
    /// Begins to follow the server that `client` calls. The client's user must be allowed to ask about others (`USER:view`, and
    /// reach); where it is a superadmin logged into Administrators, a change makes forget only what it may have altered, else
    /// everything.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn follow(client: Client) -> Self {
        Self::with_capacity(client, CAPACITY)
    }

    /// As [`follow`](Self::follow), remembering up to `capacity` decisions and as many tokens.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn with_capacity(client: Client, capacity: usize) -> Self {
        let line = Arc::new(Line { client: RwLock::new(client), cache: Cache::new(capacity) });
        let watching = tokio::spawn(watch::keep(Arc::clone(&line)));
        Self { line, watching }
    }

    /// From now on asks with this client, whose token is newer. It must be of the same server and user.
    pub fn ask_as(&self, client: Client) {
        *self.line.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// Whether the user may. A denial is an answer, not an error.
    ///
    /// # Errors
    /// When it is not remembered and the server can't be asked, or does not let the client's user ask.
    pub async fn decide(&self, question: &Question) -> Result<Answer, Error> {
        if let Some(answer) = self.line.cache.answer(question, Instant::now()) {
            return Ok(answer);
        }
        let asked = Instant::now();
        let (reply, revision) = self.line.client().send_dated(&question.wire()).await?;
        let (answer, life) = question::read(reply);
        if let (Some(revision), Some(life)) = (revision, life) {
            self.line.cache.keep_answer(question.clone(), &answer, revision, asked + life);
        }
        Ok(answer)
    }

    /// Whose login token this is.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 401 for a token that is none or no longer; and when it is not remembered and the server
    /// can't be asked.
    pub async fn identify(&self, token: &Secret) -> Result<Arc<Identity>, Error> {
        if let Some(identity) = self.line.cache.identity(token.expose(), Instant::now()) {
            return Ok(identity);
        }
        let asked = Instant::now();
        let (identity, revision) = self.line.client().with_token(token)?.send_dated(&Whoami {}).await?;
        let identity = Arc::new(identity);
        if let Some(revision) = revision {
            self.line.cache.keep_identity(token.expose(), &identity, revision, asked + TOKEN_LIFE);
        }
        Ok(identity)
    }
}

impl Drop for Decisions {
    fn drop(&mut self) {
        self.watching.abort();
    }
}
