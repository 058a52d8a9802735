//! What groups of a directory give: mappings, and what rests on them.

use std::time::Duration;

use robin_testkit::{Answer, Api, Engine, Server, slapd::Slapd};
use serde_json::{Value, json};

use super::{
    PASSWORD, admin,
    directories::gate,
    imports::{add_server, directory},
    tenants, user,
};

crate::on_both_engines!(
    a_group_is_mapped_and_listed_and_mapped_no_longer,
    what_is_not_there_is_not_mapped,
    a_directory_that_is_down_is_not_asked,
    nobody_maps_what_they_could_not_give,
    what_a_mapping_names_stays,
    mappings_on_the_command_line,
);

const MAPPINGS: &str = "directory-mappings";

/// A server with the directory as `ldap1`, and tenants.
pub struct Scene {
    pub api: Api,
    pub admin: String,
    pub slapd: Slapd,
}

impl Scene {
    pub async fn of(server: &Server) -> Self {
        let (api, slapd) = (server.api(), directory());
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1", "t2"]).await;
        add_server(&api, &admin, &slapd).await;
        Self { api, admin, slapd }
    }

    pub async fn send(&self, method: &str, token: &str, body: Value) -> Answer {
        self.api.send(method, MAPPINGS, token, body).await
    }

    /// Maps a group of `ldap1`, by the administrator.
    pub async fn map(&self, group: &str, tenant: &str, role: &str, capabilities: &str) {
        let mut body = mapping(group, tenant, role);
        if !capabilities.is_empty() {
            body["user_capabilities"] = json!(capabilities);
        }
        self.api.ok("POST", MAPPINGS, &self.admin, body).await;
    }

    async fn get(&self, path: &str) -> Value {
        self.api.ok("GET", path, &self.admin, Value::Null).await
    }
}

fn mapping(group: &str, tenant: &str, role: &str) -> Value {
    json!({ "ldap_server_name": "ldap1", "group_name": group, "tenant": tenant, "tenant_role": role })
}

fn key(group: &str, tenant: &str) -> Value {
    json!({ "ldap_server_name": "ldap1", "group_name": group, "tenant": tenant })
}

async fn a_group_is_mapped_and_listed_and_mapped_no_longer(server: Server) {
    let scene = Scene::of(&server).await;
    let added = scene.send("POST", &scene.admin, mapping("chemists", "T1", "user")).await;
    assert_eq!(
        added.json(),
        json!({ "message": "Successfully added LDAP mapping of group 'chemists' to tenant 'T1'" })
    );
    scene.map("Chemists", "t2", "tenantadmin", "ViewBundles,CreateBundles").await;
    scene.map("Scientists", "t1", "user", "NoCapabilities").await;
    let items = scene.get(MAPPINGS).await["items"].clone();
    let first = json!({
        "id": 1, "ldap_server_name": "ldap1", "group_name": "chemists", "tenant": "t1", "tenant_role": "user",
        "user_capabilities": ["AllUserCapabilities"],
    });
    assert_eq!(items[0], first);
    assert_eq!(items[1]["user_capabilities"], json!(["ViewBundles", "CreateBundles"]));
    assert_eq!(items[2]["user_capabilities"], json!(["NoCapabilities"]));
    let page = scene.get(&format!("{MAPPINGS}?limit=2&ldap_server_name=LDAP1")).await;
    let next = page["next_cursor"].as_str().unwrap();
    let rest = scene.get(&format!("{MAPPINGS}?limit=2&ldap_server_name=LDAP1&cursor={next}")).await;
    assert_eq!((&page["items"][1], &rest["items"]), (&items[1], &json!([items[2]])));
    let narrowed = scene.get(&format!("{MAPPINGS}?group_name=CHEMISTS")).await;
    assert_eq!(narrowed["items"], json!([items[0], items[1]]));
    let record = scene.get("user-audit?action=directory_mapping.create&target=chemists").await["items"].clone();
    let expected = json!({
        "id": 1, "source": "ldap/1", "group": "chemists", "tenant": 2, "tenant_name": "t1", "role": "user",
        "capabilities": record[1]["after"]["capabilities"],
    });
    assert_eq!(record[1]["after"], expected, "{record}");

    let removed = scene.send("DELETE", &scene.admin, key("CHEMISTS", "t1")).await;
    let message = "Successfully removed LDAP mapping of group 'CHEMISTS' to tenant 't1'";
    assert_eq!(removed.json(), json!({ "message": message }));
    let again = scene.send("DELETE", &scene.admin, key("Chemists", "t1")).await;
    assert_eq!(
        (again.status, again.error().0),
        (404, "mapping of group `Chemists` to tenant `t1` not found".to_owned())
    );
    assert_eq!(scene.get(MAPPINGS).await["items"], json!([items[1], items[2]]));
    let records = scene.get("user-audit?action=directory_mapping.remove").await["items"].clone();
    let done = records.as_array().unwrap().iter().find(|record| record["outcome"] == "success").unwrap();
    assert_eq!((&done["before"]["id"], &done["after"]), (&json!(1), &Value::Null));
}

async fn what_is_not_there_is_not_mapped(server: Server) {
    let scene = Scene::of(&server).await;
    scene.slapd.add(
        "dn: cn=Chemists,dc=example,dc=com\nobjectClass: groupOfNames\ncn: Chemists\nmember: uid=tesla,dc=example,dc=com\n",
    );
    scene.map("Scientists", "t1", "user", "").await;
    let with = |field: &str, value: &str| {
        let mut body = mapping("Italians", "t1", "user");
        body[field] = json!(value);
        body
    };
    for (body, status, text) in [
        (with("ldap_server_name", "ldap9"), 404, "LDAP server `ldap9` not found"),
        (with("group_name", "Nobodies"), 404, "LDAP group `Nobodies` not found"),
        (with("group_name", "*"), 404, "LDAP group `*` not found"),
        (with("group_name", "Chemists"), 409, "several groups of LDAP server `ldap1` are named `Chemists`"),
        (with("group_name", ""), 400, "invalid group name"),
        (with("group_name", "a\nb"), 400, "invalid group name"),
        (with("tenant", "t9"), 404, "tenant `t9` not found"),
        (with("tenant_role", "root"), 400, "root"),
        (with("tenant_role", "superadmin"), 400, "`Administrators` only"),
        (with("user_capabilities", "Nothing"), 400, "unknown capability `Nothing`"),
        (with("user_capabilities", "AllTenantAdminCapabilities"), 400, "can't be assigned to the role `user`"),
        (with("group_name", "SCIENTISTS"), 409, "mapped to the tenant `t1` already"),
        (with("color", "red"), 400, "color"),
    ] {
        let answer = scene.send("POST", &scene.admin, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.error().0.contains(text), "{}", answer.text);
    }
    assert_eq!(scene.get(MAPPINGS).await["items"].as_array().unwrap().len(), 1);
    let unknown = scene.api.send("GET", &format!("{MAPPINGS}?ldap_server_name=ldap9"), &scene.admin, Value::Null).await;
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    for (body, text) in [
        (json!({ "ldap_server_name": "ldap9", "group_name": "Scientists", "tenant": "t1" }), "LDAP server `ldap9`"),
        (key("Scientists", "t9"), "tenant `t9`"),
        (key("Scientists", "t2"), "mapping of group `Scientists`"),
    ] {
        let answer = scene.send("DELETE", &scene.admin, body).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert!(answer.error().0.contains(text), "{}", answer.text);
    }
}

async fn a_directory_that_is_down_is_not_asked(server: Server) {
    let Scene { api, admin, slapd } = Scene::of(&server).await;
    drop(slapd);
    let added = api.send("POST", MAPPINGS, &admin, mapping("Nobodies", "t1", "user")).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let warning = added.json()["warning"].as_str().unwrap().to_owned();
    assert!(warning.contains("nobody can tell whether LDAP server `ldap1` has the group `Nobodies`"), "{warning}");
    let said = server.admin().line("robin ldap add-mapping ldap1 Nobodies t2 user");
    assert_eq!(said.stdout, "Successfully added LDAP mapping of group 'Nobodies' to tenant 't2'\n");
    assert!(said.stderr.starts_with("Warning: nobody can tell whether"), "{said:?}");
}

async fn nobody_maps_what_they_could_not_give(server: Server) {
    let scene = Scene::of(&server).await;
    let role = json!({
        "name": "Mapper", "tenant_roles": ["tenantadmin", "user"], "providers": [],
        "capability_entries": ["LDAP:view", "LDAP:update"],
    });
    scene.api.ok("POST", "user-capabilities", &scene.admin, role).await;
    let token = async |name: &str, role: &str, capabilities: &str| {
        user(&scene.api, &scene.admin, name, &[("t1", role)]).await;
        let change = json!({ "action": "update_user_capabilities", "users": name, "user_capabilities": capabilities });
        scene.api.ok("PUT", "tenants/t1", &scene.admin, change).await;
        scene.api.login(name, PASSWORD, "t1").await
    };
    let mapper = token("mapper", "tenantadmin", "Mapper,ViewBundles").await;
    let low = token("low", "user", "Mapper").await;
    let with = |group: &str, tenant: &str, role: &str, capabilities: &str| {
        let mut body = mapping(group, tenant, role);
        body["user_capabilities"] = json!(capabilities);
        body
    };
    for (token, body, status) in [
        (&mapper, with("Chemists", "t2", "user", "NoCapabilities"), 404),
        (&mapper, with("Chemists", "Administrators", "superadmin", "NoCapabilities"), 404),
        (&mapper, with("Chemists", "t1", "user", "AllUserCapabilities"), 403),
        (&mapper, mapping("Chemists", "t1", "tenantadmin"), 403),
        (&low, with("Chemists", "t1", "tenantadmin", "NoCapabilities"), 403),
        (&low, with("Chemists", "t1", "user", "ViewBundles"), 403),
        (&mapper, with("Chemists", "t1", "tenantadmin", "ViewBundles"), 200),
        (&low, with("Italians", "t1", "user", "Mapper"), 200),
    ] {
        let answer = scene.send("POST", token, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    scene.map("Scientists", "t1", "user", "").await;
    scene.map("Scientists", "t2", "user", "").await;
    // Nobody sees what leads elsewhere, and nobody takes away what they could not give.
    let seen = scene.api.ok("GET", MAPPINGS, &mapper, Value::Null).await;
    assert_eq!(super::each(&seen, "group_name"), ["Chemists", "Italians", "Scientists"]);
    assert_eq!(super::each(&seen, "tenant"), ["t1"; 3]);
    for (token, group, tenant, status) in [
        (&mapper, "Scientists", "t2", 404),
        (&mapper, "Scientists", "t1", 403),
        (&low, "Chemists", "t1", 403),
        (&mapper, "Chemists", "t1", 200),
        (&low, "Italians", "t1", 200),
    ] {
        let answer = scene.send("DELETE", token, key(group, tenant)).await;
        assert_eq!(answer.status, status, "{group} {tenant}: {}", answer.text);
    }
}

async fn what_a_mapping_names_stays(server: Server) {
    let scene = Scene::of(&server).await;
    let role = json!({ "name": "Own", "tenant_roles": ["tenantadmin", "user"], "capability_entries": ["BUNDLE:view"] });
    scene.api.ok("POST", "user-capabilities", &scene.admin, role).await;
    scene.map("Chemists", "t1", "user", "Own,ViewBundles").await;
    let refused = async |method: &str, path: &str, body: Value, text: &str| {
        let answer = scene.api.send(method, path, &scene.admin, body).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.error().0.contains(text), "{}", answer.text);
    };
    refused("DELETE", "tenants/t1", Value::Null, "1 group(s) of directories are mapped to the tenant `t1`").await;
    refused("DELETE", "user-capabilities/Own", Value::Null, "`Own` is given by 1 directory mapping(s)").await;
    let narrower = json!({ "action": "update", "tenant_roles": ["tenantadmin"] });
    refused("PUT", "user-capabilities/Own", narrower, "given to the role `user` by a mapping of the group `Chemists`")
        .await;
    let wide = json!({ "action": "update", "tenant_roles": ["user"] });
    scene.api.ok("PUT", "user-capabilities/Own", &scene.admin, wide).await;

    scene.api.ok("DELETE", "ldap-servers/ldap1", &scene.admin, Value::Null).await;
    assert_eq!(scene.get(MAPPINGS).await["items"], json!([]));
    let record = scene.get("user-audit?action=ldap_server.remove").await["items"][0].clone();
    let gone = &record["before"]["mappings"];
    assert_eq!((&gone[0]["group"], &gone[1]), (&json!("Chemists"), &Value::Null), "{record}");
    // A new server of that name is another one.
    add_server(&scene.api, &scene.admin, &scene.slapd).await;
    assert_eq!(scene.get(MAPPINGS).await["items"], json!([]));
    scene.api.ok("DELETE", "user-capabilities/Own", &scene.admin, Value::Null).await;
    scene.api.ok("DELETE", "tenants/t1", &scene.admin, Value::Null).await;
}

async fn mappings_on_the_command_line(server: Server) {
    let _scene = Scene::of(&server).await;
    let robinctl = server.admin();
    let said = robinctl.ok("robin ldap add-mapping ldap1 Scientists t1 user");
    assert_eq!(said, "Successfully added LDAP mapping of group 'Scientists' to tenant 't1'\n");
    robinctl.ok("robin ldap add-mapping ldap1 Italians t2 tenantadmin ViewBundles,CreateBundles");
    let expected = "\
LDAP Server | Group      | Tenant | Tenant Role | User Capabilities
------------+------------+--------+-------------+---------------------------
ldap1       | Scientists | t1     | user        | AllUserCapabilities
ldap1       | Italians   | t2     | tenantadmin | ViewBundles,CreateBundles
";
    assert_eq!(robinctl.ok("robin ldap list-mappings"), expected);
    let one = robinctl.ok("robin ldap list-mappings ldap1 --group italians -o json");
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!((&one[0]["group_name"], &one[1]), (&json!("Italians"), &Value::Null));
    let said = robinctl.ok("robin ldap remove-mapping ldap1 Italians t2");
    assert_eq!(said, "Successfully removed LDAP mapping of group 'Italians' to tenant 't2'\n");
    let refused = robinctl.line("robin ldap add-mapping ldap1 Nobodies t1 user");
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""), "{refused:?}");
    assert!(refused.stderr.contains("LDAP group `Nobodies` not found"), "{refused:?}");
    let cell = || {
        let shown = robinctl.ok("robin ldap list-servers ldap1 --full");
        let cells = |nth: usize| shown.lines().nth(nth).unwrap().split('|').map(str::trim).collect::<Vec<_>>();
        let at = cells(0).into_iter().position(|name| name == "Create On Login").unwrap();
        cells(2)[at].to_owned()
    };
    assert_eq!(cell(), "False");
    robinctl.ok("robin ldap update-server ldap1 --create-on-login true");
    assert_eq!(cell(), "True");
    let shown: Value = serde_json::from_str(&robinctl.ok("robin ldap list-servers ldap1 -o json")).unwrap();
    assert_eq!(shown[0]["create_on_login"], json!(true));
}

/// Changes what is kept of a server without its being tried, and waits until that is noticed.
async fn change(server: &Server, what: &str) {
    let database = server.how().database_url();
    robin_testkit::database::execute(&database, what).await;
    robin_testkit::database::execute(&database, "UPDATE revision SET revision = revision + 1000000").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

#[tokio::test]
async fn a_server_that_goes_while_it_is_asked_for_a_group_gets_no_mapping() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = Scene::of(&server).await;
    let (port, open) = gate(scene.slapd.port).await;
    change(&server, &format!("UPDATE ldap_servers SET port = {port}")).await;
    let (late, ()) = tokio::join!(scene.send("POST", &scene.admin, mapping("Chemists", "t1", "user")), async {
        // No transaction is held while a directory is asked.
        tokio::time::sleep(Duration::from_millis(300)).await;
        scene.api.ok("DELETE", "ldap-servers/ldap1", &scene.admin, Value::Null).await;
        open.send(()).unwrap();
    });
    assert_eq!((late.status, late.error().0.as_str()), (404, "LDAP server `ldap1` not found"));
    assert_eq!(scene.get(MAPPINGS).await["items"], json!([]));
}

#[tokio::test]
async fn a_server_that_can_t_be_used_as_it_is_set_up_is_not_asked() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = Scene::of(&server).await;
    change(&server, "UPDATE ldap_servers SET transport = 'ldaps', ca_cert = 'no certificate'").await;
    let added = scene.send("POST", &scene.admin, mapping("Nobodies", "t1", "user")).await;
    assert_eq!(added.status, 200, "{}", added.text);
    assert!(added.json()["warning"].as_str().unwrap().contains("invalid CA certificate"), "{}", added.text);
}
