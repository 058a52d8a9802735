//! One connection, and the operations on it.

use std::{future::Future, sync::Arc, time::Duration};

use ldap3::{
    Ldap, LdapError, LdapResult, ResultEntry, Scope, SearchStream,
    controls::{Control, RawControl},
    exop::WhoAmI,
};
use robin_model::Secret;
use tokio::{task::AbortHandle, time::timeout};

use super::{
    Error, Filter,
    wire::{guard::Link, message::Asked},
};

/// A connection to one host. It ends when this is dropped.
pub(super) struct Connection {
    ldap: Ldap,
    link: Arc<Link>,
    /// What moves its bytes.
    tasks: [AbortHandle; 2],
    answer: Duration,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The entries of one search, as they come.
pub(super) struct Entries<'c> {
    stream: SearchStream<'static, String, Vec<String>>,
    connection: &'c Connection,
}

impl Connection {
    pub(super) fn new(ldap: Ldap, link: Arc<Link>, tasks: [AbortHandle; 2], answer: Duration) -> Self {
        Self { ldap, link, tasks, answer }
    }

    /// Whether it has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.tasks.iter().any(AbortHandle::is_finished)
    }

    /// Says who is speaking. The name and password are [`usable`]. Only a result whose code is 0 is a success.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn bind(
        &self,
        name: &str,
        password: &Secret,
        controls: Vec<RawControl>,
    ) -> Result<LdapResult, Error> {
        self.link.ask(Asked::Bind);
        let mut ldap = self.ldap.clone();
        if !controls.is_empty() {
            ldap.with_controls(controls);
        }
        let result = self.answered(ldap.simple_bind(name, password.expose())).await?;
        self.link.took_one();
        Ok(result)
    }

    /// Asks the directory whom it takes this connection for; `None` where it can't say.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) async fn who(&self) -> Result<Option<Vec<u8>>, Error> {
        self.link.ask(Asked::Extended);
        let mut ldap = self.ldap.clone();
        let answer = self.answered(ldap.extended(WhoAmI)).await?;
        self.link.took_one();
        Ok((answer.1.rc == 0).then(|| answer.0.val.unwrap_or_default()))
    }

    /// Starts a search. It is read to its end, or the connection is not used again.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(super) async fn search(
        &self,
        base: &str,
        scope: Scope,
        filter: &Filter,
        attributes: Vec<String>,
        controls: Vec<RawControl>,
    ) -> Result<Entries<'_>, Error> {
        self.link.ask(Asked::Search);
        let filter = filter.to_string();
        let mut ldap = self.ldap.clone();
        if !controls.is_empty() {
            ldap.with_controls(controls);
        }
        let stream = self.answered(ldap.streaming_search(base, scope, &filter, attributes)).await?;
        Ok(Entries { stream, connection: self })
    }

    async fn answered<T>(&self, operation: impl Future<Output = Result<T, LdapError>>) -> Result<T, Error> {
        match timeout(self.answer, operation).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(LdapError::FilterParsing)) => Err(Error::Unusable("the filter can't be sent")),
            Ok(Err(error)) => Err(Error::Lost(self.why(&error).await)),
            Err(_) => Err(Error::TimedOut(self.answer)),
        }
    }

    /// Why the connection ended. Who notices first is a matter of luck, so the guard is given a moment to say it.
    async fn why(&self, error: &LdapError) -> String {
        for _ in 0..20 {
            if let Some(end) = self.link.end() {
                return end.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        error.to_string()
    }
}

impl Entries<'_> {
    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// When the connection is lost, or no entry came for too long.
    pub(super) async fn next(&mut self) -> Result<Option<ResultEntry>, Error> {
        let entry = self.connection.answered(self.stream.next()).await?;
        self.connection.link.took_one();
        Ok(entry)
    }

    /// How the search ended.
    pub(super) async fn end(mut self) -> LdapResult {
        self.stream.finish().await
    }
}

/// The value of the control of this type in a result.
pub(super) fn control<'r>(result: &'r LdapResult, oid: &str) -> Option<&'r [u8]> {
    let found = result.ctrls.iter().find(|Control(_, control)| control.ctype == oid);
    found.and_then(|Control(_, control)| control.val.as_deref())
}

/// Refuses what a directory could take for a login without a password.
///
/// # Errors
/// [`Error::Unusable`] with what is wrong.
pub(super) fn usable(name: &str, password: &Secret) -> Result<(), Error> {
    let password = password.expose();
    if password.chars().all(char::is_whitespace) {
        return Err(Error::Unusable("a password is needed that is not empty and not only spaces"));
    }
    if password.contains('\0') {
        return Err(Error::Unusable("a password without the character NUL is needed"));
    }
    if name.trim().is_empty() || name.contains('\0') {
        return Err(Error::Unusable("a name to log in with is needed"));
    }
    Ok(())
}
