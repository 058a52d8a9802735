//! An installation never loses its last enabled local superadmin.

use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, NONE, PASSWORD, World};
use crate::bad_input::refusal;

/// Every way of losing a superadmin: method, path and body.
fn ways(user: &str) -> Vec<(&'static str, String, Value)> {
    let path = format!("users/{user}");
    let demote = json!({ "action": "change_tenant_role", "tenant": ADMINISTRATORS, "tenant_role": "user", "user_capabilities": NONE });
    vec![
        ("PUT", path.clone(), json!({ "action": "disable" })),
        ("PUT", path.clone(), demote),
        ("PUT", format!("tenants/{ADMINISTRATORS}"), json!({ "action": "remove_users", "users": [user] })),
        ("DELETE", path, Value::Null),
        ("DELETE", "users".to_owned(), json!({ "username": user })),
    ]
}

#[tokio::test]
async fn the_last_one_stays_whatever_is_tried() {
    let world = World::start().await;
    // Neither of these counts: one is disabled, one is no superadmin.
    let disabled = world.user(ADMINISTRATORS, "superadmin", &[]).await;
    world.by_admin("PUT", &format!("users/{disabled}"), json!({ "action": "disable" })).await;
    world.user(ADMINISTRATORS, "user", &[]).await;
    let before = world.state("robin").await;
    for (method, path, body) in ways("robin") {
        let answer = world.api.send(method, &path, &world.admin, body).await;
        refusal::expect(&answer, 409, "last local superadmin");
        assert_eq!(world.state("robin").await, before);
    }
    for name in ["ROBIN", "Robin"] {
        let answer = world.api.send("DELETE", &format!("users/{name}"), &world.admin, Value::Null).await;
        refusal::expect(&answer, 409, "last local superadmin");
    }
}

#[tokio::test]
async fn rights_that_nobody_could_give_back_stay() {
    let world = World::start().await;
    let other = world.user(ADMINISTRATORS, "superadmin", &[]).await;
    let path = format!("tenants/{ADMINISTRATORS}");
    let strip =
        |users: &[&str]| json!({ "action": "update_user_capabilities", "users": users, "user_capabilities": NONE });
    let both = world.api.send("PUT", &path, &world.admin, strip(&["robin", &other])).await;
    refusal::expect(&both, 409, "all rights");
    world.by_admin("PUT", &path, strip(&[&other])).await;
    let last = world.api.send("PUT", &path, &world.admin, strip(&["robin"])).await;
    refusal::expect(&last, 409, "all rights");
}

#[tokio::test]
async fn one_of_two_may_go() {
    for way in 0..ways("").len() {
        let world = World::start().await;
        let other = world.user(ADMINISTRATORS, "superadmin", &[]).await;
        let (method, path, body) = ways(&other).swap_remove(way);
        world.by_admin(method, &path, body).await;
    }
}

#[tokio::test]
async fn two_who_turn_on_each_other_at_once_leave_one() {
    for way in 0..ways("").len() {
        let world = World::start().await;
        let other = world.user(ADMINISTRATORS, "superadmin", &[]).await;
        let token = world.api.login(&other, PASSWORD, ADMINISTRATORS).await;
        let (method, path, body) = ways(&other).swap_remove(way);
        let (theirs, their_path, their_body) = ways("robin").swap_remove(way);
        let (one, two) = tokio::join!(
            world.api.send(method, &path, &world.admin, body),
            world.api.send(theirs, &their_path, &token, their_body),
        );
        let won = [&one, &two].into_iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1, "exactly one wins: {} {}", one.text, two.text);
        for lost in [&one, &two].into_iter().filter(|answer| answer.status != 200) {
            // Whoever comes second finds their own session gone, or themselves the target of the last one's protection.
            assert!([401, 403, 404, 409].contains(&lost.status), "{}", lost.text);
            refusal::check(lost);
        }
    }
}
