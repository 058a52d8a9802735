//! Importing users and groups of a directory.

use robin_testkit::{
    Answer, Api, Server,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};

use super::{PASSWORD, admin, tenants, user};

crate::on_both_engines!(
    users_are_imported_once,
    an_account_of_the_directory_joins_another_tenant_and_keeps_what_it_has,
    an_import_of_users_is_all_or_none,
    a_user_is_added_with_what_the_directory_says,
    a_user_is_added_under_another_name,
    a_group_is_imported_with_the_groups_inside_it,
    a_group_s_members_are_passed_over_with_their_reasons,
    a_dry_run_of_an_import_changes_nothing,
    a_partial_answer_imports_nobody,
    what_is_not_there_is_not_imported,
    importing_takes_the_permissions_for_it,
    an_import_is_on_record,
    imports_on_the_command_line,
);

/// Groups and users besides those of the reference.
const MORE: &str = "
dn: cn=all,dc=example,dc=com
objectClass: groupOfNames
cn: all
member: ou=mathematicians,dc=example,dc=com
member: cn=chemists2,dc=example,dc=com
member: uid=newton,dc=example,dc=com

dn: cn=chemists2,dc=example,dc=com
objectClass: groupOfNames
cn: chemists2
member: uid=curie,dc=example,dc=com
member: cn=all,dc=example,dc=com
member: uid=nobody,dc=example,dc=com

dn: cn=posix,dc=example,dc=com
objectClass: posixGroup
cn: posix
gidNumber: 500
memberUid: newton
memberUid: curie

dn: cn=odd,dc=example,dc=com
objectClass: groupOfNames
cn: odd
member: cn=Jane Doe,dc=example,dc=com
member: uid=off,dc=example,dc=com
member: uid=tesla,dc=example,dc=com
member: uid=newton,dc=example,dc=com
member: uid=euler,dc=example,dc=com

dn: cn=Jane Doe,dc=example,dc=com
objectClass: inetOrgPerson
cn: Jane Doe
sn: Doe
userPassword: password

dn: uid=off,dc=example,dc=com
objectClass: inetOrgPerson
uid: off
cn: Off
sn: Off
userPassword: password
pwdAccountLockedTime: 000001010000Z
";

/// The directory of the reference with more in it.
pub fn directory() -> Slapd {
    let ldif = Setup::default().ldif + MORE;
    Slapd::start(&Setup { ldif, database: "overlay ppolicy", ..Setup::default() })
}

/// Adds the directory as `ldap1`.
pub async fn add_server(api: &Api, token: &str, slapd: &Slapd) {
    let (root, password) = slapd.root();
    let body = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": "dc=example,dc=com",
    });
    api.ok("POST", "ldap-servers", token, body).await;
}

struct Scene {
    api: Api,
    admin: String,
    slapd: Slapd,
}

impl Scene {
    /// Tenants `t1` and `t2`, and the directory.
    async fn of(server: &Server) -> Self {
        let (api, slapd) = (server.api(), directory());
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1", "t2"]).await;
        add_server(&api, &admin, &slapd).await;
        Self { api, admin, slapd }
    }

    async fn get(&self, path: &str) -> Value {
        self.api.ok("GET", path, &self.admin, Value::Null).await
    }

    async fn users(&self, names: &[&str], tenant: &str) -> Answer {
        self.api.send("POST", "users", &self.admin, list(names, tenant)).await
    }

    async fn group(&self, group: &str, other: &Value) -> Answer {
        self.api.send("PUT", "ldap-groups", &self.admin, of_group(group, other)).await
    }

    /// Everything but who asked for what.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in ["users?hidden=true&disabled=true&deleted=true", "namespaces", "changes"] {
            all.push(self.get(path).await);
        }
        all
    }

    async fn memberships(&self, name: &str) -> Vec<(String, String, Vec<String>)> {
        let user = self.get(&format!("users/{name}")).await;
        let place = |place: &Value| {
            let capabilities = place["user_capabilities"].as_array().unwrap().iter().map(text).collect();
            (text(&place["name"]), text(&place["tenant_role"]), capabilities)
        };
        user["tenants"].as_array().unwrap().iter().map(place).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn list(names: &[&str], tenant: &str) -> Value {
    let user = |name: &&str| {
        json!({
            "username": name, "authentication_type": 2, "ldap_server": "ldap1",
            "tenant_list": [{ "tenant": tenant, "tenant_role": "user" }],
        })
    };
    json!({ "user_list": names.iter().map(user).collect::<Vec<_>>() })
}

fn of_group(group: &str, other: &Value) -> Value {
    let mut body = json!({
        "action": "import", "group_name": group, "tenant": "t1", "tenant_role": "user", "ldap_server": "ldap1",
    });
    body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    body
}

async fn users_are_imported_once(server: Server) {
    let scene = Scene::of(&server).await;
    let first = scene.users(&["newton", "einstein", "tesla"], "t1").await;
    assert_eq!(first.text, r#"{"message":"\nSuccessfully added multiple users: newton,einstein,tesla\n"}"#);
    let newton = scene.get("users/newton").await;
    let shown = |field: &str| newton[field].clone();
    assert_eq!((shown("authentication"), shown("ldap_server_ref")), (json!("ldap"), json!(1)));
    assert_eq!((shown("last_name"), shown("tenant")), (json!("Newton"), json!("t1")));
    assert_eq!(newton["user_contexts"][0]["namespace"], json!("t002-u000004"));
    let before = scene.everything().await;
    let again = scene.users(&["newton", "TESLA", "euler"], "t1").await.json();
    assert_eq!(again["message"], json!("\nSuccessfully added multiple users: euler\n"));
    assert_eq!(again["report"]["already_there"], json!(["newton", "tesla"]));
    let after = scene.everything().await;
    assert_eq!(before[0]["items"].as_array().unwrap().len() + 1, after[0]["items"].as_array().unwrap().len());
    assert_eq!(scene.get("users/newton").await, newton);
}

async fn an_account_of_the_directory_joins_another_tenant_and_keeps_what_it_has(server: Server) {
    let scene = Scene::of(&server).await;
    scene.users(&["newton"], "t1").await;
    let fewer =
        json!({ "action": "update_user_capabilities", "users": "newton", "user_capabilities": "ViewApplications" });
    scene.api.ok("PUT", "tenants/t1", &scene.admin, fewer).await;
    scene.api.ok("PUT", "users/newton", &scene.admin, json!({ "action": "disable" })).await;
    let mut body = list(&["newton"], "t1");
    body["user_list"][0]["tenant_list"] = json!([
        { "tenant": "t1", "tenant_role": "tenantadmin" },
        { "tenant": "t2", "tenant_role": "tenantadmin", "user_capabilities": "ViewTenants" },
    ]);
    let joined = scene.api.ok("POST", "users", &scene.admin, body).await;
    assert_eq!(joined, json!({ "message": "\nSuccessfully added multiple users: newton\n" }));
    let place = |tenant: &str, role: &str, name: &str| (tenant.to_owned(), role.to_owned(), vec![name.to_owned()]);
    let expected = [place("t1", "user", "ViewApplications"), place("t2", "tenantadmin", "ViewTenants")];
    assert_eq!(scene.memberships("newton").await, expected);
    assert_eq!(scene.get("users/newton").await["disabled"], json!(true), "nobody asked to enable it");
    // By another name it is the same account.
    let mut body = list(&["isaac"], "t2");
    body["user_list"][0]["ldap_user_dn"] = json!("uid=Newton, dc=example,dc=com");
    let again = scene.api.ok("POST", "users", &scene.admin, body.clone()).await;
    assert_eq!(again["report"]["already_there"], json!(["newton"]));
    let one = json!({ "user_info": body["user_list"][0] });
    let (message, code) = scene.api.send("POST", "users", &scene.admin, one).await.error();
    assert_eq!((message.as_str(), code.as_str()), ("`isaac` has an account already: it is user `newton`", "conflict"));
    let one = json!({ "user_info": list(&["newton"], "t2")["user_list"][0] });
    assert_eq!(scene.api.send("POST", "users", &scene.admin, one).await.status, 409);
}

async fn an_import_of_users_is_all_or_none(server: Server) {
    let scene = Scene::of(&server).await;
    user(&scene.api, &scene.admin, "Tesla", &[("t1", "user")]).await;
    let before = scene.everything().await;
    for (names, status, words) in [
        (vec!["newton", "nobody"], 404, "LDAP user `nobody` not found"),
        (vec!["newton", "tesla"], 409, "user `tesla` already exists"),
        (vec!["newton", "a b"], 400, "--ldap-user-dn"),
        (vec!["newton", "Jane Doe"], 400, "--ldap-user-dn"),
        (vec!["newton", "mathematicians"], 404, "`mathematicians`"),
        (vec![], 400, "1 to 1000"),
    ] {
        let answer = scene.users(&names, "t1").await;
        assert_eq!(answer.status, status, "{names:?}: {}", answer.text);
        assert!(answer.error().0.contains(words), "{names:?}: {}", answer.text);
    }
    let mut elsewhere = list(&["newton"], "t1");
    for (field, value, status, words) in [
        ("ldap_server", json!("nowhere"), 404, "LDAP server `nowhere` not found"),
        ("ldap_server", json!(null), 400, "`ldap_server` is missing"),
        ("search_base", json!("ou=nowhere,dc=example,dc=com"), 404, "search base"),
        ("search_base", json!("a=,"), 400, "search_base"),
        ("search_base", json!("ou=chemists,dc=example,dc=com"), 404, "LDAP user `newton` not found"),
        ("ldap_user_dn", json!("uid=nobody,dc=example,dc=com"), 404, "uid=nobody,dc=example,dc=com"),
        ("ldap_user_dn", json!("ou=chemists,dc=example,dc=com"), 404, "ou=chemists"),
        ("ldap_user_dn", json!("newton"), 400, "distinguished name"),
        ("password", json!("quiet-otter-42"), 400, "`password` is for users with `authentication_type` 1"),
        ("authentication_type", json!(1), 400, "are for users with `authentication_type` 2"),
        ("tenant_list", json!([{ "tenant": "nowhere", "tenant_role": "user" }]), 404, "nowhere"),
        ("tenant_list", json!([{ "tenant": "t1", "tenant_role": "superadmin" }]), 400, "Administrators"),
    ] {
        let good = elsewhere["user_list"][0].clone();
        elsewhere["user_list"][0][field] = value;
        let answer = scene.api.send("POST", "users", &scene.admin, elsewhere.clone()).await;
        assert_eq!(answer.status, status, "{field}: {}", answer.text);
        assert!(answer.error().0.contains(words), "{field}: {}", answer.text);
        elsewhere["user_list"][0] = good;
    }
    assert_eq!(scene.everything().await, before);
    // A search base for all of them.
    let mut below = list(&["newton"], "t1");
    below["search_base"] = json!("ou=chemists,dc=example,dc=com");
    assert_eq!(scene.api.send("POST", "users", &scene.admin, below).await.status, 404);
}

async fn a_user_is_added_with_what_the_directory_says(server: Server) {
    let scene = Scene::of(&server).await;
    let admin = server.admin();
    assert_eq!(
        admin.ok("robin user add newton t1 user --ldap --ldap-server ldap1 --first-name Isaac"),
        "Successfully added user 'newton'\n"
    );
    let newton = scene.get("users/newton").await;
    assert_eq!((&newton["first_name"], &newton["last_name"]), (&json!("Isaac"), &json!("Newton")));
    let output = admin.line("robin user add off t1 user --ldap --ldap-server ldap1");
    assert_eq!(output.stdout, "Successfully added user 'off'\n");
    assert!(output.stderr.contains("off: disabled, as in the directory"), "{}", output.stderr);
    assert_eq!(scene.get("users/off").await["disabled"], json!(true));
    let complaint = admin.line("robin user add newton t2 user --ldap --ldap-server ldap1").failed(1);
    assert_eq!(complaint, "Error: user `newton` already exists\n");
    let typed = "quiet-otter-42\nquiet-otter-42\n";
    let complaint = admin.line_with_input("robin user update newton -p", typed).failed(1);
    assert!(complaint.contains("kept elsewhere"), "{complaint}");
    let dry = admin.ok("robin user add tesla t1 user ViewBundles --ldap --ldap-server ldap1 --dry-run");
    assert!(dry.contains("tesla | t1     |") && dry.contains("joins as user"), "{dry}");
    assert_eq!(scene.api.call("GET", "users/tesla", &scene.admin, Value::Null).await.0, 404);
}

async fn a_user_is_added_under_another_name(server: Server) {
    let scene = Scene::of(&server).await;
    let line = "robin user add jane t1 user --ldap --ldap-server ldap1 --ldap-user-dn";
    assert_eq!(
        server.admin().ok(&format!("{line} 'CN=Jane  Doe, dc=example,dc=com'")),
        "Successfully added user 'jane'\n"
    );
    assert!(!scene.api.login("jane", "password", "t1").await.is_empty());
    assert_eq!(scene.group("odd", &json!({})).await.json()["report"]["already_there"], json!([]));
}

async fn a_group_is_imported_with_the_groups_inside_it(server: Server) {
    let scene = Scene::of(&server).await;
    let answer = scene.group("ALL", &json!({ "user_capabilities": ["ViewBundles", "ViewApplications"] })).await.json();
    let mut names: Vec<&str> =
        answer["message"].as_str().unwrap().strip_prefix("Imported LDAP users: ").unwrap().split(',').collect();
    names.sort_unstable();
    assert_eq!(names, ["curie", "euclid", "euler", "gauss", "newton", "riemann", "test"]);
    let report = &answer["report"];
    assert_eq!(report["skipped"][0]["name"], json!("uid=nobody,dc=example,dc=com"));
    assert_eq!(report["skipped"].as_array().unwrap().len(), 1, "{report}");
    for name in &names {
        let capabilities = ["ViewBundles", "ViewApplications"].map(str::to_owned).to_vec();
        assert_eq!(scene.memberships(name).await, [("t1".to_owned(), "user".to_owned(), capabilities)]);
        let user = scene.get(&format!("users/{name}")).await;
        let namespace = format!("t002-u{:06}", user["user_id"].as_i64().unwrap());
        assert_eq!(user["user_contexts"][0]["namespace"], json!(namespace));
        let owner = scene.get(&format!("namespaces/{namespace}")).await;
        assert_eq!(owner["owner"], json!(name), "{owner}");
    }
    let token = scene.api.login("curie", "password", "").await;
    let others = json!({ "tenant": "t2", "tenant_role": "tenantadmin" });
    let again = scene.group("all", &others).await.json();
    assert_eq!(again["report"]["added"].as_array().unwrap().len(), 7, "{again}");
    assert_eq!(scene.api.call("GET", "login", &token, Value::Null).await.0, 200, "nothing of theirs was changed");
    assert_eq!(scene.memberships("curie").await.len(), 2);
    let third = scene.group("all", &json!({})).await.json();
    assert_eq!(third["message"], json!("Imported LDAP users: "));
    assert_eq!(third["report"]["already_there"].as_array().unwrap().len(), 7);
    let posix = scene.group("posix", &json!({})).await.json();
    assert_eq!(posix["report"]["already_there"], json!(["newton", "curie"]));
}

async fn a_group_s_members_are_passed_over_with_their_reasons(server: Server) {
    let scene = Scene::of(&server).await;
    user(&scene.api, &scene.admin, "tesla", &[("t1", "user")]).await;
    scene.users(&["newton"], "t1").await;
    let answer = scene.group("odd", &json!({ "excluded_users": "Euler,nobody" })).await.json();
    let report = &answer["report"];
    assert_eq!((&answer["message"], &report["added"]), (&json!("Imported LDAP users: off"), &json!(["off"])));
    assert_eq!((&report["disabled"], &report["already_there"]), (&json!(["off"]), &json!(["newton"])));
    let skipped: Vec<(String, String)> =
        report["skipped"].as_array().unwrap().iter().map(|one| (text(&one["name"]), text(&one["reason"]))).collect();
    let reason = |name: &str| &skipped.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}")).1;
    assert_eq!(skipped.len(), 3, "{skipped:?}");
    assert!(reason("Jane Doe").contains("--ldap-user-dn 'cn=Jane Doe,dc=example,dc=com'"), "{skipped:?}");
    assert_eq!(reason("tesla"), "another account has the name");
    assert_eq!(reason("euler"), "excluded");
    assert_eq!(scene.get("users/tesla").await["authentication"], json!("local"));
    assert_eq!(scene.get("users/off").await["disabled"], json!(true));
    // Two of one name are nobody in particular.
    scene.slapd.add(
        "dn: ou=twins,dc=example,dc=com\nobjectClass: organizationalUnit\nou: twins\n\n\
         dn: uid=euler,ou=twins,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: Euler\ncn: x\nsn: x\n",
    );
    scene.slapd.modify("dn: cn=odd,dc=example,dc=com\nadd: member\nmember: uid=euler,ou=twins,dc=example,dc=com\n");
    let report = scene.group("odd", &json!({})).await.json()["report"].clone();
    let twins =
        report["skipped"].as_array().unwrap().iter().filter(|one| text(&one["reason"]).contains("several users"));
    assert_eq!(twins.count(), 2, "{report}");
    assert_eq!(scene.users(&["euler"], "t1").await.status, 409);
}

async fn a_dry_run_of_an_import_changes_nothing(server: Server) {
    let scene = Scene::of(&server).await;
    scene.users(&["newton"], "t1").await;
    let before = scene.everything().await;
    let dry = scene.group("odd", &json!({ "dry_run": true })).await.json();
    assert_eq!(dry["report"]["dry_run"], json!(true));
    let mut users = list(&["newton", "tesla"], "t2");
    users["dry_run"] = json!(true);
    let differences = scene.api.ok("POST", "users", &scene.admin, users).await;
    let who: Vec<String> =
        differences["members"].as_array().unwrap().iter().map(|row| text(&row["username"])).collect();
    assert_eq!(who, ["newton", "tesla"]);
    assert_eq!(scene.everything().await, before);
    let done = scene.group("odd", &json!({})).await.json();
    assert_eq!(done["message"].as_str().unwrap().replace("Imported", "Would import"), text(&dry["message"]));
    for list in ["added", "already_there", "disabled", "skipped"] {
        assert_eq!(done["report"][list], dry["report"][list], "{list}");
    }
}

async fn a_partial_answer_imports_nobody(server: Server) {
    let (api, token) = (server.api(), admin(&server.api()).await);
    tenants(&api, &token, &["t1"]).await;
    let slapd = Slapd::start(&Setup { global: "sizelimit 2", ..Setup::default() });
    let reader = json!({
        "name": "ldap1", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP",
        "username": "cn=read-only-admin,dc=example,dc=com", "password": "password", "search_base": "dc=example,dc=com",
    });
    api.ok("POST", "ldap-servers", &token, reader).await;
    let users = api.send("POST", "users", &token, list(&["newton", "tesla", "euler"], "t1")).await;
    assert_eq!(users.status, 409, "{}", users.text);
    assert!(users.text.contains("partial") && users.text.contains("nothing was imported"), "{}", users.text);
    let listed = api.ok("GET", "users", &token, Value::Null).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

async fn what_is_not_there_is_not_imported(server: Server) {
    let scene = Scene::of(&server).await;
    let before = scene.everything().await;
    for (group, other, status, words) in [
        ("nobody", json!({}), 404, "LDAP group `nobody` not found"),
        ("newton", json!({}), 404, "LDAP group `newton` not found"),
        ("all", json!({ "ldap_server": "nowhere" }), 404, "LDAP server `nowhere` not found"),
        ("all", json!({ "tenant": "nowhere" }), 404, "tenant `nowhere` not found"),
        ("all", json!({ "tenant_role": "superadmin" }), 400, "Administrators"),
        ("all", json!({ "tenant_role": "king" }), 400, "tenant_role"),
        ("all", json!({ "user_capabilities": "Everything" }), 400, "Everything"),
        ("all", json!({ "search_base": "ou=nowhere,dc=example,dc=com" }), 404, "search base"),
        ("all", json!({ "search_base": "," }), 400, "search_base"),
        ("all", json!({ "group": "x" }), 400, "unknown field"),
    ] {
        let answer = scene.group(group, &other).await;
        assert_eq!(answer.status, status, "{group} {other}: {}", answer.text);
        assert!(answer.error().0.contains(words), "{group} {other}: {}", answer.text);
    }
    let port = scene.slapd.port;
    let (api, token) = (scene.api.clone(), scene.admin.clone());
    assert_eq!(scene.everything().await, before);
    drop(scene.slapd);
    for (method, path, body) in
        [("PUT", "ldap-groups", of_group("all", &json!({}))), ("POST", "users", list(&["newton"], "t1"))]
    {
        let answer = api.send(method, path, &token, body).await;
        assert_eq!(answer.status, 503, "{method} {path} on {port}: {}", answer.text);
        assert_eq!(answer.error().0, "the LDAP server is unavailable: try again later");
    }
}

async fn importing_takes_the_permissions_for_it(server: Server) {
    let scene = Scene::of(&server).await;
    for (name, entries) in [
        ("Directories", "LDAP:view,LDAP:update"),
        ("Users", "USER:view,USER:create"),
        ("Both", "LDAP:view,LDAP:update,USER:view,USER:create,TENANT:view"),
    ] {
        let body = json!({ "name": name, "tenant_roles": "user,tenantadmin", "capability_entries": entries.split(',').collect::<Vec<_>>() });
        scene.api.ok("POST", "user-capabilities", &scene.admin, body).await;
        let place = json!([{ "tenant": "t1", "tenant_role": "tenantadmin", "user_capabilities": name }]);
        let user = json!({ "username": name, "authentication_type": 1, "password": PASSWORD, "tenant_list": place });
        scene.api.ok("POST", "users", &scene.admin, json!({ "user_info": user })).await;
    }
    scene.users(&["newton"], "t2").await;
    for (name, capabilities, status) in [
        ("Directories", "NoCapabilities", 403),
        ("Users", "NoCapabilities", 403),
        ("Both", "ViewApplications", 403),
        ("Both", "NoCapabilities", 200),
    ] {
        let token = scene.api.login(name, PASSWORD, "").await;
        let body = of_group("odd", &json!({ "user_capabilities": capabilities }));
        let answer = scene.api.send("PUT", "ldap-groups", &token, body).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
        if status == 200 {
            let report = &answer.json()["report"];
            let newton = report["skipped"].as_array().unwrap().iter().find(|one| one["name"] == "newton");
            assert!(newton.is_some(), "an account out of reach is not theirs to take in: {report}");
            let body = of_group("odd", &json!({ "tenant": "t2", "user_capabilities": "NoCapabilities" }));
            assert_eq!(scene.api.send("PUT", "ldap-groups", &token, body).await.status, 404);
        }
    }
    assert_eq!(scene.memberships("newton").await.len(), 1);
}

async fn an_import_is_on_record(server: Server) {
    let scene = Scene::of(&server).await;
    scene.users(&["newton"], "t1").await;
    scene.group("odd", &json!({ "tenant": "t2" })).await;
    let records = scene.get("user-audit?action=user.create").await;
    let targets: Vec<String> = records["items"].as_array().unwrap().iter().map(|one| text(&one["target"])).collect();
    assert_eq!(targets.iter().filter(|name| *name == "newton").count(), 2, "{targets:?}");
    assert!(["tesla", "euler", "off"].iter().all(|name| targets.iter().any(|known| known == name)), "{targets:?}");
    let off = records["items"].as_array().unwrap().iter().find(|one| one["target"] == "off").unwrap();
    assert_eq!(off["after"]["memberships"][0]["tenant_name"], json!("t2"), "{off}");
    assert!(off["after"]["authentication"]["ldap"]["object_sid"].is_string(), "{off}");
}

async fn imports_on_the_command_line(server: Server) {
    let _scene = Scene::of(&server).await;
    let admin = server.admin();
    let output = admin.line("robin ldap import-group ldap1 odd t1 user --exclude-users tesla,euler --dry-run");
    assert_eq!(output.stdout, "Would import LDAP users: off,newton\n", "{output:?}");
    let output = admin.line("robin ldap import-group ldap1 odd t1 user --exclude-users tesla,euler");
    assert_eq!((output.code, output.stdout.as_str()), (0, "Imported LDAP users: off,newton\n"));
    for line in [
        "Added: 2, already there: 0, skipped: 3.\n",
        "  off: disabled, as in the directory\n",
        "  tesla: skipped: excluded\n",
    ] {
        assert!(output.stderr.contains(line), "{}", output.stderr);
    }
    let again = admin.line("robin ldap import-group ldap1 odd t1 user --exclude-users tesla,euler");
    assert_eq!((again.code, again.stdout.as_str()), (0, "Imported LDAP users: \n"));
    let json: Value = serde_json::from_str(&admin.ok("-o json ldap import-group ldap1 odd t1 user")).unwrap();
    assert_eq!(json["report"]["added"], json!(["tesla", "euler"]));
    let users = admin.line("robin ldap import-users ldap1 newton,curie t1 user");
    assert_eq!(users.stdout, "Successfully added multiple users: curie\n");
    assert!(users.stderr.contains("  newton: already there, nothing was changed\n"), "{}", users.stderr);
    assert!(admin.line("robin ldap import-users ldap1 nobody t1 user").failed(1).contains("`nobody`"));
    assert!(admin.line("robin ldap import-users ldap1 'a b' t1 user").failed(1).contains("--ldap-user-dn"));
    assert!(admin.line("robin ldap import-group ldap1 nobody t1 user").failed(1).contains("`nobody`"));
}
