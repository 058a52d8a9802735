//! Decisions, what a service remembers of them, searches, and the rules said once more in the plainest way agree, whatever
//! there is and whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use robin_client::{Client, Decisions, Options};
use robin_model::Secret;
use robin_testkit::{
    Api,
    fuzz::{self, Dice},
};
use serde_json::{Value, json};

use super::world::{ADMINISTRATORS, Person, World};

const OBJECTS: usize = 60;

/// What may be held and asked: pairs of a type and an operation.
const PAIRS: [(&str, &str); 17] = [
    ("APPLICATION", "view"),
    ("APPLICATION", "start"),
    ("APPLICATION", "delete"),
    ("BUNDLE", "view"),
    ("BUNDLE", "delete"),
    ("BUNDLE", "tenant_share"),
    ("BACKUP", "view"),
    ("BACKUP", "delete"),
    ("BACKUP", "user_share"),
    ("BACKUP", "tenant_share"),
    ("STORAGE_REPO", "view"),
    ("STORAGE_REPO", "push"),
    ("STORAGE_REPO", "scan"),
    ("SNAPSHOT", "view"),
    ("SNAPSHOT", "update"),
    ("LDAP", "view"),
    ("USER", "view"),
];
const TYPES: [&str; 6] = ["APPLICATION", "BUNDLE", "BACKUP", "STORAGE_REPO", "SNAPSHOT", "LDAP"];

/// What can be shared.
fn shareable(object_type: &str, with: &With) -> &'static [&'static str] {
    match (object_type, with) {
        ("APPLICATION", With::User(_)) => &["view", "start", "stop"],
        ("STORAGE_REPO", With::User(_)) => &["view", "push"],
        ("BACKUP" | "SNAPSHOT", With::User(_)) | ("BUNDLE", With::Tenant(_)) => &["view"],
        ("BACKUP" | "STORAGE_REPO", With::Tenant(_)) => &["view", "share", "manage"],
        _ => &[],
    }
}

struct Somebody {
    person: Person,
    role: &'static str,
    permissions: BTreeSet<(&'static str, &'static str)>,
}

impl Somebody {
    fn holds(&self, object_type: &str, operation: &str) -> bool {
        self.permissions.iter().any(|pair| *pair == (object_type, operation))
    }

    fn is_superadmin(&self) -> bool {
        self.role == "superadmin"
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum With {
    User(String),
    Tenant(String),
}

struct Thing {
    object_type: &'static str,
    id: String,
    owner: Option<String>,
    tenant: Option<String>,
    shares: BTreeMap<With, BTreeSet<String>>,
}

/// The rules.
fn reaches(who: &Somebody, thing: &Thing, operation: &str) -> bool {
    let here = &who.person.tenant;
    let Some(tenant) = thing.tenant.as_ref().filter(|_| thing.object_type != "LDAP") else { return true };
    let is_own = thing.owner.as_ref() == Some(&who.person.name) && tenant == here;
    let administers = who.role == "tenantadmin" && tenant == here;
    let by_tenant = thing.shares.get(&With::Tenant(here.clone()));
    let by_user = thing.shares.get(&With::User(who.person.name.clone()));
    let offered = match thing.object_type {
        "APPLICATION" => ["view", "start", "stop", "clone"].contains(&operation),
        "STORAGE_REPO" => ["view", "push"].contains(&operation),
        "BACKUP" | "SNAPSHOT" => operation == "view",
        _ => false,
    };
    let as_user = by_user.is_some_and(|operations| operation == "view" || operations.contains(operation));
    let shared_with_me = offered && as_user && (tenant == here || by_tenant.is_some());
    let shared_with_us = by_tenant.is_some_and(|operations| match thing.object_type {
        "BUNDLE" => true,
        "BACKUP" | "STORAGE_REPO" if who.role == "tenantadmin" => match operation {
            "view" => true,
            "user_share" | "user_unshare" => operations.contains("share"),
            "change_owner" => false,
            _ => !operation.starts_with("tenant_") && operations.contains("manage"),
        },
        _ => false,
    });
    is_own || administers || who.is_superadmin() || shared_with_me || shared_with_us
}

fn may(who: &Somebody, object_type: &str, operation: &str, thing: Option<&Thing>) -> bool {
    who.holds(object_type, operation)
        && thing.is_none_or(|thing| who.holds(object_type, "view") && reaches(who, thing, operation))
}

/// What `asker` is told.
fn told(asker: &Somebody, who: &Somebody, object_type: &str, operation: &str, thing: Option<&Thing>) -> bool {
    let is_oneself = asker.person.name == who.person.name;
    let knows = asker.is_superadmin() || (asker.role == "tenantadmin" && asker.person.tenant == who.person.tenant);
    (is_oneself || knows)
        && may(who, object_type, operation, thing)
        && (is_oneself || thing.is_none_or(|thing| may(asker, object_type, "view", Some(thing))))
}

/// People and things at random.
struct Model {
    world: World,
    api: Api,
    people: Vec<Somebody>,
    things: Vec<Thing>,
}

impl Model {
    async fn of(dice: &mut Dice) -> Self {
        let world = World::start().await;
        let tenants = [world.tenant().await, world.tenant().await];
        let mut people = Vec::new();
        for (tenant, role) in [
            (ADMINISTRATORS, "superadmin"),
            (&*tenants[0], "tenantadmin"),
            (&*tenants[0], "user"),
            (&*tenants[0], "user"),
            (&*tenants[1], "tenantadmin"),
            (&*tenants[1], "user"),
        ] {
            people.push(somebody(&world, dice, tenant, role).await);
        }
        let api = Api::lasting(world.server.url());
        let mut model = Self { world, api, people, things: Vec::new() };
        for _ in 0..OBJECTS {
            model.register(dice, &tenants).await;
        }
        for _ in 0..OBJECTS * 3 {
            model.share(dice, &tenants).await;
        }
        assert!(model.things.iter().map(|thing| thing.shares.len()).sum::<usize>() > 10, "hardly anything is shared");
        model
    }

    async fn register(&mut self, dice: &mut Dice, tenants: &[String]) {
        let (object_type, id) = (*dice.one(&TYPES), self.world.fresh("thing"));
        let tenant = (dice.below(8) > 0).then(|| dice.one(tenants).clone());
        let members: Vec<&Somebody> =
            self.people.iter().filter(|somebody| Some(&somebody.person.tenant) == tenant.as_ref()).collect();
        let owner = tenant.as_ref().map(|_| dice.one(&members).person.name.clone());
        let body = json!({ "type": object_type, "id": id, "tenant": tenant, "owner": owner });
        let answer = self.world.api.send("POST", "objects", &self.world.admin, body).await;
        if answer.status != 200 {
            assert_eq!((answer.status, object_type), (400, "LDAP"), "{}", answer.text);
            return;
        }
        self.things.push(Thing { object_type, id, owner, tenant, shares: BTreeMap::new() });
    }

    async fn share(&mut self, dice: &mut Dice, tenants: &[String]) {
        let at = dice.below(self.things.len());
        let with = if dice.below(2) == 0 {
            With::Tenant(dice.one(tenants).clone())
        } else {
            With::User(dice.one(&self.people).person.name.clone())
        };
        let thing = &mut self.things[at];
        let offered = shareable(thing.object_type, &with);
        if offered.is_empty() {
            return;
        }
        let operations = dice.some(offered);
        let mut body = json!({ "object_type": thing.object_type, "object_id": thing.id, "operations": operations });
        match &with {
            With::Tenant(name) => body["tenant"] = json!(name),
            With::User(name) => body["username"] = json!(name),
        }
        // Who is out of the thing's reach, or owns it, is refused: then there is no share.
        if self.world.api.send("POST", "object-shares", &self.world.admin, body).await.status == 200 {
            thing.shares.entry(with).or_default().extend(operations.into_iter().map(str::to_owned));
        }
    }

    fn question(who: &Somebody, object_type: &str, operation: &str, id: &str) -> Value {
        json!({
            "subject": { "type": "user", "id": who.person.name, "properties": { "tenant": who.person.tenant } },
            "action": { "name": operation },
            "resource": { "type": object_type, "id": id },
        })
    }

    async fn post(&self, asker: &Somebody, path: &str, body: Value) -> Value {
        self.api.ok("POST", &format!("/access/v1/{path}"), &asker.person.token, body).await
    }

    /// Everything found, over pages of a few, or of many.
    async fn found(
        &self,
        dice: &mut Dice,
        asker: &Somebody,
        what: &str,
        mut search: Value,
        field: &str,
    ) -> Vec<String> {
        let mut found = Vec::new();
        search["page"] = json!({ "limit": 1 + dice.below(20) });
        loop {
            let answer = self.post(asker, &format!("search/{what}"), search.clone()).await;
            let results = answer["results"].as_array().unwrap();
            assert_eq!(answer["page"]["count"], results.len());
            found.extend(results.iter().map(|one| one[field].as_str().unwrap().to_owned()));
            let token = answer["page"]["next_token"].as_str().unwrap();
            if token.is_empty() {
                return found;
            }
            search["page"]["token"] = json!(token);
        }
    }

    /// Every question that there is, answered one by one now and then, in lists, from memory, and by searches. Says how many
    /// there were.
    async fn check(&self, dice: &mut Dice, asker: &Somebody) -> usize {
        let options = Options { token: Some(Secret::new(asker.person.token.clone())), ..Options::default() };
        let remembered = Decisions::follow(Client::new(self.world.server.url(), options).unwrap());
        let people: Vec<&Somebody> = if asker.holds("USER", "view") && asker.role != "user" {
            self.people.iter().collect()
        } else {
            vec![asker]
        };
        let mut questions = Vec::new();
        for who in &people {
            for (object_type, operation) in PAIRS {
                questions.push((
                    Self::question(who, object_type, operation, "*"),
                    told(asker, who, object_type, operation, None),
                ));
                for thing in self.things.iter().filter(|thing| thing.object_type == object_type) {
                    let expected = told(asker, who, object_type, operation, Some(thing));
                    questions.push((Self::question(who, object_type, operation, &thing.id), expected));
                }
                questions.push((Self::question(who, object_type, operation, "missing"), false));
            }
        }
        let yes = questions.iter().filter(|(_, expected)| *expected).count();
        assert!(yes > 3 && yes < questions.len() - 3, "hardly a question: {yes} of {}", questions.len());
        for some in questions.chunks(1000) {
            let list: Vec<&Value> = some.iter().map(|(question, _)| question).collect();
            let answer = self.post(asker, "evaluations", json!({ "evaluations": list })).await;
            let answers = answer["evaluations"].as_array().unwrap();
            assert_eq!(answers.len(), some.len());
            for ((question, expected), answer) in some.iter().zip(answers) {
                assert_eq!(answer["decision"], *expected, "{} asks {question}: {answer}", asker.role);
                if dice.below(20) == 0 {
                    let single = self.post(asker, "evaluation", question.clone()).await;
                    assert_eq!(single, *answer, "{question}");
                }
                if dice.below(5) == 0 {
                    let question = asked(question);
                    for _ in 0..2 {
                        let known = remembered.decide(&question).await.unwrap();
                        let said = (&answer["decision"], answer["context"]["reason"].as_str().unwrap());
                        assert_eq!((&json!(known.allowed), &*known.reason), said, "{} asks {question:?}", asker.role);
                    }
                }
            }
        }
        for who in &people {
            for (object_type, operation) in PAIRS.into_iter().filter(|(object_type, _)| *object_type != "USER") {
                let mut expected: Vec<&str> = Vec::new();
                for thing in self.things.iter().filter(|thing| thing.object_type == object_type) {
                    if told(asker, who, object_type, operation, Some(thing)) {
                        expected.push(&thing.id);
                    }
                }
                let search = Self::question(who, object_type, operation, "ignored");
                let found = self.found(dice, asker, "resource", search, "id").await;
                assert_eq!(found, expected, "{} asks what {} may {operation}", asker.role, who.person.name);
            }
            let thing = dice.one(&self.things);
            let pairs = PAIRS.into_iter().filter(|(object_type, _)| *object_type == thing.object_type);
            let allowed =
                pairs.filter(|(object_type, operation)| told(asker, who, object_type, operation, Some(thing)));
            let expected: BTreeSet<String> = allowed.map(|(_, operation)| operation.to_owned()).collect();
            let search = Self::question(who, thing.object_type, "ignored", &thing.id);
            let found = self.found(dice, asker, "action", search, "name").await;
            assert_eq!(
                found.into_iter().collect::<BTreeSet<_>>(),
                expected,
                "{} asks of {}",
                asker.role,
                who.person.name
            );
        }
        self.check_subjects(dice, asker).await;
        questions.len()
    }

    async fn check_subjects(&self, dice: &mut Dice, asker: &Somebody) {
        for thing in &self.things {
            let (_, operation) =
                dice.one(&PAIRS.map(|pair| if pair.0 == thing.object_type { pair } else { ("", "view") })).to_owned();
            let search = json!({
                "subject": { "type": "user" }, "action": { "name": operation },
                "resource": { "type": thing.object_type, "id": thing.id },
            });
            if !asker.holds("USER", "view") {
                let answer = self.world.by(&asker.person, "POST", "/access/v1/search/subject", search).await;
                assert_eq!(answer.status, 403, "{}", answer.text);
                continue;
            }
            let told = |who: &&Somebody| told(asker, who, thing.object_type, operation, Some(thing));
            let expected: Vec<&str> = self.people.iter().filter(told).map(|who| &*who.person.name).collect();
            let mut found = self.found(dice, asker, "subject", search, "id").await;
            // The first administrator is none of the people here.
            found.retain(|name| name != robin_testkit::ADMIN);
            assert_eq!(found, expected, "{} asks who may {operation} {}", asker.role, thing.id);
        }
    }
}

/// The question as a service's memory takes it.
fn asked(question: &Value) -> robin_client::Question {
    let text = |pointer: &str| question.pointer(pointer).unwrap().as_str().unwrap();
    let about = robin_client::Question::about(
        text("/subject/id"),
        text("/subject/properties/tenant"),
        text("/resource/type"),
        text("/action/name"),
    );
    match text("/resource/id") {
        "*" => about,
        id => about.of(id),
    }
}

async fn somebody(world: &World, dice: &mut Dice, tenant: &str, role: &'static str) -> Somebody {
    let mut permissions: BTreeSet<_> = PAIRS.into_iter().filter(|_| dice.below(3) > 0).collect();
    // Half of those who could not see anything would be told nothing.
    permissions.extend(PAIRS.into_iter().filter(|(_, operation)| *operation == "view" && dice.below(4) > 0));
    let entries: Vec<String> =
        permissions.iter().map(|(object_type, operation)| format!("{object_type}:{operation}")).collect();
    let name = world.fresh("Capability");
    let body = json!({ "name": name, "tenant_roles": [role], "capability_entries": entries });
    world.by_admin("POST", "user-capabilities", body).await;
    Somebody { person: world.person(tenant, role, &[&name]).await, role, permissions }
}

#[tokio::test]
async fn sec_33_decisions_lists_of_them_and_searches_are_what_the_rules_say() {
    let mut questions = 0;
    for seed in 0.. {
        let mut dice = Dice::of(seed);
        let model = Model::of(&mut dice).await;
        for asker in &model.people {
            questions += model.check(&mut dice, asker).await;
        }
        if u64::try_from(questions).unwrap() >= fuzz::cases() {
            break;
        }
    }
}
