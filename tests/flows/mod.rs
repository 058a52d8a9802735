//! What happens over several calls, and to a server that stops, starts and is moved.

mod access;
mod access_tokens;
mod active_directory;
mod audit;
pub mod catalogue;
pub mod certificates;
mod changes;
mod command_line;
mod config;
mod directories;
mod directory_lists;
pub mod directory_logins;
mod dry_run;
mod ended;
mod first_logins;
mod first_start;
mod import_progress;
pub mod imports;
mod lists;
mod mappings;
mod namespaces;
mod objects;
mod offline;
pub mod openshift;
mod pages;
mod recycled;
mod remembered_directories;
mod sessions;
pub mod several_servers;
mod shares;
mod starts;
mod stops;
pub mod sync;
mod sync_domain;
mod tenants;
mod tls;
mod token_uses;

use robin_testkit::Api;
use serde_json::{Value, json};

/// The password of every user made here.
pub const PASSWORD: &str = "quiet-otter-42";

/// The administrator's token.
pub async fn admin(api: &Api) -> String {
    api.login(robin_testkit::ADMIN, robin_testkit::PASSWORD, "").await
}

/// Makes tenants.
pub async fn tenants(api: &Api, token: &str, names: &[&str]) {
    for name in names {
        api.ok("POST", "tenants", token, json!({ "name": name })).await;
    }
}

/// Makes a user with a role in each of these tenants.
pub async fn user(api: &Api, token: &str, username: &str, places: &[(&str, &str)]) {
    let places: Vec<Value> =
        places.iter().map(|(tenant, role)| json!({ "tenant": tenant, "tenant_role": role })).collect();
    let user = json!({
        "username": username, "authentication_type": 1, "password": PASSWORD, "tenant_list": places,
    });
    api.ok("POST", "users", token, json!({ "user_info": user })).await;
}

/// The status of a call that needs no more than a good token.
async fn standing(api: &Api, token: &str) -> u16 {
    api.call("GET", "login", token, Value::Null).await.0
}

/// Waits until a line of the server's log has all of these words.
async fn logged(server: &robin_testkit::Server, words: &[&str]) {
    let has_all = |line: &str| words.iter().all(|word| line.contains(word));
    for _ in 0..200 {
        if server.stderr().lines().any(has_all) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{words:?} is not in the log: {}", server.stderr());
}

/// One field of every element of a list.
/// Waits for what comes by itself after a start: the administrator's certificate. From then on nothing changes unasked.
async fn settled(api: &Api, token: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while api.send("GET", "user-certs/robin", token, Value::Null).await.status != 200 {
        assert!(std::time::Instant::now() < deadline, "no certificate comes");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}
