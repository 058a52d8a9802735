//! Signing in with a password that the cluster checks.

use std::{fmt, time::Duration};

use futures_util::future::try_join;
use robin_model::Secret;
use tokio::time::timeout;

use super::{Cluster, Error, User, api::USERS, entry::Entry, token::Token};

/// How long somebody waits for others to have signed in.
const WAIT: Duration = Duration::from_secs(5);

/// What names begin with that are none of people.
const SYSTEM: &str = "system:";

/// What a review says of a token that is not known, and nothing else.
const UNKNOWN: [&str; 2] = ["invalid bearer token", "token lookup failed"];

/// Whether somebody is who they say they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They are.
    Is(Box<User>),
    /// They are not.
    Refused(Refusal),
}

/// Why somebody is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The name or the password is wrong.
    Password,
    /// The cluster does not know the token that it gave.
    Token,
    /// The cluster has no user for them, only a name that it makes up.
    Nobody,
    /// The cluster knows them by another name.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password => f.write_str("wrong username or password"),
            Self::Token => {
                f.write_str("the cluster does not know the token that it gave: it was revoked, or has expired")
            }
            Self::Nobody => f.write_str("the cluster has no user of its own for them"),
            Self::Other(name) => write!(f, "the cluster knows them as `{}`", super::error::line(name)),
        }
    }
}

/// How signing in went.
#[derive(Debug)]
pub struct SignIn {
    /// Whether somebody is who they say they are.
    pub answer: Result<Answer, Error>,
    /// Why the token that the cluster gave for it could not be ended. It ends by itself, after a day out of the box.
    pub left: Option<Error>,
}

impl From<Result<Answer, Error>> for SignIn {
    fn from(answer: Result<Answer, Error>) -> Self {
        Self { answer, left: None }
    }
}

impl Cluster {
    /// Whether this password is that of the user with this name. An empty one is nobody's, and is sent nowhere; but whether there would
    /// be an answer is found out all the same.
    ///
    /// It goes on to its end even if whoever asks is gone meanwhile: a token that was given is always ended.
    pub async fn authenticate(&self, name: &str, password: &Secret) -> SignIn {
        if password.expose().is_empty() {
            return self.probe(name).await.map(|()| Answer::Refused(Refusal::Password)).into();
        }
        let (cluster, name, password) = (self.clone(), name.to_owned(), password.clone());
        let asking = tokio::spawn(async move { cluster.sign_in(&name, &password).await });
        asking.await.unwrap_or_else(|error| Err(Error::Lost(error.to_string())).into())
    }

    /// Asks whether somebody of this name could sign in now: whether everything that is needed for it answers.
    ///
    /// # Errors
    /// When not.
    pub async fn probe(&self, name: &str) -> Result<(), Error> {
        let challenge = async {
            let metadata = self.0.api.metadata().await?;
            self.0.oauth.grant(&metadata, None).await
        };
        try_join(challenge, self.user(name)).await.map(drop)
    }

    async fn sign_in(&self, name: &str, password: &Secret) -> SignIn {
        let Ok(Ok(_place)) = timeout(WAIT, self.0.sign_ins.acquire()).await else { return Err(Error::Busy).into() };
        let granted = match self.0.api.metadata().await {
            Ok(metadata) => self.0.oauth.grant(&metadata, Some((name, password))).await,
            Err(error) => Err(error),
        };
        let grant = match granted {
            Ok(Some(grant)) => grant,
            Ok(None) => return Ok(Answer::Refused(Refusal::Password)).into(),
            Err(error) => return Err(error).into(),
        };
        let answer = match grant.elsewhere {
            None => self.whose(&grant.token, name).await,
            Some(elsewhere) => Err(Error::Redirected(elsewhere)),
        };
        // Now, whatever came of it.
        let left = self.0.api.revoke(&grant.token).await.err();
        SignIn { answer, left }
    }

    /// Whether the token is that of the user with this name.
    async fn whose(&self, token: &Token, name: &str) -> Result<Answer, Error> {
        let [root, group, version] = USERS;
        let path = [root, group, version, User::RESOURCE, "~"];
        match self.0.api.get(&path, &[], token.secret()).await {
            Ok(user) => Ok(judge(user, name)),
            Err(Error::Token) => self.review(token).await,
            Err(error) => Err(error),
        }
    }

    /// Finds out whether a token is no good, or only nobody there to know it: the API says the same to both.
    async fn review(&self, token: &Token) -> Result<Answer, Error> {
        let reviewed = self.0.api.review(token).await?;
        let error = reviewed.error.unwrap_or_default();
        let said = error.trim_start_matches('[').trim_end_matches(']');
        let is_known = reviewed.authenticated || !said.split(", ").all(|part| UNKNOWN.contains(&part));
        if is_known { Err(Error::Down(super::error::line(&error))) } else { Ok(Answer::Refused(Refusal::Token)) }
    }
}

fn judge(user: User, name: &str) -> Answer {
    if user.uid.is_empty() || user.name.starts_with(SYSTEM) {
        Answer::Refused(Refusal::Nobody)
    } else if user.name == name {
        Answer::Is(Box::new(user))
    } else {
        Answer::Refused(Refusal::Other(user.name))
    }
}
