//! A real Active Directory domain, served by Samba, for all tests of a run.
//!
//! To make a domain takes half a minute, so there is one for everybody: whoever comes first makes it while the others wait, and it
//! ends when nobody has used it for half a minute. Tests read it and log in to it; they change nothing. It listens on an address
//! of the loopback interface that is its own, because Active Directory has no ports but 389 and 636.

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::certificates::Authority;

/// What is in the domain.
const ENTRIES: &str = include_str!("fixtures/domain.ldif");

/// What fills it.
const FILL: &str = include_str!("fixtures/domain.py");

/// How many users the group `Big` has: `m0`, `m1` and so on, who have no passwords.
pub const BIG: usize = 3_000;

/// Who may read the domain, and the password.
pub const READER: (&str, &str) = ("svc-ldap", "Reader.Passw0rd");

/// The domain: `mydomain.com`, with the NetBIOS name `MYDOMAIN`.
pub struct Samba {
    /// The address on which it listens, on port 389 with StartTLS and on 636.
    pub address: Ipv4Addr,
    /// The certificate to trust, as PEM.
    pub ca_cert: String,
    /// Held while this process lives: whoever ends the domain waits for it.
    _in_use: File,
}

static SHARED: OnceLock<Samba> = OnceLock::new();

impl Samba {
    /// The domain of this run; the first call of the run makes it.
    ///
    /// # Panics
    /// When Samba is not installed, this is not root, or the domain does not start.
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(|| {
            let place = place();
            let mut options = File::options();
            let lock =
                options.create(true).append(true).mode(0o600).open(place.with_extension("lock")).expect("a lock");
            lock.lock().expect("the lock");
            if !is_up(&place) {
                make(&place);
            }
            lock.lock_shared().expect("the lock");
            let address = read_address(&place).expect("an address");
            let ca_cert = fs::read_to_string(place.join("tls/ca.crt")).expect("a certificate");
            Self { address, ca_cert, _in_use: lock }
        })
    }
}

impl Samba {
    /// Changes entries under the name of the domain's administrator, as `ldapmodify` reads it; what stands behind `password: ` becomes an
    /// entry's password. Others use the domain meanwhile: change what you have added.
    ///
    /// # Panics
    /// When the domain does not do it.
    pub fn modify(&self, ldif: &str) {
        let mut command = Command::new("ldapmodify");
        command.env("LDAPTLS_CACERT", place().join("tls/ca.crt"));
        command.args(["-x", "-H", &format!("ldaps://{}", self.address)]);
        command.args(["-D", "Administrator@mydomain.com", "-w", "Adm1n.Passw0rd"]);
        done(command, &with_passwords(ldif));
    }
}

/// Where the domain is: a place that is the same for all who want this very domain.
fn place() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (ENTRIES, FILL, BIG).hash(&mut hasher);
    env::temp_dir().join(format!("robin-samba-{:016x}", hasher.finish()))
}

fn read_address(place: &Path) -> Option<Ipv4Addr> {
    fs::read_to_string(place.join("address")).ok()?.parse().ok()
}

/// Whether the domain was made and answers.
fn is_up(place: &Path) -> bool {
    let answers = |address: Ipv4Addr| {
        TcpStream::connect_timeout(&SocketAddr::from((address, 636)), Duration::from_secs(1)).is_ok()
    };
    place.join("ready").exists() && read_address(place).is_some_and(answers)
}

fn make(place: &Path) {
    for program in ["samba", "samba-tool"] {
        assert!(
            [format!("/usr/sbin/{program}"), format!("/usr/bin/{program}")].iter().any(|path| Path::new(path).exists()),
            "Samba is not installed: `apt-get install samba samba-ad-dc samba-ad-provision samba-dsdb-modules \
             samba-vfs-modules python3-samba`"
        );
    }
    assert!(rustix::process::geteuid().is_root(), "a domain needs the ports 389 and 636: run these tests as root");
    let _ = fs::remove_dir_all(place);
    for directory in ["etc", "tls", "run", "log"] {
        fs::create_dir_all(place.join(directory)).expect("a directory");
    }
    fs::set_permissions(place, fs::Permissions::from_mode(0o700)).expect("permissions");
    let address = free_address();
    let settings = place.join("etc/smb.conf");
    fs::write(&settings, "").expect("a file");
    provision(place, &settings, address);
    certify(place, address);
    fs::write(&settings, text_of_settings(place, address)).expect("a file");
    fill(place, &settings);
    start(place, &settings, address);
    fs::write(place.join("address"), address.to_string()).expect("a file");
    fs::write(place.join("ready"), "").expect("a file");
}

/// An address on which nobody listens.
fn free_address() -> Ipv4Addr {
    let mut hasher = DefaultHasher::new();
    (std::process::id(), Instant::now().elapsed(), thread::current().id()).hash(&mut hasher);
    let [a, b, ..] = hasher.finish().to_le_bytes();
    Ipv4Addr::new(127, 77, a, b.clamp(1, 254))
}

fn provision(place: &Path, settings: &Path, address: Ipv4Addr) {
    let mut command = Command::new("samba-tool");
    command.args(["domain", "provision", "--server-role=dc", "--realm=MYDOMAIN.COM", "--domain=MYDOMAIN"]);
    command.args(["--host-name=dc1", "--adminpass=Adm1n.Passw0rd", "--dns-backend=NONE"]);
    command.arg(format!("--configfile={}", settings.display())).arg(format!("--targetdir={}", place.display()));
    command.arg(format!("--host-ip={address}")).arg(format!("--option=interfaces={address}/8"));
    command.arg("--option=bind interfaces only=yes");
    command.arg(format!("--option=posix:eadb={}/private/eadb.tdb", place.display()));
    done(command, "");
}

fn certify(place: &Path, address: Ipv4Addr) {
    let authority = Authority::new("Robin's tests, Active Directory");
    let certificate = authority.issue(&["dc1.mydomain.com", "localhost", &address.to_string()]);
    let tls = place.join("tls");
    fs::write(tls.join("ca.crt"), authority.pem()).expect("a file");
    fs::write(tls.join("server.crt"), certificate.cert).expect("a file");
    fs::write(tls.join("server.key"), certificate.key).expect("a file");
    fs::set_permissions(tls.join("server.key"), fs::Permissions::from_mode(0o600)).expect("permissions");
}

fn text_of_settings(place: &Path, address: Ipv4Addr) -> String {
    let here = place.display();
    format!(
        "[global]\n\
         netbios name = DC1\nrealm = MYDOMAIN.COM\nworkgroup = MYDOMAIN\n\
         server role = active directory domain controller\nserver services = ldap\n\
         interfaces = {address}/8\nbind interfaces only = yes\n\
         lock directory = {here}\nstate directory = {here}/state\ncache directory = {here}/cache\n\
         private dir = {here}/private\npid directory = {here}/run\nncalrpc dir = {here}/run/ncalrpc\n\
         ntp signd socket directory = {here}/run/ntp\nwinbindd socket directory = {here}/run/winbindd\n\
         nsupdate command = /bin/true\nlog file = {here}/log/samba.log\nposix:eadb = {here}/private/eadb.tdb\n\
         tls enabled = yes\ntls keyfile = {here}/tls/server.key\ntls certfile = {here}/tls/server.crt\n\
         tls cafile = {here}/tls/ca.crt\n"
    )
}

fn fill(place: &Path, settings: &Path) {
    let database = place.join("private/sam.ldb");
    let mut command = Command::new("samba-tool");
    // A lock holds for longer than a run, and takes more wrong passwords than the tests try.
    command.args(["domain", "passwordsettings", "set", "--account-lockout-threshold=50"]);
    command.args(["--account-lockout-duration=10000", "--reset-account-lockout-after=10000"]);
    command.arg(format!("--configfile={}", settings.display())).arg("-H").arg(&database);
    done(command, "");
    // Debian's own Python has Samba's modules; another on the path has not.
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-c", FILL]).arg(settings).arg(&database);
    done(command, &entries());
}

/// The entries, with the group of many.
fn entries() -> String {
    let mut ldif = with_passwords(ENTRIES);
    let many = "OU=Many,DC=mydomain,DC=com";
    let mut group = "\ndn: CN=Big,OU=Staff,DC=mydomain,DC=com\nobjectClass: group\nsAMAccountName: Big\n".to_owned();
    for nth in 0..BIG {
        let _ = write!(
            ldif,
            "\ndn: CN=m{nth},{many}\nobjectClass: user\nsAMAccountName: m{nth}\nuserAccountControl: 546\n"
        );
        let _ = writeln!(group, "member: CN=m{nth},{many}");
    }
    ldif + &group
}

/// The same with passwords as the domain takes them, and without comments.
fn with_passwords(entries: &str) -> String {
    let mut ldif = String::new();
    for line in entries.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("password: ") {
            Some(password) => {
                let quoted: Vec<u8> = format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
                let _ = writeln!(ldif, "unicodePwd:: {}", STANDARD.encode(quoted));
            }
            None => {
                let _ = writeln!(ldif, "{line}");
            }
        }
    }
    ldif
}

/// Starts the domain, and what ends it: a process that looks every five seconds whether anybody holds the lock.
fn start(place: &Path, settings: &Path, address: Ipv4Addr) {
    let script = r#"
        /usr/sbin/samba -F --no-process-group -s "$2" </dev/null >"$1/log/out" 2>&1 &
        samba=$!
        exec 9>>"$3"
        idle=0
        while [ "$idle" -lt 6 ] && kill -0 "$samba" 2>/dev/null && [ -d "$1" ]; do
            sleep 5
            if flock -n -x 9; then idle=$((idle + 1)); flock -u 9; else idle=0; fi
        done
        # Whoever comes now waits until all is gone, and makes a new one.
        flock -x 9
        rm -f "$1/ready"
        kill "$samba"
        wait "$samba"
        rm -rf "$1" || { sleep 2; rm -rf "$1"; }
    "#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "sh"]).arg(place).arg(settings).arg(place.with_extension("lock"));
    // Of its own session: a test runner waits for, or kills, whatever belongs to a test.
    let mut session = Command::new("setsid");
    session.arg(command.get_program()).args(command.get_args());
    session.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    drop(session.spawn().expect("setsid"));
    let deadline = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect((address, 636)).is_err() {
        let log = || fs::read_to_string(place.join("log/out")).unwrap_or_default();
        assert!(Instant::now() < deadline, "Samba does not start: {}", log());
        thread::sleep(Duration::from_millis(100));
    }
}

/// Runs a program that must succeed.
fn done(command: Command, input: &str) {
    drop(crate::process::run(command, input).ok());
}
