//! What robinctl remembers between two runs: the servers by name, and a token for each.
//!
//! Under `$ROBINCTL_HOME` (default `~/.robin`): `contexts.toml`, and one file per token in `tokens/`. Directories that
//! robinctl makes have mode 0700 and files 0600. A file is replaced whole or not at all, so a crash leaves the old one.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
};

use robin_model::Secret;
use serde::{Deserialize, Serialize};

use crate::{error::Error, token};

/// A server that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Its address.
    pub server: String,
    /// The file with the only authorities to trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_cert: Option<PathBuf>,
    /// Who logged in last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// The servers by name, and which of them is meant when none is named.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contexts {
    /// The one in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// All of them.
    #[serde(default)]
    pub contexts: BTreeMap<String, Context>,
}

/// The state directory, and the contexts it holds.
pub struct State {
    home: PathBuf,
    /// The contexts, as read; [`State::save`] writes them.
    pub contexts: Contexts,
}

impl State {
    /// Opens `$ROBINCTL_HOME`, or `~/.robin`. A directory that is missing is an empty state; nothing is written.
    ///
    /// # Errors
    /// When there is no home directory, or the contexts cannot be read.
    pub fn open_default() -> Result<Self, Error> {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = set("ROBINCTL_HOME").or_else(|| set("HOME").map(|home| home.join(".robin")));
        Self::open(home.ok_or_else(|| Error::Local("no home directory; set ROBINCTL_HOME to a directory".to_owned()))?)
    }

    /// Opens the state in that directory.
    ///
    /// # Errors
    /// When the contexts cannot be read.
    pub fn open(home: PathBuf) -> Result<Self, Error> {
        let path = home.join("contexts.toml");
        let contexts = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                let why = error.message().to_owned();
                Error::Local(format!("cannot understand `{}`: {why}; correct or remove it", path.display()))
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Contexts::default(),
            Err(error) => return Err(Error::Local(format!("cannot read `{}`: {error}", path.display()))),
        };
        Ok(Self { home, contexts })
    }

    /// Writes the contexts.
    ///
    /// # Errors
    /// When the directory or the file cannot be written.
    pub fn save(&self) -> Result<(), Error> {
        let text = toml::to_string_pretty(&self.contexts).map_err(|error| Error::Local(error.to_string()))?;
        make_directory(&self.home)?;
        replace(&self.home.join("contexts.toml"), text.as_bytes())
    }

    /// The token kept for a context.
    ///
    /// # Errors
    /// When there is one that cannot be read, or that others can read.
    pub fn token(&self, context: &str) -> Result<Option<Secret>, Error> {
        let path = self.token_path(context)?;
        if path.exists() { token::read(&path).map(Some) } else { Ok(None) }
    }

    /// Keeps a token for a context.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_token(&self, context: &str, token: &Secret) -> Result<(), Error> {
        make_directory(&self.home)?;
        make_directory(&self.home.join("tokens"))?;
        write_token(&self.token_path(context)?, token)
    }

    /// Forgets the token of a context, if there is one.
    ///
    /// # Errors
    /// When the file is there and cannot be removed.
    pub fn forget_token(&self, context: &str) -> Result<(), Error> {
        let path = self.token_path(context)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::Local(format!("cannot remove `{}`: {error}", path.display())))
            }
            _ => Ok(()),
        }
    }

    fn token_path(&self, context: &str) -> Result<PathBuf, Error> {
        Ok(self.home.join("tokens").join(checked_name(context)?))
    }
}

/// A context's name names a file too, so it keeps to characters that are safe there.
///
/// # Errors
/// When it has others, begins with a point, or is too long.
pub fn checked_name(name: &str) -> Result<&str, Error> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (1..=64).contains(&name.len()) && name.chars().all(good) && !name.starts_with('.') {
        return Ok(name);
    }
    Err(Error::Usage(format!("`{name}` cannot name a context; use letters, digits, `.`, `-` and `_`, at most 64")))
}

/// Writes a token where only its owner can read it.
///
/// # Errors
/// When it cannot be written.
pub fn write_token(path: &Path, token: &Secret) -> Result<(), Error> {
    replace(path, format!("{}\n", token.expose()).as_bytes())
}

/// Whether the group or the rest of the world may do anything with it.
pub fn is_open_to_others(about: &fs::Metadata) -> bool {
    about.mode() & 0o077 != 0
}

fn make_directory(path: &Path) -> Result<(), Error> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| Error::Local(format!("cannot make the directory `{}`: {error}", path.display())))
}

fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.new", process::id()));
    let new = path.with_file_name(name);
    let written = write_new(&new, content).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        drop(fs::remove_file(&new));
        Error::Local(format!("cannot write `{}`: {error}", path.display()))
    })
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn opened() -> (tempfile::TempDir, State) {
        let directory = tempfile::tempdir().unwrap();
        let state = State::open(directory.path().join("robin")).unwrap();
        (directory, state)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn context(server: &str) -> Context {
        Context { server: server.to_owned(), ca_cert: None, username: None }
    }

    #[test]
    fn what_is_saved_is_found_again() {
        let (_directory, mut state) = opened();
        assert_eq!(state.contexts, Contexts::default());
        state.contexts.current = Some("a".into());
        state.contexts.contexts.insert("a".into(), context("https://a"));
        state.save().unwrap();
        state.save().unwrap();
        assert_eq!(State::open(state.home.clone()).unwrap().contexts, state.contexts);
    }

    #[test]
    fn directories_are_0700_and_files_0600() {
        let (_directory, state) = opened();
        state.save().unwrap();
        state.keep_token("a", &Secret::new("t".into())).unwrap();
        assert_eq!((mode(&state.home), mode(&state.home.join("tokens"))), (0o700, 0o700));
        assert_eq!((mode(&state.home.join("contexts.toml")), mode(&state.home.join("tokens/a"))), (0o600, 0o600));
        assert_eq!(fs::read_dir(state.home.join("tokens")).unwrap().count(), 1, "nothing half-written stays");
    }

    #[test]
    fn a_token_is_kept_replaced_and_forgotten() {
        let (_directory, state) = opened();
        assert!(state.token("a").unwrap().is_none());
        state.keep_token("a", &Secret::new("one".into())).unwrap();
        state.keep_token("a", &Secret::new("two".into())).unwrap();
        assert_eq!(state.token("a").unwrap().unwrap().expose(), "two");
        state.forget_token("a").unwrap();
        state.forget_token("a").unwrap();
        assert!(state.token("a").unwrap().is_none());
    }

    #[test]
    fn a_token_that_others_can_read_is_refused() {
        let (_directory, state) = opened();
        state.keep_token("a", &Secret::new("t".into())).unwrap();
        for open in [0o640, 0o604, 0o620] {
            fs::set_permissions(state.home.join("tokens/a"), fs::Permissions::from_mode(open)).unwrap();
            let Err(error) = state.token("a") else { panic!("{open:o} was accepted") };
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn a_contexts_name_cannot_leave_its_directory() {
        for bad in ["", ".", "..", "../x", "a/b", ".hidden", "a b", &"a".repeat(65)] {
            assert!(checked_name(bad).is_err(), "{bad}");
        }
        assert!(checked_name("robin.example.com-29442").is_ok());
    }

    #[test]
    fn a_broken_file_is_named() {
        let (directory, _) = opened();
        fs::write(directory.path().join("contexts.toml"), "current = [").unwrap();
        let Err(error) = State::open(directory.path().to_owned()) else { panic!("it was accepted") };
        assert!(error.to_string().contains("contexts.toml"), "{error}");
    }

    #[test]
    fn whatever_stands_in_the_file_is_contexts_or_refused() {
        const GOOD: &str =
            "current = 'a'\n[contexts.a]\nserver = 'https://a'\nusername = 'ada'\n[contexts.b]\nserver = 'b'\n";
        let (directory, _) = opened();
        for case in 0..robin_testkit::fuzz::cases() {
            let mut dice = robin_testkit::fuzz::Dice::of(case);
            let text = if dice.below(10) == 0 { dice.text() } else { dice.changed(GOOD) };
            let Ok(contexts) = toml::from_str::<Contexts>(&text) else { continue };
            let again = toml::from_str::<Contexts>(&toml::to_string_pretty(&contexts).unwrap());
            assert_eq!(again.as_ref(), Ok(&contexts), "case {case}: {text}");
            // A name from the file leads to no file elsewhere.
            let state = State { home: directory.path().to_owned(), contexts };
            for name in state.contexts.current.iter().chain(state.contexts.contexts.keys()) {
                assert!(!matches!(state.token(name), Ok(Some(_))), "case {case}: {text}");
            }
        }
    }
}
