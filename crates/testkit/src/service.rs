//! Services of others, which ask a server for decisions.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use crate::{Api, process, process::Guard, programs};

/// A program of this workspace that serves until this is dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    guard: Option<Guard>,
    url: String,
}

impl Service {
    /// Starts a program that says its address at the end of the first line on standard output.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start(program: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = process::clean(&programs::path(program));
        command.envs(variables.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program} can't be started: {error}"));
        let guard = Some(Guard::of(&child));
        let mut line = String::new();
        drop(child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line)));
        let url = line.split_whitespace().last().unwrap_or_else(|| panic!("{program} does not start")).to_owned();
        Self { child, guard, url }
    }

    /// A bare HTTP client of it, for paths that begin with a slash.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(&self.url, None)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(self.guard.take());
    }
}
