//! Programs that are run to their end, and the guard of those that run on.

use std::{
    env,
    io::Write,
    process::{Child, Command, Stdio},
};

/// What a program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
}

impl Output {
    /// Standard output of a program that must have succeeded.
    ///
    /// # Panics
    /// When it did not.
    #[must_use]
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "it failed: {self:?}");
        self.stdout
    }

    /// Standard error of a program that must have ended with this code, and nothing on standard output.
    ///
    /// # Panics
    /// When it ended otherwise.
    #[must_use]
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "it ended otherwise: {self:?}");
        self.stderr
    }
}

/// Runs a program to its end.
///
/// # Panics
/// When it can't be started.
#[must_use]
pub fn run(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
    // A program that never reads its input is no fault.
    drop(child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().expect("its output");
    Output {
        stdout: String::from_utf8(output.stdout).expect("text on standard output"),
        stderr: String::from_utf8(output.stderr).expect("text on standard error"),
        code: output.status.code().unwrap_or(-1),
    }
}

/// A command that sees none of this process's settings of Robin, nor its proxies.
#[must_use]
pub fn clean(program: &std::path::Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if text.starts_with("ROBIN") || text.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
}

/// Kills a process when this one ends, however that is.
#[derive(Debug)]
pub struct Guard(Child);

impl Guard {
    /// Watches over `process`.
    ///
    /// # Panics
    /// Without a shell.
    #[must_use]
    pub fn of(process: &Child) -> Self {
        // The read fails when the other end of the pipe closes unasked, which is when this process dies.
        let guard = Command::new("/bin/sh")
            .args(["-c", r#"read -r done || kill -KILL "$1""#, "sh", &process.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(guard.expect("a shell"))
    }
}

impl Drop for Guard {
    /// The process is over and waited for: its number may be another's soon.
    fn drop(&mut self) {
        drop(self.0.stdin.take().map(|mut stdin| stdin.write_all(b"done\n")));
        drop(self.0.wait());
    }
}
