//! Which crate may use which: a request walks from `http` over `service` to `rbac` and `storage`, and nothing walks back.

use std::{collections::BTreeMap, env, process::Command};

use serde_json::Value;

use super::root;

/// For each crate, the crates of the workspace that it may depend on. `docs/architecture.md` says the same in words.
const ALLOWED: [(&str, &[&str]); 17] = [
    ("robin-rbac", &[]),
    ("robin-model", &["robin-rbac"]),
    ("robin-crypto", &["robin-model", "robin-rbac"]),
    ("robin-ca", &["robin-model"]),
    ("robin-storage", &["robin-model", "robin-rbac"]),
    ("robin-storage-sql", &["robin-storage", "robin-model", "robin-rbac"]),
    ("robin-identity", &["robin-model"]),
    ("robin-service", &["robin-rbac", "robin-model", "robin-crypto", "robin-ca", "robin-storage", "robin-identity"]),
    ("robin-api", &["robin-model"]),
    ("robin-http", &["robin-api", "robin-service", "robin-model", "robin-rbac", "robin-crypto"]),
    ("robin-client", &["robin-api", "robin-model"]),
    ("robin-testkit", &[]),
    (
        "robin-server",
        &[
            "robin-rbac",
            "robin-model",
            "robin-crypto",
            "robin-ca",
            "robin-storage",
            "robin-storage-sql",
            "robin-identity",
            "robin-service",
            "robin-http",
        ],
    ),
    ("robinctl", &["robin-api", "robin-client", "robin-model"]),
    ("robin-notes", &["robin-api", "robin-client", "robin-model"]),
    ("robin-bench", &["robin-rbac"]),
    ("robin-tests", &[]),
];

/// Who may name the database driver.
const DRIVER: (&str, &[&str]) = ("sqlx", &["robin-storage-sql", "robin-testkit"]);

struct Dependency {
    name: String,
    is_normal: bool,
}

/// The packages of the workspace with what they depend on.
fn packages() -> BTreeMap<String, Vec<Dependency>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let dependency = |value: &Value| Dependency { name: text(&value["name"]), is_normal: value["kind"] != "dev" };
    let package = |value: &Value| (text(&value["name"]), list(&value["dependencies"]).iter().map(dependency).collect());
    list(&metadata["packages"]).iter().map(package).collect()
}

#[test]
fn a_crate_uses_only_what_its_layer_may() {
    let packages = packages();
    for (name, dependencies) in &packages {
        let allowed = ALLOWED.iter().find(|(known, _)| known == name);
        let (_, allowed) =
            allowed.unwrap_or_else(|| panic!("`{name}` is new: say in tests/hygiene/layers.rs what it may use"));
        for dependency in dependencies.iter().filter(|dependency| dependency.is_normal) {
            let is_ours = packages.contains_key(&dependency.name);
            assert!(!is_ours || allowed.contains(&&*dependency.name), "`{name}` must not use `{}`", dependency.name);
        }
    }
}

#[test]
fn the_testkit_is_for_tests_alone() {
    for (name, dependencies) in packages() {
        let uses = |dependency: &Dependency| dependency.is_normal && dependency.name == "robin-testkit";
        assert!(!dependencies.iter().any(uses), "`{name}` must not ship the testkit");
    }
}

#[test]
fn one_crate_names_the_database_driver() {
    let (driver, allowed) = DRIVER;
    for (name, dependencies) in packages() {
        let uses = |dependency: &Dependency| dependency.is_normal && dependency.name == driver;
        assert!(allowed.contains(&&*name) || !dependencies.iter().any(uses), "`{name}` must not use {driver}");
    }
}
