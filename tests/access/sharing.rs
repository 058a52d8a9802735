//! Nobody reaches by a share what it does not give, nobody shares what is not theirs to share, and lists hold just what is reached.

use std::collections::{BTreeMap, BTreeSet};

use robin_testkit::fuzz::Dice;
use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, EVERYTHING, Person, World};
use crate::bad_input::refusal;

/// How many random worlds are tried.
const WORLDS: u64 = 3;
/// How many things happen in each.
const ROUNDS: usize = 60;

async fn register(world: &World, object_type: &str, tenant: &str, owner: &str) -> String {
    let id = world.fresh("thing");
    let body = json!({ "type": object_type, "id": id, "tenant": tenant, "owner": owner });
    world.by_admin("POST", "objects", body).await;
    id
}

/// Asserts that the person is refused with this status, and that no share changes.
async fn refused(world: &World, by: &Person, method: &str, path: &str, body: Value, status: u16) {
    let before = world.by_admin("GET", "object-shares", Value::Null).await;
    let place = format!("{} {method} {path} {body}", by.name);
    let answer = world.by(by, method, path, body).await;
    assert_eq!(answer.status, status, "{place}: {}", answer.text);
    refusal::check(&answer);
    assert_eq!(world.by_admin("GET", "object-shares", Value::Null).await, before, "{place}");
}

#[tokio::test]
async fn sec_21_nobody_shares_for_what_they_may_not_do_themselves() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[]).await;
    let few = ["APPLICATION:view", "APPLICATION:share", "APPLICATION:unshare", "APPLICATION:start"];
    let few = world.capability(&few).await;
    let boss = world.person(&tenant, "tenantadmin", &[&few]).await;
    let app = register(&world, "APPLICATION", &tenant, &user).await;
    let friend = world.user(&tenant, "user", &[]).await;
    let share = |operations: &str| json!({ "object_type": "APPLICATION", "object_id": app, "username": friend, "operations": operations });
    for operations in ["stop", "start,stop", "clone", "manage_instances"] {
        refused(&world, &boss, "POST", "object-shares", share(operations), 403).await;
    }
    assert_eq!(world.by(&boss, "POST", "object-shares", share("start")).await.status, 200);
    // Nor do they make longer what somebody else gave for a while.
    let mut body = share("start,stop");
    body["expires_at"] = json!("2998-01-01T00:00:00Z");
    world.by_admin("POST", "object-shares", body).await;
    let mut body = share("start");
    body["expires_at"] = json!("2999-01-01T00:00:00Z");
    refused(&world, &boss, "POST", "object-shares", body, 403).await;
    // Sharing for everything needs everything.
    let some =
        world.capability(&["BACKUP:view", "BACKUP:tenant_share", "BACKUP:user_share", "BACKUP:user_unshare"]).await;
    let small = world.person(ADMINISTRATORS, "superadmin", &[&some]).await;
    let backup = register(&world, "BACKUP", &tenant, &user).await;
    let other = world.tenant().await;
    let share = |operations: &str| json!({ "object_type": "BACKUP", "object_id": backup, "tenant": other, "operations": operations });
    refused(&world, &small, "POST", "object-shares", share("manage"), 403).await;
    assert_eq!(world.by(&small, "POST", "object-shares", share("share")).await.status, 200);
}

#[tokio::test]
async fn sec_25_only_a_superadmin_in_administrators_shares_across_tenants() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let boss = world.person(&tenant, "tenantadmin", &[EVERYTHING]).await;
    let stranger = world.person(&other, "tenantadmin", &[EVERYTHING]).await;
    let friend = world.user(&other, "user", &[]).await;
    // In two tenants, and superadmin, but not logged in as one.
    let owner = world.user(&tenant, "user", &[EVERYTHING]).await;
    world.join(&owner, ADMINISTRATORS, "superadmin").await;
    let token = world.api.login(&owner, super::world::PASSWORD, &tenant).await;
    let owner = Person { name: owner, token, tenant: tenant.clone() };
    for object_type in ["BUNDLE", "BACKUP"] {
        let id = register(&world, object_type, &tenant, &owner.name).await;
        let share = |field: &str, name: &str| json!({ "object_type": object_type, "object_id": id, field: name, "operations": "view" });
        for by in [&boss, &owner] {
            refused(&world, by, "POST", "object-shares", share("tenant", &other), 404).await;
            refused(&world, by, "POST", "object-shares", share("tenant", "nowhere"), 404).await;
        }
        refused(&world, &stranger, "POST", "object-shares", share("tenant", &other), 404).await;
        world.by_admin("POST", "object-shares", share("tenant", &other)).await;
        let ended = |field: &str, name: &str| json!({ "object_type": object_type, "object_id": id, field: name });
        refused(&world, &boss, "DELETE", "object-shares", ended("tenant", &other), 403).await;
        refused(&world, &stranger, "DELETE", "object-shares", ended("tenant", &other), 403).await;
    }
    let backup = register(&world, "BACKUP", &tenant, &owner.name).await;
    let share = |field: &str, name: &str, operations: &str| json!({ "object_type": "BACKUP", "object_id": backup, field: name, "operations": operations });
    refused(&world, &boss, "POST", "object-shares", share("username", &friend, "view"), 404).await;
    world.by_admin("POST", "object-shares", share("tenant", &other, "view")).await;
    refused(&world, &boss, "POST", "object-shares", share("username", &friend, "view"), 404).await;
    refused(&world, &stranger, "POST", "object-shares", share("username", &friend, "view"), 403).await;
    world.by_admin("POST", "object-shares", share("username", &friend, "view")).await;
    let seen =
        world.by(&boss, "GET", &format!("object-shares?object_type=BACKUP&object_id={backup}"), Value::Null).await;
    assert!(seen.text.contains(&other) && !seen.text.contains(&friend), "{}", seen.text);
}

#[tokio::test]
async fn what_can_not_be_shared_or_registered_is_refused_in_one_sentence() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[]).await;
    let friend = world.user(&tenant, "user", &[]).await;
    let id = register(&world, "APPLICATION", &tenant, &user).await;
    let share = |more: Value| {
        let mut body =
            json!({ "object_type": "APPLICATION", "object_id": id, "username": friend, "operations": "view" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        body
    };
    for (more, status, says) in [
        (json!({ "object_type": "TEAPOT" }), 400, "unknown object type `TEAPOT`"),
        (json!({ "object_type": "NODE" }), 400, "cannot be shared with users"),
        (json!({ "object_type": "" }), 400, "unknown object type"),
        (json!({ "object_type": "a\u{1b}[2J".repeat(99) }), 400, "unknown object type"),
        (json!({ "object_id": "*" }), 400, "`object_id`"),
        (json!({ "object_id": "" }), 400, "`object_id`"),
        (json!({ "object_id": "ä" }), 400, "`object_id`"),
        (json!({ "object_id": "none" }), 404, "object `APPLICATION/none` not found"),
        (json!({ "operations": "fly" }), 400, "`fly`"),
        (json!({ "operations": "update" }), 400, "`update`"),
        (json!({ "operations": null }), 400, "`operations`"),
        (json!({ "operations": [1] }), 400, "`operations"),
        (json!({ "username": null }), 400, "`tenant`"),
        (json!({ "tenant": tenant }), 400, "`tenant`"),
        (json!({ "share_type": "TENANT" }), 400, "`tenant`"),
        (json!({ "share_type": "ALL" }), 400, "`share_type`"),
        (json!({ "username": null, "tenant": tenant }), 400, "cannot be shared with tenants"),
        (json!({ "expires_at": "2000-01-01T00:00:00Z" }), 400, "`expires_at`"),
        (json!({ "expires_at": "tomorrow" }), 400, "`expires_at`"),
        (json!({ "expires_at": 4_000_000_000_u64 }), 400, "`expires_at`"),
        (json!({ "owner": user }), 400, "`owner`"),
    ] {
        let answer = world.api.send("POST", "object-shares", &world.admin, share(more)).await;
        refusal::expect(&answer, status, says);
    }
    assert_eq!(world.by_admin("GET", "object-shares", Value::Null).await["items"], json!([]));
    let before = world.by_admin("GET", "objects", Value::Null).await;
    for (body, says) in [
        (json!({}), "`type`"),
        (json!({ "type": "BUNDLE" }), "`id`"),
        (json!({ "id": "x" }), "`type`"),
        (json!({ "type": "BUNDLE", "id": "x", "objects": [] }), "either"),
        (json!({ "objects": [], "tenant": tenant }), "either"),
        (json!({ "objects": [] }), "1 to 1000"),
        (json!({ "objects": [{ "type": "BUNDLE" }] }), "`id`"),
        (json!({ "type": "BUNDLE", "id": "x", "attributes": [] }), "`attributes`"),
        (json!({ "type": "BUNDLE", "id": "x", "attributes": { "a": "a".repeat(17_000) } }), "`attributes`"),
        (json!({ "type": "BUNDLE", "id": "a\nb" }), "`id`"),
        (json!({ "type": "BUNDLE", "id": "a".repeat(256) }), "`id`"),
        (json!({ "type": "USER", "id": "x" }), "`users`"),
        (json!({ "type": "bundle", "id": "x" }), "unknown object type `bundle`"),
    ] {
        refusal::expect(&world.api.send("POST", "objects", &world.admin, body).await, 400, says);
    }
    for query in ["object_type=APPLICATION", "object_id=x", "tenant=a&username=b"] {
        let answer = world.api.send("GET", &format!("object-shares?{query}"), &world.admin, Value::Null).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        refusal::check(&answer);
    }
    assert_eq!(world.by_admin("GET", "objects", Value::Null).await, before);
}

#[tokio::test]
async fn sec_36_a_cursor_is_good_for_its_list_its_user_and_its_tenant_alone() {
    let world = World::start().await;
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let boss = world.person(&tenant, "tenantadmin", &[]).await;
    world.join(&boss.name, &other, "tenantadmin").await;
    let token = world.api.login(&boss.name, super::world::PASSWORD, &other).await;
    let elsewhere = Person { token, tenant: other.clone(), ..boss.clone() };
    let fellow = world.person(&tenant, "tenantadmin", &[]).await;
    for _ in 0..3 {
        let id = register(&world, "APPLICATION", &tenant, &boss.name).await;
        world.share("APPLICATION", &id, &fellow.name).await;
    }
    let get = async |who: &Person, list: &str, cursor: &str| {
        world.by(who, "GET", &format!("{list}limit=1&cursor={cursor}"), Value::Null).await
    };
    let lists = ["objects?", "object-shares?", "object-shares?action=get_share_options&"];
    let mut cursors = Vec::new();
    for list in lists {
        let first = world.by(&boss, "GET", &format!("{list}limit=1"), Value::Null).await.json();
        cursors.push(first["next_cursor"].as_str().unwrap_or_else(|| panic!("{list}: {first}")).to_owned());
    }
    for (nth, list) in lists.into_iter().enumerate() {
        for (other, cursor) in cursors.iter().enumerate() {
            let answer = get(&boss, list, cursor).await;
            assert_eq!(answer.status, if nth == other { 200 } else { 400 }, "{list}, {other}: {}", answer.text);
        }
        for stranger in [&elsewhere, &fellow] {
            refusal::expect(&get(stranger, list, &cursors[nth]).await, 400, "`cursor`");
        }
        let mut bent = cursors[nth].clone();
        let last = if bent.ends_with('A') { 'B' } else { 'A' };
        bent.replace_range(bent.len() - 1.., &last.to_string());
        for bad in [bent.as_str(), "1", "0", "-1", "9223372036854775807"] {
            refusal::expect(&get(&boss, list, bad).await, 400, "`cursor`");
        }
    }
}

/// What the oracle knows of an object.
struct Thing {
    object_type: &'static str,
    id: String,
    tenant: String,
    owner: String,
    /// Tenants, and users.
    with: BTreeSet<(bool, String)>,
}

/// What the oracle knows of somebody logged in.
struct Viewer {
    person: Person,
    role: &'static str,
}

impl Thing {
    /// The rule, said as naively as can be.
    fn is_seen_by(&self, viewer: &Viewer) -> bool {
        let Viewer { person, role } = viewer;
        let is_admin = *role == "tenantadmin";
        let with_tenant = self.with.contains(&(true, person.tenant.clone()));
        let with_user = self.with.contains(&(false, person.name.clone()));
        let is_home = self.tenant == person.tenant;
        let for_all = ["BUNDLE", "IMAGE"].contains(&self.object_type);
        let for_admins = ["BACKUP", "STORAGE_REPO"].contains(&self.object_type) && is_admin;
        *role == "superadmin"
            || (is_home && (is_admin || self.owner == person.name))
            || (with_user && (is_home || with_tenant))
            || (with_tenant && (for_all || for_admins))
    }
}

async fn play(number: u64) {
    const TYPES: [(&str, bool, bool); 6] = [
        ("BUNDLE", true, false),
        ("IMAGE", true, false),
        ("BACKUP", true, true),
        ("STORAGE_REPO", true, true),
        ("APPLICATION", false, true),
        ("SNAPSHOT", false, true),
    ];
    let mut dice = Dice::of(number);
    let world = World::start().await;
    let tenants = [world.tenant().await, world.tenant().await, world.tenant().await];
    let (mut viewers, mut members) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for (nth, tenant) in tenants.iter().chain(&tenants).enumerate() {
        let role = if nth < 3 { "user" } else { "tenantadmin" };
        let person = world.person(tenant, role, &[]).await;
        members.entry(person.name.clone()).or_default().push(tenant.clone());
        if nth == 0 {
            // One who is somebody in two tenants, and logged into either.
            world.join(&person.name, &tenants[1], "tenantadmin").await;
            members.entry(person.name.clone()).or_default().push(tenants[1].clone());
            let token = world.api.login(&person.name, super::world::PASSWORD, &tenants[1]).await;
            let elsewhere = Person { token, tenant: tenants[1].clone(), ..person.clone() };
            viewers.push(Viewer { person: elsewhere, role: "tenantadmin" });
        }
        viewers.push(Viewer { person, role });
    }
    viewers.push(Viewer { person: world.person(ADMINISTRATORS, "superadmin", &[]).await, role: "superadmin" });
    let people: Vec<String> = members.keys().cloned().collect();
    let mut things: Vec<Thing> = Vec::new();
    for round in 0..ROUNDS {
        if things.len() < 6 || dice.below(6) == 0 {
            let (object_type, ..) = *dice.one(&TYPES);
            let owner = dice.one(&people).clone();
            let tenant = dice.one(&members[&owner]).clone();
            let id = register(&world, object_type, &tenant, &owner).await;
            things.push(Thing { object_type, id, tenant, owner, with: BTreeSet::new() });
        } else {
            let at = dice.below(things.len());
            let thing = &mut things[at];
            let (_, with_tenants, with_users) =
                TYPES.into_iter().find(|(name, ..)| *name == thing.object_type).unwrap();
            let is_tenant = with_tenants && (!with_users || dice.below(2) == 0);
            let (field, name) = if is_tenant {
                ("tenant", dice.one(&tenants).clone())
            } else {
                ("username", dice.one(&people).clone())
            };
            let mut body = json!({ "object_type": thing.object_type, "object_id": thing.id, field: name });
            let is_end = dice.below(3) == 0;
            let has = |tenant: &String| *tenant == thing.tenant || thing.with.contains(&(true, tenant.clone()));
            let known = thing.with.contains(&(is_tenant, name.clone()));
            let may = if is_end { known } else { is_tenant || (name != thing.owner && members[&name].iter().any(has)) };
            if !is_end {
                body["operations"] = json!("view");
            }
            let method = if is_end { "DELETE" } else { "POST" };
            let answer = world.api.send(method, "object-shares", &world.admin, body.clone()).await;
            assert_eq!(answer.status == 200, may, "world {number}, round {round}: {method} {body}: {}", answer.text);
            if may && is_end {
                thing.with.remove(&(is_tenant, name));
            } else if may {
                thing.with.insert((is_tenant, name));
            }
            // Shares with users that nothing holds up have ended.
            let (with, tenant) = (thing.with.clone(), thing.tenant.clone());
            let holds = |user: &String| {
                members[user].iter().any(|place| *place == tenant || with.contains(&(true, place.clone())))
            };
            thing.with.retain(|(is_tenant, name)| *is_tenant || holds(name));
        }
        if round % 6 == 5 {
            compare(&world, &viewers, &things, number, round).await;
        }
    }
}

/// Asserts that the oracle, the list and the single look agree, for everybody about everything.
async fn compare(world: &World, viewers: &[Viewer], things: &[Thing], number: u64, round: usize) {
    for viewer in viewers {
        let expected: BTreeSet<&str> =
            things.iter().filter(|thing| thing.is_seen_by(viewer)).map(|thing| thing.id.as_str()).collect();
        let place = || format!("world {number}, round {round}: {} in {}", viewer.person.name, viewer.person.tenant);
        let mut listed = BTreeSet::new();
        let mut path = "objects?limit=3".to_owned();
        loop {
            let page = world.by(&viewer.person, "GET", &path, Value::Null).await.json();
            for item in page["items"].as_array().unwrap().iter().filter(|item| item["type"] != "NAMESPACE") {
                assert!(listed.insert(item["id"].as_str().unwrap().to_owned()), "{}: twice {item}", place());
            }
            let Some(next) = page["next_cursor"].as_str() else { break };
            path = format!("objects?limit=3&cursor={next}");
        }
        assert!(
            listed.iter().map(String::as_str).eq(expected.iter().copied()),
            "{}: {listed:?}, not {expected:?}",
            place()
        );
        for thing in things {
            let path = format!("objects/{}/{}", thing.object_type, thing.id);
            let status = world.by(&viewer.person, "GET", &path, Value::Null).await.status;
            let seen = if expected.contains(thing.id.as_str()) { 200 } else { 404 };
            assert_eq!(
                status,
                seen,
                "{}: {path}, of {} in {}, with {:?}",
                place(),
                thing.owner,
                thing.tenant,
                thing.with
            );
        }
        let shares = world.by(&viewer.person, "GET", "object-shares", Value::Null).await;
        if viewer.role == "superadmin" {
            let count: usize = things.iter().map(|thing| thing.with.len()).sum();
            assert_eq!(shares.json()["items"].as_array().unwrap().len(), count, "{}", place());
        }
    }
}

#[tokio::test]
async fn sec_33_sec_35_lists_and_single_looks_agree_with_the_rule_said_naively() {
    for number in 0..WORLDS {
        play(number).await;
    }
}
