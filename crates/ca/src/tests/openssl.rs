//! The program `openssl`, in a directory of its own.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use tempfile::TempDir;

pub struct OpenSsl(TempDir);

impl OpenSsl {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Puts a file there.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    /// What a file there holds.
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs it with these words; everything that it says, if it is content.
    pub fn run(&self, words: &str) -> Result<String, String> {
        let Output { status, stdout, stderr } =
            Command::new("openssl").current_dir(self.0.path()).args(words.split(' ')).output().unwrap();
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        if status.success() { Ok(said) } else { Err(said) }
    }

    /// Runs it, and expects it to be content.
    pub fn expect(&self, words: &str) -> String {
        self.run(words).unwrap_or_else(|said| panic!("openssl {words}\n{said}"))
    }
}
