//! Several servers, by name. Nothing here calls one.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{Details, Style, Table, truth},
    state::{Context, checked_name},
};

/// Commands about named servers.
#[derive(Subcommand)]
pub enum Command {
    Add(Add),
    /// List the servers you know, and where you are logged in
    List,
    Use(Use),
    Remove(Remove),
    /// Show which server the next command would talk to
    Show,
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Add(args) => args.run(app),
            Self::List => list(app),
            Self::Use(args) => args.run(app),
            Self::Remove(args) => args.run(app),
            Self::Show => show(app),
        }
    }
}

/// Give a server a name; --server-ca-cert works here too
///
/// Example:  robinctl context add production --server https://robin.example.com:29442
#[derive(Args)]
pub struct Add {
    /// Name of the new context
    name: String,
    /// File with the only authorities to trust, as PEM
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
}

impl Add {
    fn run(self, app: &mut App) -> Result<(), Error> {
        let name = checked_name(&self.name)?.to_owned();
        let Some(server) = app.global.server.clone().filter(|server| !server.is_empty()) else {
            return Err(Error::Usage("say which server with --server URL".to_owned()));
        };
        if app.state.contexts.contexts.contains_key(&name) {
            return Err(Error::Usage(format!("there is a context '{name}' already; remove it first")));
        }
        let given = self.ca_cert.or_else(|| app.global.server_ca_cert.clone());
        let absolute = |path: PathBuf| {
            path.canonicalize().map_err(|error| Error::Local(format!("cannot read `{}`: {error}", path.display())))
        };
        let server = server.trim_end_matches('/').to_owned();
        app.connection.server.clone_from(&server);
        app.connection.ca_cert = given.map(absolute).transpose()?;
        // Whatever would keep a client from being set up is better said now than at the first command.
        app.connection.client(&app.global, None)?;
        let context = Context { server, ca_cert: app.connection.ca_cert.clone(), username: None };
        app.state.contexts.contexts.insert(name.clone(), context);
        app.state.contexts.current.get_or_insert_with(|| name.clone());
        app.state.save()?;
        said(app, &format!("Added context '{name}'"))
    }
}

/// Send the commands from now on to another server
#[derive(Args)]
pub struct Use {
    /// The context
    name: String,
}

impl Use {
    fn run(self, app: &mut App) -> Result<(), Error> {
        known(app, &self.name)?;
        app.state.contexts.current = Some(self.name.clone());
        app.state.save()?;
        said(app, &format!("The current context is now '{}'", self.name))
    }
}

/// Forget a server, and the token for it
#[derive(Args)]
pub struct Remove {
    /// The context
    name: String,
}

impl Remove {
    fn run(self, app: &mut App) -> Result<(), Error> {
        known(app, &self.name)?;
        app.state.forget_token(&self.name)?;
        app.state.contexts.contexts.remove(&self.name);
        if app.state.contexts.current.as_ref() == Some(&self.name) {
            app.state.contexts.current = None;
        }
        app.state.save()?;
        said(app, &format!("Removed context '{}'", self.name))
    }
}

fn known(app: &App, name: &str) -> Result<(), Error> {
    if app.state.contexts.contexts.contains_key(name) {
        return Ok(());
    }
    Err(Error::Usage(format!("there is no context '{name}'; 'robinctl context list' shows them")))
}

fn list(app: &mut App) -> Result<(), Error> {
    let mut table = Table::new(Style::Plain, &["Current", "Name", "Server", "CA Certificate", "Last Login", "Token"]);
    let mut items = Vec::new();
    for (name, context) in &app.state.contexts.contexts {
        let current = app.state.contexts.current.as_ref() == Some(name);
        let has_token = app.state.token(name)?.is_some();
        let ca_cert = context.ca_cert.as_ref().map(|path| path.display().to_string());
        let username = context.username.clone();
        items.push(json!({
            "name": name, "current": current, "server": context.server, "ca_cert": ca_cert,
            "username": username, "has_token": has_token,
        }));
        table.row([
            truth(current),
            name.clone(),
            context.server.clone(),
            ca_cert.unwrap_or_default(),
            username.unwrap_or_default(),
            truth(has_token),
        ]);
    }
    app.output.table(&table, &items)
}

fn show(app: &mut App) -> Result<(), Error> {
    let has_token = app.source()?.is_some();
    let connection = &app.connection;
    let ca_cert = connection.ca_cert.as_ref().map(|path| path.display().to_string());
    let item = json!({
        "name": connection.context, "server": connection.server, "ca_cert": ca_cert, "has_token": has_token,
    });
    let details = Details(vec![
        ("Name", connection.context.clone().unwrap_or_default()),
        ("Server", connection.server.clone()),
        ("CA Certificate", ca_cert.unwrap_or_default()),
        ("Token", truth(has_token)),
    ]);
    app.output.details(&details, &item)
}

fn said(app: &mut App, sentence: &str) -> Result<(), Error> {
    app.output.said(sentence, &json!({ "message": sentence }))
}
