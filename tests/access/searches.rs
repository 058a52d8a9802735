//! Searches that look at much and find little: each page comes to an end, and together they are complete.

use robin_model::config::ATTRIBUTES;
use robin_testkit::{ADMIN, database};
use serde_json::{Value, json};

use super::{
    samples::TYPE,
    world::{EVERYTHING, PASSWORD, Person, World},
};

/// A page of a search, and the token of the next one.
async fn page(
    world: &World,
    who: &Person,
    what: &str,
    search: &Value,
    limit: u32,
    token: &str,
) -> (Vec<String>, String) {
    let mut search = search.clone();
    search["page"] = json!({ "limit": limit, "token": token });
    let answer = world.by(who, "POST", &format!("/access/v1/search/{what}"), search).await.json();
    let ids =
        answer["results"].as_array().expect("results").iter().map(|one| one["id"].as_str().expect("an id").to_owned());
    (ids.collect(), answer["page"]["next_token"].as_str().expect("a token").to_owned())
}

/// All pages: how many there are, and what is on them.
async fn pages(world: &World, who: &Person, what: &str, search: &Value, limit: u32) -> (usize, Vec<String>) {
    let (mut all, mut count, mut token) = (Vec::new(), 0, String::new());
    loop {
        let (few, next) = page(world, who, what, search, limit, &token).await;
        all.extend(few);
        count += 1;
        if next.is_empty() {
            return (count, all);
        }
        token = next;
    }
}

#[tokio::test]
async fn a_search_for_things_goes_on_behind_those_that_do_not_match() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let owner = world.user(&tenant, "user", &[]).await;
    let guest = world.person(&tenant, "user", &[EVERYTHING]).await;
    for _ in 0..12 {
        let object = world.object(&tenant, &owner).await;
        world.share(TYPE, &object, &guest.name).await;
    }
    let own = world.object(&tenant, &guest.name).await;
    let search = json!({
        "subject": { "type": "user", "id": guest.name }, "action": { "name": "update" }, "resource": { "type": TYPE },
    });
    // With a page of one, ten are looked at.
    let (count, found) = pages(&world, &guest, "resource", &search, 1).await;
    assert_eq!((count, found), (3, vec![own]));
}

#[tokio::test]
async fn a_search_for_users_goes_on_behind_those_that_do_not_match() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let many = "INSERT INTO users (username, username_key, auth, hidden, disabled, created_at) \
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10500) \
                SELECT 'homeless-' || n, 'homeless-' || n, 'local', 0, 0, 0 FROM numbers";
    database::execute(&world.server.how().database_url(), many).await;
    let late = world.person(&tenant, "tenantadmin", &[EVERYTHING]).await;
    let boss = Person { name: String::new(), token: world.admin.clone(), tenant: String::new() };
    let search = json!({
        "subject": { "type": "user" }, "action": { "name": "view" }, "resource": { "type": "USER", "id": late.name },
    });
    let (count, found) = pages(&world, &boss, "subject", &search, 100).await;
    assert_eq!((count, found), (2, vec!["robin".to_owned(), late.name]));
}

#[tokio::test]
async fn a_search_for_settings_finds_those_of_robin_and_those_of_services() {
    let world = World::start().await;
    let boss = Person { name: String::new(), token: world.admin.clone(), tenant: String::new() };
    for id in ["billing.currency", "billing.tax"] {
        world.by_admin("POST", "objects", json!({ "type": "CONFIG", "id": id })).await;
    }
    let subject = json!({ "type": "user", "id": ADMIN });
    let search = json!({ "subject": subject, "action": { "name": "view" }, "resource": { "type": "CONFIG" } });
    let (_, all) = pages(&world, &boss, "resource", &search, 100).await;
    assert_eq!(all.len(), ATTRIBUTES.len() + 2);
    for limit in [1, 2, 3] {
        assert_eq!(pages(&world, &boss, "resource", &search, limit).await.1, all, "{limit} at a time");
    }
    for (id, expected) in [(all[0].as_str(), true), ("billing.tax", true), ("billing.fee", false)] {
        let question = json!({
            "subject": subject, "action": { "name": "view" }, "resource": { "type": "CONFIG", "id": id },
        });
        let answer = world.by_admin("POST", "/access/v1/evaluation", question).await;
        assert_eq!(answer["decision"], expected, "{id}");
    }
}

#[tokio::test]
async fn a_search_for_users_sees_each_where_they_were_last() {
    let world = World::start().await;
    let (here, there) = (world.tenant().await, world.tenant().await);
    let chief = world.person(&here, "tenantadmin", &[]).await;
    let member = world.user(&here, "user", &[]).await;
    world.join(&member, &there, "user").await;
    let search = json!({
        "subject": { "type": "user" }, "action": { "name": "view" }, "resource": { "type": "APPLICATION", "id": "*" },
    });
    world.api.login(&member, PASSWORD, &here).await;
    let both = vec![chief.name.clone(), member.clone()];
    assert_eq!(pages(&world, &chief, "subject", &search, 100).await.1, both);
    // There the administrator does not reach them.
    world.api.login(&member, PASSWORD, &there).await;
    assert_eq!(pages(&world, &chief, "subject", &search, 100).await.1, vec![chief.name.clone()]);
    let mut named = search.clone();
    named["subject"]["properties"] = json!({ "tenant": here });
    assert_eq!(pages(&world, &chief, "subject", &named, 100).await.1, both);
}
