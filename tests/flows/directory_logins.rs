//! Logging in with a password that a directory checks.

use robin_testkit::{Answer, Api, Server, slapd::Slapd};
use serde_json::{Value, json};

use super::{
    admin,
    imports::{add_server, directory},
    logged, standing, tenants,
};

crate::on_both_engines!(
    a_directory_s_password_logs_in,
    only_the_person_the_account_belongs_to_logs_in,
    an_account_belongs_to_whoever_logs_in_first,
    the_name_to_log_in_with_is_an_administrator_s_to_change,
    passwords_are_changed_in_the_directory,
    a_server_that_is_gone_lets_nobody_in,
);

pub struct Scene {
    pub api: Api,
    pub admin: String,
    pub slapd: Slapd,
}

impl Scene {
    /// A tenant `t1`, the directory, and its users `newton` and `curie` in the tenant.
    pub async fn of(server: &Server) -> Self {
        let (api, slapd) = (server.api(), directory());
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1"]).await;
        add_server(&api, &admin, &slapd).await;
        let scene = Self { api, admin, slapd };
        for name in ["newton", "curie"] {
            scene.add(name, &json!({})).await;
        }
        scene
    }

    /// Adds a user of the directory to the tenant.
    pub async fn add(&self, name: &str, other: &Value) {
        let mut user = json!({
            "username": name, "authentication_type": 2, "ldap_server": "ldap1",
            "tenant_list": [{ "tenant": "t1", "tenant_role": "user" }],
        });
        user.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        self.api.ok("POST", "users", &self.admin, json!({ "user_info": user })).await;
    }

    pub async fn login(&self, name: &str, password: &str) -> Answer {
        self.api.send("POST", "login", "", json!({ "username": name, "password": password })).await
    }

    pub async fn update(&self, name: &str, body: Value) -> Answer {
        self.api.send("PUT", &format!("users/{name}"), &self.admin, body).await
    }

    /// Puts an entry in the place of another, which has its name.
    pub fn replace(&self, uid: &str) {
        self.slapd.modify(&format!("dn: uid={uid},dc=example,dc=com\nchangetype: delete\n"));
        self.slapd.add(&format!(
            "dn: uid={uid},dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: x\nsn: x\nuserPassword: password\n"
        ));
    }
}

fn to(dn: &str) -> Value {
    json!({ "action": "update", "user_info": { "ldap_user_dn": dn } })
}

async fn a_directory_s_password_logs_in(server: Server) {
    let scene = Scene::of(&server).await;
    for name in ["newton", "NEWTON", "curie"] {
        let answer = scene.login(name, "password").await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        let whoami = scene.api.ok("GET", "login", &token, Value::Null).await;
        assert_eq!(whoami["username"], json!(name.to_lowercase()), "{whoami}");
    }
    let patience = json!({ "action": "update", "name": "login.failures_before_delay", "value": 100 });
    scene.api.ok("PUT", "config", &scene.admin, patience).await;
    for password in ["Password", "password ", " password", "", " ", "\0", "passwor", "password\0"] {
        let answer = scene.login("newton", password).await;
        assert_eq!(
            (answer.status, answer.error().0.as_str()),
            (401, "invalid username, password or tenant"),
            "{password:?}"
        );
    }
    let tenant = json!({ "username": "newton", "password": "password", "tenant": "Administrators" });
    assert_eq!(scene.api.send("POST", "login", "", tenant).await.status, 401);
    scene
        .slapd
        .modify("dn: uid=newton,dc=example,dc=com\nchangetype: modify\nreplace: userPassword\nuserPassword: another\n");
    assert_eq!(scene.login("newton", "password").await.status, 401);
    assert_eq!(scene.login("newton", "another").await.status, 200);
    assert!(server.robinctl().line("login newton --password another").stdout.contains("newton"));
}

async fn only_the_person_the_account_belongs_to_logs_in(server: Server) {
    let scene = Scene::of(&server).await;
    scene.replace("newton");
    let answer = scene.login("newton", "password").await;
    assert_eq!((answer.status, answer.error().0.as_str()), (401, "invalid username, password or tenant"));
    let id = answer.header("x-request-id");
    logged(&server, &[id, "somebody else under this name", "--ldap-user-dn", "newton"]).await;
    let token = scene.api.login("curie", "password", "").await;
    assert_eq!(scene.update("newton", to("uid=newton,dc=example,dc=com")).await.status, 200);
    assert_eq!(scene.login("newton", "password").await.status, 200, "whoever it is now");
    assert_eq!(standing(&scene.api, &token).await, 200);
    assert_eq!(scene.login("newton", "wrong").await.status, 401);
    logged(&server, &["login refused: wrong password", "newton"]).await;
}

async fn an_account_belongs_to_whoever_logs_in_first(server: Server) {
    let scene = Scene::of(&server).await;
    assert_eq!(scene.update("newton", to("")).await.status, 200);
    assert_eq!(scene.login("newton", "wrong").await.status, 401);
    scene.replace("newton");
    assert_eq!(scene.login("newton", "password").await.status, 200);
    scene.replace("newton");
    assert_eq!(scene.login("newton", "password").await.status, 401, "it belongs to somebody now");
    // Nobody has two accounts.
    assert_eq!(scene.update("newton", to("uid=curie,dc=example,dc=com")).await.status, 200);
    assert_eq!(scene.login("newton", "password").await.status, 401);
    logged(&server, &["another account belongs to this person"]).await;
    assert_eq!(scene.login("curie", "password").await.status, 200);
    // An import says whose it is, too.
    assert_eq!(scene.update("newton", to("")).await.status, 200);
    let again = server.admin().line("robin ldap import-users ldap1 newton t1 user");
    assert!(again.stderr.contains("newton: already there"), "{again:?}");
    scene.replace("newton");
    assert_eq!(scene.login("newton", "password").await.status, 401);
}

async fn the_name_to_log_in_with_is_an_administrator_s_to_change(server: Server) {
    let scene = Scene::of(&server).await;
    let token = scene.api.login("newton", "password", "").await;
    let own = scene.api.send("PUT", "users/newton", &token, to("uid=curie,dc=example,dc=com")).await;
    assert_eq!(own.status, 403, "{}", own.text);
    let (message, _) = scene.update("newton", to("newton")).await.error();
    assert!(message.contains("`ldap_user_dn`") && message.contains("distinguished name"), "{message}");
    let local = scene.update("robin", to("uid=newton,dc=example,dc=com")).await;
    assert_eq!(
        (local.status, local.error().0.as_str()),
        (400, "`ldap_user_dn` is for users of a directory, and `robin` is none")
    );
    assert_eq!(standing(&scene.api, &token).await, 200);
    let said = server.admin().ok("robin user update newton --ldap-user-dn 'uid=einstein,dc=example,dc=com'");
    assert_eq!(said, "Successfully updated user newton\n");
    assert_eq!(standing(&scene.api, &token).await, 401, "who logged in before may be somebody else");
    scene.slapd.modify("dn: uid=newton,dc=example,dc=com\nchangetype: delete\n");
    assert_eq!(scene.login("newton", "password").await.status, 200);
    let records = scene.api.ok("GET", "user-audit?action=user.update&target=newton", &scene.admin, Value::Null).await;
    assert_eq!(records["items"][0]["after"]["ldap_user_dn"], json!("uid=einstein,dc=example,dc=com"), "{records}");
    assert!(records["items"][0]["before"]["authentication"]["ldap"]["object_sid"].is_string(), "{records}");
}

async fn passwords_are_changed_in_the_directory(server: Server) {
    let scene = Scene::of(&server).await;
    let token = scene.api.login("newton", "password", "").await;
    let change = json!({ "action": "change_password", "password": "quiet-otter-42" });
    let own = scene.api.send("PUT", "login", &token, change).await;
    let by_admin = json!({ "action": "update", "user_info": { "password": "quiet-otter-42" } });
    let other = scene.update("newton", by_admin).await;
    for answer in [own, other] {
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.error().0.contains("kept elsewhere"), "{}", answer.text);
    }
    assert_eq!(scene.login("newton", "password").await.status, 200);
    assert_eq!(scene.login("newton", "quiet-otter-42").await.status, 401);
}

async fn a_server_that_is_gone_lets_nobody_in(server: Server) {
    let scene = Scene::of(&server).await;
    let token = scene.api.login("newton", "password", "").await;
    assert_eq!(scene.api.call("DELETE", "ldap-servers/ldap1", &scene.admin, Value::Null).await.0, 409);
    scene.api.ok("DELETE", "ldap-servers/ldap1?force=true", &scene.admin, Value::Null).await;
    assert_eq!(scene.login("newton", "password").await.status, 401);
    logged(&server, &["its directory server was removed"]).await;
    assert_eq!(standing(&scene.api, &token).await, 200, "who is logged in stays");
    // A new server of that name is another one.
    add_server(&scene.api, &scene.admin, &scene.slapd).await;
    assert_eq!(scene.login("newton", "password").await.status, 401);
}
