//! What an operator does on the machine itself.

use std::{fs, os::unix::fs::PermissionsExt};

use robin_testkit::{Api, Engine, Server, server::Builder, slapd::Slapd};
use serde_json::{Value, json};

use super::{PASSWORD, admin, settled, standing, tenants, user};

crate::on_both_engines!(
    the_settings_are_checked,
    a_password_is_reset,
    a_backup_is_restored_into_either_engine,
    the_secret_key_is_rotated
);

async fn the_settings_are_checked(server: Server) {
    let said = server.how().run(&["check-config"], "").ok();
    assert!(said.ends_with("The settings are fine.\n") && said.contains("plain HTTP"), "{said}");
    let hidden =
        server.how().env("ROBIN_DATABASE_URL", "postgres://robin:hush-hush@db/robin").run(&["check-config"], "").ok();
    assert!(hidden.contains("postgres://db:5432/robin\n") && !hidden.contains("hush-hush"), "{hidden}");

    let said = server.how().run(&["migrate"], "").ok();
    assert!(said.contains("already: nothing to do"), "{said}");
    let fresh = empty(Engine::Sqlite).await;
    let said = fresh.run(&["migrate"], "").ok();
    assert!(said.starts_with("The database was empty"), "{said}");
    for command in [&["backup", "file"][..], &["reset-password", "robin"]] {
        let complaint = fresh.run(command, "new-password-42\n").failed(1);
        assert!(complaint.starts_with("Error: ") && complaint.lines().count() == 1, "{complaint}");
    }
}

async fn a_password_is_reset(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1"]).await;
    user(&api, &token, "user1", &[("t1", "user")]).await;
    let theirs = api.login("user1", PASSWORD, "").await;
    api.ok("PUT", "users/user1", &token, json!({ "action": "disable" })).await;

    // The server may run meanwhile.
    let said = server.how().run(&["reset-password", "robin"], "forgotten-no-more-1\n").ok();
    assert!(said.contains("'robin'"), "{said}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(2);
    while standing(&api, &token).await == 200 {
        assert!(std::time::Instant::now() < deadline, "the sessions are over");
    }
    let token = api.login("robin", "forgotten-no-more-1", "").await;
    let said = server.how().run(&["reset-password", "USER1"], "forgotten-no-more-2\n").ok();
    assert!(said.contains("enabled"), "{said}");
    api.login("user1", "forgotten-no-more-2", "").await;
    assert_eq!(standing(&api, &theirs).await, 401);

    for (name, password, word) in [
        ("nobody", "forgotten-no-more-1", "not found"),
        ("robin", "short", "too short"),
        ("system", "forgotten-no-more-1", "not found"),
    ] {
        let complaint = server.how().run(&["reset-password", name], &format!("{password}\n")).failed(1);
        assert!(complaint.contains(word), "{name}: {complaint}");
    }
    let records = api.ok("GET", "user-audit?action=offline.reset_password", &token, Value::Null).await;
    assert_eq!(super::each(&records, "target"), ["user1", "robin"]);
}

async fn a_backup_is_restored_into_either_engine(server: Server) {
    let api = server.api();
    let token = admin(&api).await;
    tenants(&api, &token, &["t1", "t2"]).await;
    for name in ["user1", "user2", "user3"] {
        user(&api, &token, name, &[("t1", "user"), ("t2", "tenantadmin")]).await;
    }
    api.ok("DELETE", "users/user2", &token, Value::Null).await;
    let custom = json!({ "name": "C", "tenant_roles": "user", "providers": "ViewApplications" });
    api.ok("POST", "user-capabilities", &token, custom).await;
    let slapd = Slapd::forumsys();
    directory(&api, &token, &slapd).await;
    settled(&api, &token).await;

    let file = server.how().dir().join("robin.backup");
    let name = file.to_str().unwrap();
    let said = server.how().run(&["backup", name], "").ok();
    assert!(said.contains("The secret key is not in it") && said.contains("secret.key"), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = fs::read(server.data_dir().join("secret.key")).unwrap();
    let content = fs::read(&file).unwrap();
    assert!(!content.windows(key.len()).any(|window| window == key));
    let complaint = server.how().run(&["backup", name], "").failed(1);
    assert!(complaint.contains("exists already"), "{complaint}");

    let lists = [
        "users?deleted=true&permissions=true",
        "tenants",
        "namespaces",
        "user-capabilities?all_capabilities=true",
        "ldap-servers",
        "ldap-attributes",
        "user-audit",
        "config",
    ];
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let builder = empty(engine).await.env("ROBIN_PUBLIC_URL", server.url());
        let said = builder.run(&["restore", name], "").ok();
        assert!(said.contains("secret.key"), "it says which file to copy: {said}");
        let complaint = builder.run(&["restore", name], "").failed(1);
        assert!(complaint.contains("installation already"), "{complaint}");
        fs::create_dir_all(builder.data_dir()).unwrap();
        fs::copy(server.data_dir().join("secret.key"), builder.data_dir().join("secret.key")).unwrap();
        let restored = builder.start().await;
        let copy = restored.api();
        for list in lists {
            let (here, there) =
                (api.send("GET", list, &token, Value::Null).await, copy.send("GET", list, &token, Value::Null).await);
            assert_eq!((there.status, &there.text), (200, &here.text), "{list} on {engine:?}");
        }
        copy.login("user1", PASSWORD, "t2").await;
        copy.ok("PUT", "ldap-servers/ldap1", &token, json!({ "action": "test" })).await;
        user(&copy, &token, "user4", &[("t1", "user")]).await;
        assert_eq!(copy.ok("GET", "users/user4", &token, Value::Null).await["user_id"], 7, "numbers go on");
    }
    let rubbish = server.how().dir().join("rubbish");
    fs::write(&rubbish, "no backup").unwrap();
    for file in [rubbish.to_str().unwrap(), "/no/such/file"] {
        assert!(empty(Engine::Sqlite).await.run(&["restore", file], "").failed(1).contains(file));
    }
}

async fn the_secret_key_is_rotated(mut server: Server) {
    let (api, slapd) = (server.api(), Slapd::forumsys());
    let token = admin(&api).await;
    directory(&api, &token, &slapd).await;
    drop(server.stop());
    let key = server.data_dir().join("secret.key");
    let old = fs::read(&key).unwrap();
    let said = server.how().run(&["rotate-secret-key"], "").ok();
    assert!(said.starts_with("2 secret(s) are sealed under the new key"), "{said}");
    assert_ne!(fs::read(&key).unwrap(), old);
    let kept = server.data_dir().join("secret.key.old");
    assert_eq!(fs::read(&kept).unwrap(), old);
    for file in [&key, &kept] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    server.restart();
    assert_eq!(standing(&api, &token).await, 200, "what was signed before is good");
    api.ok("PUT", "ldap-servers/ldap1", &token, json!({ "action": "test" })).await;
    admin(&api).await;
    drop(server.stop());
    let complaint = server.how().env("ROBIN_SECRET_KEY_FILE", kept.to_str().unwrap()).run(&[], "").failed(1);
    assert!(complaint.contains("another secret key"), "{complaint}");
}

/// Adds a directory server, whose password is sealed, and an attribute that is not the default.
async fn directory(api: &Api, token: &str, slapd: &Slapd) {
    let (username, password) = slapd.root();
    let server = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": username,
        "password": password, "search_base": "example.com",
    });
    api.ok("POST", "ldap-servers", token, server).await;
    let members =
        json!({ "server_type": "OPEN_LDAP", "object_type": "group", "attribute_name": "members", "value": "a" });
    api.ok("POST", "ldap-attributes", token, members).await;
}

/// A server that has nothing yet.
async fn empty(engine: Engine) -> Builder {
    Server::builder(engine).prepared().await
}
