//! The server under test: the real program, in a process of its own, on data of its own.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    api::Api,
    openshift::Openshift,
    postgres::Postgres,
    process::{self, Guard, Output},
    programs,
    robinctl::Robinctl,
};

/// The first administrator of every server here.
pub const ADMIN: &str = "robin";
/// Their password.
pub const PASSWORD: &str = "Robin123";

/// Time for a server to be ready, or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the data is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data directory.
    Sqlite,
    /// A new database on a real server.
    Postgres,
}

/// How a server is to be started.
#[derive(Debug, Clone)]
pub struct Builder {
    engine: Engine,
    variables: Vec<(String, String)>,
    args: Vec<String>,
    under: Vec<String>,
    dir: Arc<TempDir>,
}

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    builder: Builder,
    running: Option<Running>,
    url: String,
}

#[derive(Debug)]
struct Running {
    child: Child,
    guard: Option<Guard>,
    stdout: Reader,
    stderr: Reader,
}

impl Server {
    /// Starts a new server.
    ///
    /// # Panics
    /// When it does not get ready.
    pub async fn start(engine: Engine) -> Self {
        Self::builder(engine).start().await
    }

    /// A server to be started in a special way.
    ///
    /// # Panics
    /// Without a temporary directory.
    #[must_use]
    pub fn builder(engine: Engine) -> Builder {
        let dir = tempfile::Builder::new().prefix("robin-server-").tempdir().expect("a directory");
        Builder { engine, variables: Vec::new(), args: Vec::new(), under: Vec::new(), dir: Arc::new(dir) }
    }

    /// Its address, as in `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A bare HTTP client of it.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(&self.url, None)
    }

    /// A command line that talks to it, with an empty home.
    #[must_use]
    pub fn robinctl(&self) -> Robinctl {
        Robinctl::new(&self.url)
    }

    /// A command line that its administrator is logged in with.
    ///
    /// # Panics
    /// When the login is refused.
    #[must_use]
    pub fn admin(&self) -> Robinctl {
        let robinctl = self.robinctl();
        let login = robinctl.run(["login", ADMIN, "--password", PASSWORD]);
        assert_eq!(login.code, 0, "the administrator can't log in: {login:?}");
        robinctl
    }

    /// The number of its process.
    ///
    /// # Panics
    /// When it is not running.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.running.as_ref().expect("a running server").child.id()
    }

    /// Its data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.builder.data_dir()
    }

    /// How it was started: for offline commands on its data, and for a second server on the same.
    #[must_use]
    pub fn how(&self) -> Builder {
        self.builder.clone()
    }

    /// What it wrote to standard output since its last start.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.running.as_ref().map(|running| running.stdout.text()).unwrap_or_default()
    }

    /// What it wrote to standard error, its log, since its last start.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.running.as_ref().map(|running| running.stderr.text()).unwrap_or_default()
    }

    /// The most memory that it ever had, in KiB.
    ///
    /// # Panics
    /// When it is not running, or the system does not tell.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let running = self.running.as_ref().expect("a running server");
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.child.id())).expect("its state");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// When it does not end, or is not running.
    pub fn stop(&mut self) -> Output {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Kills it as a crash would (SIGKILL).
    ///
    /// # Panics
    /// When it is not running.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        drop(self.wait());
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it is not running.
    pub fn signal(&self, signal: Signal) {
        let running = self.running.as_ref().expect("a running server");
        kill_process(Pid::from_child(&running.child), signal).expect("a signal reaches it");
    }

    /// The number of its process.
    ///
    /// # Panics
    /// When it is not running.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running.as_ref().expect("a running server").child.id()
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it does not, or is not running.
    pub fn wait(&mut self) -> Output {
        self.running.take().expect("a running server").end()
    }

    /// Starts it again on the same data and, because clients know it by that, the same address. Stops it first if it runs.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn restart(&mut self) {
        if self.running.is_some() {
            drop(self.stop());
        }
        let address = self.url.split("://").nth(1).unwrap_or_default().to_owned();
        let (running, url) = ready(self.builder.clone().env("ROBIN_LISTEN", &address).command());
        self.running = Some(running);
        self.url = url;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        if thread::panicking() {
            let log = running.stderr.text();
            let start = log.floor_char_boundary(log.len().saturating_sub(4000));
            // The test failed while this server ran: its log is the first thing to look at.
            drop(std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("--- log of {} ---\n{}\n", self.url, &log[start..]).as_bytes(),
            ));
        }
        drop(running.child.kill());
        drop(running.end());
    }
}

impl Builder {
    /// With a further environment variable, or another value of one; an empty value removes it.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On this cluster.
    #[must_use]
    pub fn on(self, cluster: &Openshift) -> Self {
        cluster.variables().into_iter().fold(self, |builder, (name, value)| builder.env(name, &value))
    }

    /// With a further argument.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Started by another program, which becomes it: the words come before the server's own.
    #[must_use]
    pub fn under(mut self, words: &[&str]) -> Self {
        self.under = words.iter().map(ToString::to_string).collect();
        self
    }

    /// The directory of its own that everything is in, also the data.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir().join("data")
    }

    /// The address of its database, once there is one: see [`Builder::prepared`].
    #[must_use]
    pub fn database_url(&self) -> String {
        let named = self.variables.iter().find(|(name, _)| name == "ROBIN_DATABASE_URL");
        let file = || format!("sqlite://{}", self.data_dir().join("robin.db").display());
        named.map_or_else(file, |(_, url)| url.clone())
    }

    /// A database for PostgreSQL, unless one is named already.
    pub async fn prepared(self) -> Self {
        let is_named = self.variables.iter().any(|(name, _)| name == "ROBIN_DATABASE_URL");
        match self.engine {
            Engine::Postgres if !is_named => {
                let url = Postgres::shared().database().await;
                self.env("ROBIN_DATABASE_URL", &url)
            }
            _ => self,
        }
    }

    /// Starts the server.
    ///
    /// # Panics
    /// When it does not get ready.
    pub async fn start(self) -> Server {
        let builder = self.prepared().await;
        let (running, url) = ready(builder.command());
        Server { builder, running: Some(running), url }
    }

    /// Runs the program to its end: with the name of an offline command, or to see why it does not start.
    ///
    /// # Panics
    /// When it has not ended after a minute.
    #[must_use]
    pub fn run(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command();
        command.args(args).stdin(Stdio::piped());
        let mut running = spawn(command);
        drop(running.child.stdin.take().map(|mut stdin| std::io::Write::write_all(&mut stdin, input.as_bytes())));
        running.end()
    }

    /// The bare command.
    #[must_use]
    pub fn command(&self) -> Command {
        let program = programs::path("robin-server");
        let mut command = match self.under.split_first() {
            Some((first, words)) => {
                let mut command = process::clean(Path::new(first));
                command.args(words).arg(program);
                command
            }
            None => process::clean(&program),
        };
        command
            .args(&self.args)
            .env("ROBIN_LISTEN", "127.0.0.1:0")
            .env("ROBIN_DATA_DIR", self.data_dir())
            .env("ROBIN_ADMIN_USERNAME", ADMIN)
            .env("ROBIN_ADMIN_PASSWORD", PASSWORD)
            .env("HOME", self.dir())
            .current_dir(self.dir())
            .stdin(Stdio::null());
        for (name, value) in &self.variables {
            if value.is_empty() {
                command.env_remove(name)
            } else {
                command.env(name, value)
            };
        }
        command
    }
}

/// Starts the program and waits for its greeting, which gives its address and ends with what to type next.
fn ready(command: Command) -> (Running, String) {
    let mut running = spawn(command);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let said = running.stdout.text();
        let url = said.lines().find_map(|line| line.split_once(" is ready on ")).map(|(_, url)| url.to_owned());
        if let Some(url) = url.filter(|_| said.contains("\nType next:")) {
            return (running, url);
        }
        let is_over = running.child.try_wait().expect("its state").is_some();
        if is_over || Instant::now() > deadline {
            drop(running.child.kill());
            panic!("the server does not start: {:?}", running.end());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn spawn(mut command: Command) -> Running {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
    let guard = Some(Guard::of(&child));
    let stdout = Reader::of(child.stdout.take().expect("its output"));
    let stderr = Reader::of(child.stderr.take().expect("its log"));
    Running { child, guard, stdout, stderr }
}

impl Running {
    fn end(mut self) -> Output {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                break status;
            }
            if Instant::now() > deadline {
                drop(self.child.kill());
                drop(self.child.wait());
                panic!("the server does not end: {}", self.stderr.text());
            }
            thread::sleep(Duration::from_millis(5));
        };
        drop(self.guard.take());
        let (stdout, stderr) = (self.stdout.rest(), self.stderr.rest());
        Output { stdout, stderr, code: status.code().unwrap_or(-1) }
    }
}

/// Keeps what comes out of a pipe.
#[derive(Debug)]
struct Reader {
    text: Arc<Mutex<String>>,
    thread: JoinHandle<()>,
}

impl Reader {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&text);
        let thread = thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let _ = writeln!(kept.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
            }
        });
        Self { text, thread }
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn rest(self) -> String {
        drop(self.thread.join());
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
