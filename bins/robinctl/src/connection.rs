//! Which server a command talks to, and with which token.
//!
//! The option comes first, then the environment, then the current context, then the server on this machine. A token that
//! was kept for one server is never sent to another.

use std::{fs, path::PathBuf};

use robin_client::{Client, Options};
use robin_model::Secret;

use crate::{
    cli::Global,
    error::Error,
    state::{Context, State},
    token::{self, Source},
};

/// Where the server listens when nobody says otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:29442";

/// A server, and the context that remembers it.
#[derive(Debug, PartialEq, Eq)]
pub struct Connection {
    /// The server's address.
    pub server: String,
    /// The file with the only authorities to trust.
    pub ca_cert: Option<PathBuf>,
    /// The context of that address, if there is one.
    pub context: Option<String>,
}

impl Connection {
    /// Finds the server that is meant.
    #[must_use]
    pub fn chosen(global: &Global, state: &State) -> Self {
        let all = &state.contexts;
        let current = all.current.as_ref().and_then(|name| all.contexts.get_key_value(name));
        let named = global.server.as_deref().filter(|server| !server.is_empty());
        let server = named.or_else(|| Some(current?.1.server.as_str())).unwrap_or(DEFAULT_SERVER);
        let server = server.trim_end_matches('/').to_owned();
        let same = |context: &Context| context.server.trim_end_matches('/').eq_ignore_ascii_case(&server);
        let context =
            current.filter(|(_, known)| same(known)).or_else(|| all.contexts.iter().find(|(_, known)| same(known)));
        let given = global.server_ca_cert.clone().filter(|path| !path.as_os_str().is_empty());
        let ca_cert = given.or_else(|| context?.1.ca_cert.clone());
        Self { context: context.map(|(name, _)| name.clone()), ca_cert, server }
    }

    /// The token to use, and where it comes from.
    ///
    /// # Errors
    /// When there is one that cannot be read, or that others can read.
    pub fn token(&self, global: &Global, state: &State) -> Result<Option<(Secret, Source)>, Error> {
        if let Some(path) = &global.token_file {
            return Ok(Some((token::read(path)?, Source::File)));
        }
        if let Some(token) = &global.token {
            return Ok(Some((token.clone(), Source::Environment)));
        }
        match &self.context {
            Some(name) => Ok(state.token(name)?.map(|token| (token, Source::Context))),
            None => Ok(None),
        }
    }

    /// A client of that server.
    ///
    /// # Errors
    /// When the address, the authorities or the token cannot be used.
    pub fn client(&self, global: &Global, token: Option<Secret>) -> Result<Client, Error> {
        let unreadable = |path: &PathBuf, why| Error::Local(format!("cannot read `{}`: {why}", path.display()));
        let read = |path: &PathBuf| fs::read(path).map_err(|error| unreadable(path, error));
        let options = Options {
            ca_cert: self.ca_cert.as_ref().map(read).transpose()?,
            token,
            user_agent: concat!("robinctl/", env!("CARGO_PKG_VERSION")).to_owned(),
            insecure_http: global.insecure_http,
            ..Options::default()
        };
        Ok(Client::new(&self.server, options)?)
    }

    /// A name for this server that no other server has: `default` for the one on this machine, else after its host.
    #[must_use]
    pub fn new_context_name(&self, state: &State) -> String {
        let authority = self.server.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let safe = |text: &str| -> String {
            let kept = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' });
            kept.collect::<String>().trim_matches(['-', '.']).chars().take(50).collect()
        };
        let first = if self.server == DEFAULT_SERVER { "default".to_owned() } else { safe(host) };
        let candidates = [first.clone(), safe(authority)].into_iter().filter(|name| !name.is_empty());
        let numbered = (2..).map(|number| format!("{first}-{number}"));
        let mut free = candidates.chain(numbered).filter(|name| !state.contexts.contexts.contains_key(name));
        free.next().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(contexts: &[(&str, &str)], current: Option<&str>) -> (tempfile::TempDir, State) {
        let directory = tempfile::tempdir().unwrap();
        let mut state = State::open(directory.path().join("robin")).unwrap();
        for (name, server) in contexts {
            let context = Context { server: (*server).into(), ca_cert: Some("ca.pem".into()), username: None };
            state.contexts.contexts.insert((*name).into(), context);
        }
        state.contexts.current = current.map(str::to_owned);
        (directory, state)
    }

    fn to(server: &str) -> Global {
        Global { server: Some(server.to_owned()), ..Global::default() }
    }

    #[test]
    fn the_option_wins_over_the_context_and_the_context_over_the_default() {
        let (_directory, state) = state(&[("a", "https://a"), ("b", "https://b/")], Some("a"));
        let chosen = |global: &Global| Connection::chosen(global, &state);
        assert_eq!((chosen(&Global::default()).server.as_str(), chosen(&to("https://c")).context), ("https://a", None));
        assert_eq!(chosen(&to("https://B")).context.as_deref(), Some("b"), "an address finds its context");
        let (_directory, empty) = self::state(&[], None);
        assert_eq!(Connection::chosen(&to(""), &empty).server, DEFAULT_SERVER);
    }

    #[test]
    fn a_token_and_an_authority_stay_with_their_server() {
        let (_directory, state) = state(&[("a", "https://a")], Some("a"));
        state.keep_token("a", &Secret::new("for-a".into())).unwrap();
        let token = |global: &Global| Connection::chosen(global, &state).token(global, &state).unwrap();
        assert_eq!(token(&Global::default()).unwrap().0.expose(), "for-a");
        assert!(token(&to("https://b")).is_none());
        assert!(token(&to("http://a")).is_none(), "not even without TLS");
        assert_eq!(Connection::chosen(&to("https://b"), &state).ca_cert, None);
    }

    #[test]
    fn a_token_from_the_environment_or_a_file_goes_first() {
        let (directory, state) = state(&[("a", "https://a")], Some("a"));
        state.keep_token("a", &Secret::new("kept".into())).unwrap();
        let mut global = Global { token: Some(Secret::new("environment".into())), ..Global::default() };
        let token = |global: &Global| Connection::chosen(global, &state).token(global, &state).unwrap().unwrap();
        assert_eq!(token(&global).0.expose(), "environment");
        let path = directory.path().join("token");
        crate::state::write_token(&path, &Secret::new("file".into())).unwrap();
        global.token_file = Some(path);
        assert_eq!(token(&global).0.expose(), "file");
    }

    #[test]
    fn a_new_context_is_named_after_the_host_and_differs_from_all_others() {
        let (_directory, state) = state(&[("robin.example.com", "https://robin.example.com")], None);
        let name = |server: &str| Connection::chosen(&to(server), &state).new_context_name(&state);
        assert_eq!(name(DEFAULT_SERVER), "default");
        assert_eq!(name("https://other.example.com:1/x"), "other.example.com");
        assert_eq!(name("https://robin.example.com:8443"), "robin.example.com-8443");
        assert_eq!(name("http://robin.example.com"), "robin.example.com-2");
        assert!(crate::state::checked_name(&name("http://[::1]:5")).is_ok());
    }
}
