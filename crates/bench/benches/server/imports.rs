//! Fifty thousand people of a directory: read and understood, and imported while others ask for decisions. Beside it, `ldapsearch`
//! reads the same entries in pages of the same size, and writes them to nowhere.

use std::{
    fmt::Write,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use robin_bench::{
    contest::median,
    load, process,
    report::{Goal, Report, Unit},
};
use robin_identity::ldap::{Directory, Query};
use robin_model::{
    Secret,
    directory::{Attributes, ServerSettings, ServerType, Timeouts, Transport},
};
use robin_testkit::slapd::{Setup, Slapd};
use serde_json::{Value, json};

use crate::stage::Stage;

const PEOPLE: usize = 50_000;
const DECISIONS: u32 = 200;

/// How often all are read, and how often they are imported, each time by a new server.
const READINGS: usize = 7;
const IMPORTS: usize = 3;

const BASE: &str = "dc=example,dc=com";
const FILTER: &str = "(|(objectClass=posixAccount)(objectClass=inetOrgPerson)(objectClass=organizationalPerson))";
/// What Robin asks for.
const ATTRIBUTES: [&str; 14] = [
    "objectClass",
    "entryDN",
    "entryUUID",
    "uid",
    "cn",
    "emailAddress",
    "sn",
    "givenName",
    "userPrincipalName",
    "displayName",
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "pwdAccountLockedTime",
    "nsAccountLock",
];

pub fn measure(report: &mut Report) {
    let slapd = Slapd::start(&Setup { ldif: everybody(), global: "sortvals member", ..Setup::default() });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = directory(&slapd);
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..READINGS {
        theirs.push(ldapsearch(&slapd));
        ours.push(runtime.block_on(read(&directory)));
    }
    let theirs = median(theirs);
    let imports: Vec<Import> = (0..IMPORTS).map(|_| import(&slapd)).collect();
    let of = |value: fn(&Import) -> f64| median(imports.iter().map(value).collect());

    let beside = ("ldapsearch, in pages of 500", theirs);
    report.compare("50,000 people, read and understood", Unit::Time, median(ours), beside, Goal::AtMost(2.0));
    report.compare("the same as a group, imported", Unit::Time, of(|one| one.taken), beside, Goal::AtMost(5.0));
    let bound = ("at most", 0.02);
    report.compare("decisions meanwhile, 99th percentile", Unit::Time, of(|one| one.p99), bound, Goal::AtMost(1.0));
    let bound = ("at most", 128.0 * 1024.0 * 1024.0);
    report.compare("the server, more memory meanwhile", Unit::Bytes, of(|one| one.grown), bound, Goal::AtMost(1.0));
}

/// The people, and a group of them all.
fn everybody() -> String {
    let mut ldif = format!("dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n");
    let mut group = format!("\ndn: cn=everybody,{BASE}\nobjectClass: groupOfNames\ncn: everybody\n");
    for n in 0..PEOPLE {
        write!(
            ldif,
            "\ndn: uid=person{n},{BASE}\nobjectClass: inetOrgPerson\nuid: person{n}\ncn: Person Number {n}\nsn: Number {n}\n\
             givenName: Person\ndisplayName: Person N. {n}\nmail: person{n}@example.com\n"
        )
        .unwrap();
        writeln!(group, "member: uid=person{n},{BASE}").unwrap();
    }
    ldif.push_str(&group);
    ldif
}

fn ldapsearch(slapd: &Slapd) -> f64 {
    let (root, password) = slapd.root();
    let address = format!("ldap://127.0.0.1:{}", slapd.port);
    let begun = Instant::now();
    let status = Command::new("ldapsearch")
        .args([
            "-x",
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-E",
            "pr=500/noprompt",
            "-H",
            &address,
            "-D",
            &root,
            "-w",
            password,
        ])
        .args(["-b", BASE, FILTER])
        .args(ATTRIBUTES)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    begun.elapsed().as_secs_f64()
}

fn directory(slapd: &Slapd) -> Directory {
    let (root, password) = slapd.root();
    let settings = ServerSettings {
        name: "ldap1".parse().unwrap(),
        server_type: ServerType::OpenLdap,
        hosts: "127.0.0.1".parse().unwrap(),
        port: slapd.port,
        transport: Transport::None,
        ca_cert: None,
        username: root,
        search_base: BASE.parse().unwrap(),
        user_base: None,
        group_base: None,
        netbios: None,
        create_on_login: false,
        timeouts: Timeouts::default(),
    };
    Directory::new(&settings, Secret::new(password.to_owned()), &Attributes::default()).unwrap()
}

async fn read(directory: &Directory) -> f64 {
    let begun = Instant::now();
    let (people, partial) = directory.users(Query::default()).all().await.unwrap();
    let taken = begun.elapsed().as_secs_f64();
    assert_eq!((people.len(), partial), (PEOPLE, None));
    taken
}

/// What an import came to.
struct Import {
    taken: f64,
    p99: f64,
    grown: f64,
}

/// Imports them all on a new server, while decisions are asked for.
fn import(slapd: &Slapd) -> Import {
    let stage = Stage::with_users(10);
    let token = stage.token();
    let (root, password) = slapd.root();
    let server = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": BASE,
    });
    let api = stage.server.api();
    stage.runtime.block_on(api.ok("POST", "ldap-servers", &token, server));
    let subject = json!({ "type": "user", "id": robin_testkit::ADMIN });
    let question =
        json!({ "subject": subject, "action": { "name": "view" }, "resource": { "type": "USER", "id": "*" } });
    let decision = stage.request("POST", "/access/v1/evaluation", &token, &question.to_string());
    let asking = Asking::begin(&stage, decision);
    let before = process::memory(stage.server.process()).resident;
    process::forget_peak(stage.server.process());

    let group = json!({
        "action": "import", "ldap_server": "ldap1", "group_name": "everybody", "tenant": "crew", "tenant_role": "user",
    });
    let begun = Instant::now();
    let imported: Value = stage.runtime.block_on(api.ok("PUT", "ldap-groups", &token, group));
    let seconds = begun.elapsed().as_secs_f64();
    let peak = process::memory(stage.server.process()).peak;
    let added = imported.pointer("/report/added").and_then(Value::as_array).unwrap();
    assert_eq!(added.len(), PEOPLE);
    Import { taken: seconds, p99: asking.end(), grown: peak - before }
}

/// Decisions asked for at a steady rate, second by second, until it is enough.
struct Asking {
    is_enough: Arc<AtomicBool>,
    thread: thread::JoinHandle<Vec<f64>>,
}

impl Asking {
    fn begin(stage: &Stage, decision: Vec<u8>) -> Self {
        let (is_enough, address) = (Arc::new(AtomicBool::new(false)), stage.address());
        let enough = Arc::clone(&is_enough);
        let asking = move || {
            let mut latencies = Vec::new();
            while !enough.load(Ordering::Relaxed) {
                let second = load::open(address, decision.clone(), DECISIONS, Duration::from_secs(1));
                latencies.extend(second.join().unwrap().latencies);
            }
            latencies
        };
        Self { is_enough, thread: thread::spawn(asking) }
    }

    /// The 99th percentile of what they took.
    fn end(self) -> f64 {
        self.is_enough.store(true, Ordering::Relaxed);
        let mut latencies = self.thread.join().unwrap();
        latencies.sort_by(f64::total_cmp);
        latencies.get(latencies.len() * 99 / 100).copied().unwrap()
    }
}
