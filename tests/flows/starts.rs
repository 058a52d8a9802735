//! The start of a server, and why there is none.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use robin_testkit::{Engine, Server};
use serde_json::Value;

use super::admin;

#[tokio::test]
async fn sec_26_a_first_start_makes_up_a_password_and_says_it_once() {
    let builder = Server::builder(Engine::Sqlite).env("ROBIN_ADMIN_USERNAME", "").env("ROBIN_ADMIN_PASSWORD", "");
    let mut server = builder.start().await;
    let said = server.stdout();
    let password = said.split("password `").nth(1).unwrap().split('`').next().unwrap().to_owned();
    assert!(said.contains("robinctl login admin --server http://127.0.0.1:"), "{said}");
    let login = format!("login admin --password {password}");
    assert_eq!(server.robinctl().ok(&login), "User admin is logged into Administrators tenant\n");
    server.restart();
    assert!(!server.stdout().contains(&password) && server.stdout().contains("robinctl login USERNAME"));
    assert_eq!(server.robinctl().line(&login).code, 0);
    let mode = fs::metadata(server.data_dir().join("secret.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!server.stderr().contains(&password), "the log has no password");
}

#[tokio::test]
async fn settings_come_from_a_file_variables_and_flags() {
    let builder = Server::builder(Engine::Sqlite);
    let (config, password) = (builder.dir().join("robin.toml"), builder.dir().join("password"));
    fs::write(&password, "from-a-file-42\n").unwrap();
    let text = format!(
        "public_url = 'https://robin.example.com'\nadmin_username = 'chief'\nadmin_password_file = {password:?}\n[limits]\nbody_bytes = 2000\n"
    );
    fs::write(&config, text).unwrap();
    let builder =
        builder.env("ROBIN_ADMIN_USERNAME", "").env("ROBIN_ADMIN_PASSWORD", "").env("ROBIN_LIMITS__BODY_BYTES", "1000");
    let server =
        builder.arg("--config").arg(config.to_str().unwrap()).arg("--admin-username").arg("boss").start().await;
    let api = server.api();
    let discovery = api.ok("GET", "/.well-known/openid-configuration", "", Value::Null).await;
    assert_eq!(discovery["issuer"], "https://robin.example.com", "the file's");
    let token = api.login("boss", "from-a-file-42", "").await;
    let long = serde_json::json!({ "name": "t1", "description": "d".repeat(1000) });
    assert_eq!(api.call("POST", "tenants", &token, long).await.0, 413, "the variable goes before the file");
}

#[tokio::test]
async fn a_server_that_can_not_start_says_why() {
    let builder = Server::builder(Engine::Sqlite);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let complaint = builder.clone().env("ROBIN_LISTEN", &address).run(&[], "").failed(1);
    assert!(complaint.contains(&format!("{address} is in use")), "{complaint}");

    let config = builder.dir().join("robin.toml");
    for (text, place) in [
        ("\nlisten = 'somewhere'\n", "line 2, column 10"),
        ("\n\nsurprise = 1\n", "line 3, column 1"),
        ("listen\n", "line 1, column"),
    ] {
        fs::write(&config, text).unwrap();
        let complaint = builder.run(&["--config", config.to_str().unwrap()], "").failed(1);
        assert!(complaint.contains("robin.toml") && complaint.contains(place), "{complaint}");
    }
    let complaint = builder.run(&["--config", "/no/such/file"], "").failed(1);
    assert!(complaint.contains("/no/such/file"), "{complaint}");
    let weak = builder.clone().env("ROBIN_ADMIN_PASSWORD", "robin").run(&[], "").failed(1);
    assert!(weak.contains("password"), "{weak}");
    let nowhere = "postgres://robin:hush-hush@127.0.0.1:1/robin";
    let complaint = builder.clone().env("ROBIN_DATABASE_URL", nowhere).run(&[], "").failed(1);
    assert!(complaint.contains("can't open the database") && !complaint.contains("hush-hush"), "{complaint}");
}

crate::on_both_engines!(another_key_is_refused, two_servers_share_a_database);

async fn another_key_is_refused(mut server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    drop(server.stop());
    let key = server.data_dir().join("secret.key");
    let kept = fs::read(&key).unwrap();

    let replace = |content: &[u8]| fs::write(&key, content).unwrap();
    replace(&[7; 32]);
    let complaint = server.how().run(&[], "").failed(1);
    assert!(complaint.contains("another secret key") && complaint.contains("secret.key"), "{complaint}");
    replace(b"short");
    let complaint = server.how().run(&[], "").failed(1);
    assert!(complaint.contains("secret.key can't be used"), "{complaint}");
    fs::remove_file(&key).unwrap();
    let complaint = server.how().run(&[], "").failed(1);
    assert!(complaint.contains("the secret key is missing") && complaint.contains("secret.key"), "{complaint}");
    assert!(!key.exists(), "none is made for a database that has one");
    replace(&kept);
    let complaint = server.how().run(&[], "").failed(1);
    assert!(complaint.contains("chmod 600"), "{complaint}");

    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    server.restart();
    assert_eq!(super::standing(&api, &token).await, 200);
}

async fn two_servers_share_a_database(server: Server) {
    // On one machine, SQLite lets two in as well.
    let second = server.how().env("ROBIN_PUBLIC_URL", server.url()).start().await;
    let (one, other) = (server.api(), second.api());
    let token = admin(&one).await;
    assert_eq!(super::standing(&other, &token).await, 200);
    one.ok("DELETE", "login", &token, Value::Null).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(1);
    while super::standing(&other, &token).await != 401 {
        assert!(std::time::Instant::now() < deadline, "a change is in force everywhere within a second");
    }
}
