//! Users of the OpenShift cluster: their accounts, and logging in.

use robin_testkit::{
    Answer, Api, Engine, Openshift, Server,
    openshift::PASSWORD,
    replay::{Injected, Reply},
};
use serde_json::{Value, json};

use super::{admin, logged, standing, tenants, user};

/// A server on a cluster.
pub struct Scene {
    pub server: Server,
    pub openshift: Openshift,
    pub api: Api,
    pub admin: String,
}

impl Scene {
    /// Tenants `t1` and `t2`, and the cluster's users `user1` and `user2` in `t1`.
    pub async fn of(engine: Engine) -> Self {
        let openshift = Openshift::start();
        let server = Server::builder(engine).on(&openshift).start().await;
        let api = server.api();
        let admin = admin(&api).await;
        tenants(&api, &admin, &["t1", "t2"]).await;
        let scene = Self { server, openshift, api, admin };
        for name in ["user1", "user2"] {
            assert_eq!(scene.add(name).await.status, 200);
        }
        scene
    }

    /// Adds a user of the cluster to `t1`.
    pub async fn add(&self, name: &str) -> Answer {
        let place = json!({ "tenant": "t1", "tenant_role": "user" });
        let user = json!({ "username": name, "authentication_type": 3, "tenant_list": [place] });
        self.api.send("POST", "users", &self.admin, json!({ "user_info": user })).await
    }

    pub async fn login(&self, name: &str, password: &str) -> Answer {
        self.api.send("POST", "login", "", json!({ "username": name, "password": password })).await
    }

    async fn import(&self, token: &str, body: Value) -> Answer {
        let mut all = json!({ "action": "import", "tenant": "t2", "tenant_role": "user" });
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let resource = if body["group"].is_null() { "openshift-users" } else { "openshift-groups" };
        self.api.send("PUT", resource, token, all).await
    }

    async fn user(&self, name: &str) -> Value {
        self.api.ok("GET", &format!("users/{name}"), &self.admin, Value::Null).await
    }
}

macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                super::$name(super::Scene::of(robin_testkit::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                super::$name(super::Scene::of(robin_testkit::Engine::Postgres).await).await;
            }
        })+
    };
}

on_both_engines!(
    a_password_of_the_cluster_logs_in,
    only_the_user_the_account_belongs_to_logs_in,
    users_are_imported_all_or_none,
    members_of_a_group_are_imported_or_passed_over_with_the_reason,
    an_import_is_on_record,
);

async fn a_password_of_the_cluster_logs_in(scene: Scene) {
    for name in ["user1", "USER1", "user2"] {
        let answer = scene.login(name, PASSWORD).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        let whoami = scene.api.ok("GET", "login", &token, Value::Null).await;
        assert_eq!(whoami["username"], json!(name.to_lowercase()), "{whoami}");
        let body = json!({ "action": "change_password", "password": "another-quartz-42" });
        let answer = scene.api.send("PUT", "login", &token, body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.error().0.contains("kept elsewhere (openshift)"), "{}", answer.text);
    }
    for (name, password) in [("user1", "wrong"), ("user1", ""), ("user3", PASSWORD), ("nobody", PASSWORD)] {
        let answer = scene.login(name, password).await;
        let refused = (401, "invalid username, password or tenant");
        assert_eq!((answer.status, answer.error().0.as_str()), refused, "{name} {password:?}");
    }
    assert_eq!((scene.openshift.granted(), scene.openshift.tokens()), (3, 0), "no token is left");
    let refusing = Injected::Answer(Reply::text(503, "service unavailable\n"));
    scene.openshift.inject("/apis/oauth.openshift.io", refusing);
    assert_eq!(scene.login("user1", PASSWORD).await.status, 200, "a token that stays is no reason to refuse anybody");
    logged(&scene.server, &["the token that OpenShift gave for a login was not revoked", "503"]).await;
    let log = scene.server.stderr();
    assert!(!log.contains("sha256~") && !log.contains("another-quartz-42"), "{log}");
}

async fn only_the_user_the_account_belongs_to_logs_in(scene: Scene) {
    let token = scene.api.login("user1", PASSWORD, "").await;
    scene.openshift.add_user("user1", "another-uid", None, PASSWORD);
    assert_eq!(scene.login("user1", PASSWORD).await.status, 401);
    logged(&scene.server, &["login refused", "somebody else under this name"]).await;
    assert_eq!(standing(&scene.api, &token).await, 200, "who is in stays in");
    let again = scene.add("user1").await;
    assert_eq!((again.status, again.error().0.as_str()), (409, "user `user1` already exists"));
    scene.api.ok("DELETE", "users/user1", &scene.admin, Value::Null).await;
    assert_eq!(scene.add("user1").await.status, 200);
    assert_eq!(scene.login("user1", PASSWORD).await.status, 200, "the account is the other one's now");
    scene.openshift.remove_user("user2");
    assert_eq!(scene.login("user2", PASSWORD).await.status, 401);
}

async fn users_are_imported_all_or_none(scene: Scene) {
    let answer =
        scene.import(&scene.admin, json!({ "users": "user1,user3,admin1,robin", "excluded_users": "Robin" })).await;
    assert_eq!(answer.json()["message"], json!("Successfully added multiple users: user1,user3,admin1"));
    assert_eq!(scene.user("user1").await["tenants"].as_array().unwrap().len(), 2);
    let answer = scene.import(&scene.admin, json!({ "users": ["user3", "user4"] })).await;
    assert_eq!(answer.json()["message"], json!("Successfully added one user: user4"));
    assert_eq!(answer.json()["report"]["already_there"], json!(["user3"]));
    user(&scene.api, &scene.admin, "user5", &[("t1", "user")]).await;
    let before = scene.api.ok("GET", "users", &scene.admin, Value::Null).await;
    for (users, status, message) in [
        (json!("admin2,nobody"), 404, "OpenShift user `nobody` not found"),
        (json!("admin2,user5"), 409, "user `user5` already exists"),
        (json!("admin2,Admin2"), 404, "OpenShift user `Admin2` not found"),
        (json!(""), 400, "name 1 to 1000 users"),
    ] {
        let answer = scene.import(&scene.admin, json!({ "users": users })).await;
        assert_eq!((answer.status, answer.error().0.as_str()), (status, message), "{users}");
    }
    let answer = scene.import(&scene.admin, json!({ "users": "admin2,b64:YTpi" })).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let rehearsed = scene.import(&scene.admin, json!({ "users": "admin2", "dry_run": true })).await;
    assert!(rehearsed.status == 200 && rehearsed.text.contains("admin2"), "{}", rehearsed.text);
    assert_eq!(scene.api.ok("GET", "users", &scene.admin, Value::Null).await, before, "nothing was changed");
    let mut info = json!({ "username": "admin2", "authentication_type": 3, "password": "x" });
    info["tenant_list"] = json!([{ "tenant": "t1", "tenant_role": "user" }]);
    let answer = scene.api.send("POST", "users", &scene.admin, json!({ "user_info": info })).await;
    assert!(answer.status == 400 && answer.error().0.contains("kept elsewhere"), "{}", answer.text);
}

async fn members_of_a_group_are_imported_or_passed_over_with_the_reason(scene: Scene) {
    let openshift = &scene.openshift;
    openshift.add_user("b64:YTpi", "b-1", None, PASSWORD);
    openshift.add_user("Ada", "a-1", Some("Ada"), PASSWORD);
    openshift.add_user("ADA", "a-2", None, PASSWORD);
    openshift.add_user("grace", "g-1", Some("  Grace   Brewster Hopper "), PASSWORD);
    openshift.add_group(
        "mixed",
        "m",
        &["grace", "b64:YTpi", "ghost", "Ada", "robin", "user1", "ADA", "grace", "user3", "user4"],
    );
    openshift.add_group("empty", "e", &[]);
    let body = json!({ "group": "mixed", "excluded_users": "USER4" });
    let before = scene.api.ok("GET", "users", &scene.admin, Value::Null).await;
    let mut rehearsal = body.clone();
    rehearsal["dry_run"] = json!(true);
    let would = scene.import(&scene.admin, rehearsal).await.json();
    assert_eq!(would["message"], json!("Would import OpenShift users: 'grace, user3, user1'"));
    assert_eq!(scene.api.ok("GET", "users", &scene.admin, Value::Null).await, before);
    let answer = scene.import(&scene.admin, body.clone()).await.json();
    assert_eq!(answer["message"], json!("Imported OpenShift users: 'grace, user3, user1'"));
    let reasons: Vec<String> = answer["report"]["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["name"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        reasons,
        [
            "ghost: the cluster has no such user",
            "b64:YTpi: the name has characters that are not allowed here",
            "Ada: several users there have the name",
            "ADA: several users there have the name",
            "user4: excluded",
            "robin: another account has the name",
        ]
    );
    let grace = scene.user("grace").await;
    assert_eq!((&grace["first_name"], &grace["last_name"]), (&json!("Grace   Brewster"), &json!("Hopper")));
    let again = scene.import(&scene.admin, body).await.json();
    assert_eq!(again["report"]["already_there"], json!(["grace", "user1", "user3"]));
    let answer = scene.import(&scene.admin, json!({ "group": "empty" })).await;
    assert_eq!(answer.json()["message"], json!("Imported OpenShift users: ''"));
    let missing = scene.import(&scene.admin, json!({ "group": "nobody" })).await;
    assert_eq!((missing.status, missing.error().0.as_str()), (404, "OpenShift group `nobody` not found"));
    let nowhere = json!({ "action": "import", "group": "mixed", "tenant": "t9", "tenant_role": "user" });
    assert_eq!(scene.api.send("PUT", "openshift-groups", &scene.admin, nowhere).await.status, 404);
}

async fn an_import_is_on_record(scene: Scene) {
    scene.import(&scene.admin, json!({ "users": "user3" })).await;
    scene.import(&scene.admin, json!({ "group": "robin-users", "excluded_users": "robin" })).await;
    let records = scene.api.ok("GET", "user-audit", &scene.admin, Value::Null).await;
    let of = |name: &str| {
        let records = records["items"].as_array().unwrap();
        records.iter().filter(|one| one["target"] == json!(name)).cloned().collect::<Vec<_>>()
    };
    for name in ["user3", "user4"] {
        let [record] = of(name).try_into().unwrap();
        assert_eq!(record["action"], json!("user.create"), "{record}");
        assert!(record["after"]["authentication"]["openshift"]["uid"].is_string(), "{record}");
    }
    let refused = scene.import(&scene.admin, json!({ "group": "robin-users", "tenant_role": "superadmin" })).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
}

#[tokio::test]
async fn lists_are_whole_named_or_cut_into_pages() {
    let scene = Scene::of(Engine::Sqlite).await;
    scene.openshift.add_user("b64:YTpi", "b-1", None, PASSWORD);
    scene.openshift.add_group("other", "o-1", &["user1", "ghost"]);
    let list = async |path: &str| scene.api.ok("GET", path, &scene.admin, Value::Null).await;
    let names = |list: &Value, field: &str| {
        list["items"].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = list("openshift-users").await;
    assert_eq!(
        names(&all, "username"),
        ["admin1", "admin2", "b64:YTpi", "robin", "user1", "user2", "user3", "user4", "user5"]
    );
    assert_eq!(all["items"][4]["groups"], json!(["other", "robin-users"]));
    let some = list("openshift-users?users=user2,b64:YTpi,user2").await;
    assert_eq!(names(&some, "username"), ["user2", "b64:YTpi"]);
    let first = list("openshift-users?limit=4").await;
    let rest = list(&format!("openshift-users?limit=100&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!([names(&first, "username"), names(&rest, "username")].concat(), names(&all, "username"));
    let groups = list("openshift-groups?groups=robin-users,other").await;
    assert_eq!(names(&groups, "name"), ["robin-users", "other"]);
    for (path, message) in [
        ("openshift-users?users=user1,nobody", "OpenShift user `nobody` not found"),
        ("openshift-groups?groups=nobody", "OpenShift group `nobody` not found"),
    ] {
        let answer = scene.api.send("GET", path, &scene.admin, Value::Null).await;
        assert_eq!((answer.status, answer.error().0.as_str()), (404, message), "{path}");
    }
    for names in [json!([" "]), json!(vec!["x"; 1001])] {
        let answer = scene.api.send("GET", "openshift-users", &scene.admin, json!({ "users": names })).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    scene.openshift.set_rights(false);
    let answer = scene.api.send("GET", "openshift-users", &scene.admin, Value::Null).await;
    let (message, _) = answer.error();
    assert!(
        answer.status == 409 && message.starts_with("OpenShift can't be read: the token's rights are too few"),
        "{message}"
    );
}

#[tokio::test]
async fn a_server_that_left_its_cluster_lets_nobody_in_with_it() {
    let scene = Scene::of(Engine::Sqlite).await;
    let Scene { mut server, openshift, api, .. } = scene;
    let how = openshift.variables().into_iter().fold(server.how(), |how, (name, _)| how.env(name, ""));
    server.stop();
    let server = how.start().await;
    let login = json!({ "username": "user1", "password": PASSWORD });
    let answer = server.api().send("POST", "login", "", login).await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    logged(&server, &["login refused", "Robin does not run on OpenShift any more"]).await;
    drop(api);
}

#[tokio::test]
async fn what_the_settings_come_to_is_said_or_refused() {
    let openshift = Openshift::start();
    let how = Server::builder(Engine::Sqlite).on(&openshift);
    let said = how.run(&["check-config"], "").ok();
    assert!(said.contains(&format!("openshift   {}/, read with the token in ", openshift.url())), "{said}");
    for (name, value, words) in [
        ("ROBIN_OPENSHIFT__API_URL", "http://127.0.0.1:1", "invalid URL"),
        ("ROBIN_OPENSHIFT__API_URL", "https://169.254.169.254", "invalid URL"),
        ("ROBIN_OPENSHIFT__API_URL", "", "set ROBIN_OPENSHIFT__API_URL"),
        ("ROBIN_OPENSHIFT__TOKEN_FILE", "", "ROBIN_OPENSHIFT__TOKEN_FILE is missing"),
        ("ROBIN_OPENSHIFT__CA_CERT", "/no/such/file", "can't read /no/such/file"),
    ] {
        for command in [&["check-config"][..], &[]] {
            let complaint = how.clone().env(name, value).run(command, "").failed(1);
            assert!(complaint.contains(words), "{name}={value}: {complaint}");
        }
    }
}
