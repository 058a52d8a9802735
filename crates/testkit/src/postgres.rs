//! A real PostgreSQL server for the tests of one process.
//!
//! `ROBIN_TEST_POSTGRES` names the address of a server to use (`postgres://superuser@host:port/database`); without it one is
//! started on a free port of the loopback interface and ends with the process, however that ends.
//! `ROBIN_TEST_POSTGRES_FSYNC=1` makes it write through to the disk, as for measuring.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A PostgreSQL server.
pub struct Postgres {
    /// The address without a database.
    server: String,
    /// The database to give orders in.
    maintenance: String,
    /// The guard of a server started here: its standard input ends when this process does.
    _guard: Option<Child>,
}

static SHARED: OnceLock<Postgres> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

impl Postgres {
    /// The server of this process; the first call starts it.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(|| match env::var("ROBIN_TEST_POSTGRES") {
            Ok(url) => Self::at(&url),
            Err(_) => Self::start(),
        })
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Panics
    /// When the server can't be reached, or is not ready within 30 seconds.
    pub async fn database(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("robin_{}_{now}_{number}", std::process::id());
        let mut conn = self.connect().await;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await.expect("a new database");
        conn.close().await.expect("a clean end");
        format!("{}/{name}", self.server)
    }

    async fn connect(&self) -> PgConnection {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            match PgConnection::connect(&self.maintenance).await {
                Ok(conn) => return conn,
                Err(error) if Instant::now() > deadline => panic!("PostgreSQL is not ready: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn at(url: &str) -> Self {
        let slash = url.rfind('/').filter(|slash| !url[..*slash].ends_with('/'));
        let slash = slash.expect("ROBIN_TEST_POSTGRES is like postgres://postgres@127.0.0.1:5432/postgres");
        Self { server: url[..slash].to_owned(), maintenance: url.to_owned(), _guard: None }
    }

    fn start() -> Self {
        let programs = programs();
        let directory = tempfile::Builder::new().prefix("robin-postgres-").tempdir().expect("a directory").keep();
        if is_root() {
            // PostgreSQL refuses to run as root.
            fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("permissions");
            let owned = Command::new("chown").arg("postgres").arg(&directory).status();
            assert!(owned.is_ok_and(|status| status.success()), "there is no user `postgres` to run PostgreSQL as");
        }
        let data = directory.join("data");
        let made = as_postgres(&programs.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&directory)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));

        let port = free_port();
        let fsync = if env::var("ROBIN_TEST_POSTGRES_FSYNC").is_ok_and(|value| value == "1") { "on" } else { "off" };
        // The guard ends the server when its input ends, which is when this process does, even by a signal.
        let script = r#"
            "$1/postgres" -D "$2/data" -p "$3" -h 127.0.0.1 -k "" -c fsync="$4" -c synchronous_commit="$4" \
                -c full_page_writes="$4" -c max_connections=200 -c shared_buffers=32MB >"$2/log" 2>&1 </dev/null &
            read -r _
            kill -QUIT $!
            wait $!
            rm -rf "$2"
        "#;
        let guard = as_postgres(Path::new("/bin/sh"))
            .args(["-c", script, "sh"])
            .arg(&programs)
            .arg(&directory)
            .args([&port.to_string(), fsync])
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        await_port(port, &directory.join("log"));
        let server = format!("postgres://postgres@127.0.0.1:{port}");
        Self { maintenance: format!("{server}/postgres"), server, _guard: Some(guard) }
    }
}

/// Where `initdb` and `postgres` are: on the path, or where Debian puts them.
fn programs() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    places.extend(versions.into_iter().rev());
    let found = places.into_iter().find(|place| place.join("initdb").exists() && place.join("postgres").exists());
    found.expect("PostgreSQL is not installed: `apt-get install postgresql`, or set ROBIN_TEST_POSTGRES")
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// The program, run by a user that PostgreSQL accepts.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("its number").port()
}

/// Waits until somebody listens. That the server also answers is [`Postgres::connect`]'s business.
fn await_port(port: u16, log: &Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        let log = || fs::read_to_string(log).unwrap_or_default();
        assert!(Instant::now() < deadline, "PostgreSQL does not start: {}", log());
        thread::sleep(Duration::from_millis(20));
    }
}
