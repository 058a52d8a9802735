//! A disk that is full or read-only: what would write is refused and leaves nothing behind, what reads goes on, and all goes on
//! when there is space again.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use robin_testkit::{ADMIN, Api, Engine, PASSWORD, Server, database, server::Builder};
use serde_json::{Value, json};

use crate::bad_input::{databases::does_not_start, refusal};

/// More writes than fit into what is left of a full disk.
const MANY: usize = 3000;

/// A server with somebody who may nothing, and the tokens of both.
struct Before {
    admin: String,
    user: String,
}

async fn settled(api: &Api) -> Before {
    let admin = api.login(ADMIN, PASSWORD, "").await;
    let place = json!({ "tenant": "Administrators", "tenant_role": "user", "user_capabilities": ["NoCapabilities"] });
    let info = json!({ "username": "ada", "authentication_type": 1, "password": PASSWORD, "tenant_list": [place] });
    api.ok("POST", "users", &admin, json!({ "user_info": info })).await;
    let user = api.login("ada", PASSWORD, "").await;
    Before { admin, user }
}

/// Writes until something is refused, and then everything that writes, and everything that does not. Gives what was written.
async fn writes_fail_closed_and_reads_go_on(api: &Api, before: &Before) -> Vec<String> {
    let Before { admin, user } = before;
    let mut written = Vec::new();
    let refused = loop {
        let name = format!("tenant-{}", written.len());
        let answer = api.send("POST", "tenants", admin, json!({ "name": name })).await;
        if answer.status != 200 {
            break answer;
        }
        written.push(name);
        assert!(written.len() < MANY, "nothing is refused");
    };
    refusal::expect(&refused, 503, "the database is unavailable");
    let place = json!({ "tenant": "Administrators", "tenant_role": "user" });
    let info = json!({ "username": "lost", "authentication_type": 1, "password": PASSWORD, "tenant_list": [place] });
    for (method, path, token, body) in [
        ("POST", "users", admin.as_str(), json!({ "user_info": info })),
        ("PUT", "users/ada", admin, json!({ "action": "disable" })),
        ("DELETE", "users/ada", admin, Value::Null),
        ("PUT", "config", admin, json!({ "action": "update", "name": "password.min_length", "value": "12" })),
        (
            "POST",
            "user-capabilities",
            admin,
            json!({ "name": "Lost", "tenant_roles": "user", "capability_entries": [["USER", "view"]] }),
        ),
        ("POST", "login", "", json!({ "username": ADMIN, "password": PASSWORD })),
        ("DELETE", "login", admin, Value::Null),
    ] {
        let answer = api.send(method, path, token, body).await;
        refusal::expect(&answer, 503, "the database is unavailable");
        assert!(!answer.header("retry-after").is_empty(), "{method} {path}: {answer:?}");
    }
    for path in ["login", "users", "tenants", "user-capabilities", "config", "user-audit", "sessions", "/readyz"] {
        assert_eq!(api.send("GET", path, admin, Value::Null).await.status, 200, "{path} goes on");
    }
    // Decisions are made, also where there is no space to record a refusal.
    assert_eq!(api.send("GET", "login", user, Value::Null).await.status, 200);
    assert_eq!(api.send("GET", "users", user, Value::Null).await.status, 403);
    assert_eq!(api.send("POST", "tenants", user, json!({ "name": "theirs" })).await.status, 403);
    written
}

/// Without a restart all goes on, and of what was refused nothing is there.
async fn all_goes_on(server: &Server, before: &Before, written: &[String]) {
    let (api, admin) = (server.api(), before.admin.as_str());
    for (method, path) in [("GET", "users/lost"), ("DELETE", "user-capabilities/Lost")] {
        assert_eq!(api.send(method, path, admin, Value::Null).await.status, 404, "{path}");
    }
    assert_eq!(api.send("GET", "login", &before.user, Value::Null).await.status, 200, "nobody was disabled");
    let kept = api.ok("GET", "config", admin, Value::Null).await.to_string();
    assert!(kept.contains(r#""value":"8""#) || kept.contains(r#""value":8"#), "{kept}");
    let tenants = api.ok("GET", "tenants", admin, Value::Null).await;
    let mut names: Vec<&str> =
        tenants["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    names.retain(|name| *name != "Administrators");
    assert_eq!(names, written, "what was acknowledged, and no more");
    api.ok("POST", "tenants", admin, json!({ "name": format!("tenant-{}", written.len()) })).await;
    let again = api.login(ADMIN, PASSWORD, "").await;
    api.ok("DELETE", "login", &again, Value::Null).await;
    assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
}

/// Fills a SQLite server's disk, and makes space again.
enum Disk {
    /// A small one of its own, in the directory that the process sees it in.
    Small(PathBuf),
    /// Where no disk can be had: a limit of the process that lets it write no file any more.
    Limited(u32),
}

impl Disk {
    /// How to start a server on a disk that can be filled.
    fn beneath(how: Builder) -> Builder {
        const SMALL: [&str; 4] = ["unshare", "--map-root-user", "--mount", "--"];
        let mount = r#"mkdir -p "$ROBIN_DATA_DIR" && mount -t tmpfs -o size=8m,mode=0700 none "$ROBIN_DATA_DIR" && exec "$0" "$@""#;
        let mut may = Command::new(SMALL[0]);
        let may = may.args(&SMALL[1..]).args(["mount", "-t", "tmpfs", "none", "/mnt"]).stderr(Stdio::null()).status();
        if may.is_ok_and(|status| status.success()) {
            return how.under(&[&SMALL[..], &["sh", "-c", mount]].concat());
        }
        Self::limited(how)
    }

    /// How to start a server that a limit to its files does not end.
    fn limited(how: Builder) -> Builder {
        how.under(&["sh", "-c", r#"trap '' XFSZ; exec "$0" "$@""#])
    }

    fn of(server: &Server) -> Self {
        let seen = PathBuf::from(format!("/proc/{}/root{}", server.pid(), server.data_dir().display()));
        if server.data_dir().join("robin.db").exists() { Self::Limited(server.pid()) } else { Self::Small(seen) }
    }

    fn fill(&self) {
        match self {
            Self::Small(directory) => {
                let full = fs::write(directory.join("filler"), vec![0; 64 << 20]).unwrap_err();
                assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
            }
            Self::Limited(process) => limit(*process, "0:"),
        }
    }

    fn free(&self) {
        match self {
            Self::Small(directory) => fs::remove_file(directory.join("filler")).unwrap(),
            Self::Limited(process) => limit(*process, "unlimited:"),
        }
    }
}

fn limit(process: u32, bytes: &str) {
    let mut prlimit = Command::new("prlimit");
    let done = prlimit.args(["--pid", &process.to_string(), &format!("--fsize={bytes}")]).status();
    assert!(done.is_ok_and(|status| status.success()), "prlimit is installed: `apt-get install util-linux`");
}

async fn filled(how: Builder) {
    let server = how.start().await;
    let disk = Disk::of(&server);
    let before = settled(&server.api()).await;
    for _ in 0..2 {
        disk.fill();
        let written = writes_fail_closed_and_reads_go_on(&server.api(), &before).await;
        disk.free();
        all_goes_on(&server, &before, &written).await;
        for name in [written.as_slice(), &[format!("tenant-{}", written.len())]].concat() {
            server.api().ok("DELETE", &format!("tenants/{name}"), &before.admin, Value::Null).await;
        }
    }
}

#[tokio::test]
async fn rel_02_a_full_disk_refuses_writes_alone() {
    filled(Disk::beneath(Server::builder(Engine::Sqlite))).await;
}

#[tokio::test]
async fn rel_02_files_that_can_not_grow_refuse_writes_alone() {
    filled(Disk::limited(Server::builder(Engine::Sqlite))).await;
}

#[tokio::test]
async fn rel_02_a_read_only_postgres_refuses_writes_alone() {
    let server = Server::start(Engine::Postgres).await;
    let before = settled(&server.api()).await;
    let url = server.how().database_url();
    database::alter(&url, "SET default_transaction_read_only = on").await;
    let written = writes_fail_closed_and_reads_go_on(&server.api(), &before).await;
    assert_eq!(written.len(), 0);
    database::alter(&url, "RESET default_transaction_read_only").await;
    all_goes_on(&server, &before, &written).await;
}

#[tokio::test]
async fn rel_02_a_postgres_whose_disk_is_full_refuses_writes_alone() {
    let server = Server::start(Engine::Postgres).await;
    let before = settled(&server.api()).await;
    let url = server.how().database_url();
    // The last thing that every change writes finds no more space.
    let function = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
                    $$BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$";
    database::execute(&url, function).await;
    let trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON audit EXECUTE FUNCTION full_disk()";
    database::execute(&url, trigger).await;
    let written = writes_fail_closed_and_reads_go_on(&server.api(), &before).await;
    database::execute(&url, "DROP TRIGGER full_disk ON audit").await;
    all_goes_on(&server, &before, &written).await;
}

#[tokio::test]
async fn rel_02_a_server_does_not_start_on_a_read_only_disk() {
    let mut server = Server::start(Engine::Sqlite).await;
    server.stop();
    let data = server.data_dir();
    // Root writes everywhere: then the server is started as somebody else.
    let somebody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    let mut may = Command::new(somebody[0]);
    let is_root = may.args(&somebody[1..]).arg("true").stderr(Stdio::null()).status().is_ok_and(|done| done.success());
    let mut how = server.how();
    if is_root {
        let given = Command::new("chown").args(["-R", "65534:65534"]).arg(how.dir()).status();
        assert!(given.is_ok_and(|done| done.success()));
        how = how.under(&somebody);
    }
    let set = |mode: u32, file: u32| {
        for entry in fs::read_dir(&data).unwrap() {
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(file)).unwrap();
        }
        fs::set_permissions(&data, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o500, 0o400);
    let before = fs::read(data.join("robin.db")).unwrap();
    does_not_start(&how, "read-only");
    assert!(fs::read(data.join("robin.db")).unwrap() == before);
    set(0o700, 0o600);
    let again = how.start().await;
    again.api().login(ADMIN, PASSWORD, "").await;
}
