//! The command line under test, with a home of its own.
#![expect(clippy::must_use_candidate, reason = "a command is run for what it does")]

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    process::{self, Output},
    programs,
};

/// `robinctl` of one person on one machine: what it remembers is its own.
#[derive(Debug)]
pub struct Robinctl {
    program: PathBuf,
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl Robinctl {
    /// With an empty home, and a server to talk to.
    ///
    /// # Panics
    /// When the program can't be built.
    #[must_use]
    pub fn new(server: &str) -> Self {
        let home = tempfile::Builder::new().prefix("robinctl-").tempdir().expect("a directory");
        let variables = vec![("ROBINCTL_SERVER".to_owned(), server.to_owned())];
        Self { program: programs::path("robinctl"), home, variables }
    }

    /// With a further environment variable; an empty value removes one.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.variables.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Its `ROBINCTL_HOME`.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs it with these arguments and no input.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        self.run_with_input(args, "")
    }

    /// Runs it with these arguments; `input` is what is piped in.
    pub fn run_with_input<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &str) -> Output {
        let mut command = self.command();
        command.args(args);
        process::run(command, input)
    }

    /// Runs a command line, as the documents write one: `robin user list` is `robinctl user list`.
    pub fn line(&self, line: &str) -> Output {
        self.line_with_input(line, "")
    }

    /// Runs a command line with input.
    pub fn line_with_input(&self, line: &str, input: &str) -> Output {
        let words = words(line);
        let is_name = |word: &String| word == "robin" || word == "robinctl";
        let args = if words.first().is_some_and(is_name) { words.get(1..) } else { words.get(..) };
        self.run_with_input(args.unwrap_or_default(), input)
    }

    /// Runs a command line that must succeed, and gives its standard output.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn ok(&self, line: &str) -> String {
        let output = self.line(line);
        assert_eq!(output.code, 0, "`{line}` failed: {output:?}");
        output.stdout
    }

    /// The bare command, for what the others can't do.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = process::clean(&self.program);
        command.env("ROBINCTL_HOME", self.home.path()).env("HOME", self.home.path());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Splits a line as a shell does: at blanks outside of quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is left open in `{line}`");
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_line_is_split_as_a_shell_does() {
        assert_eq!(words(r#"robin add  "two words" '' a'b'c"#), ["robin", "add", "two words", "", "abc"]);
    }
}
