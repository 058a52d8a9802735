//! The OpenShift cluster: its users and groups, and signing in with a password that it checks.
//!
//! - [`Cluster`] is one cluster: made once, shared, and asked.
//! - `peer`: one HTTP server of the cluster, asked so that nothing but what was meant gets an answer.
//! - `api`: the API of the cluster, under Robin's own token or that of somebody who signs in.
//! - `wire`: what the API sends. `entry`: what of it matters.
//! - `listing`, `named`: users and groups, page by page or by name.
//! - `oauth`, `token`, `sign_in`: who somebody is, and why not.
//!
//! Redirects are never followed: the password or the token would go along.

mod api;
mod entry;
mod error;
mod listing;
mod named;
mod oauth;
mod peer;
mod sign_in;
mod token;
mod wire;

#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use tokio::sync::Semaphore;
use url::Url;

use self::{api::Api, oauth::OAuth};
pub use self::{
    entry::{Group, User},
    error::Error,
    listing::Pages,
    sign_in::{Answer, Refusal, SignIn},
};

/// The most people who sign in at once.
const SIGN_INS: usize = 32;

/// The most pages of lists that are read at once.
const LISTS: usize = 4;

/// Where a cluster is, and how Robin reads it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The URL of its API, as in `https://api.example.com:6443`.
    pub api_url: Url,
    /// The only authorities to trust, as PEM; without them, those that the system trusts.
    pub ca_cert: Option<String>,
    /// The file with the token that Robin reads it with. It is read for each request, so that a new one counts at once.
    pub token_file: PathBuf,
}

/// One cluster. Cheap to clone: the clones share connections.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    api: Api,
    oauth: OAuth,
    sign_ins: Semaphore,
    lists: Semaphore,
}

impl Cluster {
    /// A cluster as the settings say. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL that no cluster has, [`Error::CaCert`] when there is no certificate to trust.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let api = Api::new(settings)?;
        let oauth = OAuth::new(settings.ca_cert.as_deref())?;
        Ok(Self(Arc::new(Inner { api, oauth, sign_ins: Semaphore::new(SIGN_INS), lists: Semaphore::new(LISTS) })))
    }
}
