//! Whether somebody is who they say they are.

use ldap3::{LdapResult, Scope};
use robin_model::{
    Secret,
    directory::{Dn, ServerType},
};

use super::{
    Base, Connection, Directory, Error, Filter, Person, Refusal, Standing, bind_name, connection::usable, entry::Entry,
    error::said, members::collect, policy, refused, search::Request,
};

/// Who is meant.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// The user of this name.
    Username(&'a str),
    /// The user of this distinguished name.
    Dn(&'a Dn),
}

/// What a directory says of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The password is this user's.
    Is(Box<Person>),
    /// It is not, or the directory does not let them in.
    Refused(Refusal),
}

impl Directory {
    /// One user; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when several users have the name; otherwise when there is no answer.
    pub async fn person(&self, who: Who<'_>, base: Option<&Dn>) -> Result<Option<Person>, Error> {
        Ok(self.find(who, base).await?.map(|(_, person)| person))
    }

    /// Whether this is the user's password. The user is looked up first, under the name that Robin reads the directory with, and
    /// logs in on a connection that serves nothing else.
    ///
    /// # Errors
    /// When there is no answer. A wrong password is an answer.
    pub async fn authenticate(&self, who: Who<'_>, password: &Secret) -> Result<Answer, Error> {
        let name = match who {
            Who::Username(name) => name,
            Who::Dn(dn) => dn.as_str(),
        };
        if usable("somebody", password).is_err() {
            return Ok(Answer::Refused(Refusal::NoPassword));
        }
        if usable(name, password).is_err() {
            return Ok(Answer::Refused(Refusal::Unknown));
        }
        let (entry, person) = match self.find(who, None).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Answer::Refused(Refusal::Unknown)),
            Err(Error::Ambiguous(_)) => return Ok(Answer::Refused(Refusal::Ambiguous)),
            Err(error) => return Err(error),
        };
        let login = self.login_name(&entry);
        let (connection, result) = self.0.pool.log_in(&login, password, &[policy::ask()]).await?;
        match self.refusal(&connection, &result, person.standing).await? {
            None => Ok(Answer::Is(Box::new(person))),
            Some(refusal) => Ok(Answer::Refused(refusal)),
        }
    }

    /// What to log in as. The entry was found, so its own name is right everywhere; Active Directory is also used with domains
    /// that take nobody by distinguished name, and so gets the form that it documents, made of what it says itself.
    fn login_name(&self, entry: &Entry) -> String {
        let settings = &self.0.settings;
        let account = entry.texts("sAMAccountName").next();
        match (settings.server_type, &settings.netbios, account) {
            (ServerType::ActiveDirectory, Some(_), Some(account)) => bind_name::in_domain(settings, account),
            _ => entry.dn.clone(),
        }
    }

    /// Why the login does not count, if so.
    async fn refusal(
        &self,
        connection: &Connection,
        result: &LdapResult,
        standing: Standing,
    ) -> Result<Option<Refusal>, Error> {
        let told = policy::told(result);
        match result.rc {
            0 if told.is_some() => Ok(told),
            // No server that keeps its own rules gets here.
            0 if standing == Standing::Disabled => Ok(Some(Refusal::Disabled)),
            0 => self.is_anonymous(connection).await.map(|anonymous| anonymous.then_some(Refusal::Anonymous)),
            49 => Ok(told.or_else(|| policy::code(&result.text)).or(Some(match standing {
                Standing::Active => Refusal::WrongPassword,
                Standing::Disabled => Refusal::Disabled,
                Standing::Locked => Refusal::Locked,
            }))),
            8 | 13 => Err(Error::Confidentiality(self.0.pool.transport())),
            10 => Err(Error::Referral),
            // Servers of several makes refuse accounts that are locked, inactive or without a password so.
            19 | 48 | 50 | 53 => Ok(told.or_else(|| Some(Refusal::Other(said(result.rc, &result.text))))),
            32 | 34 => Ok(Some(Refusal::Unknown)),
            code => Err(refused(code, result.text.clone())),
        }
    }

    /// Whether the directory says that it took the login for nobody's. Active Directory never does that with a name and a password.
    async fn is_anonymous(&self, connection: &Connection) -> Result<bool, Error> {
        if self.0.settings.server_type == ServerType::ActiveDirectory {
            return Ok(false);
        }
        Ok(connection.who().await?.is_some_and(|who| who.is_empty() || who.as_slice() == b"dn:"))
    }

    async fn find(&self, who: Who<'_>, base: Option<&Dn>) -> Result<Option<(Entry, Person)>, Error> {
        let schema = &self.0.schema;
        let (base, what, scope, filter) = match who {
            Who::Username(name) => {
                let filter = schema.users(&[name.to_owned()], None);
                let what = if base.is_some() { Base::Search } else { Base::User };
                (base.unwrap_or(self.user_base()), what, Scope::Subtree, filter)
            }
            Who::Dn(dn) => (dn, Base::Search, Scope::Base, Filter::everything()),
        };
        let attributes = schema.user_attributes();
        let request = Request { base: base.as_str().to_owned(), what, scope, filter, attributes };
        let entries = match (who, self.few(request).await) {
            (Who::Dn(_), Err(Error::NoBase { .. })) => return Ok(None),
            (_, entries) => entries?,
        };
        let read = |entry: Entry| {
            let person = Person::read(&entry, schema).filter(|_| schema.is_user(&entry))?;
            Some((entry, person))
        };
        let is_meant = |person: &Person| match who {
            Who::Username(name) => person.is_named(name),
            Who::Dn(_) => true,
        };
        let mut found = entries.into_iter().filter_map(read).filter(|(_, person)| is_meant(person));
        match (found.next(), found.next()) {
            (_, Some((_, person))) => Err(Error::Ambiguous(person.username)),
            (one, None) => Ok(one),
        }
    }

    /// The entries of a search that has few, over a connection that others used before. One that ended meanwhile is replaced.
    async fn few(&self, request: Request) -> Result<Vec<Entry>, Error> {
        let mut lease = self.0.pool.take().await?;
        let mut found = collect(&lease, request.clone()).await;
        if lease.is_used && matches!(found, Err(Error::Lost(_))) {
            drop(lease);
            lease = self.0.pool.fresh().await?;
            found = collect(&lease, request).await;
        }
        self.0.pool.breaker().note(Error::outcome(&found));
        match &found {
            Err(error) if error.is_outage() => (),
            _ => lease.keep(),
        }
        found
    }
}
