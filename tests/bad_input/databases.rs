//! A database that is none or not there, and settings that don't fit.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use robin_testkit::{Engine, Server, server::Builder};

/// Asserts that the server does not start, and says why in one sentence. Gives it.
pub fn does_not_start(how: &Builder, says: &str) -> String {
    let output = how.run(&[], "");
    assert_ne!(output.code, 0, "it started: {output:?}");
    assert_eq!(output.stdout, "", "{output:?}");
    let lines: Vec<&str> =
        output.stderr.lines().filter(|line| line.starts_with("Error: ") || line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "no one sentence: {output:?}");
    assert!(output.stderr.contains(says), "it should say `{says}`: {}", output.stderr);
    for inside in ["panicked", "RUST_BACKTRACE", "SELECT", "Robin123", "src/"] {
        assert!(!output.stderr.contains(inside), "`{inside}` gets out: {}", output.stderr);
    }
    output.stderr
}

#[tokio::test]
async fn a_database_that_is_none_is_refused() {
    let how = Server::builder(Engine::Sqlite);
    fs::create_dir_all(how.data_dir()).unwrap();
    fs::write(how.data_dir().join("robin.db"), "this is no database, but a text that is long enough to be looked at")
        .unwrap();
    does_not_start(&how, "database");
    for url in ["mysql://robin:Robin123@localhost/robin", "sqlite://", "nonsense", "postgres://:Robin123@[/x"] {
        does_not_start(&Server::builder(Engine::Sqlite).env("ROBIN_DATABASE_URL", url), "database address");
    }
    let nobody = "postgres://robin:Robin123@127.0.0.1:1/robin";
    does_not_start(&Server::builder(Engine::Sqlite).env("ROBIN_DATABASE_URL", nobody), "database");
}

#[tokio::test]
async fn another_secret_key_is_refused() {
    let mut server = Server::start(Engine::Sqlite).await;
    server.stop();
    let file = server.data_dir().join("secret.key");
    let key = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    does_not_start(&server.how(), "secret.key");
    fs::write(&file, [7; 32]).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    does_not_start(&server.how(), "secret.key");
    fs::write(&file, [7; 5]).unwrap();
    does_not_start(&server.how(), "secret.key");
    fs::write(&file, &key).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    does_not_start(&server.how(), "chmod 600");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    server.restart();
}

#[tokio::test]
async fn an_address_in_use_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let how = Server::builder(Engine::Sqlite).env("ROBIN_LISTEN", &address);
    let text = does_not_start(&how, &address);
    assert!(text.contains("in use"), "{text}");
    assert!(!how.data_dir().exists(), "nothing was made");
}

#[tokio::test]
async fn settings_that_do_not_fit_are_refused_before_anything_is_made() {
    let with = |name: &str, value: &str| Server::builder(Engine::Sqlite).env(name, value);
    for (how, says) in [
        (with("ROBIN_LISTEN", "nonsense"), "nonsense"),
        (with("ROBIN_LISTEN", "0.0.0.0:0"), "ROBIN_TLS_CERT"),
        (with("ROBIN_TLS_CERT", "/nowhere.pem"), "ROBIN_TLS_KEY"),
        (with("ROBIN_LIMITS__REQUESTS", "many"), "many"),
        (with("ROBIN_LIMITS__HASHING_THREADS", "0"), "0"),
        (with("ROBIN_LOG_FORMAT", "xml"), "xml"),
        (with("ROBIN_CONFIG", "/nowhere.toml"), "/nowhere.toml"),
        (with("ROBIN_ADMIN_PASSWORD", "").env("ROBIN_ADMIN_PASSWORD_FILE", "/nowhere.txt"), "/nowhere.txt"),
        (with("ROBIN_ADMIN_PASSWORD", "short"), "too short"),
        (with("ROBIN_ADMIN_USERNAME", "no body"), "username"),
        (with("ROBIN_ADMIN_USERNAME", "system"), "built in"),
        (with("ROBIN_SECRET_KEY", "short"), "ROBIN_SECRET_KEY"),
        (Server::builder(Engine::Sqlite).arg("--nonsense"), "--nonsense"),
        (Server::builder(Engine::Sqlite).arg("nonsense"), "nonsense"),
    ] {
        does_not_start(&how, says);
    }
    for (text, says) in [
        ("nonsense = 1\n", "nonsense"),
        ("listen = 1\n", "line 1"),
        ("\nlisten: 1\n", "line 2"),
        ("[limits]\nrequests = -1\n", "line 2"),
        ("admin_password = 5\n", "line 1"),
    ] {
        let how = Server::builder(Engine::Sqlite);
        let file = how.dir().join("robin.toml");
        fs::write(&file, text).unwrap();
        does_not_start(&how.env("ROBIN_CONFIG", file.to_str().unwrap()), says);
    }
}
