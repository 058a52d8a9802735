//! Databases and backups of other versions of the program.
//!
//! `fixtures` has for each version of the schema a populated database of each engine, a backup, and what was to be seen of them
//! then. A migration is not complete without a fixture of the version that it leads to: write a missing one by
//! `UPDATE_GOLDEN=1 tests/run -p robin-tests rel_04`, and never change an old one.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use robin_testkit::{ADMIN, Api, Engine, PASSWORD, Server, database, server::Builder, slapd::Slapd};
use serde_json::{Value, json};

use crate::bad_input::databases::does_not_start;

/// The secret key of all fixtures.
const SECRET_KEY: &str = "Zml4dHVyZXMgYXJlIG5vIHNlY3JldCB0byBhbnlib2Q=";
/// The password of everybody in them but the administrator.
const THEIRS: &str = "quiet-otter-42";
/// What is looked at.
const LISTS: [&str; 15] = [
    "users",
    "users?disabled=true",
    "tenants",
    "namespaces",
    "objects",
    "object-shares",
    "user-capabilities?capability_group=Custom",
    "config",
    "ldap-servers",
    "ldap-attributes",
    "directory-mappings",
    "access-tokens",
    "service-accounts",
    "user-certs",
    "user-audit",
];

fn directory(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reliability/fixtures").join(format!("{version:04}"))
}

/// The versions that there are migrations for.
fn versions() -> Vec<u32> {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/storage-sql/migrations/sqlite");
    let number = |entry: fs::DirEntry| entry.file_name().to_str().and_then(|name| name.split('_').next()?.parse().ok());
    let mut versions: Vec<u32> = fs::read_dir(migrations).unwrap().filter_map(|entry| number(entry.unwrap())).collect();
    versions.sort_unstable();
    versions
}

fn builder(engine: Engine) -> Builder {
    let how = Server::builder(engine).env("ROBIN_SECRET_KEY", SECRET_KEY);
    how.env("ROBIN_PUBLIC_URL", "https://robin.example.com")
}

/// Everything that a database of today holds, made by calls.
async fn populate(api: &Api) -> Value {
    let admin = api.login(ADMIN, PASSWORD, "").await;
    let order = async |method: &str, path: &str, body: Value| api.ok(method, path, &admin, body).await;
    for name in ["dev", "ops", "gone"] {
        order("POST", "tenants", json!({ "name": name, "description": format!("The tenant \"{name}\" ÄÖ🦀") })).await;
    }
    order("DELETE", "tenants/gone", Value::Null).await;
    let providers = ["ViewUsers"];
    let roles = ["tenantadmin"];
    let looker = json!({ "name": "Looker", "description": "Looks", "tenant_roles": roles, "providers": providers });
    order("POST", "user-capabilities", looker).await;
    for (name, tenants) in [("ada", &["dev", "ops"][..]), ("ben", &["dev"]), ("cy", &["ops"]), ("dee", &["ops"])] {
        let place =
            |tenant: &&str| json!({ "tenant": tenant, "tenant_role": "tenantadmin", "user_capabilities": ["Looker"] });
        let places: Vec<Value> = tenants.iter().map(place).collect();
        let info = json!({
            "username": name, "authentication_type": 1, "password": THEIRS, "tenant_list": places,
            "first_name": format!("{name} O'Ä"), "email": format!("{name}@example.com"),
        });
        order("POST", "users", json!({ "user_info": info })).await;
    }
    order("PUT", "users/cy", json!({ "action": "disable" })).await;
    order("DELETE", "users/dee", Value::Null).await;
    order("POST", "namespaces", json!({ "name": "extra", "tenant": "dev", "username": "ben" })).await;
    let bundle =
        json!({ "type": "BUNDLE", "id": "a/b%2F ~", "tenant": "dev", "owner": "ben", "attributes": { "Ä": [1] } });
    order("POST", "objects", bundle).await;
    order("POST", "objects", json!({ "type": "NODE", "id": "n1" })).await;
    for with in [json!({ "tenant": "ops" }), json!({ "tenant": "dev", "expires_at": "2999-01-01T00:00:00Z" })] {
        let mut share = json!({ "object_type": "BUNDLE", "object_id": "a/b%2F ~", "operations": "view" });
        share.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        order("POST", "object-shares", share).await;
    }
    order("PUT", "namespaces/extra", json!({ "action": "share", "username": "ada" })).await;
    order("PUT", "config", json!({ "action": "update", "name": "password.min_length", "value": "9" })).await;
    let slapd = Slapd::forumsys();
    let secure = json!({
        "name": "ldap1", "hostname": "127.0.0.1,localhost", "port": slapd.tls_port, "server_type": "ACTIVE_DIRECTORY",
        "username": slapd.root().0, "password": slapd.root().1, "search_base": "example.com", "netbios": "EXAMPLE",
        "tls": "ldaps", "ca_cert": slapd.ca_cert, "answer_timeout": 7, "user_base": "example.com",
    });
    order("POST", "ldap-servers", secure).await;
    let members =
        json!({ "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members", "value": "a,b" });
    order("POST", "ldap-attributes", members).await;
    let plain = json!({
        "name": "ldap2", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": slapd.root().0,
        "password": slapd.root().1, "search_base": "dc=example,dc=com",
    });
    order("POST", "ldap-servers", plain).await;
    let mapping =
        json!({ "ldap_server_name": "ldap2", "group_name": "Chemists", "tenant": "dev", "tenant_role": "user" });
    order("POST", "directory-mappings", mapping).await;
    let grants = json!([{ "resources": "NODE", "functions": "view", "entities": "n1" }]);
    order("POST", "access-tokens", json!({ "name": "ci \"Ä\"", "grants": grants })).await;
    order("POST", "service-accounts", json!({ "name": "builder", "tenant": "dev", "tenant_role": "user" })).await;
    api.login("ada", THEIRS, "ops").await;
    look(api, &admin).await
}

async fn look(api: &Api, token: &str) -> Value {
    let mut seen = serde_json::Map::new();
    for path in LISTS {
        let mut items = api.ok("GET", path, token, Value::Null).await["items"].clone();
        for item in items.as_array_mut().unwrap() {
            let fields = item.as_object_mut().unwrap();
            // What the program says of its own accord.
            fields.retain(|name, _| path != "config" || name == "name" || name == "value");
        }
        seen.insert(path.to_owned(), items);
    }
    Value::Object(seen)
}

/// Asserts that everything that was seen is to be seen: later versions may show more.
fn holds(was: &Value, is: &Value, place: &str) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (name, value) in was {
                holds(value, is.get(name).unwrap_or(&Value::Null), &format!("{place}.{name}"));
            }
        }
        (Value::Array(was), Value::Array(is)) if was.iter().all(Value::is_object) => {
            let id = |value: &Value| {
                ["id", "name", "username", "server_type", "object_type", "attribute_name"]
                    .map(|name| value[name].clone())
            };
            for value in was {
                let found = is.iter().find(|other| id(other) == id(value));
                holds(value, found.unwrap_or_else(|| panic!("{place} has lost {value}")), place);
            }
        }
        _ => assert_eq!(was, is, "{place}"),
    }
}

/// Asserts that what a fixture holds is there, and that its people can go on.
async fn works(how: Builder, seen: &Value) {
    let server = how.start().await;
    let api = server.api();
    let admin = api.login(ADMIN, PASSWORD, "").await;
    holds(seen, &look(&api, &admin).await, "");
    let ada = api.login("ada", THEIRS, "").await;
    let whoami = api.ok("GET", "login", &ada, Value::Null).await;
    assert_eq!((&whoami["tenant"], &whoami["role"]), (&json!("ops"), &json!("tenantadmin")));
    assert_eq!(api.send("GET", "users", &ada, Value::Null).await.status, 200);
    assert_eq!(api.send("GET", "namespaces", &ada, Value::Null).await.status, 403);
    let cy = json!({ "username": "cy", "password": THEIRS });
    assert_eq!(api.send("POST", "login", "", cy).await.status, 401, "still disabled");
    // What was removed leaves its name, and never its number.
    let info = json!({ "username": "dee", "authentication_type": 1, "password": THEIRS, "tenant_list": [
        { "tenant": "dev", "tenant_role": "user" },
    ] });
    api.ok("POST", "users", &admin, json!({ "user_info": info })).await;
    // Service accounts take numbers of the same row.
    let programs = seen["service-accounts"].as_array().map_or(0, Vec::len);
    assert_eq!(api.ok("GET", "users/dee", &admin, Value::Null).await["user_id"], json!(8 + programs));
    api.ok("POST", "tenants", &admin, json!({ "name": "gone" })).await;
    api.ok("DELETE", "namespaces/extra", &admin, Value::Null).await;
    api.ok("DELETE", "users/ben", &admin, Value::Null).await;
    for server in seen["ldap-servers"].as_array().into_iter().flatten() {
        let one = format!("ldap-servers/{}", server["name"].as_str().unwrap());
        // The password can be opened, and the directory is no more.
        refused_connection(&api.send("PUT", &one, &admin, json!({ "action": "test" })).await.text);
    }
    let again = server.how().run(&["backup", "after"], "").ok();
    assert!(again.contains("copied"), "{again}");
}

#[track_caller]
fn refused_connection(answer: &str) {
    assert!(answer.contains("can't be read: `127.0.0.1`: connection refused"), "{answer}");
}

fn sqlite3(file: &Path, order: Option<&str>, script: Option<&Path>) -> String {
    let mut command = Command::new("sqlite3");
    command.arg("-bail").arg(file).args(order).stdin(Stdio::null());
    if let Some(script) = script {
        command.stdin(fs::File::open(script).unwrap());
    }
    let output = command.output().expect("sqlite3 is installed: `apt-get install sqlite3`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Writes the fixture of the version that a server of today makes.
async fn write(version: u32) {
    let directory = directory(version);
    fs::create_dir_all(&directory).unwrap();
    let mut server = builder(Engine::Sqlite).start().await;
    let mut seen = populate(&server.api()).await;
    drop(server.how().run(&["backup", "backup"], "").ok());
    let backup = server.how().dir().join("backup");
    fs::write(directory.join("backup.sql"), sqlite3(&backup, Some(".dump"), None)).unwrap();
    server.stop();
    fs::write(directory.join("sqlite.sql"), sqlite3(&server.data_dir().join("robin.db"), Some(".dump"), None)).unwrap();
    write_seen(&directory, "sqlite.json", &seen);
    let mut server = builder(Engine::Postgres).start().await;
    seen = populate(&server.api()).await;
    server.stop();
    let dump = Command::new("pg_dump")
        .args(["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges", "--no-comments"])
        .arg(server.how().database_url())
        .output()
        .expect("pg_dump is installed: `apt-get install postgresql-client`");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8(dump.stdout).unwrap();
    // Without what only psql understands, and without comments: certificates begin with dashes, too.
    let is_comment = |line: &str| line == "--" || line.starts_with("-- ") || line.starts_with('\\');
    let lines = dump.lines().filter(|line| !line.is_empty() && !is_comment(line));
    fs::write(directory.join("postgres.sql"), lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    write_seen(&directory, "postgres.json", &seen);
}

fn write_seen(directory: &Path, name: &str, seen: &Value) {
    fs::write(directory.join(name), serde_json::to_string_pretty(seen).unwrap() + "\n").unwrap();
}

fn seen(version: u32, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(directory(version).join(name)).unwrap()).unwrap()
}

#[tokio::test]
async fn rel_04_every_version_of_the_schema_has_a_fixture() {
    let versions = versions();
    let newest = *versions.last().expect("a migration");
    if env::var_os("UPDATE_GOLDEN").is_some() && !directory(newest).exists() {
        write(newest).await;
    }
    for version in versions {
        for file in ["sqlite.sql", "sqlite.json", "postgres.sql", "postgres.json", "backup.sql"] {
            let file = directory(version).join(file);
            let how = "write it by `UPDATE_GOLDEN=1 tests/run -p robin-tests rel_04` and put it under version control";
            assert!(file.exists(), "the migration to version {version} lacks {}: {how}", file.display());
        }
    }
}

#[tokio::test]
async fn rel_04_a_sqlite_database_of_every_version_works_on() {
    for version in versions() {
        let how = builder(Engine::Sqlite);
        fs::create_dir_all(how.data_dir()).unwrap();
        let file = how.data_dir().join("robin.db");
        sqlite3(&file, None, Some(&directory(version).join("sqlite.sql")));
        works(how, &seen(version, "sqlite.json")).await;
    }
}

#[tokio::test]
async fn rel_04_a_postgres_database_of_every_version_works_on() {
    for version in versions() {
        let how = builder(Engine::Postgres).prepared().await;
        let dump = fs::read_to_string(directory(version).join("postgres.sql")).unwrap();
        database::execute(&how.database_url(), &dump).await;
        works(how, &seen(version, "postgres.json")).await;
    }
}

#[tokio::test]
async fn rel_04_a_backup_of_every_version_is_restored_into_either_engine() {
    for version in versions() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let how = builder(engine).prepared().await;
            let backup = how.dir().join("backup");
            sqlite3(&backup, None, Some(&directory(version).join("backup.sql")));
            let said = how.run(&["restore", backup.to_str().unwrap()], "").ok();
            assert!(said.contains("filled"), "{said}");
            works(how, &seen(version, "sqlite.json")).await;
        }
    }
}

crate::on_both_engines!(rel_04_a_newer_schema_is_refused_untouched);

async fn rel_04_a_newer_schema_is_refused_untouched(mut server: Server) {
    drop(server.stop());
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 99999999999999, 'of a later day', success, checksum, execution_time FROM _sqlx_migrations LIMIT 1";
    database::execute(&server.how().database_url(), newer).await;
    let file = server.data_dir().join("robin.db");
    let before = fs::read(&file).ok();
    does_not_start(&server.how(), "99999999999999");
    for command in [&["migrate"][..], &["backup", "file"]] {
        let complaint = server.how().run(command, "").failed(1);
        assert!(complaint.contains("this program knows versions up to"), "{command:?}: {complaint}");
    }
    assert!(fs::read(&file).ok() == before, "the file was written to");
}
