//! A real OpenLDAP server for one test.
//!
//! It runs on free ports of the loopback interface, with a directory of its own, and ends when it is dropped or when this
//! process ends, however that ends.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::certificates::{Authority, Certificate};

/// The directory that the reference lists.
pub const FORUMSYS: &str = include_str!("fixtures/forumsys.ldif");

/// Who may do anything in a directory of the tests, below its suffix, and the password.
pub const ROOT: (&str, &str) = ("cn=root", "rootpassword");

/// How a server is set up.
pub struct Setup {
    /// What is in the directory when it starts.
    pub ldif: String,
    /// The top of the directory.
    pub suffix: &'static str,
    /// Lines for the whole server, as in `sizelimit 500`.
    pub global: &'static str,
    /// Lines for the directory, as in `overlay memberof`.
    pub database: &'static str,
    /// The server's certificate: one for `localhost` and `127.0.0.1` signed by an authority of its own when there is none here.
    pub certificate: Option<Certificate>,
    /// Whether it offers TLS at all.
    pub tls: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            ldif: FORUMSYS.to_owned(),
            suffix: "dc=example,dc=com",
            global: "",
            database: "",
            certificate: None,
            tls: true,
        }
    }
}

/// A server that runs.
pub struct Slapd {
    /// The port for plain connections and StartTLS.
    pub port: u16,
    /// The port for TLS from the first byte.
    pub tls_port: u16,
    /// The certificate to trust, as PEM, unless the server was given one that another authority signed.
    pub ca_cert: String,
    suffix: &'static str,
    place: PathBuf,
    /// Ends the server when its input ends.
    guard: Child,
}

impl Slapd {
    /// The directory that the reference lists, as it is.
    ///
    /// # Panics
    /// When slapd is not installed or does not start.
    #[must_use]
    pub fn forumsys() -> Self {
        Self::start(&Setup::default())
    }

    /// A server that is set up like this.
    ///
    /// # Panics
    /// When slapd is not installed or does not start.
    #[must_use]
    pub fn start(setup: &Setup) -> Self {
        let program = program();
        let mut log = String::new();
        // Somebody else may take a port between its choice and its use.
        for _ in 0..3 {
            let server = Self::attempt(&program, setup);
            if server.is_up() {
                return server;
            }
            log = fs::read_to_string(server.place.join("log")).unwrap_or_default();
        }
        panic!("slapd does not start: {log}");
    }

    fn attempt(program: &Path, setup: &Setup) -> Self {
        let place = tempfile::Builder::new().prefix("robin-slapd-").tempdir().expect("a directory").keep();
        let authority = Authority::new("Robin's tests");
        let certificate = setup.certificate.clone().unwrap_or_else(|| authority.issue(&["localhost", "127.0.0.1"]));
        write_settings(setup, &place, &certificate);
        load(program, &place, &setup.ldif);
        let (port, tls_port) = free_ports();
        let plain = format!("ldap://127.0.0.1:{port}/");
        let addresses = if setup.tls { format!("{plain} ldaps://127.0.0.1:{tls_port}/") } else { plain };
        let guard = run(program, &place, &addresses);
        Self { port, tls_port, ca_cert: authority.pem(), suffix: setup.suffix, place, guard }
    }

    /// Adds entries.
    ///
    /// # Panics
    /// When the server does not take them.
    pub fn add(&self, ldif: &str) {
        self.tool("ldapadd", ldif);
    }

    /// Changes entries, as `ldapmodify` reads it.
    ///
    /// # Panics
    /// When the server does not do it.
    pub fn modify(&self, ldif: &str) {
        self.tool("ldapmodify", ldif);
    }

    /// Who may do anything here, and the password.
    #[must_use]
    pub fn root(&self) -> (String, &'static str) {
        (format!("{},{}", ROOT.0, self.suffix), ROOT.1)
    }

    fn tool(&self, name: &str, ldif: &str) {
        let mut command = Command::new(name);
        let address = format!("ldap://127.0.0.1:{}", self.port);
        let (root, password) = self.root();
        command.args(["-x", "-H", &address, "-D", &root, "-w", password]);
        drop(crate::process::run(command, ldif).ok());
    }

    fn is_up(&self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            // The file appears when all ports are taken.
            let runs = fs::read_to_string(self.place.join("pid")).is_ok_and(|pid| !pid.is_empty());
            if runs && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            if self.place.join("ended").exists() {
                return false;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        drop(self.guard.wait());
    }
}

fn write_settings(setup: &Setup, place: &Path, certificate: &Certificate) {
    let write = |name: &str, text: &str| fs::write(place.join(name), text).expect("a file");
    fs::create_dir(place.join("db")).expect("a directory");
    write("server.crt", &certificate.cert);
    write("server.key", &certificate.key);
    let here = place.display();
    let schemas = ["core", "cosine", "inetorgperson", "nis"];
    let schemas = schemas.map(|name| format!("include /etc/ldap/schema/{name}.schema\n")).concat();
    let tls = if setup.tls {
        format!("TLSCertificateFile {here}/server.crt\nTLSCertificateKeyFile {here}/server.key\n")
    } else {
        String::new()
    };
    let Setup { global, database, suffix, .. } = setup;
    let (root, password) = ROOT;
    write(
        "slapd.conf",
        &format!(
            "{schemas}modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\nmoduleload memberof\n\
             pidfile {here}/pid\n{tls}{global}\n\
             database mdb\nsuffix \"{suffix}\"\nrootdn \"{root},{suffix}\"\nrootpw {password}\ndirectory {here}/db\n\
             maxsize 1073741824\ndbnosync\nindex objectClass,uid,cn,sn,mail,member,uniqueMember,memberUid,entryUUID eq\n\
             access to attrs=userPassword by anonymous auth by * none\naccess to * by * read\n{database}\n"
        ),
    );
}

fn load(program: &Path, place: &Path, ldif: &str) {
    let mut command = Command::new(program);
    // The same program under another name: it goes by what it is called, or by this option.
    command.args(["-T", "add", "-q", "-f"]).arg(place.join("slapd.conf"));
    drop(crate::process::run(command, ldif).ok());
}

fn run(program: &Path, place: &Path, addresses: &str) -> Child {
    // The guard ends the server when its input ends, which is when this process does, even by a signal.
    let script = r#"
        { "$1" -d 0 -f "$2/slapd.conf" -h "$3" >"$2/log" 2>&1 </dev/null; : >"$2/ended"; } &
        read -r _
        kill "$(cat "$2/pid")"
        wait
        rm -rf "$2"
    "#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "sh"]).arg(program).arg(place).arg(addresses);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a shell")
}

/// Where `slapd` is: on the path, or where Debian puts it.
fn program() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(["/usr/sbin".into()]).map(|place| place.join("slapd"));
    let found = places.into_iter().find(|program| program.exists());
    found.expect("OpenLDAP is not installed: `apt-get install slapd ldap-utils`")
}

fn free_ports() -> (u16, u16) {
    let listeners = [0, 0].map(|port| TcpListener::bind(("127.0.0.1", port)).expect("a port"));
    let [port, tls_port] = listeners.map(|listener| listener.local_addr().expect("its number").port());
    (port, tls_port)
}
