//! People with any roles and capabilities do anything to each other, and whatever succeeds must be what the rules allow.
//!
//! The rules are said here once more, in the plainest way, over what the administrator sees before and after.

use std::collections::{BTreeMap, BTreeSet};

use robin_testkit::fuzz::Dice;
use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, NONE, PASSWORD, World};

/// How much is tried in each of the worlds.
const ROUNDS: usize = 90;
const WORLDS: u64 = 2;

/// What capabilities here are made of: mostly what it takes to change others.
const PERMISSIONS: [&str; 14] = [
    "USER:view",
    "USER:create",
    "USER:update",
    "USER:delete",
    "USER:update_role",
    "TENANT:view",
    "TENANT:update",
    "TENANT:add_users",
    "USER_CAPABILITY:view",
    "USER_CAPABILITY:create",
    "USER_CAPABILITY:update",
    "CONFIG:view",
    "BUNDLE:view",
    "USER_AUDIT:view",
];

const ROLES: [&str; 3] = ["user", "tenantadmin", "superadmin"];

type Permissions = BTreeSet<String>;

/// A place that somebody has: how high their role is, and what they may do there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    rank: usize,
    permissions: Permissions,
}

/// Somebody, as the administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    places: BTreeMap<String, Place>,
    rest: Value,
}

/// Everybody, and what every custom capability comes to.
struct Snapshot {
    people: BTreeMap<String, Seen>,
    capabilities: BTreeMap<String, Permissions>,
}

impl Snapshot {
    async fn of(world: &World) -> Self {
        let list = world.by_admin("GET", "users?permissions=true&disabled=true&deleted=true", Value::Null).await;
        let people = items(&list).iter().map(seen).collect();
        let list = world.by_admin("GET", "user-capabilities?capability_group=Custom", Value::Null).await;
        let definitions = items(&list);
        let name = |definition: &Value| definition["name"].as_str().unwrap().to_owned();
        let capabilities = definitions.iter().map(|one| (name(one), come_to(&name(one), &definitions))).collect();
        Self { people, capabilities }
    }
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn seen(user: &Value) -> (String, Seen) {
    let mut places = BTreeMap::new();
    for tenant in user["tenants"].as_array().unwrap() {
        let name = tenant["name"].as_str().unwrap().to_owned();
        let rank = ROLES.iter().position(|role| tenant["tenant_role"] == *role).unwrap();
        let by_type = user["permissions"][&name].as_object().cloned().unwrap_or_default();
        let of_type = |(object_type, operations): (String, Value)| {
            words(&operations).into_iter().map(move |operation| format!("{object_type}:{operation}"))
        };
        places.insert(name, Place { rank, permissions: by_type.into_iter().flat_map(of_type).collect() });
    }
    let rest = json!([user["email"], user["disabled"], user["deleted"]]);
    (user["username"].as_str().unwrap().to_owned(), Seen { places, rest })
}

/// The permissions of a capability whose providers are custom, too.
fn come_to(name: &str, definitions: &[Value]) -> Permissions {
    let Some(definition) = definitions.iter().find(|one| one["name"] == name) else { return Permissions::new() };
    let entry =
        |entry: &Value| format!("{}:{}", entry["object_type"].as_str().unwrap(), entry["operation"].as_str().unwrap());
    let own = definition["capability_entries"].as_array().unwrap().iter().map(entry);
    let inherited = words(&definition["providers"]).into_iter().flat_map(|name| come_to(&name, definitions));
    own.chain(inherited).collect()
}

/// Who acts: their name, and the tenant they are logged into.
struct Actor {
    name: String,
    tenant: String,
    token: String,
}

/// A request, and who it is about besides those whom the administrator sees changed.
struct Deed {
    method: &'static str,
    path: String,
    body: Value,
    target: Option<String>,
}

/// The rules.
struct Rules<'a> {
    actor: &'a str,
    place: &'a Place,
    tenant: &'a str,
}

impl Rules<'_> {
    fn is_superadmin(&self) -> bool {
        self.tenant == ADMINISTRATORS && self.place.rank == 2
    }

    /// Nobody gives what they lack, and nobody gives anything where they are not.
    fn may_give(&self, tenant: &str, gained: &Permissions, rank: Option<usize>) -> bool {
        let in_reach = self.is_superadmin() || tenant == self.tenant;
        let is_below = rank.is_none_or(|rank| self.is_superadmin() || rank <= self.place.rank);
        in_reach && is_below && gained.is_subset(&self.place.permissions)
    }

    fn is_below(&self, tenant: &str, place: &Place) -> bool {
        let in_reach = self.is_superadmin() || (tenant == self.tenant && place.rank <= self.place.rank);
        in_reach && place.permissions.is_subset(&self.place.permissions)
    }

    /// Nobody touches the account of somebody who is more, or elsewhere.
    fn may_touch(&self, target: &str, seen: Option<&Seen>) -> bool {
        let Some(seen) = seen.filter(|_| target != self.actor) else { return true };
        seen.places.iter().all(|(tenant, place)| self.is_below(tenant, place))
    }

    /// What is wrong with what has become of everybody.
    fn broken(&self, before: &Snapshot, after: &Snapshot, target: Option<&str>) -> Option<String> {
        if let Some(target) = target.filter(|target| !self.may_touch(target, before.people.get(*target))) {
            return Some(format!("the account of {target} is touched"));
        }
        for (name, now) in &after.people {
            let was = before.people.get(name);
            if was.is_some_and(|was| was.rest != now.rest) && !self.may_touch(name, was) {
                return Some(format!("the account of {name} is changed"));
            }
            // A place is the business of its tenant, whatever else somebody is elsewhere.
            for (tenant, place) in was.iter().flat_map(|was| &was.places).filter(|_| name != self.actor) {
                if now.places.get(tenant) != Some(place) && !self.is_below(tenant, place) {
                    return Some(format!("the place of {name} in {tenant} is changed: {place:?}"));
                }
            }
            for (tenant, place) in &now.places {
                let old = was.and_then(|was| was.places.get(tenant));
                let held = old.map(|old| old.permissions.clone()).unwrap_or_default();
                let gained = place.permissions.difference(&held).cloned().collect();
                let rank = old.is_none_or(|old| place.rank > old.rank).then_some(place.rank);
                if (rank.is_some() || !Permissions::is_empty(&gained)) && !self.may_give(tenant, &gained, rank) {
                    return Some(format!("{name} gains {gained:?} and {rank:?} in {tenant}"));
                }
            }
        }
        for (name, now) in &after.capabilities {
            let was = before.capabilities.get(name).cloned().unwrap_or_default();
            if was != *now && !was.union(now).all(|one| self.place.permissions.contains(one)) {
                return Some(format!("the capability {name} is changed from {was:?} to {now:?}"));
            }
        }
        None
    }
}

/// Everybody and everything that deeds can name.
struct Scene {
    world: World,
    tenants: Vec<String>,
    capabilities: Vec<String>,
    people: Vec<String>,
    tokens: BTreeMap<(String, String), String>,
}

impl Scene {
    async fn new(dice: &mut Dice) -> Self {
        let world = World::start().await;
        let tenants = vec![ADMINISTRATORS.to_owned(), world.tenant().await, world.tenant().await];
        let mut scene = Self { world, tenants, capabilities: Vec::new(), people: Vec::new(), tokens: BTreeMap::new() };
        for nth in 0..8 {
            // The first one has it all, so that somebody can do something.
            let entries = if nth == 0 { PERMISSIONS.to_vec() } else { dice.some(&PERMISSIONS) };
            let providers = if nth > 4 { vec![dice.one(&scene.capabilities).clone()] } else { Vec::new() };
            let name = scene.world.fresh("Capability");
            let body =
                json!({ "name": name, "tenant_roles": ROLES, "capability_entries": entries, "providers": providers });
            scene.world.by_admin("POST", "user-capabilities", body).await;
            scene.capabilities.push(name);
        }
        for nth in 0..9 {
            let tenant = scene.tenants[nth % 3].clone();
            let role = ROLES[if tenant == ADMINISTRATORS { dice.below(3) } else { dice.below(2) }];
            let capabilities =
                if nth < 3 { vec![scene.capabilities[0].clone()] } else { dice.some(&scene.capabilities) };
            let names: Vec<&str> = capabilities.iter().map(String::as_str).collect();
            let user = scene.world.user(&tenant, role, &names).await;
            if dice.below(3) == 0 && nth > 2 {
                let second = scene.tenants[(nth + 1) % 3].clone();
                scene.world.join(&user, &second, "user").await;
            }
            scene.people.push(user);
        }
        scene
    }

    /// Somebody, where they are a member, and logged in if they can. Half the time one of those who hold the most.
    async fn actor(&mut self, dice: &mut Dice, snapshot: &Snapshot) -> Option<Actor> {
        let many = if dice.below(2) == 0 { 3 } else { self.people.len() };
        let name = self.people[dice.below(many)].clone();
        let tenants: Vec<_> = snapshot.people.get(&name)?.places.keys().cloned().collect();
        let tenant = tenants.get(dice.below(tenants.len().max(1)))?.clone();
        let known = self.tokens.get(&(name.clone(), tenant.clone()));
        if let Some(token) = known.filter(|_| dice.below(20) > 0) {
            return Some(Actor { name, tenant, token: token.clone() });
        }
        let login = json!({ "username": name, "password": PASSWORD, "tenant": tenant });
        let answer = self.world.api.send("POST", "login", "", login).await.json();
        let token = answer["token"].as_str()?.to_owned();
        self.tokens.insert((name.clone(), tenant.clone()), token.clone());
        Some(Actor { name, tenant, token })
    }

    /// Most often somebody who is in the same tenant.
    fn target(&self, dice: &mut Dice, actor: &Actor, snapshot: &Snapshot) -> String {
        let is_near =
            |name: &&String| snapshot.people.get(*name).is_some_and(|seen| seen.places.contains_key(&actor.tenant));
        let near: Vec<_> = self.people.iter().filter(is_near).cloned().collect();
        if near.is_empty() || dice.below(4) == 0 { dice.one(&self.people).clone() } else { dice.one(&near).clone() }
    }

    /// Something by which somebody could give, or take, a right.
    fn giving(&self, dice: &mut Dice, actor: &Actor, user: &str) -> Deed {
        let tenant = if dice.below(4) == 0 { dice.one(&self.tenants).clone() } else { actor.tenant.clone() };
        let mut capabilities = dice.some(&self.capabilities);
        if dice.below(3) == 0 {
            capabilities = vec![NONE.to_owned()];
        }
        let role = *dice.one(&ROLES);
        let (own_path, place) = (format!("users/{user}"), format!("tenants/{tenant}"));
        let members = |action: &str| {
            let mut body = json!({ "action": action, "users": [user] });
            if action != "remove_users" {
                body["user_capabilities"] = json!(capabilities);
            }
            if action == "add_users" {
                body["tenant_role"] = json!(role);
            }
            body
        };
        let capability = format!("user-capabilities/{}", dice.one(&self.capabilities));
        let entries = dice.some(&PERMISSIONS);
        let provider = [dice.one(&self.capabilities)];
        let (method, path, body) = match dice.below(11) {
            0 => {
                let info = json!({ "username": self.world.fresh("made"), "authentication_type": 1, "password": PASSWORD,
                    "tenant_list": [{ "tenant": tenant, "tenant_role": role, "user_capabilities": capabilities }] });
                ("POST", "users".to_owned(), json!({ "user_info": info }))
            }
            1 | 2 => {
                let body = json!({ "action": "change_tenant_role", "tenant": tenant, "tenant_role": role,
                    "user_capabilities": capabilities });
                ("PUT", own_path, body)
            }
            3 => ("PUT", place, members("add_users")),
            4 => ("PUT", place, members("add_user_capabilities")),
            5 => ("PUT", place, members("update_user_capabilities")),
            6 => ("PUT", place, members("remove_user_capabilities")),
            7 => ("PUT", capability, json!({ "action": "update", "capability_entries": entries })),
            8 => ("PUT", place, members("remove_users")),
            9 => ("PUT", capability, json!({ "action": "add_providers", "providers": provider })),
            _ => (
                "PUT",
                capability,
                json!({ "action": "remove_capability_entries", "capability_entries": entries[..1] }),
            ),
        };
        Deed { method, path, body, target: None }
    }

    /// Something done to somebody's account.
    async fn touching(&self, dice: &mut Dice, user: String) -> Deed {
        let path = format!("users/{user}");
        let (method, path, body) = match dice.below(7) {
            0 => {
                let login = json!({ "username": user, "password": PASSWORD });
                let token = self.world.api.send("POST", "login", "", login).await.json()["token"].clone();
                let session = match token.as_str() {
                    Some(token) => self.world.session(token).await,
                    None => "none".to_owned(),
                };
                ("DELETE", format!("sessions/{session}"), Value::Null)
            }
            1 => ("GET", format!("sessions?username={user}"), Value::Null),
            2 => ("PUT", path, json!({ "action": "update", "user_info": { "password": "stolen-quartz-43" } })),
            3 => ("PUT", path, json!({ "action": "update", "user_info": { "email": "thief@example.com" } })),
            4 => ("PUT", path, json!({ "action": "disable" })),
            5 => ("PUT", path, json!({ "action": "enable" })),
            _ => ("DELETE", path, Value::Null),
        };
        Deed { method, path, body, target: Some(user) }
    }
}

async fn play(number: u64, is_giving: bool) -> (usize, usize) {
    let mut dice = Dice::of(number);
    let mut scene = Scene::new(&mut dice).await;
    let (mut done, mut refused) = (0, 0);
    let mut before = Snapshot::of(&scene.world).await;
    for round in 0..ROUNDS {
        let Some(actor) = scene.actor(&mut dice, &before).await else { continue };
        let target = scene.target(&mut dice, &actor, &before);
        let deed =
            if is_giving { scene.giving(&mut dice, &actor, &target) } else { scene.touching(&mut dice, target).await };
        let answer = scene.world.api.send(deed.method, &deed.path, &actor.token, deed.body.clone()).await;
        if answer.status == 401 {
            scene.tokens.remove(&(actor.name, actor.tenant));
            continue;
        }
        let after = Snapshot::of(&scene.world).await;
        let place = before.people[&actor.name].places[&actor.tenant].clone();
        let rules = Rules { actor: &actor.name, place: &place, tenant: &actor.tenant };
        let is_done = answer.status == 200;
        let broken = rules.broken(&before, &after, deed.target.as_deref().filter(|_| is_done));
        let told = || {
            let Deed { method, path, body, target } = &deed;
            let target = target.as_ref().and_then(|target| before.people.get(target));
            format!(
                "{} in {} ({place:?}): {method} {path} {body}, about {target:?}: {}",
                actor.name, actor.tenant, answer.text
            )
        };
        assert!(broken.is_none(), "world {number}, round {round}: {}: {}", broken.unwrap_or_default(), told());
        done += usize::from(is_done);
        refused += usize::from(!is_done);
        before = after;
        let has_left = |name: &String| before.people.get(name).is_none_or(|seen| seen.places.is_empty());
        if let Some(gone) = scene.people.iter().position(has_left) {
            // Others take the places of those who are gone.
            let (tenant, capabilities) = (dice.one(&scene.tenants).clone(), dice.some(&scene.capabilities));
            let names: Vec<&str> = capabilities.iter().map(String::as_str).collect();
            scene.people[gone] = scene.world.user(&tenant, ROLES[dice.below(2)], &names).await;
            before = Snapshot::of(&scene.world).await;
        }
    }
    (done, refused)
}

async fn play_all(is_giving: bool) {
    let (mut done, mut refused) = (0, 0);
    for number in 0..WORLDS {
        let (more, less) = play(number, is_giving).await;
        (done, refused) = (done + more, refused + less);
    }
    assert!(done > 20 && refused > 20, "too one-sided to tell: {done} done, {refused} refused");
}

#[tokio::test]
async fn sec_21_whoever_gives_or_takes_rights_has_them_and_takes_them_from_nobody_stronger() {
    play_all(true).await;
}

#[tokio::test]
async fn sec_23_whoever_is_touched_is_weaker_and_in_reach() {
    play_all(false).await;
}
