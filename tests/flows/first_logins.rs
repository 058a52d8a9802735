//! Users of a directory whose first login makes their account.

use robin_testkit::{
    Answer, Engine, Server,
    slapd::{Setup, Slapd},
};
use serde_json::{Value, json};

use super::{PASSWORD, logged, mappings::Scene, several_servers::pair, standing, tenants, user};

crate::on_both_engines!(
    a_first_login_makes_the_account,
    whoever_has_no_mapped_group_is_refused_like_all_others,
    a_first_login_goes_into_a_tenant_of_theirs_alone,
    sec_21_nobody_becomes_a_superadmin_by_logging_in,
    sec_29_a_first_login_takes_over_no_account,
    servers_are_tried_in_order,
    a_first_login_waits_for_a_directory_that_is_down,
    several_first_logins_at_once_make_one_account,
    a_membership_is_whoever_s_who_changed_it_last,
);

const REFUSED: (u16, &str) = (401, "invalid username, password or tenant");

/// Directory, tenants, and a server whose users get accounts.
async fn open(server: &Server) -> Scene {
    let scene = Scene::of(server).await;
    make_accounts(&scene, "ldap1").await;
    scene
}

async fn make_accounts(scene: &Scene, name: &str) {
    let change = json!({ "action": "update", "create_on_login": true });
    scene.api.ok("PUT", &format!("ldap-servers/{name}"), &scene.admin, change).await;
}

async fn login(scene: &Scene, name: &str, password: &str) -> Answer {
    scene.api.send("POST", "login", "", json!({ "username": name, "password": password })).await
}

async fn refused(scene: &Scene, server: &Server, (name, password): (&str, &str), why: &str) {
    let answer = login(scene, name, password).await;
    assert_eq!((answer.status, answer.error().0.as_str()), REFUSED, "{name} {password}: {}", answer.text);
    logged(server, &[answer.header("x-request-id"), why]).await;
}

async fn get(scene: &Scene, path: &str) -> Value {
    scene.api.ok("GET", path, &scene.admin, Value::Null).await
}

async fn users(scene: &Scene) -> usize {
    get(scene, "users?disabled=true").await["items"].as_array().unwrap().len()
}

async fn a_first_login_makes_the_account(server: Server) {
    let scene = open(&server).await;
    scene.map("all", "t2", "user", "ViewBundles").await;
    scene.map("chemists2", "t2", "tenantadmin", "CreateBundles").await;
    scene.map("posix", "t1", "user", "").await;
    scene.map("Italians", "t1", "tenantadmin", "").await;
    let answer = login(&scene, "CURIE", "password").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = get(&scene, "users/curie").await;
    let (said, id) = (answer.json(), shown["user_id"].as_i64().unwrap());
    assert_eq!((&said["tenant"], &said["role"]), (&json!("t1"), &json!("user")));
    let places = shown["tenants"].as_array().unwrap().iter();
    let places: Vec<Value> =
        places.map(|place| json!([place["name"], place["tenant_role"], place["user_capabilities"]])).collect();
    let expected =
        json!([["t1", "user", ["AllUserCapabilities"]], ["t2", "tenantadmin", ["ViewBundles", "CreateBundles"]]]);
    assert_eq!(json!(places), expected, "{shown}");
    let namespaces = shown["user_contexts"].as_array().unwrap().iter().map(|context| context["namespace"].clone());
    let expected = [format!("t002-u{id:06}"), format!("t003-u{id:06}")];
    assert_eq!(namespaces.collect::<Vec<_>>(), expected.map(|name| json!(name)), "{shown}");
    assert_eq!((&shown["authentication"], &shown["last_name"]), (&json!("ldap"), &json!("Curie")), "{shown}");
    let record = get(&scene, "user-audit?action=user.create&target=curie").await["items"][0].clone();
    assert_eq!((&record["username"], &record["request_id"]), (&json!("system"), &json!(answer.header("x-request-id"))));
    assert_eq!(record["after"]["ldap_server"], json!("ldap1"), "{record}");
    assert_eq!(record["after"]["memberships"][0]["mapped_by"], json!("ldap/1"), "{record}");
    let logins = get(&scene, "user-audit?action=login&target=curie").await;
    assert_eq!(logins["items"].as_array().unwrap().len(), 1);

    // From now on it is an account like others: logging in changes nothing of it.
    let body = json!({ "ldap_server_name": "ldap1", "group_name": "posix", "tenant": "t1" });
    scene.api.ok("DELETE", "directory-mappings", &scene.admin, body).await;
    let token = scene.api.login("curie", "password", "t1").await;
    assert_eq!(standing(&scene.api, &token).await, 200);
    assert_eq!(get(&scene, "users/curie").await["tenants"], shown["tenants"]);
    let line = server.robinctl().line("login newton --password password");
    assert_eq!(line.code, 0, "{line:?}");
    assert_eq!(users(&scene).await, 3);
}

async fn whoever_has_no_mapped_group_is_refused_like_all_others(server: Server) {
    let scene = Scene::of(&server).await;
    scene.map("posix", "t1", "user", "").await;
    assert_eq!(login(&scene, "newton", "password").await.status, 401, "off by default");
    make_accounts(&scene, "ldap1").await;
    scene.slapd.add("dn: ou=more,dc=example,dc=com\nobjectClass: organizationalUnit\nou: more\n");
    // The last one begins with a sign that directories take for a K, and is in no username: U+212A.
    for (place, uid) in [("ou=more,", "uid: euler"), ("", "uid: jane_doe"), ("", "uid:: 4oSqZWx2aW4=")] {
        let cn = uid.rsplit(' ').next().unwrap().trim_end_matches('=');
        scene.slapd.add(&format!(
            "dn: cn={cn},{place}dc=example,dc=com\nobjectClass: inetOrgPerson\n{uid}\ncn: {cn}\nsn: x\n\
             userPassword: password\n"
        ));
    }
    let not_mapped = "none of their groups is mapped to a tenant";
    refused(&scene, &server, ("einstein", "password"), not_mapped).await;
    refused(&scene, &server, ("jane_doe", "password"), not_mapped).await;
    refused(&scene, &server, ("kelvin", "password"), "the name has characters that are not allowed here").await;
    refused(&scene, &server, ("newton", "wrong"), "wrong password").await;
    refused(&scene, &server, ("newton", ""), "no password that a directory could be asked about").await;
    refused(&scene, &server, ("euler", "password"), "several").await;
    refused(&scene, &server, ("off", "password"), "disabled").await;
    refused(&scene, &server, ("nobody", "password"), "LDAP server `ldap1`").await;
    for name in ["a+b", "*", "newt*", "newton ", "uid=newton,dc=example,dc=com", "system"] {
        assert_eq!(login(&scene, name, "password").await.status, 401, "{name}");
    }
    let attribute = json!({
        "server_type": "OPEN_LDAP", "object_type": "user", "attribute_name": "object_sid", "value": "nothing",
    });
    scene.api.ok("POST", "ldap-attributes", &scene.admin, attribute).await;
    refused(&scene, &server, ("newton", "password"), "nothing that identifies them").await;
    let attribute =
        json!({ "server_type": "OPEN_LDAP", "object_type": "user", "attribute_name": "username", "value": "sn" });
    scene.api.ok("POST", "ldap-attributes", &scene.admin, attribute).await;
    let body = json!({ "ldap_server_name": "ldap1", "group_name": "posix", "tenant": "t1" });
    scene.api.ok("DELETE", "directory-mappings", &scene.admin, body).await;
    refused(&scene, &server, ("newton", "password"), "none of its groups is mapped").await;
    assert_eq!(users(&scene).await, 1, "nobody came in by trying");
}

async fn a_first_login_goes_into_a_tenant_of_theirs_alone(server: Server) {
    let scene = open(&server).await;
    scene.map("posix", "t1", "user", "").await;
    scene.map("Scientists", "t2", "user", "").await;
    let into = async |tenant: &str| {
        let body = json!({ "username": "newton", "password": "password", "tenant": tenant });
        scene.api.send("POST", "login", "", body).await
    };
    for tenant in ["Administrators", "t9"] {
        assert_eq!(into(tenant).await.status, 401);
    }
    assert_eq!(users(&scene).await, 1, "an account that nobody can use is not made");
    let answer = into("T2").await;
    assert_eq!((answer.status, &answer.json()["tenant"]), (200, &json!("t2")));
    assert_eq!(login(&scene, "newton", "password").await.json()["tenant"], json!("t2"));
}

async fn sec_21_nobody_becomes_a_superadmin_by_logging_in(server: Server) {
    let scene = open(&server).await;
    scene.map("posix", "Administrators", "superadmin", "").await;
    refused(&scene, &server, ("newton", "password"), "none of their groups is mapped to a tenant").await;
    scene.map("Scientists", "Administrators", "user", "").await;
    let answer = login(&scene, "newton", "password").await;
    assert_eq!((answer.status, &answer.json()["role"]), (200, &json!("user")), "{}", answer.text);
    let shown = get(&scene, "users/newton").await;
    assert_eq!(shown["tenants"][0]["user_capabilities"], json!(["AllUserCapabilities"]), "{shown}");
}

async fn sec_29_a_first_login_takes_over_no_account(server: Server) {
    let scene = open(&server).await;
    for group in ["posix", "Scientists", "Chemists", "all"] {
        scene.map(group, "t1", "user", "").await;
    }
    // A local account, whatever its state.
    user(&scene.api, &scene.admin, "newton", &[("t2", "user")]).await;
    assert_eq!(login(&scene, "newton", "password").await.status, 401);
    scene.api.ok("PUT", "users/newton", &scene.admin, json!({ "action": "disable" })).await;
    assert_eq!(login(&scene, "newton", "password").await.status, 401);
    // One of another server.
    let (root, password) = scene.slapd.root();
    let second = json!({
        "name": "ldap2", "hostname": "127.0.0.1", "port": scene.slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": "dc=example,dc=com",
    });
    scene.api.ok("POST", "ldap-servers", &scene.admin, second).await;
    let add = async |name: &str, server: &str, dn: &str| {
        let mut info = json!({
            "username": name, "authentication_type": 2, "ldap_server": server,
            "tenant_list": [{ "tenant": "t2", "tenant_role": "user" }],
        });
        if !dn.is_empty() {
            info["ldap_user_dn"] = json!(dn);
        }
        scene.api.ok("POST", "users", &scene.admin, json!({ "user_info": info })).await;
    };
    add("curie", "ldap2", "").await;
    assert_eq!(login(&scene, "curie", "password").await.json()["tenant"], json!("t2"), "by way of its own server");
    scene.api.ok("PUT", "users/curie", &scene.admin, json!({ "action": "disable" })).await;
    assert_eq!(login(&scene, "curie", "password").await.status, 401);
    // The person's own, under another name.
    add("albert", "ldap1", "uid=einstein,dc=example,dc=com").await;
    refused(&scene, &server, ("einstein", "password"), "the person has an account under another name").await;
    let count = users(&scene).await;
    // One that was removed is nobody's.
    scene.api.ok("DELETE", "users/albert", &scene.admin, Value::Null).await;
    scene.api.ok("DELETE", "users/newton", &scene.admin, Value::Null).await;
    for name in ["einstein", "newton"] {
        assert_eq!(login(&scene, name, "password").await.json()["tenant"], json!("t1"), "{name}");
    }
    assert_eq!(users(&scene).await, count);
}

/// Another directory, with a newton of its own and a group for him.
fn another() -> Slapd {
    let ldif = "\
dn: dc=example,dc=com
objectClass: domain
dc: example

dn: uid=newton,dc=example,dc=com
objectClass: inetOrgPerson
uid: newton
cn: Another Newton
sn: Another
userPassword: another

dn: cn=few,dc=example,dc=com
objectClass: groupOfNames
cn: few
member: uid=newton,dc=example,dc=com
";
    Slapd::start(&Setup { ldif: ldif.to_owned(), ..Setup::default() })
}

async fn servers_are_tried_in_order(server: Server) {
    let (scene, slapd) = (open(&server).await, another());
    tenants(&scene.api, &scene.admin, &["t3"]).await;
    let (root, password) = slapd.root();
    let second = json!({
        "name": "another", "hostname": "127.0.0.1", "port": slapd.port, "server_type": "OPEN_LDAP", "username": root,
        "password": password, "search_base": "dc=example,dc=com", "create_on_login": true,
    });
    scene.api.ok("POST", "ldap-servers", &scene.admin, second).await;
    scene.map("Scientists", "t1", "user", "").await;
    let few = json!({ "ldap_server_name": "another", "group_name": "few", "tenant": "t3", "tenant_role": "user" });
    scene.api.ok("POST", "directory-mappings", &scene.admin, few).await;
    let answer = login(&scene, "newton", "another").await;
    assert_eq!((answer.status, &answer.json()["tenant"]), (200, &json!("t3")), "the second knows this password");
    assert_eq!(get(&scene, "users/newton").await["last_name"], json!("Another"));
    assert_eq!(login(&scene, "newton", "password").await.status, 401, "he is the other one now");
    scene.api.ok("DELETE", "users/newton", &scene.admin, Value::Null).await;
    assert_eq!(login(&scene, "newton", "password").await.json()["tenant"], json!("t1"));
}

async fn a_first_login_waits_for_a_directory_that_is_down(server: Server) {
    let scene = open(&server).await;
    scene.map("posix", "t1", "user", "").await;
    user(&scene.api, &scene.admin, "ada", &[("t1", "user")]).await;
    let Scene { api, admin, slapd } = scene;
    drop(slapd);
    for name in ["newton", "nobody", "no body"] {
        let answer = api.send("POST", "login", "", json!({ "username": name, "password": "password" })).await;
        assert_eq!(answer.status, 503, "{name}: {}", answer.text);
    }
    assert_eq!(api.send("POST", "login", "", json!({ "username": "ada", "password": "wrong" })).await.status, 401);
    api.login("ada", PASSWORD, "").await;
    let all = api.ok("GET", "users", &admin, Value::Null).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
}

async fn several_first_logins_at_once_make_one_account(server: Server) {
    let scene = open(&server).await;
    scene.map("posix", "t1", "user", "").await;
    let attempt = || login(&scene, "newton", "password");
    let answers: [Answer; 5] = tokio::join!(attempt(), attempt(), attempt(), attempt(), attempt()).into();
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(standing(&scene.api, answer.json()["token"].as_str().unwrap()).await, 200);
    }
    assert_eq!(users(&scene).await, 2);
    let made = get(&scene, "user-audit?action=user.create&target=newton").await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1);
}

async fn a_membership_is_whoever_s_who_changed_it_last(server: Server) {
    let scene = open(&server).await;
    scene.map("posix", "t1", "user", "").await;
    for name in ["newton", "curie"] {
        assert_eq!(login(&scene, name, "password").await.status, 200);
    }
    let role = json!({ "action": "change_tenant_role", "tenant": "t1", "tenant_role": "tenantadmin" });
    scene.api.ok("PUT", "users/newton", &scene.admin, role).await;
    let change = json!({ "action": "update_user_capabilities", "users": "curie", "user_capabilities": "ViewBundles" });
    scene.api.ok("PUT", "tenants/t1", &scene.admin, change).await;
    for filter in ["user.change_tenant_role", "tenant.update_user_capabilities"] {
        let record = get(&scene, &format!("user-audit?action={filter}")).await["items"][0].clone();
        assert_eq!(record["before"]["mapped_by"], json!("ldap/1"), "{record}");
        assert_eq!(record["after"]["mapped_by"], Value::Null, "{record}");
    }
}

#[tokio::test]
async fn a_first_login_on_two_servers_at_once_makes_one_account() {
    let (first, second) = pair().await;
    let scene = open(&first).await;
    scene.map("posix", "t1", "user", "").await;
    let (one, other) = (first.api(), second.api());
    let into = async |api: &robin_testkit::Api| api.login("newton", "password", "t1").await;
    super::several_servers::within_a_second(&second, &scene.admin, "ldap-servers/ldap1", 200).await;
    let tokens = tokio::join!(into(&one), into(&other), into(&one), into(&other));
    for token in [&tokens.0, &tokens.1, &tokens.2, &tokens.3] {
        assert_eq!((standing(&one, token).await, standing(&other, token).await), (200, 200));
    }
    assert_eq!(users(&scene).await, 2);
}

#[tokio::test]
async fn a_namespace_that_was_there_stays_whose_it_was() {
    let server = Server::start(Engine::Sqlite).await;
    let scene = open(&server).await;
    scene.map("posix", "t1", "user", "").await;
    user(&scene.api, &scene.admin, "ada", &[("t1", "user")]).await;
    let next = get(&scene, "users/ada").await["user_id"].as_i64().unwrap() + 1;
    let name = format!("t002-u{next:06}");
    let made = json!({ "name": name, "tenant": "t1", "username": "ada" });
    scene.api.ok("POST", "namespaces", &scene.admin, made).await;
    assert_eq!(login(&scene, "newton", "password").await.status, 200);
    let shown = get(&scene, "users/newton").await;
    assert_eq!((&shown["user_id"], &shown["user_contexts"][0]["namespace"]), (&json!(next), &Value::Null), "{shown}");
    assert_eq!(get(&scene, &format!("namespaces/{name}")).await["owner"], json!("ada"));
}
