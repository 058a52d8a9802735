//! A server that is killed in the middle of writes.

use std::{collections::HashSet, sync::Arc, time::Duration};

use robin_testkit::{Api, Engine, Server};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// How often the server is killed; `ROBIN_TEST_KILLS` asks for more than the few that every run takes.
fn kills() -> u32 {
    std::env::var("ROBIN_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// How many callers write at a time.
const WRITERS: u32 = 8;

/// What one caller was told was done.
#[derive(Default)]
struct Acknowledged {
    tenants: Vec<String>,
    users: Vec<String>,
}

#[tokio::test]
async fn rel_01_nothing_acknowledged_is_lost_and_nothing_is_half_done_on_sqlite() {
    killed_under_load(Engine::Sqlite).await;
}

#[tokio::test]
async fn rel_01_nothing_acknowledged_is_lost_and_nothing_is_half_done_on_postgres() {
    killed_under_load(Engine::Postgres).await;
}

async fn killed_under_load(engine: Engine) {
    let mut server = Server::start(engine).await;
    let token = server.api().login("robin", "Robin123", "").await;
    let mut acknowledged = Acknowledged::default();
    for kill in 0..kills() {
        let whole = Arc::new(Notify::new());
        let write = |writer| write(server.api(), token.clone(), format!("{kill}-{writer}"), Arc::clone(&whole));
        let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(writer))).collect();
        // A busy machine takes its time until something of several parts is done.
        let begun = tokio::time::timeout(Duration::from_secs(30), whole.notified()).await;
        begun.expect("a write of several parts is acknowledged");
        // Not always at the same point of the same write.
        tokio::time::sleep(Duration::from_millis(u64::from(100 + kill * 37 % 150))).await;
        server.kill();
        for writer in writers {
            let done = writer.await.unwrap();
            acknowledged.tenants.extend(done.tenants);
            acknowledged.users.extend(done.users);
        }
        server.restart();
        check(&server.api(), &token, &acknowledged).await;
    }
    assert!(acknowledged.tenants.len() > 10, "too few writes to mean anything: {}", acknowledged.tenants.len());
}

/// Adds tenants, and to each a user with a membership and a namespace, until the server is gone.
async fn write(api: Api, token: String, writer: String, whole: Arc<Notify>) -> Acknowledged {
    let mut done = Acknowledged::default();
    let headers = [("authorization", token.as_str())];
    for n in 0.. {
        let name = format!("t{writer}-{n}");
        let tenant = json!({ "name": name }).to_string();
        let Ok(answer) = api.try_send("POST", "tenants", &headers, Some(tenant)).await else { break };
        assert_eq!(answer.status, 200, "{}", answer.text);
        done.tenants.push(name.clone());
        let user = format!("u{writer}-{n}");
        let info = json!({ "user_info": {
            "username": user, "authentication_type": 1, "password": "quiet-otter-42",
            "tenant_list": [{ "tenant": name, "tenant_role": "user" }],
        }});
        let Ok(answer) = api.try_send("POST", "users", &headers, Some(info.to_string())).await else { break };
        assert_eq!(answer.status, 200, "{}", answer.text);
        done.users.push(user);
        whole.notify_one();
    }
    done
}

/// Everything acknowledged is there, and whatever is there is whole: with its record, and a user with their place.
async fn check(api: &Api, token: &str, acknowledged: &Acknowledged) {
    let recorded = names(&api.ok("GET", "user-audit", token, Value::Null).await, "target");
    let tenants = names(&api.ok("GET", "tenants", token, Value::Null).await, "name");
    for name in &acknowledged.tenants {
        assert!(tenants.contains(name), "the tenant {name} is lost");
    }
    for name in tenants.iter().filter(|name| *name != "Administrators") {
        assert!(recorded.contains(name), "the tenant {name} has no record");
    }
    let list = api.ok("GET", "users", token, Value::Null).await;
    let users = names(&list, "username");
    for name in &acknowledged.users {
        assert!(users.contains(name), "the user {name} is lost");
    }
    for user in list["items"].as_array().unwrap() {
        let name = user["username"].as_str().unwrap();
        assert!(user["user_contexts"][0]["namespace"].is_string(), "{name} is half there: {user}");
        assert!(recorded.contains(name), "the user {name} has no record");
    }
}

fn names(list: &Value, field: &str) -> HashSet<String> {
    list["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}
