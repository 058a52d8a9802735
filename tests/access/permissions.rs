//! What an endpoint needs according to the table is what it asks for, before it looks at anything.

use std::collections::BTreeSet;

use robin_api::Needs;
use serde_json::json;

use super::{
    samples::{self, Names, Route},
    world::{ADMINISTRATORS, Person, World},
};

/// Somebody whose permissions change from call to call.
struct Subject {
    person: Person,
    capability: String,
    /// Those of their role's default.
    all: Vec<String>,
}

impl Subject {
    async fn new(world: &World, tenant: &str, role: &str) -> Self {
        let user = world.user(tenant, role, &[]).await;
        let all = world.permissions_of(&user, tenant).await;
        let capability = world.fresh("Capability");
        let body = json!({ "name": capability, "tenant_roles": [role], "capability_entries": all });
        world.by_admin("POST", "user-capabilities", body).await;
        let body = json!({ "action": "update_user_capabilities", "users": [user], "user_capabilities": [capability] });
        world.by_admin("PUT", &format!("tenants/{tenant}"), body).await;
        let token = world.api.login(&user, super::world::PASSWORD, tenant).await;
        Self { person: Person { name: user, token, tenant: tenant.to_owned() }, capability, all }
    }

    async fn hold(&self, world: &World, permissions: &[String]) {
        let body = json!({ "action": "update", "capability_entries": permissions });
        world.by_admin("PUT", &format!("user-capabilities/{}", self.capability), body).await;
    }
}

fn needed(route: &Route) -> Vec<String> {
    let word = |(object_type, operation): (&str, &str)| format!("{object_type}:{operation}");
    match route.needs {
        Needs::Permission(object_type, operation) => vec![word((object_type, operation))],
        Needs::Both(one, other) => vec![word(one), word(other)],
        Needs::OnType(operation) => vec![word((samples::TYPE, operation))],
        Needs::Token | Needs::Nothing => Vec::new(),
    }
}

fn permissions() -> BTreeSet<String> {
    samples::routes().iter().flat_map(needed).collect()
}

fn view(permission: &str) -> String {
    format!("{}:view", permission.split(':').next().unwrap_or_default())
}

fn missing() -> Names {
    let name = || "missing-thing".to_owned();
    Names {
        oneself: name(),
        heir: name(),
        homeless: name(),
        tenant: name(),
        home: name(),
        spare: name(),
        own_namespace: name(),
        namespace: name(),
        object: name(),
        own_object: name(),
        capability: name(),
        ldap_server: name(),
        ldap_port: "1".to_owned(),
        schedule: name(),
        fresh: name(),
        user: name(),
        account: name(),
        ..Names::default()
    }
}

#[tokio::test]
async fn without_the_one_permission_everything_is_refused_before_any_look_up() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let (present, missing) = (world.names(&tenant).await, missing());
    for (tenant, role) in [(tenant.as_str(), "tenantadmin"), (ADMINISTRATORS, "superadmin")] {
        let subject = Subject::new(&world, tenant, role).await;
        for lacking in permissions() {
            let rest: Vec<String> = subject.all.iter().filter(|known| **known != lacking).cloned().collect();
            subject.hold(&world, &rest).await;
            for route in samples::routes().iter().filter(|route| needed(route).contains(&lacking)) {
                for sample in samples::of(route) {
                    for names in [&present, &missing] {
                        let (method, path, body) = samples::request(route, (sample.fields)(names));
                        let answer = world.by(&subject.person, &method, &path, body).await;
                        let place = format!("{method} {path} ({role} without {lacking})");
                        assert_eq!(answer.status, 403, "{place}: {}", answer.text);
                        let (message, code) = answer.error();
                        assert_eq!(code, "denied", "{place}");
                        // Of two that are needed, this role may lack the other as well.
                        let said = |needed: &String| message == format!("you don't have the permission {needed}");
                        assert!(needed(route).iter().any(said), "{place}: {message}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn the_one_permission_and_view_are_enough() {
    let world = World::start().await;
    let subject = Subject::new(&world, ADMINISTRATORS, "superadmin").await;
    let all: BTreeSet<Vec<String>> = samples::routes().iter().map(needed).filter(|needed| !needed.is_empty()).collect();
    for held in all {
        let views = held.iter().map(|permission| view(permission));
        subject.hold(&world, &held.iter().cloned().chain(views).collect::<Vec<_>>()).await;
        for route in samples::routes().iter().filter(|route| needed(route) == held) {
            for sample in samples::of(route) {
                let names = world.names(&world.tenant().await).await;
                let (method, path, body) = samples::request(route, (sample.fields)(&names));
                let answer = world.by(&subject.person, &method, &path, body).await;
                let (message, _) = answer.error();
                assert!(!message.starts_with("you don't have the permission"), "{method} {path}, {held:?}: {message}");
            }
        }
    }
}

#[tokio::test]
async fn an_operation_on_something_that_is_there_needs_view_too() {
    let world = World::start().await;
    let subject = Subject::new(&world, ADMINISTRATORS, "superadmin").await;
    let tenant = world.tenant().await;
    let names = world.names(&tenant).await;
    for held in permissions().into_iter().filter(|held| !held.ends_with(":view")) {
        let view = view(&held);
        let rest: Vec<String> = subject.all.iter().filter(|known| **known != view).cloned().collect();
        subject.hold(&world, &rest).await;
        let is_about_one = |route: &&Route| route.path.contains('{') && needed(route).contains(&held);
        for route in samples::routes().iter().filter(is_about_one) {
            for sample in samples::of(route) {
                let (method, path, body) = samples::request(route, (sample.fields)(&names));
                let answer = world.by(&subject.person, &method, &path, body).await;
                assert_eq!(answer.status, 403, "{method} {path} without {view}: {}", answer.text);
            }
        }
    }
}

#[tokio::test]
async fn who_may_not_add_users_learns_nothing_of_directory_servers() {
    let world = World::start().await;
    let tenant = world.tenant().await;
    let user = world.user(&tenant, "user", &[]).await;
    let token = world.api.login(&user, super::world::PASSWORD, &tenant).await;
    let place = json!([{ "tenant": tenant, "tenant_role": "user" }]);
    for (number, server, by_admin) in [(2, Some("ad1"), 404), (2, None, 400), (3, None, 404)] {
        let info =
            json!({ "username": "x", "authentication_type": number, "ldap_server": server, "tenant_list": place });
        let body = json!({ "user_info": info });
        assert_eq!(world.api.call("POST", "users", &token, body.clone()).await.0, 403, "{body}");
        assert_eq!(world.api.call("POST", "users", &world.admin, body.clone()).await.0, by_admin, "{body}");
    }
}
