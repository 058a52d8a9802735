//! What scripts build on: exit codes, formats, and where the token is.

use std::{fs, os::unix::fs::PermissionsExt};

use robin_testkit::{Engine, Robinctl, Server};
use serde_json::{Value, json};

use super::admin;

#[tokio::test]
async fn exit_codes_tell_refusal_usage_and_silence_apart() {
    let mut server = Server::start(Engine::Sqlite).await;
    let robinctl = server.admin();
    for (line, code) in [
        ("user list", 0),
        ("user list nobody", 1),
        ("user add user1 t9 user --password quiet-otter-42", 1),
        ("user add user1 Administrators king --password quiet-otter-42", 1),
        ("user add user1", 2),
        ("user polish robin", 2),
        ("user add user1 Administrators user", 2),
    ] {
        let output = robinctl.line(line);
        assert_eq!(output.code, code, "{line}: {output:?}");
        assert_eq!(output.stdout.is_empty(), code != 0, "{line}: {output:?}");
        assert_eq!(output.stderr.is_empty(), code == 0, "{line}: {output:?}");
    }
    drop(server.stop());
    let complaint = robinctl.line("user list").failed(3);
    assert!(complaint.contains(server.url()), "{complaint}");
}

#[tokio::test]
async fn lists_are_printed_for_programs() {
    let server = Server::start(Engine::Sqlite).await;
    let api = server.api();
    let token = admin(&api).await;
    let robinctl = server.robinctl().env("ROBINCTL_TOKEN", &token);
    robinctl.ok("tenant add t1 --description 'one, two'");
    for (line, path) in [
        ("user list --all", "users?disabled=true&hidden=true&deleted=true"),
        ("capabilities list", "user-capabilities"),
        ("object-share list-options", "object-shares?action=get_share_options"),
        ("tenant list", "tenants"),
        ("namespace list", "namespaces"),
        ("session list", "sessions"),
        ("user-audit list", "user-audit"),
        ("config list", "config"),
    ] {
        let items = api.ok("GET", path, &token, Value::Null).await["items"].clone();
        let printed: Value = serde_json::from_str(&robinctl.ok(&format!("{line} -o json"))).unwrap();
        assert_eq!(printed, items, "{line}");
        let csv = robinctl.ok(&format!("{line} --output csv"));
        assert_eq!(csv.lines().count(), items.as_array().unwrap().len() + 1, "{line}: {csv}");
        assert!(robinctl.ok(&format!("{line} -o yaml")).starts_with("- "), "{line}");
    }
    assert!(robinctl.ok("tenant list -o csv").ends_with("2,t1,\"one, two\"\n"));
    let said: Value = serde_json::from_str(&robinctl.ok("user update robin --email '' -o json")).unwrap();
    assert_eq!(said, json!({ "message": "Successfully updated user robin\n" }));
}

#[tokio::test]
async fn the_token_is_in_a_file_the_environment_or_the_context() {
    let server = Server::start(Engine::Sqlite).await;
    let robinctl = server.robinctl();
    let file = robinctl.home().join("token");
    let with_file = |line: &str| robinctl.line(&format!("{line} --token-file {}", file.display()));
    assert_eq!(with_file("login robin --password Robin123").code, 0);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(with_file("user list").code, 0);
    assert_eq!(robinctl.line("user list").code, 2, "nobody is logged in without the file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(with_file("user list").failed(2).contains("chmod 600"));

    // Two servers at hand, by name.
    let other = Server::start(Engine::Sqlite).await;
    let person = Robinctl::new("").env("ROBINCTL_SERVER", "");
    for (name, url) in [("one", server.url()), ("other", other.url())] {
        person.ok(&format!("context add {name} --server {url}"));
        person.ok(&format!("context use {name}"));
        person.ok("login robin --password Robin123");
        person.ok(&format!("tenant add of-{name}"));
    }
    for name in ["one", "other"] {
        person.ok(&format!("context use {name}"));
        assert!(person.ok("tenant list").contains(&format!("| of-{name} ")));
    }
    let contexts = fs::metadata(person.home().join("contexts.toml")).unwrap().permissions().mode();
    assert_eq!(contexts & 0o777, 0o600);
}
