//! The service's own account with Robin.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use robin_api::{Endpoint, login::Login};
use robin_client::{Client, Decisions, Error, Options};
use robin_model::Secret;

/// How often to log in anew: far more often than tokens expire.
const RENEWAL: Duration = Duration::from_hours(1);
/// How long to wait after Robin could not be reached.
const PAUSE: Duration = Duration::from_secs(5);

/// A login that is renewed before it expires.
pub struct Robin {
    url: String,
    username: String,
    password: Secret,
    client: RwLock<Client>,
    /// What this account may ask about others.
    pub decisions: Arc<Decisions>,
}

impl Robin {
    /// Logs in.
    ///
    /// # Errors
    /// When Robin can't be reached or does not know the account.
    pub async fn log_in(url: &str, username: String, password: String) -> Result<Arc<Self>, Error> {
        let password = Secret::new(password);
        let client = client(url, &username, &password).await?;
        let decisions = Arc::new(Decisions::follow(client.clone()));
        Ok(Arc::new(Self { url: url.to_owned(), username, password, client: RwLock::new(client), decisions }))
    }

    /// Logs in anew from time to time.
    pub async fn stay_logged_in(self: Arc<Self>) {
        let mut wait = RENEWAL;
        loop {
            tokio::time::sleep(wait).await;
            wait = match client(&self.url, &self.username, &self.password).await {
                Ok(client) => {
                    self.decisions.ask_as(client.clone());
                    *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
                    RENEWAL
                }
                Err(_) => PAUSE,
            };
        }
    }

    /// Calls Robin.
    ///
    /// # Errors
    /// [`Error`] says which.
    pub async fn send<E: Endpoint + Sync>(&self, input: &E) -> Result<E::Reply, Error> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        client.send(input).await
    }
}

async fn client(url: &str, username: &str, password: &Secret) -> Result<Client, Error> {
    let anonymous = Client::new(url, Options { user_agent: "notes".to_owned(), ..Options::default() })?;
    let login = Login { username: username.to_owned(), password: password.clone(), tenant: None, namespace: None };
    let token = anonymous.send(&login).await?.token;
    anonymous.with_token(&token)
}
