//! What every command works with: the server, the state, whoever answers questions, and the output.

use robin_api::{
    Endpoint, List, ListEndpoint, Needs,
    imports::Step,
    rehearsal::{DryRun, Rehearsal},
};
use robin_client::Client;
use robin_model::Secret;
use serde::Serialize;

use crate::{
    cli::Global,
    connection::Connection,
    error::Error,
    output::{self, Bar, Output, Said},
    prompt::Prompt,
    state::{Context, State, write_token},
    token::Source,
};

/// One run of robinctl.
pub struct App {
    /// The options that every command takes.
    pub global: Global,
    /// What is remembered.
    pub state: State,
    /// The server.
    pub connection: Connection,
    /// Who answers questions.
    pub prompt: Prompt,
    /// Standard output.
    pub output: Output,
}

impl App {
    /// Reads the state and finds the server.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn new(global: Global) -> Result<Self, Error> {
        let state = State::open_default()?;
        let connection = Connection::chosen(&global, &state);
        let output = Output::standard(global.output);
        Ok(Self { global, state, connection, prompt: Prompt::standard(), output })
    }

    /// Sends an input, with the token wherever the endpoint wants one.
    ///
    /// # Errors
    /// When nobody is logged in, and when the call fails.
    pub async fn send<E: Endpoint>(&self, input: &(impl Serialize + Sync)) -> Result<E::Reply, Error> {
        if E::NEEDS == Needs::Nothing {
            return Ok(self.connection.client(&self.global, None)?.send_unchecked::<E>(input).await?);
        }
        let (client, source) = self.client()?;
        client.send_unchecked::<E>(input).await.map_err(|error| refused(error, source))
    }

    fn client(&self) -> Result<(Client, Source), Error> {
        let (token, source) = self.connection.token(&self.global, &self.state)?.ok_or(Error::NotLoggedIn)?;
        Ok((self.connection.client(&self.global, Some(token))?, source))
    }

    /// As [`App::change`], for what takes long and tells how far it is.
    ///
    /// # Errors
    /// As [`App::send`].
    pub async fn follow<E: Endpoint<Reply: Said>>(&mut self, input: &(impl Serialize + Sync)) -> Result<(), Error> {
        let (client, source) = self.client()?;
        let mut bar = Bar::standard();
        let reply = client.follow::<E>(input, |step| bar.show(step)).await;
        drop(bar);
        self.said(&reply.map_err(|error| refused(error, source))?)
    }

    fn said(&mut self, reply: &impl Said) -> Result<(), Error> {
        self.output.said(reply.message(), reply)?;
        reply.notes().iter().for_each(|note| output::note(note));
        Ok(())
    }

    /// Sends an input and prints the message that answers it, with what else there is to report on standard error; or where the input
    /// asks for a dry run, what would be different.
    ///
    /// # Errors
    /// As [`App::send`].
    pub async fn change<E: Endpoint<Reply: Said>>(&mut self, input: &(impl Serialize + Sync)) -> Result<(), Error> {
        self.change_all::<E>(input, 0).await
    }

    /// The same of so many things, all or none of which are changed: shows that there is something to wait for.
    ///
    /// # Errors
    /// As [`App::send`].
    pub async fn change_all<E: Endpoint<Reply: Said>>(
        &mut self,
        input: &(impl Serialize + Sync),
        total: usize,
    ) -> Result<(), Error> {
        let mut bar = Bar::standard();
        if total > 0 {
            bar.show(Step { done: 0, total });
        }
        let fields = serde_json::to_value(input).unwrap_or_default();
        if E::CAN_REHEARSE && fields.get(DryRun::FIELD).is_some_and(|asked| asked == true) {
            let differences = self.send::<Rehearsal<E>>(input).await?;
            drop(bar);
            return self.output.differences(&differences);
        }
        let reply = self.send::<E>(input).await?;
        drop(bar);
        self.said(&reply)
    }

    /// Asks for a list, all of it.
    ///
    /// # Errors
    /// As [`App::send`]; and when something is missing.
    pub async fn list<E: ListEndpoint>(&self, input: &(impl Serialize + Sync)) -> Result<Vec<E::Item>, Error> {
        whole(self.send::<E>(input).await?)
    }

    /// Keeps a new token where the old one was, or would be.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_token(&mut self, token: &Secret) -> Result<(), Error> {
        match (self.source()?, &self.global.token_file, &self.connection.context) {
            (_, Some(path), _) => write_token(path, token),
            (Some(Source::Environment), ..) => {
                output::note("Note: the token in ROBINCTL_TOKEN is over; put the new one there (-o json shows it).");
                Ok(())
            }
            (_, None, Some(context)) => self.state.keep_token(context, token),
            (_, None, None) => Err(Error::NotLoggedIn),
        }
    }

    /// Remembers that this user is logged in at this server, and makes it the current one.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn remember_login(&mut self, username: &str, token: &Secret) -> Result<(), Error> {
        if let Some(path) = &self.global.token_file {
            return write_token(path, token);
        }
        let known = self.connection.context.clone();
        let name = known.unwrap_or_else(|| self.connection.new_context_name(&self.state));
        let server = self.connection.server.clone();
        let ca_cert = self.connection.ca_cert.as_ref().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
        let all = &mut self.state.contexts;
        all.contexts.insert(name.clone(), Context { server, ca_cert, username: Some(username.to_owned()) });
        if let Some(before) = all.current.replace(name.clone()).filter(|before| *before != name) {
            output::note(&format!("Note: the current context is now '{name}'; it was '{before}'."));
        }
        self.state.save()?;
        self.state.keep_token(&name, token)?;
        if self.global.token.is_some() {
            output::note("Note: ROBINCTL_TOKEN is set and goes before this login.");
        }
        self.connection.context = Some(name);
        Ok(())
    }

    /// Where the token in use comes from.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn source(&self) -> Result<Option<Source>, Error> {
        Ok(self.connection.token(&self.global, &self.state)?.map(|(_, source)| source))
    }
}

fn refused(error: robin_client::Error, source: Source) -> Error {
    match error {
        robin_client::Error::Refused { status, .. } if status.as_u16() == 401 => Error::TokenRefused(error, source),
        other => Error::Call(other),
    }
}

/// The items of a list.
///
/// # Errors
/// [`Error::Partial`] when something is missing.
pub fn whole<T>(list: List<T>) -> Result<Vec<T>, Error> {
    if list.partial { Err(Error::Partial(list.message.unwrap_or_default())) } else { Ok(list.items) }
}
