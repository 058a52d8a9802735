//! Secrets that can be recognised are handed in by every way there is, and then searched for in everything that comes out.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use robin_testkit::{Engine, Output, Server, server::Builder, slapd::ROOT};
use serde_json::{Value, json};

use crate::access::{
    samples::{self, Names},
    world::{PASSWORD, World},
};

const ADMIN: &str = "canary-of-the-administrator";
const CHANGED: &str = "another-quartz-42";
const WRONG: &str = "canary-of-a-wrong-password";
const RESET: &str = "canary-of-a-reset-password";
const TOKEN: &str = "canary.of.a-token";
const DATABASE: &str = "canary-of-the-database";
const SECRET_KEY: &[u8; 32] = b"canary-of-the-secret-key-32bytes";

/// What was handed in, and what came out.
struct Watch {
    secrets: Vec<Vec<u8>>,
    seen: Vec<(String, Vec<u8>)>,
}

impl Watch {
    fn new() -> Self {
        let mut watch = Self { secrets: vec![SECRET_KEY.to_vec()], seen: Vec::new() };
        for text in
            [ADMIN, PASSWORD, CHANGED, WRONG, RESET, TOKEN, DATABASE, ROOT.1, &BASE64_STANDARD.encode(SECRET_KEY)]
        {
            watch.keep(text);
        }
        watch
    }

    /// From now on this is a secret, too.
    fn keep(&mut self, secret: &str) {
        self.secrets.push(secret.as_bytes().to_vec());
    }

    fn saw(&mut self, place: &str, content: impl Into<Vec<u8>>) {
        self.seen.push((place.to_owned(), content.into()));
    }

    fn ran(&mut self, place: &str, output: Output) {
        self.saw(&format!("{place}: standard output"), output.stdout);
        self.saw(&format!("{place}: standard error"), output.stderr);
    }

    /// Every file of a directory.
    fn directory(&mut self, directory: &Path) {
        for entry in fs::read_dir(directory).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            self.saw(&entry.path().display().to_string(), fs::read(entry.path()).unwrap());
        }
    }

    fn check(&self) {
        let mut found = Vec::new();
        for (place, content) in &self.seen {
            let is_there = |secret: &&Vec<u8>| content.windows(secret.len()).any(|window| window == **secret);
            let leaks = self.secrets.iter().filter(is_there);
            found.extend(leaks.map(|secret| format!("{place} has `{}`", String::from_utf8_lossy(secret))));
        }
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// A server that logs all it can, with a secret in every setting that takes one.
async fn builder(engine: Engine) -> Builder {
    let builder = Server::builder(engine).prepared().await;
    let url = builder.database_url().replace("postgres://postgres@", &format!("postgres://postgres:{DATABASE}@"));
    let key = BASE64_STANDARD.encode(SECRET_KEY);
    let builder = builder.env("ROBIN_LOG", "trace").env("ROBIN_ADMIN_PASSWORD", ADMIN).env("ROBIN_SECRET_KEY", &key);
    if engine == Engine::Postgres { builder.env("ROBIN_DATABASE_URL", &url) } else { builder }
}

#[tokio::test]
async fn sec_42_no_secret_comes_out_of_a_server_on_sqlite() {
    nothing_comes_out(Engine::Sqlite).await;
}

#[tokio::test]
async fn sec_42_no_secret_comes_out_of_a_server_on_postgres() {
    nothing_comes_out(Engine::Postgres).await;
}

async fn nothing_comes_out(engine: Engine) {
    let mut watch = Watch::new();
    let mut world = World::of(builder(engine).await.start().await, ADMIN).await;
    watch.keep(&world.admin);
    use_every_route(&mut world, &mut watch).await;
    be_refused(&world, &mut watch).await;
    watch.saw("the audit trail", world.api.send("GET", "user-audit", &world.admin, Value::Null).await.text);

    by_command_line(&world.server, &mut watch);

    let how = world.server.how();
    let file = how.dir().join("robin.backup");
    for args in [&["check-config"][..], &["migrate"], &["backup", file.to_str().unwrap()], &["reset-password", "robin"]]
    {
        let output = how.run(args, &format!("{RESET}\n"));
        assert_eq!(output.code, 0, "{args:?}: {output:?}");
        watch.ran(args[0], output);
    }
    watch.saw("standard output", world.server.stdout());
    watch.ran("the server", world.server.stop());
    watch.directory(how.dir());
    if engine == Engine::Sqlite {
        watch.directory(&how.data_dir());
    }
    let log = watch.seen.iter().find(|(place, _)| place == "the server: standard error").unwrap();
    assert!(log.1.len() > 10_000, "the log says too little to be searched");
    watch.check();
}

/// Every request that there is a sample of, by the administrator.
async fn use_every_route(world: &mut World, watch: &mut Watch) {
    let (mut names, mut token, mut resource) = (Names::default(), String::new(), "");
    for route in samples::routes() {
        for sample in samples::of(&route) {
            // What one resource's requests have used up, those of the next must not miss.
            let of = route.first.split('/').next().unwrap();
            if of != resource || of == "login" {
                names = world.names(&world.tenant().await).await;
                token = world.api.login("robin", ADMIN, "").await;
                watch.keep(&token);
                resource = of;
            }
            let (method, path, body) = samples::request(&route, (sample.fields)(&names));
            let answer = world.api.send(&method, &path, &token, body).await;
            match answer.json()["token"].as_str() {
                // That is where the secret belongs.
                Some(token) => watch.keep(token),
                None => watch.saw(&format!("the answer to {}", route.label()), answer.text.clone()),
            }
            if route.action == Some("change_password") {
                let back = json!({ "action": "change_password", "password": ADMIN });
                let token = answer.json()["token"].as_str().unwrap().to_owned();
                let back = world.api.ok("PUT", "login", &token, back).await;
                back["token"].as_str().unwrap().clone_into(&mut world.admin);
                watch.keep(&world.admin);
            }
        }
    }
}

/// What the command line prints; the token it keeps is in a file of its own.
fn by_command_line(server: &Server, watch: &mut Watch) {
    let robinctl = server.robinctl();
    for line in [
        &format!("login robin --password {WRONG}"),
        &format!("login robin --password {ADMIN}"),
        &format!("login robin --password {ADMIN} -o json"),
        &format!("user add by-hand Administrators user --password {PASSWORD}"),
        &format!("user add by-hand Administrators user --password {PASSWORD}"),
        &format!("user add by-hand Administrators nonsense --password {PASSWORD} -o json"),
        &format!("user add --password {PASSWORD}"),
        &format!("ldap add-server s 127.0.0.1 1 OPEN_LDAP cn=a dc=b --password {WRONG}"),
        &format!("ldap update-server s --hostname a --password {WRONG} -o json"),
        "ldap list-servers --full",
        "ldap list-servers -o json",
        "whoami",
        "session list -o json",
        "context list -o json",
        "user-audit list -o json",
    ] {
        watch.ran("robinctl", robinctl.line(line));
    }
    let stranger = server.robinctl().env("ROBINCTL_TOKEN", TOKEN);
    watch.ran("robinctl with a bad token", stranger.line("user list"));
    watch.ran("robinctl without a server", stranger.env("ROBINCTL_SERVER", "http://127.0.0.1:1").line("user list"));
}

/// A directory server that lets nobody in with this password.
fn refused_server(password: &Value) -> Value {
    json!({
        "name": "s", "hostname": "127.0.0.1", "port": 1, "server_type": "OPEN_LDAP", "username": "cn=a", "search_base": "dc=b",
        "password": password,
    })
}

/// Secrets in requests that are refused, and where none belong.
async fn be_refused(world: &World, watch: &mut Watch) {
    let admin = world.api.login("robin", ADMIN, "").await;
    watch.keep(&admin);
    let user = world.user("Administrators", "user", &[]).await;
    let path = format!("users/{user}");
    let info = |info: Value| json!({ "action": "update", "user_info": info });
    for (method, path, token, body) in [
        ("POST", "login", "", json!({ "username": "robin", "password": WRONG })),
        ("POST", "login", "", json!({ "username": "nobody", "password": WRONG })),
        ("POST", "login", "", json!({ "username": "robin", "password": WRONG, "more": 1 })),
        ("POST", "login", "", json!({ "username": "robin", "password": [WRONG] })),
        ("POST", "login", "", json!({ "username": "robin", "password": { WRONG: WRONG } })),
        ("POST", "login", "", json!({ "username": "robin", "tenant": "t" , "password": ADMIN })),
        ("POST", &format!("login?username=robin&password={WRONG}"), "", Value::Null),
        ("POST", &format!("login?password={WRONG}"), "", json!({ "username": "robin", "password": ADMIN })),
        ("PUT", "login", &admin, json!({ "action": "change_password", "password": [WRONG] })),
        ("PUT", &path, &admin, info(json!({ "password": [WRONG] }))),
        ("PUT", &path, &admin, info(json!({ "password": { "new": WRONG } }))),
        ("PUT", &path, &admin, info(json!(WRONG))),
        ("PUT", &path, &admin, info(json!([WRONG]))),
        ("POST", "users", &admin, json!({ "user_info": WRONG })),
        ("POST", "users", &admin, json!({ "user_list": [WRONG] })),
        ("POST", "ldap-servers", &admin, refused_server(&json!(WRONG))),
        ("POST", "ldap-servers", &admin, refused_server(&json!([WRONG]))),
        ("PUT", "ldap-servers/s", &admin, json!({ "action": "update", "password": { WRONG: 1 } })),
        ("GET", "login", TOKEN, Value::Null),
        ("GET", "login", &format!("Bearer {TOKEN}"), Value::Null),
        ("GET", &format!("login?token={TOKEN}"), &admin, Value::Null),
        ("GET", &format!("users?access_token={TOKEN}"), "", Value::Null),
    ] {
        let answer = world.api.send(method, path, token, body).await;
        assert!(matches!(answer.status, 400 | 401), "{method} {path}: {}", answer.text);
        watch.saw(&format!("the refusal of {method} {path}"), answer.text);
    }
    for body in [format!(r#"{{"username": "robin", "password": "{WRONG}"#), format!(r#"{{"password": {WRONG}}}"#)] {
        let answer = world.api.try_send("POST", "login", &[], Some(body)).await.unwrap();
        assert_eq!(answer.status, 400, "{}", answer.text);
        watch.saw("the refusal of broken JSON", answer.text);
    }
}

#[tokio::test]
async fn sec_42_no_secret_comes_out_of_a_server_that_does_not_start() {
    let mut watch = Watch::new();
    let builder = Server::builder(Engine::Sqlite);
    let file = builder.dir().join("robin.toml");
    for text in [
        format!("admin_password = {WRONG}\n"),
        format!("admin_password = \"{WRONG}\n"),
        format!("admin_password = [\"{WRONG}\"]\n"),
        format!("admin_password = \"{WRONG}\"\nlisten = 5\n"),
        format!("secret_key = '{WRONG}' more\n"),
        format!("secret_key = '{WRONG}'\n"),
        format!("secret_key = '{WRONG}'\nsecret_key = '{WRONG}'\n"),
        format!("database_url = 'postgres://robin:{DATABASE}@127.0.0.1:1/robin' more\n"),
        format!("database_url = {{ password = '{DATABASE}' }}\n"),
        format!("database_password = '{DATABASE}'\n"),
        "admin_password = 87654321087654321\n".to_owned(),
    ] {
        fs::write(&file, &text).unwrap();
        let output = builder.run(&["--config", file.to_str().unwrap()], "");
        assert_ne!(output.code, 0, "{text}: {output:?}");
        watch.ran(&text.replace(WRONG, "…").replace(DATABASE, "…"), output);
    }
    watch.keep("87654321087654321");
    for (name, value) in [
        ("ROBIN_SECRET_KEY", WRONG.to_owned()),
        ("ROBIN_DATABASE_URL", format!("postgres://robin:{DATABASE}@127.0.0.1:1/robin")),
        ("ROBIN_DATABASE_URL", format!("postgres://127.0.0.1:1/robin?user=robin&password={DATABASE}")),
        ("ROBIN_DATABASE_URL", format!("postgres://robin:{DATABASE}@[/robin")),
        ("ROBIN_DATABASE_URL", format!("postgres://robin:{DATABASE}@127.0.0.1:many/robin")),
        ("ROBIN_DATABASE_URL", format!("mysql://robin:{DATABASE}@127.0.0.1/robin")),
        ("ROBIN_DATABASE_URL", format!("robin:{DATABASE}@127.0.0.1/robin")),
    ] {
        let how = builder.clone().env("ROBIN_LOG", "trace").env(name, &value);
        for args in [&[][..], &["check-config"], &["migrate"], &["backup", "/nowhere/at-all"]] {
            watch.ran(&format!("{name} {args:?}"), how.run(args, ""));
        }
    }
    watch.check();
}
