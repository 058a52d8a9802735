//! An installation never loses its last enabled local superadmin.

use robin_testkit::{ADMIN, Answer, Api, PASSWORD as ADMIN_PASSWORD};
use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, NONE, PASSWORD, World};
use crate::{bad_input::refusal, flows::several_servers};

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
async fn rel_13_the_last_superadmin_stays_whatever_is_tried() {
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
async fn rel_13_rights_that_nobody_could_give_back_stay() {
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
async fn rel_13_one_of_two_superadmins_may_go() {
    for way in 0..ways("").len() {
        let world = World::start().await;
        let other = world.user(ADMINISTRATORS, "superadmin", &[]).await;
        let (method, path, body) = ways(&other).swap_remove(way);
        world.by_admin(method, &path, body).await;
    }
}

#[tokio::test]
async fn rel_13_two_superadmins_who_turn_on_each_other_at_once_leave_one() {
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
        exactly_one_wins(&one, &two);
    }
}

/// Says whether it is the first.
fn exactly_one_wins(one: &Answer, two: &Answer) -> bool {
    let won = [one, two].into_iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1, "exactly one wins: {} {}", one.text, two.text);
    for lost in [one, two].into_iter().filter(|answer| answer.status != 200) {
        // Whoever comes second finds their own session gone, or themselves the target of the last one's protection.
        assert!([401, 403, 404, 409].contains(&lost.status), "{}", lost.text);
        refusal::check(lost);
    }
    one.status == 200
}

#[tokio::test]
async fn rel_13_two_superadmins_who_go_at_once_on_two_servers_leave_one() {
    let (first, second) = several_servers::pair().await;
    let (here, there) = (first.api(), second.api());
    let (mut survivor, mut token) = (ADMIN.to_owned(), here.login(ADMIN, ADMIN_PASSWORD, "").await);
    let count = ways("").len();
    for round in 0..2 * count {
        let add = async |name: String, server: &Api| {
            let place = json!({ "tenant": ADMINISTRATORS, "tenant_role": "superadmin" });
            let info = json!({
                "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": [place],
            });
            here.ok("POST", "users", &token, json!({ "user_info": info })).await;
            let token = server.login(&name, PASSWORD, ADMINISTRATORS).await;
            (name, token)
        };
        let (one, ones) = add(format!("one-{round}"), &here).await;
        let (two, twos) = add(format!("two-{round}"), &there).await;
        here.ok("DELETE", &format!("users/{survivor}"), &ones, Value::Null).await;
        // In the first rounds each turns on the other, in the later ones each on themselves, every time in two ways.
        let (of_one, of_two) = if round < count { (&two, &one) } else { (&one, &two) };
        let (method, path, body) = ways(of_one).swap_remove(round % count);
        let (theirs, their_path, their_body) = ways(of_two).swap_remove((round + round / count) % count);
        let (first_said, second_said) =
            tokio::join!(here.send(method, &path, &ones, body), there.send(theirs, &their_path, &twos, their_body));
        let first_won = exactly_one_wins(&first_said, &second_said);
        let one_is_left = first_won == (round < count);
        survivor = if one_is_left { one } else { two };
        token = here.login(&survivor, PASSWORD, ADMINISTRATORS).await;
        let whoami = here.ok("GET", "login", &token, Value::Null).await;
        assert_eq!(whoami["role"], "superadmin", "round {round}");
    }
}
