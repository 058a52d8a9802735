//! Accounts that are kept in step with their directory.

use std::{fmt::Write as _, time::Duration};

use robin_testkit::{
    Answer, Api, Server,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};

use super::{admin, each, several_servers, standing, tenants};

crate::on_both_engines!(
    names_follow_the_directory,
    mapped_groups_give_places_and_take_back_only_what_they_gave,
    who_is_gone_is_disabled_until_they_are_back,
    whom_an_administrator_disabled_stays_so,
    too_many_at_once_are_a_mistake,
    sync_gives_and_takes_superadmin_only_where_it_is_allowed,
    rel_06_a_directory_that_does_not_answer_in_full_changes_nothing,
    a_run_acts_with_the_rights_of_whoever_asks_for_it,
    accounts_that_say_who_they_are_are_found_there,
    a_run_comes_by_itself_once_one_was_applied_by_hand,
    a_run_on_the_command_line,
);

/// Units for people, for those who are away, and a group of these people.
pub fn people(count: usize, members: &[&str]) -> String {
    let mut ldif = Setup::default().ldif;
    for unit in ["people", "away"] {
        let _ = write!(ldif, "\ndn: ou={unit},dc=example,dc=com\nobjectClass: organizationalUnit\nou: {unit}\n");
    }
    for nth in 1..=count {
        let _ = write!(
            ldif,
            "\ndn: uid=p{nth},ou=people,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: p{nth}\ncn: P\nsn: Last{nth}\n\
             givenName: First{nth}\nuserPassword: password\n"
        );
    }
    let _ = write!(ldif, "\ndn: cn=devs,dc=example,dc=com\nobjectClass: groupOfNames\ncn: devs\n");
    for name in members {
        let _ = writeln!(ldif, "member: uid={name},ou=people,dc=example,dc=com");
    }
    ldif
}

/// Six people of a directory with accounts in `t1`, made by hand; of them `p1`, `p2` and a stranger are in the group `devs`.
pub struct Scene {
    pub api: Api,
    pub admin: String,
    pub slapd: Slapd,
}

impl Scene {
    pub async fn of(server: &Server) -> Self {
        let slapd = Slapd::start(&Setup { ldif: people(7, &["p1", "p2", "p7"]), ..Setup::default() });
        let scene = Self { api: server.api(), admin: admin(&server.api()).await, slapd };
        tenants(&scene.api, &scene.admin, &["t1", "t2"]).await;
        let (root, password) = scene.slapd.root();
        scene.server(&root, password).await;
        let place = json!([{ "tenant": "t1", "tenant_role": "user" }]);
        let user = |nth: usize| json!({ "username": format!("p{nth}"), "authentication_type": 2, "ldap_server": "ldap1", "tenant_list": place });
        let users: Vec<Value> = (1..=6).map(user).collect();
        scene.api.ok("POST", "users", &scene.admin, json!({ "user_list": users })).await;
        scene
    }

    async fn server(&self, reader: &str, password: &str) {
        let body = json!({
            "name": "ldap1", "hostname": "127.0.0.1", "port": self.slapd.port, "server_type": "OPEN_LDAP", "username": reader,
            "password": password, "search_base": "dc=example,dc=com", "user_base": "ou=people,dc=example,dc=com",
        });
        self.api.ok("POST", "ldap-servers", &self.admin, body).await;
    }

    async fn map(&self, tenant: &str, role: &str) {
        let body = json!({ "ldap_server_name": "ldap1", "group_name": "devs", "tenant": tenant, "tenant_role": role });
        self.api.ok("POST", "directory-mappings", &self.admin, body).await;
    }

    async fn send(&self, token: &str, wish: Value) -> Answer {
        let mut body = wish;
        body["action"] = "sync".into();
        self.api.send("PUT", "ldap-servers/ldap1", token, body).await
    }

    /// What a run would change, and what it changes then: who and what.
    async fn sync(&self, wish: Value) -> Vec<(String, String)> {
        let shown = self.send(&self.admin, wish.clone()).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let mut wish = wish;
        wish["apply"] = true.into();
        let applied = self.send(&self.admin, wish).await;
        assert_eq!(applied.status, 200, "{}", applied.text);
        assert_eq!(shown.json()["changes"], applied.json()["changes"]);
        let changes = applied.json()["changes"].as_array().unwrap().clone();
        let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        changes.iter().map(|line| (text(line, "username"), text(line, "what"))).collect()
    }

    async fn user(&self, name: &str) -> Value {
        self.api.ok("GET", &format!("users/{name}"), &self.admin, Value::Null).await
    }

    async fn tenants_of(&self, name: &str) -> Vec<String> {
        let user = self.user(name).await;
        let mut names: Vec<String> = user["tenants"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    /// Moves somebody to where nobody is looked for, or back.
    fn go(&self, name: &str, from: &str, to: &str) {
        self.slapd.modify(&format!(
            "dn: uid={name},ou={from},dc=example,dc=com\nchangetype: modrdn\nnewrdn: uid={name}\ndeleteoldrdn: 0\n\
             newsuperior: ou={to},dc=example,dc=com\n"
        ));
    }

    fn member(&self, how: &str, name: &str) {
        self.slapd.modify(&format!(
            "dn: cn=devs,dc=example,dc=com\nchangetype: modify\n{how}: member\nmember: uid={name},ou=people,dc=example,dc=com\n"
        ));
    }

    fn rename(&self, name: &str, last: &str) {
        self.slapd.modify(&format!(
            "dn: uid={name},ou=people,dc=example,dc=com\nchangetype: modify\nreplace: sn\nsn: {last}\n"
        ));
    }
}

fn lines(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    changes.iter().map(|(who, what)| ((*who).to_owned(), (*what).to_owned())).collect()
}

async fn names_follow_the_directory(server: Server) {
    let scene = Scene::of(&server).await;
    assert_eq!(scene.sync(json!({})).await, []);
    scene.rename("p1", "Other");
    // What the directory says nothing of stays.
    scene
        .api
        .ok("PUT", "users/p1", &scene.admin, json!({ "action": "update", "user_info": { "email": "p1@x.org" } }))
        .await;
    assert_eq!(scene.sync(json!({})).await, lines(&[("p1", "update last name")]));
    let p1 = scene.user("p1").await;
    assert_eq!(p1["last_name"], "Other", "{p1}");
    assert_eq!(p1["email"], "p1@x.org", "{p1}");
    let records =
        scene.api.ok("GET", "user-audit?action=user.update&target=p1&limit=1", &scene.admin, Value::Null).await;
    assert_eq!(records["items"][0]["after"]["last_name"], "Other", "{records}");
    assert_eq!(scene.sync(json!({})).await, []);
}

async fn mapped_groups_give_places_and_take_back_only_what_they_gave(server: Server) {
    let scene = Scene::of(&server).await;
    scene.map("t1", "tenantadmin").await;
    scene.map("t2", "user").await;
    let answer = scene.send(&scene.admin, json!({})).await.json();
    assert_eq!(answer["not_imported"], json!(["p7"]), "{answer}");
    // What was made by hand stays as it is, whatever a mapping says.
    let joined = [("p1", "add to tenant t2 as user"), ("p2", "add to tenant t2 as user")];
    assert_eq!(scene.sync(json!({})).await, lines(&joined));
    assert_eq!(scene.tenants_of("p1").await, ["t1", "t2"]);
    assert_eq!(scene.sync(json!({})).await, []);
    let token = scene.api.login("p1", "password", "t2").await;

    let body = json!({ "ldap_server_name": "ldap1", "group_name": "devs", "tenant": "t2" });
    scene.api.ok("DELETE", "directory-mappings", &scene.admin, body).await;
    scene.map("t2", "tenantadmin").await;
    // From now on it is theirs, and nobody's mapping.
    let by_hand = json!({ "action": "change_tenant_role", "tenant": "t2", "tenant_role": "tenantadmin" });
    scene.api.ok("PUT", "users/p2", &scene.admin, by_hand).await;
    let raised = [("p1", "change role in tenant t2 from user to tenantadmin")];
    assert_eq!(scene.sync(json!({})).await, lines(&raised));

    let object = json!({ "type": "K8S_APPLICATION", "id": "app1", "tenant": "t2", "owner": "p1" });
    scene.api.ok("POST", "objects", &scene.admin, object).await;
    for name in ["p1", "p2"] {
        scene.member("delete", name);
    }
    assert_eq!(scene.sync(json!({})).await, lines(&[("p1", "remove from tenant t2")]));
    assert_eq!((scene.tenants_of("p1").await, scene.tenants_of("p2").await.len()), (vec!["t1".to_owned()], 2));
    assert_eq!(standing(&scene.api, &token).await, 401);
    let kept = scene.api.ok("GET", "objects/K8S_APPLICATION/app1", &scene.admin, Value::Null).await;
    assert_eq!(kept["owner"], "p1", "{kept}");
    // Back again, everything is there.
    scene.member("add", "p1");
    assert_eq!(scene.sync(json!({})).await, lines(&[("p1", "add to tenant t2 as tenantadmin")]));
    scene.api.login("p1", "password", "t2").await;
    // A group that is not there says nothing of who was in it.
    scene.slapd.modify("dn: cn=devs,dc=example,dc=com\nchangetype: delete\n");
    let refused = scene.send(&scene.admin, json!({ "apply": true })).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("no group `devs`"), "{}", refused.text);
    assert_eq!(scene.tenants_of("p1").await.len(), 2);
    // Nothing of all that stands in the way of removing the account.
    scene.slapd.add("dn: cn=devs,dc=example,dc=com\nobjectClass: groupOfNames\ncn: devs\nmember: uid=p7,ou=people,dc=example,dc=com\n");
    scene.sync(json!({})).await;
    scene.api.ok("DELETE", "users/p1", &scene.admin, json!({})).await;
}

async fn who_is_gone_is_disabled_until_they_are_back(server: Server) {
    let scene = Scene::of(&server).await;
    let token = scene.api.login("p3", "password", "").await;
    scene.go("p3", "people", "away");
    assert_eq!(scene.sync(json!({})).await, lines(&[("p3", "disable")]));
    assert_eq!(standing(&scene.api, &token).await, 401);
    let record = scene.api.ok("GET", "user-audit?action=user.disable&target=p3", &scene.admin, Value::Null).await;
    assert_eq!(record["items"][0]["after"], json!({ "disabled": true, "directory": "gone" }), "{record}");
    assert_eq!(scene.sync(json!({})).await, []);
    scene.go("p3", "away", "people");
    assert_eq!(scene.sync(json!({})).await, lines(&[("p3", "enable")]));
    scene.api.login("p3", "password", "").await;
}

async fn whom_an_administrator_disabled_stays_so(server: Server) {
    let scene = Scene::of(&server).await;
    scene.api.ok("PUT", "users/p4", &scene.admin, json!({ "action": "disable" })).await;
    assert_eq!(scene.sync(json!({})).await, []);
    // Also where the directory had a part in it first.
    scene.go("p5", "people", "away");
    assert_eq!(scene.sync(json!({})).await, lines(&[("p5", "disable")]));
    scene.api.ok("PUT", "users/p5", &scene.admin, json!({ "action": "disable" })).await;
    scene.go("p5", "away", "people");
    assert_eq!(scene.sync(json!({})).await, []);
}

async fn too_many_at_once_are_a_mistake(server: Server) {
    let scene = Scene::of(&server).await;
    for name in ["p5", "p6"] {
        scene.go(name, "people", "away");
    }
    scene.rename("p1", "Other");
    let before = scene.user("p1").await;
    let shown = scene.send(&scene.admin, json!({})).await.json();
    assert!(shown["refused"].as_str().unwrap().contains("2 of 6 active accounts"), "{shown}");
    for wish in [json!({ "apply": true }), json!({ "apply": true, "max_disable": "0%" })] {
        let refused = scene.send(&scene.admin, wish).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(refused.text.contains("--max-disable"), "{}", refused.text);
    }
    assert_eq!(scene.user("p1").await, before);
    assert_eq!(scene.user("p5").await.get("disabled"), None);
    let invalid = scene.send(&scene.admin, json!({ "max_disable": "many" })).await;
    assert_eq!(invalid.status, 400, "{}", invalid.text);
    let all = [("p1", "update last name"), ("p5", "disable"), ("p6", "disable")];
    assert_eq!(scene.sync(json!({ "max_disable": "2" })).await, lines(&all));
}

async fn sync_gives_and_takes_superadmin_only_where_it_is_allowed(server: Server) {
    let scene = Scene::of(&server).await;
    scene.map("Administrators", "superadmin").await;
    let shown = scene.send(&scene.admin, json!({ "apply": true })).await.json();
    assert_eq!(shown["changes"], json!([]), "{shown}");
    assert_eq!(shown["left"].as_array().unwrap().len(), 2, "{shown}");
    let given =
        [("p1", "add to tenant Administrators as superadmin"), ("p2", "add to tenant Administrators as superadmin")];
    assert_eq!(scene.sync(json!({ "allow_superadmin": true })).await, lines(&given));
    assert_eq!(scene.send(&scene.admin, json!({})).await.json()["left"], json!([]));
    scene.member("delete", "p1");
    let kept = scene.send(&scene.admin, json!({ "apply": true })).await.json();
    assert_eq!((&kept["changes"], kept["left"][0]["username"].as_str()), (&json!([]), Some("p1")), "{kept}");
    let taken = [("p1", "remove from tenant Administrators")];
    assert_eq!(scene.sync(json!({ "allow_superadmin": true })).await, lines(&taken));
}

async fn rel_06_a_directory_that_does_not_answer_in_full_changes_nothing(server: Server) {
    let ldif = people(7, &["p1"]);
    let mut scene = Scene::of(&server).await;
    scene.go("p1", "people", "away");
    scene.rename("p2", "Other");
    let before: Vec<Value> = vec![scene.user("p1").await, scene.user("p2").await];
    // Another one in its place, which stops before the end; one that shows nobody; none.
    for (setup, status, words) in [
        (Setup { global: "sizelimit 3", ldif: ldif.clone(), ..Setup::default() }, 409, "nothing was changed"),
        (
            Setup { ldif: people(0, &[""]).replace("member: uid=,ou=people,", "member: "), ..Setup::default() },
            409,
            "no user at all",
        ),
    ] {
        let other = Slapd::start(&setup);
        let body = json!({
            "action": "update", "port": other.port, "username": "cn=read-only-admin,dc=example,dc=com", "password": "password",
        });
        scene.api.ok("PUT", "ldap-servers/ldap1", &scene.admin, body).await;
        let refused = scene.send(&scene.admin, json!({ "apply": true, "max_disable": "100%" })).await;
        assert_eq!(refused.status, status, "{}", refused.text);
        assert!(refused.text.contains(words), "{}", refused.text);
        scene.slapd = other;
    }
    scene.slapd = Slapd::start(&Setup { ldif, ..Setup::default() });
    let down = scene.send(&scene.admin, json!({ "apply": true, "max_disable": "100%" })).await;
    assert_eq!(down.status, 503, "{}", down.text);
    assert_eq!(vec![scene.user("p1").await, scene.user("p2").await], before);
}

async fn a_run_acts_with_the_rights_of_whoever_asks_for_it(server: Server) {
    let scene = Scene::of(&server).await;
    scene.map("t2", "user").await;
    let entries = json!([["LDAP", "update"], ["LDAP", "view"], ["USER", "update"], ["USER", "view"]]);
    let keeper = json!({ "name": "Keeper", "tenant_roles": "tenantadmin", "capability_entries": entries });
    scene.api.ok("POST", "user-capabilities", &scene.admin, keeper).await;
    let place = json!([{ "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": ["Keeper"] }]);
    let user = json!({ "username": "kim", "authentication_type": 1, "password": "Kim-4-you!", "tenant_list": place });
    scene.api.ok("POST", "users", &scene.admin, json!({ "user_info": user })).await;
    let kim = scene.api.login("kim", "Kim-4-you!", "t1").await;
    scene.go("p6", "people", "away");
    let done = scene.send(&kim, json!({ "apply": true })).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(done.json()["changes"], json!([]), "the others have rights that kim lacks: {}", done.text);
    assert_eq!(done.json()["left"].as_array().unwrap().len(), 3, "{}", done.text);
    // What they have shown is not what a run comes to that may do all.
    let body = json!({ "action": "update", "sync_interval": "1h" });
    assert_eq!(scene.api.send("PUT", "ldap-servers/ldap1", &scene.admin, body).await.status, 409);
    // Who reaches nobody is told no name.
    let user = json!({ "username": "lee", "authentication_type": 1, "password": "Lee-4-you!!", "tenant_list": [
        { "tenant": "t2", "tenant_role": "tenantadmin", "user_capabilities": ["Keeper"] },
    ]});
    scene.api.ok("POST", "users", &scene.admin, json!({ "user_info": user })).await;
    let lee = scene.api.login("lee", "Lee-4-you!!", "t2").await;
    let done = scene.send(&lee, json!({ "apply": true })).await.json();
    assert_eq!((&done["left"], &done["out_of_reach"]), (&json!([]), &json!(6)), "{done}");
    // Nor can they have the server do it by itself.
    let body = json!({ "action": "update", "sync_interval": "1h" });
    let refused = scene.api.send("PUT", "ldap-servers/ldap1", &kim, body).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(scene.send("", json!({})).await.status, 401);
}

async fn accounts_that_say_who_they_are_are_found_there(server: Server) {
    let scene = Scene::of(&server).await;
    scene.go("p7", "people", "away");
    let add = |name: &str, dn: &str| {
        let place = json!([{ "tenant": "t1", "tenant_role": "user" }]);
        json!({ "user_info": {
            "username": name, "authentication_type": 2, "ldap_server": "ldap1", "ldap_user_dn": dn, "tenant_list": place,
        }})
    };
    scene.api.ok("POST", "users", &scene.admin, add("jane", "uid=p7,ou=away,dc=example,dc=com")).await;
    assert_eq!(scene.sync(json!({})).await, []);
    // Not known yet by what identifies them.
    let other = json!({ "action": "update", "user_info": { "ldap_user_dn": "uid=p7,ou=away,dc=example,dc=com" } });
    scene.api.ok("PUT", "users/jane", &scene.admin, other).await;
    let nobody = json!({ "action": "update", "user_info": { "ldap_user_dn": "" } });
    scene.api.ok("PUT", "users/p6", &scene.admin, nobody).await;
    assert_eq!(scene.sync(json!({})).await, []);
    scene.slapd.modify("dn: uid=p7,ou=away,dc=example,dc=com\nchangetype: delete\n");
    assert_eq!(scene.sync(json!({})).await, lines(&[("jane", "disable")]));
    // Two of one name: nobody can tell whose account it is.
    scene.slapd.add(
        "dn: cn=p6,ou=people,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: P6\ncn: p6\nsn: x\nuserPassword: password\n",
    );
    let shown = scene.send(&scene.admin, json!({})).await.json();
    assert_eq!((&shown["changes"], shown["left"][0]["username"].as_str()), (&json!([]), Some("p6")), "{shown}");
}

/// The schedule of the directory, when it is so.
pub async fn until(api: &Api, token: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let list = api.ok("GET", "schedules", token, Value::Null).await;
        let is_it = |one: &&Value| one["function"] == "sync_ldap_server_cb" && is_so(one);
        if let Some(found) = list["items"].as_array().unwrap().iter().find(is_it) {
            return found.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not come to that: {}", api.ok("GET", "schedules", token, Value::Null).await);
}

async fn a_run_comes_by_itself_once_one_was_applied_by_hand(server: Server) {
    let scene = Scene::of(&server).await;
    let (api, admin) = (&scene.api, &scene.admin);
    let set = async |body: Value| {
        let mut body = body;
        body["action"] = "update".into();
        api.send("PUT", "ldap-servers/ldap1", admin, body).await
    };
    let refused = set(json!({ "sync_interval": "1h" })).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("ldap sync ldap1 --apply"), "{}", refused.text);
    scene.sync(json!({})).await;
    for odd in ["59", "31d", "1 hour", "never"] {
        assert_eq!(set(json!({ "sync_interval": odd })).await.status, 400, "{odd}");
    }
    assert_eq!(set(json!({ "sync_interval": "1h", "max_disable": "3" })).await.status, 200);
    let shown = api.ok("GET", "ldap-servers/ldap1", admin, Value::Null).await;
    assert_eq!((&shown["sync_interval"], &shown["max_disable"]), (&json!(3600), &json!("3")), "{shown}");
    let schedule = until(api, admin, |one| one["name"] == "LdapSync-ldap1").await;
    assert_eq!((&schedule["function"], &schedule["last_run"]), (&json!("sync_ldap_server_cb"), &Value::Null));

    let act = async |action: &str| api.ok("PUT", "schedules/LdapSync-ldap1", admin, json!({ "action": action })).await;
    let token = api.login("p3", "password", "").await;
    for name in ["p3", "p4"] {
        scene.go(name, "people", "away");
    }
    // Whatever was due while it was stopped is done at once.
    act("stop").await;
    act("start").await;
    let ran = until(api, admin, |one| one["last_run"] != Value::Null && one["running_on"] == Value::Null).await;
    assert_eq!(
        (&ran["last_error"], &ran["message"]),
        (&Value::Null, &json!("2 change(s), 2 account(s) disabled")),
        "{ran}"
    );
    assert_eq!(standing(api, &token).await, 401);
    let record = api.ok("GET", "user-audit?action=user.disable&target=p3", admin, Value::Null).await;
    assert_eq!(record["items"][0]["username"], "system", "{record}");

    // What it goes by has changed: somebody looks first.
    scene.map("t2", "user").await;
    act("stop").await;
    act("start").await;
    let failed = until(api, admin, |one| one["last_error"] != Value::Null).await;
    assert!(failed["last_error"].as_str().unwrap().contains("applied by hand"), "{failed}");
    assert_eq!(scene.tenants_of("p1").await, ["t1"]);
    assert_eq!(set(json!({ "sync_interval": "1d" })).await.status, 409);
    scene.sync(json!({})).await;
    assert_eq!(set(json!({ "sync_interval": 86_400 })).await.status, 200);
    until(api, admin, |one| one["interval"] == 86_400).await;

    assert_eq!(set(json!({ "sync_interval": "off", "allow_superadmin": true })).await.status, 200);
    assert_eq!(each(&api.ok("GET", "schedules", admin, Value::Null).await, "name"), ["UserCertificate"]);
    let shown = api.ok("GET", "ldap-servers", admin, Value::Null).await["items"][0].clone();
    assert_eq!((&shown["sync_interval"], &shown["allow_superadmin"]), (&Value::Null, &json!(true)), "{shown}");
    // It goes with its server.
    assert_eq!(set(json!({ "sync_interval": "1w" })).await.status, 200);
    api.ok("DELETE", "ldap-servers/ldap1", admin, json!({ "force": true })).await;
    assert_eq!(each(&api.ok("GET", "schedules", admin, Value::Null).await, "name"), ["UserCertificate"]);
}

async fn a_run_on_the_command_line(server: Server) {
    let scene = Scene::of(&server).await;
    let admin = server.admin();
    assert_eq!(
        admin.ok("robin ldap sync ldap1"),
        "Would apply 0 change(s) to accounts of ldap server 'ldap1', 0 of them disabled\n"
    );
    scene.go("p3", "people", "away");
    scene.rename("p1", "Other");
    let lines = "User | What             | Why\n-----+------------------+--------------------------------\n\
                 p1   | update last name | the directory has it otherwise\np3   | disable          | not in the directory any more\n";
    assert_eq!(
        admin.ok("robin ldap sync ldap1 --apply"),
        format!("{lines}Applied 2 change(s) to accounts of ldap server 'ldap1', 1 of them disabled\n")
    );
    assert_eq!(
        admin.ok("robin ldap update-server ldap1 --sync-interval 18h"),
        "Successfully updated ldap server 'ldap1'\n"
    );
    assert_eq!(admin.ok("robin schedule stop LdapSync-ldap1"), "Schedule 'LdapSync-ldap1' stopped\n");
    let row = "LdapSync-ldap1 | sync_ldap_server_cb | 64800 | - | - | No | - | - | - | 0.00s | 0.00s |";
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(admin.ok("robin schedule list").lines().last().map(squeezed).as_deref(), Some(row));
    assert_eq!(admin.ok("robin schedule start LdapSync-ldap1"), "Schedule 'LdapSync-ldap1' started\n");
    assert_eq!(admin.line("robin schedule start nothing").code, 1);
}

/// What one server's run disables is so on the other within a second, and one of the two runs it.
#[tokio::test]
async fn rel_12_one_of_two_servers_runs_what_is_due() {
    let (first, second) = several_servers::pair().await;
    let scene = Scene::of(&first).await;
    scene.sync(json!({})).await;
    let token = scene.api.login("p2", "password", "").await;
    several_servers::within_a_second(&second, &token, "login", 200).await;
    let body = json!({ "action": "update", "sync_interval": "1h" });
    scene.api.ok("PUT", "ldap-servers/ldap1", &scene.admin, body).await;
    scene.go("p2", "people", "away");
    for action in ["stop", "start"] {
        second.api().ok("PUT", "schedules/LdapSync-ldap1", &scene.admin, json!({ "action": action })).await;
    }
    until(&scene.api, &scene.admin, |one| one["message"] == "1 change(s), 1 account(s) disabled").await;
    several_servers::within_a_second(&first, &token, "login", 401).await;
    several_servers::within_a_second(&second, &token, "login", 401).await;
    let records = scene.api.ok("GET", "user-audit?action=user.disable", &scene.admin, Value::Null).await;
    assert_eq!(records["items"].as_array().unwrap().len(), 1, "{records}");
}
