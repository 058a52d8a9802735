//! Callers who hang up before they are answered.

use std::time::Duration;

use robin_testkit::{ADMIN, Api, PASSWORD, fuzz::Dice};
use serde_json::{Value, json};

use crate::flows::several_servers::{pair, within_a_second};

/// How often the rights change.
const ROUNDS: u64 = 40;
/// How many hang up after each change.
const CALLERS: u64 = 8;

/// Asks, and hangs up after a moment that is another each time.
async fn ask_and_hang_up(api: &Api, token: &str, dice: &mut Dice) {
    let moment = Duration::from_micros(u64::try_from(dice.below(12_000)).unwrap());
    let asking = api.send("GET", "login", token, Value::Null);
    // Whether it was answered makes no difference.
    drop(tokio::time::timeout(moment, asking).await);
}

#[tokio::test]
async fn rel_05_a_request_that_is_given_up_leaves_no_old_rights_behind() {
    let (first, second) = pair().await;
    let (here, there) = (first.api(), second.api());
    let admin = here.login(ADMIN, PASSWORD, "").await;
    here.ok("POST", "tenants", &admin, json!({ "name": "t1" })).await;
    let capability = |action: &str, object_type: &str| {
        json!({
            "action": action, "name": "Looker", "tenant_roles": "tenantadmin",
            "capability_entries": [[object_type, "view"]],
        })
    };
    let mut new = capability("", "USER");
    new.as_object_mut().unwrap().remove("action");
    here.ok("POST", "user-capabilities", &admin, new).await;
    let place = json!({ "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": ["Looker"] });
    let info =
        json!({ "username": "ann", "authentication_type": 1, "password": "quiet-otter-42", "tenant_list": [place] });
    here.ok("POST", "users", &admin, json!({ "user_info": info })).await;
    let ann = there.login("ann", "quiet-otter-42", "t1").await;
    within_a_second(&second, &ann, "users", 200).await;
    for round in 0..ROUNDS {
        let (given, granted, refused) =
            if round % 2 == 0 { ("TENANT", "tenants", "users") } else { ("USER", "users", "tenants") };
        here.ok("PUT", "user-capabilities", &admin, capability("update", given)).await;
        for caller in 0..CALLERS {
            ask_and_hang_up(&there, &ann, &mut Dice::of(round * CALLERS + caller)).await;
        }
        within_a_second(&second, &ann, granted, 200).await;
        within_a_second(&second, &ann, refused, 403).await;
    }
}
